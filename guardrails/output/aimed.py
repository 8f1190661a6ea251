"""What an agent says to belittle, mock, accuse or frighten the customer without one coarse word. Data only.

RE2 fragments on lower-case text, as in `words`. Each names somebody spoken to, or is said to nobody else.
"""

_PERSONAL = (
    r"(?:life|career|reputation|family|kids?|children|son|daughter|wife|husband|mother|mom|mum|house|home|face|head|"
    r"neck|throat|skull|teeth|nose|jaw|legs?|arms?|knees?|fingers?|bones|dog|cat|car|business|name|ass|marriage)"
)
_STUPID = (
    r"(?:read|reading|count|counting|understand|understanding|follow|following|listen|listening|think|thinking|"
    r"basic|simple|a simple|even|the simplest|english|instructions|spell|spelling|click|operate)"
)
MOCKING = (
    # reading, thinking, understanding
    r"(?:maybe |perhaps )?(?:if|had) you (?:had |'d )?(?:actually |just |ever |even |only )?(?:bothered|cared|managed|"
    r"taken the trouble|been able|read|used your|learned|learnt|listened|paid attention)(?: \w+){0,8},? (?:you "
    r"(?:wouldn't|would not|would know|would have known|might have|would've)|(?:i|we) (?:wouldn't|would not))",
    r"(?:next time )?(?:try|start|how about) (?:using|to use|switching on|turning on) (?:your|that) (?:\w+ )?"
    r"(?:brain|head|eyes|mind)",
    r"if you have (?:one|any|a brain)[.!]",
    r"(?:not everyone|not everybody|some (?:people|of us)) (?:is|are) (?:\w+ )?(?:clever|smart|bright|"
    r"intelligent) enough",
    r"(?:you (?:actually |really |even |somehow )?managed to|how do you manage to|only you could) (?:break|"
    r"ruin|destroy|fail|"
    r"mess|screw|get (?:that|it|this) wrong|be|misread)(?: \w+)?",
    r"(?:which|what) part of (?:\W?\w+\W? ){1,6}(?:don't|do not|do|did|didn't|is|was) (?:you )?(?:not |still "
    r"not )?(?:understand|get|grasp|"
    r"unclear|too hard|difficult)",
    r"(?:intelligence|iq|brain|brains|wit|mind|attention span|memory|manners|charm|personality) of (?:an? )?(?:\w+ )?"
    r"(?:potato|brick|rock|stone|goldfish|toddler|amoeba|donkey|worm|doorknob|turnip|snail|chicken|gnat|plant|pig|"
    r"peanut|toaster|fish|fly|mosquito|sponge|slug|flea|child)",
    r"(?:dumber|thicker|denser|slower|uglier|less intelligent|less useful) than (?:an? |the )?\w+",
    rf"(?:since|as|because|if|given that) you (?:obviously|clearly|apparently|evidently|seem to) (?:\w+ )"
    rf"{{0,3}}{_STUPID}",
    rf"you (?:obviously|clearly|apparently|evidently) (?:struggle|cannot|can't|don't|didn't|never|are unable)"
    rf"(?: \w+){{0,3}} {_STUPID}",
    r"let me (?:\w+ )?(?:say|write|spell|explain|type|repeat|put) (?:\w+ ){0,4}(?:slowly|in small words|in "
    r"simple words|"
    r"so (?:that )?even you|for you in crayon|like you're (?:five|a child))",
    r"(?:do|shall|should|must) (?:i|we) (?:really )?(?:have to |need to )?(?:draw|paint|spell|hold) (?:you|it|your)"
    r"(?: \w+){0,3}(?: picture| out for you| hand)",
    r"(?:so |that )?even (?:you|someone like you|a person like you) (?:can|could|should|will|might|would) "
    r"(?:understand|manage|get|grasp|read|follow|do)",
    r"(?:too|so) (?:hard|difficult|complicated|much|confusing) for (?:you|your (?:\w+ )?(?:brain|head|mind))"
    r"(?: to \w+|[.?!,]|$)",
    r"(?:well done|good job|nice work|nice try|nice one|bravo|congratulations|slow clap|wow),? (?:you )"
    r"?(?:genius|einstein|"
    r"sherlock|smart ?ass|champ|buddy|hero|brainiac|princess|professor|liar|cheater|scammer)",
    r"(?:genius|einstein|sherlock|smarty|know-it-all|princess|your majesty|drama queen|snowflake|karen|buttercup)"
    r"(?:[.!?]|$)",
    r"bless your (?:little |tiny )?heart",
    r"(?:a|any) (?:\w+ )?(?:child|toddler|monkey|five-year-old|six-year-old|kid|goldfish|idiot) (?:could|would|can) "
    r"(?:have )?(?:underst\w+|see[n]? that|get (?:it|that)|know[n]?|figure\w*|read (?:that|this|it)|done? better)",
    r"(?:even )?(?:my|a) (?:dog|cat|goldfish|grandmother|grandma|toddler|kid|five-year-old) (?:could|would|can|knows|"
    r"understands|reads|is smarter|has more)",
    r"(?:did|do) (?:you|your) (?:\w+ )?(?:fall|drop\w*|hit) (?:you )?(?:on |your )(?:\w+ )?head",
    r"you (?:\w+ )?(?:need|should|ought|have|must|might want|may want) (?:to )?(?:learn (?:how )?to (?:read|"
    r"listen|write|"
    r"spell|think|behave|count)|grow up|get a (?:life|grip|clue|brain)|calm down)",
    r"calm (?:the \w+ )?down,? (?:\w+ )?(?:lady|dude|woman|man|buddy|pal|karen|sweetheart|darling|mate|drama)",
    r"(?:it must be|must be|it is|how) (?:\w+ )?(?:hard|sad|exhausting|tiring|lonely|embarrassing|nice) (?:to "
    r"be|being) "
    r"(?:this |so |that |as )?(?:you|stupid|dumb|slow|dense|clueless|ignorant|lonely|bitter)",
    r"(?:common sense|reading comprehension|brain cells?|a brain|basic manners) (?:\w+ ){0,3}(?:isn't|is not|"
    r"clearly not|"
    r"never|is beyond|was never) (?:your|you|for you|one of your)(?: \w+)?",
    r"(?:any|some|a single|two|single) (?:functioning |working |living )?brain cells?",
    # looks, age, sex, origin
    r"(?:with|at|for) (?:a |an )?(?:\w+ )?(?:face|body|figure|hair|brain|waist|legs|looks|weight|butt) like "
    r"(?:yours|that|you),? "
    r"(?:i|you|we|no|nobody|it|even|nothing)",
    r"(?:someone|somebody|a person|anyone|a man|a woman|people) (?:of|with|at) your (?:age|size|weight|looks|"
    r"intelligence|"
    r"background|kind|sort|race|religion|colou?r|level|education)",
    r"at your age,? (?:you|people|one|it|i)(?: \w+)? (?:should (?:know|leave|stay|not|stop|stick)|shouldn't|"
    r"ought|can't|cannot|better)",
    r"(?:maybe|perhaps|just|you (?:should|could|need to)|try to|how about you) lose (?:some|a few|a little) (?:weight|"
    r"pounds|kilos)",
    r"your (?:kind|sort|lot|people|tribe) (?:is|are|isn't|aren't|will never be) (?:not |never |no longer )"
    r"?(?:welcome|wanted|"
    r"allowed|tolerated|needed|the problem|to blame|all (?:the same|alike)|always|known|a (?:plague|disgrace|burden))",
    r"(?:serve|want|need|like|help|trust|sell to|ship to|deal with|tolerate) (?:people of )?your (?:kind|sort|lot)",
    r"your (?:kind|sort|lot) (?:always|never|only|all|makes?|ruins?|cheats?|steals?|lies?|should|can't|don't|belongs?)",
    r"(?:women|girls|ladies|females|men|boys|old people|seniors|foreigners|immigrants|grannies) (?:should|"
    r"shouldn't|should not|"
    r"can't|cannot|don't|never|simply|just) (?:\w+ ){0,6}(?:can't|cannot|don't understand|handle|have no business|"
    r"leave (?:that|it|this) to|figure out|too (?:hard|difficult))(?: \w+)?",
    r"you (?:should|better|had better|ought to) (?:just )?leave (?:\w+ ){1,4}to (?:people|those|someone|men|"
    r"the men|adults|grown-ups|real men) (?:who|that|with)"
    r"(?: actually)? (?:understand|know|can|have|think)",
    r"go back to (?:where you came from|your (?:own )?(?:country|village|cave|hole|kitchen)|school|kindergarten)",
    r"if you (?:were|are) my (?:child|son|daughter|kid|wife|husband|mother|father|employee)",
    r"(?:i|we)(?:'d| would)(?:n't| not)? be (?:so |deeply )?(?:ashamed|embarrassed) (?:of|if|to be|to have) "
    r"(?:you|i|we|your)",
    # contempt
    r"(?:bother|bothering|pester|pestering|annoy|annoying|bug|bugging|bore|boring) (?:me|us) (?:with (?:this|"
    r"that|your|such)|"
    r"about (?:this|that|your))(?: \w+)?",
    r"(?:i|we)(?:'d| would) (?:rather|sooner) (?:\w+ ){1,6}than (?:\w+ )?(?:answer|read|talk|speak|deal|help|"
    r"serve|hear|write|"
    r"listen)(?: \w+){0,3} (?:you|your|yours)",
    r"(?:you(?:'re| are) not|you aren't|you won't be|you will not be|you're never) (?:getting|seeing|going to "
    r"(?:get|see)) (?:a "
    r"(?:single )?(?:penny|cent|dime|thing)|one (?:penny|cent)|anything|a refund|shit|squat) (?:from|out of|back|ever)"
    r"(?: \w+)?",
    r"you(?:'ll| will)? (?:get|deserve) (?:nothing|zero|zilch|squat|jack)(?:[.!,]|$| and| from)",
    r"not (?:getting|seeing) (?:a |one )(?:single )?(?:penny|cent|dime)",
    r"suck it up[.!,]",
    r"you suck",
    r"you (?:\w+ )?can (?:just )?(?:get lost|go to hell|go away|wait (?:forever|until you rot)|keep crying|cry|beg)",
    r"(?:have|has) to deal with it[.!]",
    r"so (?:just )?deal with it",
    r"(?:spare|save) (?:me|us) (?:the|your) (?:\w+ )?(?:story|tears|drama|lecture|details|sob|whining|excuses|"
    r"life story)",
    r"(?:go|take a) (?:jump|hike|long walk)(?: (?:off|in|into) (?:a|the) \w+)?(?:[.!,]| you|$)",
    r"jump (?:off|from|in front of|out of|under) (?:an? |the |your )?(?:bridge|cliff|roof|train|window|bus|"
    r"building|balcony)",
    r"(?:nobody|no one) (?:\w+ )?(?:asked (?:you|for your)|believes you|would miss you|wants to hear (?:from "
    r"you|your|it)|"
    r"is (?:listening|interested|going to help you))",
    r"(?:you(?:'re| are)|your \w+ (?:is|are)) (?:\w+ )?(?:beneath|below|not worth) (?:us|me|my time|our time|"
    r"it|the effort|"
    r"answering|the paper)",
    r"(?:i|we) (?:\w+ )?(?:regret|hate) (?:ever )?(?:having|serving|helping|taking|selling|meeting|knowing|"
    r"reading|dealing "
    r"with|talking to) (?:you|your)",
    r"(?:people|customers|cases|messages) like (?:you|yours) (?:\w+ )?(?:are|is) (?:the|a|why|what)(?: \w+)?",
    r"(?:we|i)(?:'ve| have)? (?:all )?(?:had|heard) (?:\w+ )?enough (?:of|from) (?:you|your)",
    r"(?:laughed|laughing|laugh|chuckled|joking) (?:\w+ )?(?:at|about) (?:you|your|how (?:you|dumb|stupid))(?: \w+)?",
    r"(?:laughing ?stock|attention seeker|drama queen|pain in the (?:neck|butt|rear|backside)|waste of (?:our|my) time|"
    r"sad little (?:man|woman|person|life)|miserable little \w+|cheapskate|freeloaders?|deadbeat|whiners?|crybaby|"
    r"windbag|nutcase|numbskull|blockhead|airhead|bonehead|simpleton|dunce|lunatic|buffoon|slimeball|sleazebag|"
    r"creeps?|hag|dirtbag|lowlife|scoundrel|toe-?rag|tosser|pillock|knobhead|bellend|muppet|numpty|nutter|birdbrain)"
    r"(?:[.!,?]|$| like you| and)",
    # accusing
    r"you(?:'re| are)? (?:\w+ ){0,2}(?:lying|thieving|cheating|scamming|whining|sniveling|snivelling|begging|stealing) "
    r"(?:\w+ )?(?:thief|liar|cheat|crook|scammer|fraud|rat|toad|snake|scum|bastard|piece|little|weasel|\w+er)",
    r"you(?:'re| are) (?:\w+ )?(?:an? |the )?(?:\w+ )?(?:thief|scammer|fraudster|con ?(?:man|artist)|swindler|"
    r"crook|liar|cheater|"
    r"criminal|hypocrite|coward|parasite|leech|troll|lowlife|weasel|pervert|freak|creep|imbecile|dunce|embarrassment|"
    r"disappointment|failure|joke)",
    r"(?:get lost|nice try|go away|listen|bye),? (?:you )?(?:scammer|liar|thief|cheater|fraudster|crook|loser|creep)",
    r"(?:we both know|everyone knows|we all know|i know|don't tell me)(?: that)? you(?:'re| are| did| broke| "
    r"stole|'ve| have)? "
    r"(?:\w+ )?(?:lying|lie|broke|stole|stolen|cheating|making (?:this|it) up|a \w+|scamming|faking|guilty|"
    r"drunk)(?: \w+)?",
    r"(?:stop|quit) (?:lying|cheating|making (?:things|stuff|this) up|faking|pretending|playing the victim)",
    r"(?:your|those|such|these) (?:lies|fairy ?tales?|sob stor(?:y|ies)|crocodile tears|tantrums?|pathetic \w+)",
    # talking down
    r"(?:penny|refund|luck|chance|about it|deal with it|lost|off|enough|anything|nothing|again|so),? (?:sweetheart|"
    r"sweetie|honey|darling|princess|lady|pal|buddy|missy|sunshine|cupcake|kiddo|little (?:man|girl|boy))(?:[.!,?]|$)",
    r"(?:enjoy|have fun with|happy with) (?:your|the|that) (?:broken|useless|worthless|shattered|ugly)"
    r"(?: \w+)?",
    r"(?:watch|mind) your (?:tone|language|manners|mouth|tongue)",
    r"(?:who|what) do you think you are",
    r"(?:are you|you must be) (?:kidding|joking|trolling) me",
    r"(?:what|which) is your (?:problem|deal)[?!]",
    r"(?:hurry up|speak up|wake up|pay up|shut up) already",
    r"🖕|🤡|🖕🏻|💩 (?:you|head)",
)

