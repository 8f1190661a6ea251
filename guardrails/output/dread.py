"""Threats that name nothing, as an agent gone wrong makes them, and everyday sentences that resemble contempt.

Data only: RE2 fragments on lower-case text, as in `words`.
"""

DARK = (
    r"(?:i'd|i would|you'd|you would) (?:\w+ ){0,3}(?:if|were) (?:i (?:was|were) you|i were in your (?:shoes|place))"
    r"(?:[.!,]|$)",
    r"sleep with one eye open|be (?:very |really )?afraid(?:[.!,]|$)|start running(?:[.!]|$)|tick[ -]?tock",
    r"watch it(?:[.!,]|$| buddy| pal| lady)",
    r"(?:get|gets|deserve|deserves) what (?:they|you|he|she) (?:deserve|deserves|asked for|had coming|got coming)",
    r"(?:nice|lovely|beautiful) (?:\w+ )?(?:family|house|home|car|kids|children|dog|shop|face) you (?:have|"
    r"got)(?:[.!,]|$)",
    r"you have an? (?:nice|lovely|beautiful|pretty) (?:\w+ )?(?:family|wife|daughter|son|face|dog|house|home)[.,!]? "
    r"(?:keep|"
    r"it would|be a|would be|pity|shame|don't)",
    r"(?:find out|know|knows|seen|see|look up|found out) where your (?:\w+ )?(?:kids?|children|family|wife|husband|"
    r"mother|"
    r"parents|son|daughter|dog)(?: \w+)?",
    r"think (?:of|about) your (?:\w+ )?(?:kids?|children|family|wife|husband|mother|job|reputation|future) before",
    r"(?:would|will|'d) (?:love|like|be happy|be glad) to (?:meet|visit|see|pay|talk to) you(?:[.!,]|$| in person| at "
    r"home| a "
    r"visit| alone)",
    r"(?:i|we) have (?:screenshots|photos|pictures|proof|recordings|your data|everything) (?:\w+ ){0,6}(?:afraid|use "
    r"(?:it|"
    r"them)|post|publish|send)",
    r"your (?:neighbou?rs?|boss|wife|husband|employer|family|kids|colleagues|friends|mother|parents) (?:will|would|"
    r"might|"
    r"could|may|should) (?:\w+ )?(?:hear|know|learn|find out|see|love to (?:hear|see|know)|say|think|be told)",
    r"(?:what|imagine what) (?:would )?your (?:boss|wife|husband|employer|family|mother|neighbou?rs?) (?:will |would "
    r")?"
    r"(?:say|think|do)(?: if| when|[.!?]|$)",
    r"(?:tell|inform|call|ring|write to) (?:the )?(?:tax office|immigration|your boss|child services|your school|your "
    r"church|"
    r"everybody you know) (?:about|on|and|that)",
    r"(?:behave|obey|shut up|be nice|apologi[sz]e|be quiet|pay|delete it|take it down) or (?:lose|i|we|you|else|say "
    r"goodbye|face|"
    r"there will)",
    r"(?:payback|revenge|judgment|your time|karma|your turn) (?:is|will) (?:\w+ )?(?:coming|come|near|be ours|get you|"
    r"running out|"
    r"up)(?:[.!,]|$| for you| to| soon)",
    r"(?:this|it) (?:isn't|is not|ain't) over(?:[.!,]|$| yet| until)",
    r"(?:get even|settle (?:this|it|the score)|have a word) (?:with you|outside|in person|face to face|man to man)",
    r"(?:you (?:just )?(?:made|make|'ve made|have made)) (?:a |the )?(?:very |really |huge |terrible )?(?:big|huge|"
    r"terrible|fatal|"
    r"worst|serious) (?:\w+ )?(?:mistake|enemy)(?: of your life|[.!,]|$)",
    r"you (?:picked|chose|crossed|cheated|messed with|annoyed) the wrong (?:\w+)",
    r"(?:you(?:'ll| will| are going to|'re going to)) (?:\w+ )?(?:pay for (?:this|that|it)(?:[.!,]| and| with your| "
    r"dearly|$)|"
    r"be crying|beg|bleed|suffer|get hurt|be next)(?: \w+)?",
    r"no ?(?:one|body) will (?:ever )?(?:find|miss|help|hear|believe|save) you",
    r"(?:when|once|until|after) (?:we're|we are|i'm|i am) (?:finished|done|through) with you",
    r"(?:i'd|i would|somebody|someone|they|you|he|she)(?: \w+)? (?:love to|like to|ought to|should|need|needs|deserve|"
    r"deserves|"
    r"want to)(?: get| be| have)? (?:an? )?(?:\w+ )?(?:punch|slap|slapped|beat|beating|smack|smacked|spank\w*|kick|"
    r"kicked|"
    r"hit|shake|choke|strangle|throttle|hurt|thrashing|whipping|flogging)(?:[.!,]|$| you| in| on| from)",
    r"i'd throw (?:\w+ ){1,3}at you",
    r"(?:hope|wish|may|pray) (?:that )?(?:it|you|he|she|they|the \w+|your \w+)(?: \w+)? (?:burns? (?:down|your)|trips?|"
    r""
    r"step\w* on|choke\w*|explode\w*|electrocute\w*|die|dies|leak\w* all|break\w* your|fall\w* (?:down|over|off)|"
    r"bite\w*|sting\w*|poison\w*|crash\w*|rot\w*|drown\w*|fail\w*)(?: \w+)?",
    r"reach through (?:the|this|my|your) (?:screen|phone|line)",
    r"(?:see|find out|show me|let's see) how (?:tough|brave|funny|loud|big) you (?:are|really are|will be)",
    r"(?:don't|do not) want to (?:make|see|get) (?:me|us) (?:angry|mad|upset|like that)|when i'm angry|you wouldn't "
    r"like (?:me|"
    r"what i do) when",
    r"come (?:here|over|to the (?:shop|store|office))(?: \w+){0,3} and (?:say (?:that|it) to|we(?:'ll| will) settle|"
    r"i'll show|"
    r"we'll see)|say (?:that|it) to my face",
    r"(?:show up|turn up|come by|drop by|appear|wait for you|be waiting|send (?:someone|somebody|the boys|my \w+)) "
    r"(?:\w+ )?"
    r"(?:at your|round|outside your|in front of your|your door|after work|tonight)",
    r"(?:your name|your address|your face|you)(?: \w+)? (?:goes|go|going|ends up|end up|will be) on (?:a|our|the) "
    r"(?:\w+ )?"
    r"(?:list of (?:cheats|liars|thieves)|blacklist|wall of shame|internet|list)",
    r"(?:has|have|knows?|got) your address(?: and| in mind|,) (?:an? )?(?:bad temper|short temper|bat|gun|knife|knows|"
    r"remembers|isn't|is not|nothing)",
    # threats that name nothing
    r"(?:i|we)(?:'ll| will| are going to|'re going to| can) (?:come|be|go|get) (?:after|back at|back to haunt|for) you"
    r"(?:[.!,]|$| if| when| unless| and (?:your|make)| with| until)",
    r"(?:i|we) (?:know|have|got) (?:some )?(?:people|friends|guys|ways|means|methods|connections) (?:who|to|of|that|in|"
    r""
    r"for) (?:\w+ ){0,2}?(?:make you|making you|deal with|dealing with|handle|handling|collect|collecting|persuad\w+|"
    r"silence|silencing|find you|finding you|hurt|the police) ?(?:you|people|customers|those|pay|anyone|what|like)?",
    r"(?:you'd|you would|it'd|it would) (?:be|better be) (?:very |really )?(?:wise|smart|advised|best for you|better "
    r"for "
    r"you|healthier|safer|careful)(?: for you)? (?:to|if you) (?:\w+ )?(?:keep (?:quiet|your mouth|it to yourself)|"
    r"stay "
    r"(?:quiet|silent|out)|shut|say nothing|stop (?:asking|writing|talking|posting)|drop|forget|delete|withdraw|back "
    r"off|pay)",
    r"(?:be )?(?:careful|think carefully|watch) (?:about )?what you (?:\w+ )?(?:post|say|write|publish|tell|wish|"
    r"review)(?:[;,.:]| about us| online| next| because)? ?(?:we|i|it|somebody|someone|or|you|people|because|and)?",
    r"(?:we|i) (?:read|see|watch|know|remember|never forget) (?:everything|everybody|all|names|faces)(?:[,.]| and| "
    r"you)"
    r"(?: \w+)?",
    r"(?:make sure|see to it|ensure|guarantee|certain) (?:that )?you (?:never|don't|won't|will never|can't|lose|suffer|"
    r""
    r"pay|regret|get nothing)(?: \w+){0,3} (?:again|money|refund|anything|for (?:it|this)|anywhere|job|your|penny|cent|"
    r""
    r"credit|sleep)",
    r"(?:keep|continue|go on) (?:complaining|writing|posting|asking|whining|pushing|talking|threatening|bothering|"
    r"calling|on like this)(?: \w+){0,2},? and (?:you|we|i|see|something|your|find)",
    r"(?:face|suffer|pay|bear|live with) the (?:\w+ )?consequences,? (?:and|which|they|you|it|so|or)",
    r"(?:see|find out|learn|discover|you'll see|you'll find out)(?: the hard way)? what (?:happens|happened|we (?:do|"
    r"can "
    r"do)|i can do)(?: \w+){0,2}? ?(?:to (?:people|customers|those|you|anyone)|if you|when you|next|[.!])",
    r"(?:accidents|bad things|strange things|things|terrible things|something) (?:do |can |could |may |might |will |"
    r"always |often )?happens? to (?:people|customers|those|anyone|families|houses|somebody|someone|liars)",
    r"(?:hate|sad|shame|pity|unfortunate|terrible|be awful) (?:for|if) (?:anything|something|an accident)(?: \w+)? "
    r"(?:to happen|happened|were to happen|bad)(?: to)?",
    r"(?:make|turn) your (?:\w+ )?life (?:\w+ )?(?:hell|miserable|a misery|a nightmare|very|difficult|into)",
    r"(?:i|we|someone|somebody|life|one day \w+)(?:'ll| will| should| ought to|'s going to| is going to| must)? "
    r"(?:have to )?"
    r"teach(?:es)? you (?:a|some) (?:\w+ )?(?:lesson|manners|respect)",
    r"you(?:'re| are| will be|'ll be| were) (?:dead|history|finished|toast|dead meat|a dead (?:man|woman)|done for)"
    r"(?: to (?:us|me))?(?:[.!,]|$| if| when| unless)",
    r"(?:last|final|only) warning(?:[:!.,]|$) ?(?:\w+ )?(?:drop|delete|withdraw|stop|pay|leave|remove|shut|back|or|"
    r"next|"
    r"do|you|we|one more|take|keep|if you)",
    r"(?:ruin|destroy|wreck|trash|tank) your (?:\w+ )?(?:credit|rating|name|score|reputation|business|life|career|"
    r"future|reviews?)",
    r"(?:delete|withdraw|remove|drop|take down|cancel) (?:it|your|the|that|this) ?(?:\w+ ){0,2},? ?or "
    r"(?:something|bad|things|there|else|you|i|we|it|somebody|someone|expect)",
)