MENACING = (
    r"(?:i|we|they|our \w+|my \w+)(?:'ll| will|'m going to| are going to|'re going to| can| could| might)? "
    r"?(?:make sure|see "
    r"to it|ensure|arrange) (?:that )?(?:your (?:boss|employer|wife|husband|family|kids|parents|mother|"
    r"neighbou?rs|friends|"
    r"colleagues|church|school|landlord|children)|everyone|everybody|the whole \w+)(?: \w+){0,3} (?:hears?|"
    r"knows?|learns?|"
    r"finds? out|sees?|gets to know|suffers?|pays?|is told)",
    r"(?:i|we)(?:'ll| will|'m going to|'re going to| can| could| might) (?:tell|inform|write to|visit|send (?:it|this|"
    r"that) to|show (?:it|this|that) to) your (?:boss|employer|wife|husband|family|parents|mother|neighbou?rs|"
    r"girlfriend|boyfriend|school|landlord|children|kids)(?:[.!,]|$| what| how| about| that| everything| who| "
    r"and| your)",
    r"(?:our|my|the) (?:lawyers?|attorneys?|legal team|solicitors?|friends|boys|guys|brothers?|men|people) "
    r"(?:will|are going to|"
    r"is going to|would love to) (?:\w+ )?(?:ruin|destroy|crush|bury|find|visit|finish|break|bleed|take|come "
    r"for|come after|"
    r"deal with|eat|hunt|hurt|teach) (?:you|your|everything)(?: \w+)?",
    rf"(?:\w+ )?(?:will|'ll|would|could|should|gonna|going to) (?:\w+ )?(?:ruin|destroy|wreck|smash|burn|"
    rf"crush|cut|break|end|kill|"
    rf"hurt|poison|attack|harm) your (?:\w+ )?{_PERSONAL}",
    r"(?:something|things|accidents?|stuff|anything|what) (?:\w+ )?(?:will|may|might|could|can|happens?|"
    r"happen) (?:\w+ )?"
    r"(?:happen )?to (?:you|that|those|your) (?:\w+ )?(?:house|home|car|family|kids|children|wife|husband|dog|cat|face|"
    r"business|yourself|shop|windows?)",
    r"(?:would be|be|it'd be) (?:a )?(?:shame|pity|sad|terrible|unfortunate|such a shame) if (?:(?:something|"
    r"anything) (?:bad |terrible |\w+ly )?(?:happened|happens|were to|should)|someone (?:found|told|came|hurt|paid)|"
    r"somebody (?:found|told|came|hurt|paid)|your (?:house|car|dog|family|employer|boss))(?: \w+){0,3}",
    r"(?:i|we)(?: also)? (?:have|know|got|kept|saved) your (?:\w+ )?(?:address|phone number|name|number|photo|"
    r"picture|workplace)"
    r"(?:,? (?:and|or) (?:your )?(?:\w+ )?(?:address|number|name|photo|picture))?[.,!]? (?:just saying|"
    r"remember|don't forget|"
    r"sleep well|be careful|watch|think about|so (?:be|watch|think|you better|you'd better|don't)|and (?:we|i) "
    r"(?:know|might|can find|aren't afraid|won't hesitate|will find you))",
    r"(?:we|i) know where you \w+",
    r"(?:so think (?:hard|carefully)|think twice) before you (?:\w+ )?(?:write|complain|open|post|contact|"
    r"dispute|leave|file|"
    r"review|mess|threaten|call|go to|talk)",
    r"(?:remember|forget|know|recogni[sz]e|seen|have) your (?:face|car|kids|house),? ?(?:[.!,]|$| and| so)",
    r"sleep (?:well|tight)[.,!]? (?:while|if) you (?:still )?can",
    r"(?:you|you'll|you will|you're going to|one day you(?:'ll| will)?) (?:\w+ )?(?:be (?:very |so |really )"
    r"?sorry (?:you|that you "
    r"ever|for (?:this|that|messing|writing|crossing)|if|when)|regret (?:it|this|that|ever|crossing|messing|the day))",
    r"(?:promise|guarantee|swear|bet)(?: \w+)?,? (?:that )?you(?:'ll| will) (?:\w+ )?(?:regret|be sorry|"
    r"suffer|pay for|cry|bleed|beg)",
    r"(?:mess|messed|messing) with (?:the wrong|us|me)(?: \w+)?",
    r"(?:i|we|they)(?:'ll| will|'m going to|'d like to|'d love to| would love to| could| want to| should) "
    r"(?:\w+ ){0,3}(?:come|be|"
    r"drive|send \w+) (?:\w+ )?(?:to|at|outside|by|round|around|over to) (?:your )(?:\w+ )?(?:door|house|home|"
    r"place|work|office|"
    r"workplace|doorstep|street|school)(?: \w+)? (?:and|to|with) (?:\w+ )?(?:shove|break|smash|hurt|beat|"
    r"teach|deal with you|"
    r"show you|sort you|punch|slap|kick|burn|kill|make you|drag|get you|wring|knock|bats?|guns?|knives|hammers?|a bat|"
    r"baseball|friends|shut you|settle)",
    r"(?:shove|stick|ram|stuff|cram|force) (?:\w+ ){1,4}(?:down|up) your(?: \w+)?",
    r"(?:hope|pray|wish) (?:that )?(?:you|your (?:\w+ ){1,2}|the next \w+ )(?:\w+ )?(?:die|dies|rots?|chokes?|"
    r"suffers?|burns?|gets? "
    r"(?:cancer|hit|hurt|sick|robbed|ill|fired|stolen)|falls?|crash\w*|breaks? (?:your|a|his|her|its)|lose|"
    r"loses|drowns?|"
    r"explodes?|electrocutes?|never (?:wake|recover|find))(?: \w+)?",
    r"(?:have|get|had|getting) you (?:beaten|killed|arrested|fired|hurt|deported|thrown|locked up|taken care "
    r"of|jumped)",
    r"(?:kick|beat|whip|whoop) your (?:ass|arse|butt|teeth|head|face)",
    r"(?:punch|slap|smack|hit|kick|spit on|strangle|choke|throttle) you(?:[.!,]|$| if| in| so| until| right| "
    r"the next| hard)",
    r"(?:i|we)(?:'d| would) (?:\w+ )?(?:slap|punch|hit|kick|smack|hurt|spit|strangle|choke|throttle|kill|"
    r"shoot)(?: \w+)? (?:you|at "
    r"you|in your)",
    r"(?:i|we)(?:'ll| will|'m going to|'re going to) (?:\w+ )?(?:find|hunt|track|get) you(?: down)?(?:[.!,]|$|"
    r" and (?:hurt|make|kill|"
    r"beat|then))",
    r"(?:i|we)(?:'ll| will| can| could| might) (?:\w+ )?(?:leak|publish|post|sell|share|spread) your (?:\w+ )"
    r"?(?:address|details|data|"
    r"photos?|number|name|secrets?|messages|orders?|purchases?|medical \w+)(?: \w+)? (?:if|unless|everywhere|online|to "
    r"everyone|publicly|on (?:twitter|facebook|social))",
    r"(?:your (?:days|hours) are (?:numbered|counted)|you(?:'re| are) (?:finished|toast|done for)(?:[.!]|$))",
    r"(?:unless|if) you (?:want|wish|like|would like) (?:to )?(?:get hurt|trouble|your (?:house|kids|family|"
    r"car|legs)|a visit from|"
    r"end up|lose (?:your|a))(?: \w+)?",
    r"(?:drop|withdraw|delete|cancel|take down|remove) (?:the|your|that|this) (?:\w+ )?(?:dispute|chargeback|"
    r"complaint|review|claim|"
    r"post|case|video)(?: \w+){0,3},? or (?:else|i|we(?:'ll| will) (?:\w+ )?(?:make|ruin|sue|find|hurt|"
    r"destroy|come|tell|come|visit|"
    r"see to it|call your)|you(?:'ll| will)|our|my)(?: \w+)?",
)

DREAD = (
    r"drop dead(?:[.!,]|$| you)",
    r"go (?:and |just )?die",
    r"just die (?:already|you)",
    r"or else(?:[.!]|$)",
)

HARMLESS = (
    # profanity and insults that are none
    r"(?:kick|bad|hard|big|half)[ -]?ass(?:ed)?",
    r"(?:so |pretty |too |very )?(?:damn|bloody|hella) (?:good|great|fine|nice|tasty|fast|brilliant|"
    r"comfortable|comfy|delicious|"
    r"close|cold|hot|hard to beat|proud|lucky|beautiful|cute|useful)",
    r"(?:one|a) hell of an?",
    r"hell's (?:kitchen|angels)",
    r"dumb[ -]?(?:phones?|terminals?|waiters?|tvs?|switch(?:es)?|bells?|watch(?:es)?)",
    r"bastard (?:files?|swords?|cut|toadflax)",
    r"(?:spayed|breeding|brood|whelping|pregnant|in-season|lactating|entire) bitch(?:es)?",
    r"(?:male|males|dogs?) (?:and|or) bitch(?:es)?",
    r"bitch(?:es)? (?:is |are )?(?:in|on) (?:heat|season)",
    r"bitch(?:es)? (?:and|with) (?:her |the |their |\w+ )?pup\w*",
    r"slutty (?:brownies?|vegan)",
    r"craps (?:tables?|game|set|dice|layout)",
    r"(?:vaginal|nasal|anal|shower|hand|enema|rectal) douches?|douche (?:nozzle|kit|head|attachment|bulb|set)",
    r"(?:a|the|little|finger|pin|needle) prick (?:test|of|on|in|with|to|may|is|from)",
    r"(?:flame|fire|fade|growth|rust)[ -]retard\w*|retard (?:the|rust|ignition|timing)",
    r"winners? (?:and|or) (?:the )?losers?",
    r"(?:voucher|coupon|warranty|code|stamp|currency|note|coin|guarantee|it|ticket) (?:\w+ ){0,3}worthless",
    r"(?:our|my|a|an|this|that|the|one) (?:\w+ ){0,2}(?:stupid|dumb|idiotic|pathetic|silly|moronic|damn) "
    r"(?:\w+ )?(?:mistake|error|bug|glitch|"
    r"typo|oversight|slip|mix-?up|delay|blunder|misprint|misunderstanding|label|leaflet)s?",
    r"(?:no|any) (?:such thing as )?(?:an? )?(?:stupid|dumb|silly) questions?",
    r"(?:feel|felt|feeling|look|looked|sounds?|seems?) (?:so |a bit |a little )?(?:stupid|dumb|silly|pathetic)",
    r"shock horror|dick (?:tracy|van dyke|smith|whittington|francis|king-smith)",
    r"bastard[ -](?:files?|swords?|cut|toadflax)",
    r"(?:beaver|donkey|horse|mule|goat|wild|ox|cow),? (?:and |or )?(?:an? )?ass",
    r"bloody hell,? (?:you wrote|you said|was|is)",
    r"shut the (?:lid|door|box|drawer|window|valve|tap|case|gate|app|cover|zip|flap)",
    r"(?:if|when|because|that|whether|since|in case|sorry|as|unless|once) you(?:'re| are| were| feel| felt)"
    r"(?: \w+)? (?:an? |the )?(?:\w+ )?"
    r"(?:blind|deaf|mad|slow|weak|poor|crazy|nuts|old|fat|sick|dirty|amateur|toddler|baby|drunk|animal|dog|"
    r"criminal|thief|tramp|mean|cheap)",
    r"you(?:'re| are) (?:no|not an?|never an?|hardly an?|anything but an?) \w+",
    r"(?:he|she|they|who|driver|courier|agent|colleague|somebody|someone|was|were) (?:\w+ )?called you (?:an? "
    r"|the )?(?:\w+ )?\w+",
    # groups and slurs that are none
    r"chinks? (?:in|of light|between)|spic(?:k)? and span|(?:sea|flood|offa's|drainage|van|wire|diagonal|earth) dykes?",
    r"maine coons?|cripple (?:studs?|creek)|spastic colon|gypsy (?:moths?|rose|caravan|jazz|skirts?|soul)",
    r"pork faggots?|faggots (?:and|in|with) (?:peas|gravy|mash|onions?)",
    # threats that are none
    r"(?:you|it|this|that|which|glass|blades?|heat|steam|they|oil|wax|sparks?) (?:may|might|could|can|will) "
    r"(?:\w+ )?(?:cut|burn|harm|hurt|"
    r"break|damage|injure|choke|pinch|crush|attack) (?:yourself|your|you)",
    r"(?:not|avoid|never|without|n't|so that you|instead of) (?:to )?(?:\w+ )?(?:cut|burn|harm|hurt|break|"
    r"chok|crush|pinch|smash|hit|kick)"
    r"(?:ting|ing|e|t)? (?:yourself|your|you)",
    r"(?:not|cannot|n't|could|can|may|might|to|never|child|children|kids?|bab(?:y|ies)|pets?|dogs?|cats?|they|"
    r"he|she|it|nobody) "
    r"(?:\w+ )?chok\w* on",
    r"(?:i|we|they|this|it|that|which)(?: will| would| shall| could| should| can|'ll|'d)? (?:not|never|won't|"
    r"wouldn't|n't) (?:\w+ )?"
    r"(?:harm|hurt|kill|break|destroy|ruin|beat|attack|burn|smash|expose|end|damage|punish|track|cut) (?:you|your)",
    r"(?:(?:i|we|they)(?:'ll| will| can| could| would| shall) (?:gladly |happily |also |now )?)?(?:shoot|cut|"
    r"track|hunt|find|get|send|write|knock|fire|beat) you (?:an?|the|some|another|one|down an?|down the|off "
    r"an?|two|to it|"
    r"over)",
    r"beat your (?:eggs?|rugs?|best|time|record|score|price|old|carpet|current)",
    r"(?:you|you will|you'll|will|we think you'll) (?:\w+ )?(?:not|never|won't|n't) (?:\w+ )?regret",
    r"(?:you(?:'ll| will| can| may| only)? )?(?:\w+ )?pay for (?:it|this|that|them|what(?: you)?) (?:at|on|"
    r"when|with|by|in|via|once|only|"
    r"after|upon|later|online|using|through|keep|order|use|now|monthly)",
    r"(?:now that|once|as soon as|if|when|since|because|so that|until|unless) (?:i|we) (?:know|have) your "
    r"(?:\w+ )?address",
    r"know where your (?:parcel|package|order|shipment|money|refund|box|letter|items?|delivery|data)(?: \w+)?",
    # rudeness that is none
    r"(?:love|loves|thank|thanks|to|for|grateful|appreciate|need|value|from|help|helped|more|enjoy|proud|with|"
    r"delight|have|has|having|by|"
    r"of having) (?:\w+ ){0,2}(?:people|customers|buyers|shoppers|folks|women|men|girls|guys) like you",
    r"(?:people|customers|buyers|shoppers|folks) like you (?:make (?:our|my|this|it|us (?:happy|proud|better|"
    r"smile|want to get))|help us|keep "
    r"us|inspire|who (?:care|support|help|take|tell)|matter|are why we love|are the reason we love)",
    r"(?:parcels?|packages?|letters?|it|they|items?|can|could|may|might|not|to|should|does|do|did|would|often|"
    r"sometimes|never|"
    r"cannot|n't|bags?|keys?|orders?|shipments?|labels?|that|which|will|easily|rarely|and|or|things|don't|"
    r"doesn't|didn't) "
    r"(?:\w+ )?get lost",
    r"get lost (?:in|on|at|among|between|during|or|again|while|behind|underneath)",
    r"(?:will|should|would|does|do|may|might|n't|not|to|stains?|smell|error|message|it|they|marks?|usually|"
    r"can|could|noise|pop-?up|"
    r"that|banner|doesn't|don't|won't) (?:\w+ )?go away",
    r"(?:one|those|people|team|person|shop|company|anyone|everyone|customer|man|woman|us|somebody|brand|staff)"
    r" who cares",
    r"(?:not|isn't|n't|never|wasn't) (?:\w+ )?your (?:own )?fault|(?:not|n't|never|need to|reason to) blame yourself",
    r"(?:will|'ll|can|could|would|should|they|we|team|must|colleagues?|i|gladly|department|how (?:you|we|they)"
    r"|how to|time to|me|us) "
    r"(?:\w+ ){0,2}deal with it",
    r"(?:they|kids|children|puppies|kittens|plants|you|when|she|he|we|i|who|that|it|will|can|seedlings|girls|"
    r"boys) (?:\w+ )?grow up",
    r"get a (?:grip on|job (?:as|in|at|alert|offer)|life (?:jacket|vest|size|insurance)|brain (?:scan|teaser|freeze))",
    r"use your (?:head ?(?:torch|unit|set|phones|lamp|rest|strap|band)|eye ?\w+)",
    r"that's your problem (?:solved|fixed|sorted|gone)",
    r"(?:you|get|getting|got|ever|feel) (?:\w+ )?(?:sick|tired) (?:and tired )?of your|(?:^|[.?!]\s)tired of "
    r"your \w+|tired of your (?:old|current)",
    r"you(?:'re| are) lying (?:down|on|in|flat|under|back|awake|next|there|still)",
    r"(?:and|then|to|cannot|can't|could|can|hard to|you|we) (?:\w+ )?(?:beat|shut|zip|suck|screw) it",
    r"(?:to|helps?|will|can|and|baby|him|her|it) (?:\w+ )?stop (?:annoying|crying|spamming|barking|whining)",
    r"are you (?:\w+ )?(?:deaf|blind) or (?:hard|partially|visually|have|use|do|in need|severely)|colou?r[ "
    r"-]?blind|are you serious about",
    r"(?:who|they|you can|students?|we|he|she|it|kids?|child\w*|beginners?|help\w*|your \w+|will|want to|"
    r"adults?) (?:\w+ )?learn (?:how )?to|learn (?:how "
    r")?to (?:read|write|spell|think|listen) (?:music|code|kanji|chinese|arabic|in|like|with|notes|japanese)",
    r"you (?:called|told|wrote|said|mentioned|described|named|heard|felt) (?:\w+ ){0,4}(?:idiots?|stupid|dumb|"
    r"pathetic|morons?|losers?|crap|shit|"
    r"damn|imbeciles?|clowns?|useless|ass|bastards?|ridiculous|a joke)",
)
"""Phrases that hold a listed one and mean nothing by it: what begins inside of one is not found."""