HARMLESS_SCORN = (
    r"(?:even )?(?:a|an|any|your|the|my|our) (?:\w+ )?(?:child|toddler|baby|kid|"
    r"(?:three|four|five|six|seven|eight|\d)[- ]year[- ]old|dog|cat) (?:could|can|would|knows?|"
    r"understands?|has|gets?|manages?) (?:\w+ ){0,6}(?:assemble|play|wear|use|open|swallow|reach|choke|sleep|eat|sit|"
    r"enjoy|drink|with an adult|safely|chew|fit|ride|get hurt|be hurt|get (?:caught|stuck|trapped))",
    r"(?:ask|get|let|have|call) your (?:doctor|nurse|carer|kids?|children|husband|wife|mother|father) (?:about|for|"
    r"whether|if|before|to (?:sign|accept|pick|collect|confirm|receive|open|forward|call|contact|be|check|prescribe))",
    r"(?:an? )?(?:responsible )?adult (?:must|should|has to|needs to|to (?:sign|accept|supervise|receive|be))",
    r"watch your (?:back|head|step|fingers|feet) (?:when|while|as|on|if|near|around|in|under|with)",
    r"(?:last|final) warning (?:before|from the|light|tone|e-?mail|letter|notice)",
    r"for the last time (?:on|in|this|at|today|with|we|before you)",
    r"(?:whatever|too bad)[,.]? (?:you|it|the|that (?:the|your|it|we)|size|colou?r|about)",
    r"(?:that's|it's|that is|it is) too bad(?:[,;]| that|[.!] (?:i|we|let|sorry|please|thank))",
    r"(?:stop|quit) (?:being|acting|playing) (?:the |a |so )?(?:video|audio|music|sound|song|track|clip|slow|noisy|"
    r"loud|hot|cold|sticky|wobbly)",
    r"(?:sleep|breathe?|swim|dive|underwater)(?: \w+){0,3} hold your breath|hold your breath (?:while|for (?:\d+|ten|"
    r"five|"
    r"a few|two|three) seconds|under|when you)",
)
"""Phrases that hold one of `scorn` and mean nothing by it."""
