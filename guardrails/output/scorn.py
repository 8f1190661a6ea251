"""What an agent says in contempt of a customer: rhetorical questions, comparisons, indifference, dismissal. Data only.

RE2 fragments on lower-case text, as in `words` and `aimed`, ordered by what the sentence does to the one it speaks to.
"""

_BEAST = (
    r"(?:monkey|child|toddler|baby|kid|kindergartner|goldfish|dog|cat|parrot|chimp|ape|hamster|donkey|grandmother|"
    r"grandma|grandpa|granny|"
    r"(?:three|four|five|six|seven|eight|\d)[- ]year[- ]old|nephew|niece|caveman|brick|robot|trained \w+)"
)
_PET = (
    r"(?:buddy|pal|lady|sweetheart|sweetie|honey|darling|princess|genius|einstein|sherlock|champ|missy|sunshine|"
    r"cupcake|kiddo|freak|sucker|loser|creep|clown|fool|liar|scammer|cheapskate|crybaby|karen|smart ?ass|wise ?guy|"
    r"know-it-all|whiner|weirdo|nutcase|dummy|grandpa|grandma|old (?:man|woman|lady)|little (?:man|girl|boy))"
)
_WISER = (
    r"(?:an? (?:adult|grown-?up|child|responsible adult|real man)|your (?:husband|wife|mother|mom|mum|mommy|father|dad|"
    r""
    r"daddy|kids?|children|grandchildren|nurse|carer|doctor|therapist|psychiatrist)|"
    r"(?:someone|somebody|anyone|anybody) (?:\w+ )?(?:smarter|brighter|cleverer|competent|intelligent|sober|sane|"
    r"normal|with (?:a|half a) brain|else in your (?:house|family)\w* who can))"
)
_SCORNED = (
    r"(?:annoying|difficult|entitled|rude|demanding|stupid|ungrateful|unpleasant|clueless|irritating|tiresome|dumb|"
    r"pathetic|miserable|ridiculous|impossible|boring|lazy|ignorant|helpless|dense|hysterical|needy|dramatic|"
    r"exhausting|insufferable|whiny|petty|paranoid|delusional|obnoxious|thick|slow|arrogant|greedy|cheap)"
)
_PATRON = r"(?:customers?|clients?|people|buyers?|shoppers?|persons?|guys?|users?|complainers?|women|men|individuals?)"

SCORN = (
    # said and done with
    r"(?:serves?|served) you right|you (?:had|have) it coming|you (?:brought|did) (?:this|that|it) (?:on|to) yourself|"
    r"that is what "
    r"you get for|that's what you get for|you got what you (?:paid for|deserve\w*)",
    r"(?:you are|you're) (?:not special|nobody|nothing|no one)(?:[.!,;]|$| to| but)",
    r"don't flatter yourself|get off your high horse|your (?:highness|majesty|royal highness)(?:[.!,?]|$)|man up|"
    r"toughen up|"
    r"pull yourself together|act your age|get a hobby|(?:oh )?(?:you )?poor (?:little )?baby|cool story|yeah,? "
    r"right(?:[.!,]|$)|"
    r"in your dreams|keep dreaming|dream on|talk to the hand|give it a rest|you again[?!]|not you again|"
    r"when hell freezes|pull the other one|sounds like a you problem|your loss",
    r"do you want (?:a|an) (?:medal|cookie|prize|applause|round of applause|award)(?: for (?:that|it|this))?[?!]",
    r"do you ever (?:shut up|stop|listen|think|read|leave)",
    r"(?:are|were) you (?:drunk|high|always (?:like this|this)|born|okay in the head|on drugs|out of your mind)(?: "
    r"\w+)?[?!]",
    r"(?:have|had|get|need|needs) your head (?:examined|checked|looked at)|(?:take|taken|skipped|forgot|forget|missed) "
    r"(?:your|their|"
    r"his|her) (?:pills|meds|medication)(?: today| and try| again| this morning)",
    r"you need (?:professional |serious |mental )?help,? (?:and not from|but not from|not a refund|mentally|in the "
    r"head)",
    r"(?:the |your )(?:attitude|manners|personality|user|customer|brain) (?:is|are|was)(?:n't| not)? (?:the )?(?:only "
    r")?(?:thing|"
    r"problem|defective|broken|doesn't work|the defect)",
    r"(?:nothing|something|not much|a lot) (?:is )?wrong with (?:you|your head|your brain)(?:[.!,]|$)",
    r"(?:i|we)(?:'m| am|'re| are) not (?:listening|reading|going to repeat|answering|helping|here to babysit|your) "
    r"(?:to )?"
    r"(?:you|this|myself|your|any)(?: any ?more| again|[.!,]|$)",
    r"(?:stopped|stop|deleted|delete|binned) (?:\w+ ){0,4}(?:reading|messages?|e-?mails?) (?:after your first|without "
    r"reading|at "
    r"the word|halfway)",
    r"going straight (?:in|into|to) the (?:bin|trash|garbage|rubbish)",
    r"(?:laughing|laughed|laugh|giggled|a good laugh|made fun) (?:\w+ ){0,2}(?:at|about|of) (?:you|your)(?: \w+)?",
    r"(?:made|makes|make|had) (?:everyone|everybody|us all|the whole team|the office)(?: here)? (?:laugh|giggle|"
    r"cringe)(?:[.!]|$| "
    r"at you)",
    r"(?:enjoy|pleasure|love|delighted|happy|fun) (?:to |in )?(?:reject|rejecting|refuse|refusing|deny|denying|ignore|"
    r"ignoring|"
    r"block|blocking) (?:your|you)(?: \w+)?",
    r"(?:ruined|ruin|spoiled|spoilt) (?:my|our) (?:\w+ )?(?:shift|day|week|mood|lunch|weekend)",
    r"(?:until|till|before) you (?:wrote|came along|showed up|opened your mouth)(?:[.!,]|$)",
    r"(?:you(?:'re| are)?|your \w+) (?:is |are )?(?:not |n't )?worth (?:my|our|the|a|another|less than|nothing|one)(?: "
    r"\w+)? "
    r"(?:break|time|minute|second|breath|paper|trouble|laces|penny|cent|effort|air)?",
    r"worth (?:nothing|less than (?:nothing|dirt)) to (?:us|me|anyone)",
    r"(?:likes|like) of you(?:[.!,]|$)",
    r"(?:be grateful|thank us|count yourself lucky|consider yourself lucky|you(?:'re| are) lucky) (?:that|for what|we|"
    r"if|to)(?: "
    r"we)? (?:even |ever )?(?:answer|bother|you get|ship|reply|get|serve|keep|don't)(?: \w+)?",
    r"beggars can't be choosers|(?:don't|do not) run a charity|not a charity",
    r"(?:what|the) (?:a )?(?:nerve|audacity|cheek|gall)(?: of (?:you|some people))?(?:[.!?]|$| to| of)|you have (?:the|"
    r"some) "
    r"(?:nerve|audacity|cheek|gall)",
    r"some people should(?:n't| not) (?:be allowed to |ever )?(?:shop|buy|own|have|use|breathe|vote|order|go online)",
    r"(?:people|those) who (?:can't|cannot|can not) (?:afford|read|count|spell|pay|think|follow) (?:\w+ "
    r"){0,4}(?:shouldn't|should "
    r"not|should stay|have no business|don't deserve)",
    r"unlike you(?:[.!,]|$)|get a job(?: and|[.!,]|$)|too poor (?:for|to)|if you can't afford",
    r"(?:leave|go),? then(?:[.!,]|$)|now leave(?:[.!]|$)|the door is (?:over )?(?:there|that way)|on your way out|be "
    r"like that(?:[.,!]|$)",
    r"marked you as an? \w+|on our list of (?:nutcases|troublemakers|idiots|cheats|liars|\w+ customers)|why we have a "
    r"blacklist",
    r"(?:couldn't|could not|can't|cannot) (?:find|pour|hit|spell|read|boil|tie|count) (?:\w+ ){1,5}(?:with both hands|"
    r"out of a boot|"
    r"if (?:it|the|your|you)|own nose|own name|to ten)",
    r"(?:more|better|nicer|smarter|deeper) (?:\w+ )?(?:personality|conversations?|manners|brains|spelling|sense|"
    r"company) (?:than you|"
    r"with my|in (?:a|my)|than your)",
    r"(?:conversations?|talked?|chats?) with (?:my|a) (?:toaster|wall|dog|cat|fridge|brick|doorknob|parrot)",
    r"memory of a sieve|manners of an? \w+|between your ears|brain must be|lose your head if|dumb (?:this|it|things) "
    r"down|"
    r"for you in capitals|type slowly|in letters big enough|words that a child|if brains were|if ignorance is bliss|"
    r"have any crayons|with crayons|a miracle (?:that )?you can",
    r"(?:amazed|surprised|impressed|astonished) (?:that )?you (?:managed|can|could|know how|even know|were able) (?:to "
    r")?(?:turn|find|"
    r"open|write|read|type|breathe|dress|tie|use|own|even)",
    r"how do you (?:even )?(?:get dressed|survive|manage to (?:live|breathe)|tie your shoes|find the door|live with "
    r"yourself)",
    r"how can (?:one|a single|any) (?:person|human|customer) be (?:so|this|that) \w+",
    r"(?:not sure|wondering|can't tell|hard to tell) if you(?:'re| are) (?:\w+ )?(?:joking|serious|simple|stupid|slow|"
    r"real|an)",
    r"(?:only you|trust you|leave it to you) (?:could|to) (?:turn|get|manage|break|make|mess)(?: \w+)?",
    r"(?:must be|you're|you are) (?:such )?(?:fun|a joy|a delight|a riot) at parties",
    r"(?:get to the point|i don't have all day|we don't have all day|haven't got all day|too long,? didn't read|and i "
    r"should care|"
    r"why should (?:i|we) care|see if (?:i|we|anybody|anyone) cares?)",
    r"cry all you (?:want|like)|scream (?:all|as loud)|stamp your feet|throw(?:ing)? a (?:tantrum|fit|hissy)|like a "
    r"spoil(?:ed|t) (?:child|"
    r"brat|kid)",
    r"they'll laugh(?: at you| too|[.!]|$)|all (?:two|three|four|five|six) of them(?:[.!]|$)",
    r"(?:doesn't|don't|won't|does not|do not|will not) (?:scare|frighten|impress|bother) (?:us|me)(?:[.!,]|$)",
    r"(?:don't|do not) (?:come|go) crying (?:to|back)|crying over (?:ten|five|two|a few|\$?\d+) \w+",
    r"i(?:'m| am) (?:this|so) close to (?:losing|blocking|hanging|snapping|screaming)",
    r"how (?:very )?(?:embarrassing|pathetic|sad|childish|typical|original)(?: for you| of you|[.!])",
    r"such (?:arrogance|ignorance|stupidity|rudeness|insolence|nonsense|greed|pettiness)",
    r"what an? (?:whiner|crybaby|joke|loser|clown|embarrassment|embarrassing|pathetic|piece of work|drama queen|child|"
    r"baby|snob|"
    r"genius|charmer|waste|load of (?:rubbish|nonsense|garbage|crap))",
    r"(?:keep|save) (?:it|your (?:five stars|opinions?|breath|story|comments?|advice|tears)) (?:for|to yourself|,|"
    r"anyway)(?: "
    r"someone| somebody|who| nobody)?",
    r"(?:we|you) both know (?:you|that you|it was you)(?: \w+)?",
    r"(?:i bet|no doubt|obviously|clearly) you(?:'ve)? (?:do|did|try|tried|pull|say|done|made) (?:this|that|it) "
    r"(?:with|to|on|up|"
    r"yourself)(?: \w+)?",
    r"(?:your|that|the) (?:whole |entire )?(?:message|story|claim|e-?mail|complaint) is (?:one )?(?:an? )?(?:big |"
    r"complete |total )"
    r"?(?:lie|fairy ?tale|fiction|invention|nonsense)",
    r"(?:we can|i can) prove it,? so (?:give up|stop|shut|admit)|wasn't born yesterday|as if (?:anybody|anyone|we|i) "
    r"(?:believes?|would)",
    r"(?:women|men|blondes|girls|old people|grandpas?|foreigners|pensioners) (?:and (?:technology|computers|cars|tools|"
    r"maths|money)|"
    r"should ask before|can't follow|never understand)",
    r"typical (?:man|woman|male|female|blonde|foreigner|american|german|boomer|millennial|tourist)(?:[.,!]|$)",
    r"you (?:foreigners|immigrants|women|men|old people|poor people|rich people|americans|germans|indians|chinese|"
    r"millennials|"
    r"boomers)(?: \w+)? (?:never|always|all|just|can't|don't|should|think|only)",
    r"(?:rich|poor|old|young|fat|lazy|stupid) (?:people|women|men|ladies|customers) like you (?:should|must|always|"
    r"never|can't|"
    r"don't)(?: \w+)?",
    r"where you come from|not to (?:dumps|places|holes|villages) like yours|for decent people|speak (?:proper "
    r")?english or|"
    r"learn (?:proper )?english(?: before| first|[.!])",
    r"(?:that|the|no) (?:colou?r|dress|make-?up|filter) can(?:'t|not)? (?:save|help|fix|hide) (?:that|your) \w+|with "
    r"your figure",
    r"(?:let|leave) (?:the )?(?:grown-?ups|adults|men|professionals|smart people) (?:handle|talk|do|decide|deal)|to "
    r"the grown-?ups",
    r"stick to (?:paper|crayons|cash|your|the kitchen|things you|shopping)(?: \w+)?,? ?(?:catalogues?|grandpa|grandma|"
    r"understand)?",
    r"(?:explained|said|told you)(?: it| this)? (?:\w+ ){0,6}what is your excuse|wrong (?:again|as always),? as "
    r"(?:usual|always)|"
    r"you are wrong,? as (?:always|usual)|just accept that you (?:lost|are wrong|were wrong)",
    r"pain in the (?:neck|ass|arse|butt|backside)(?:[.!,]|$)|make(?:s)? me want to (?:throw up|quit|scream|vomit|puke)|"
    r"punishment for",
    r"you(?:'re| are) (?:unbearable|insufferable|exhausting|intolerable|impossible|beyond help|hopeless|a nightmare|a "
    r"disgrace)"
    r"(?:[.!,]|$| and)",
    r"you talk too much|you have no (?:right to complain|idea who (?:you are|you're)|shame|class|manners|brain|taste|"
    r"clue)",
    r"you (?:can|may) (?:take|stick|shove|keep) your (?:\w+ )?(?:complaint|review|opinion|attitude|money|business|"
    r"order|threats?)"
    r"(?: \w+)?",
    r"(?:you should|should) have thought (?:about|of) that (?:before|earlier|sooner)|should have thought before",
    r"(?:fine|there|happy now),? have your (?:\w+ )?(?:dollars|money|refund|pennies|euros|pounds),? (?:you|and)",
    r"(?:hey|hello|listen|look|ok|okay) (?:dumbo|dummy|stupid|genius|moron|idiot|fatso|grandpa|freak|cretin|pal|"
    r"buddy)",
    r"oh,? the drama|not a heart transplant|novel about|i'm the queen of england|favou?rite (?:pain|complainer|"
    r"nightmare|nutcase)",
    r"hire a lawyer,? see|(?:i|we)(?:'ve| have) got better things to do than|we have real customers",
    # questions that ask nothing
    r"are you (?:even|ever|still|actually) (?:listening|reading|trying|thinking|human|awake|for real)(?: to me)?[?!.]",
    rf"why (?:are|must|do|can't|won't|would) (?:you|people like you|you people)(?: \w+){{0,2}} (?:so|such an?|this|"
    rf"always|act so|be so) (?:\w+ )?{_SCORNED}",
    r"(?:seriously|honestly|really|come on|jesus|oh god|good grief|for god's sake|for heaven's sake),? (?:how|what|"
    r"why|is|are|do|did|can|who)"
    r" (?:\w+ ){0,3}?(?:hard|difficult|wrong with|stupid|dense|part|thinking|expect|people|care|problem|dumb)",
    r"how (?:hard|difficult|complicated) (?:is it|can it (?:possibly )?be)(?: for you)?(?: to (?:\w+ )?(?:read|follow|"
    r"understand|click|press|type|wait|open|use|measure|count|listen|find|enter|fill|write|grasp|send)|[?!])",
    rf"(?:is|isn't|was) there (?:really )?(?:anyone|anybody|someone|somebody) (?:\w+ )?(?:smarter|brighter|cleverer|"
    rf"else with|saner|competent|{_WISER})",
    r"can(?:'t| not|not)? (?:you|your sort|people like you)(?: people)? (?:even |ever )?do anything (?:right|by "
    r"yourself|yourselves)",
    r"(?:did|do|does) (?:nobody|no one|anybody|anyone|your (?:mother|parents|mom|mum))(?: ever)? (?:teach|taught|tell|"
    r"raise|love) you",
    r"(?:were you|you must have been|was somebody|have you been) (?:\w+ )?(?:dropped|raised|born|brought up) (?:on "
    r"your "
    r"head|in a (?:barn|cave|zoo|sewer)|by (?:wolves|animals)|yesterday|under a rock|this (?:stupid|dumb|slow))",
    r"is (?:english|reading|thinking|listening|counting) (?:\w+ ){0,4}(?:second language or|too (?:hard|much)|beyond "
    r"you|a foreign|not your)",
    r"who (?:raised|asked|invited|hurt|died and made) you",
    r"who do you think you(?:'re| are)",
    r"what (?:on earth |the (?:hell|heck) )?(?:are you on|were you thinking|do you expect (?:me|us) to do about "
    r"(?:it|that)|did you expect,? (?:genius|a|for that))",
    r"(?:can|could|would) you be any (?:more|less) \w+",
    r"(?:do|don't) you have (?:anything|nothing|something) better to do",
    # told once too often
    r"for the (?:hundredth|thousandth|umpteenth|millionth|last|last (?:damn|bloody)|final|nth|tenth|fifth|"
    r"\d{2,}th) time[,:!.]",
    r"(?:how many (?:more )?times (?:must|do|should|will|have|am)|i(?:'ve| have) (?:already )?(?:said|told you|"
    r"explained "
    r"(?:it|this)) (?:a (?:hundred|thousand|million) times|ten times|over and over))",
    r"(?:which|what) (?:word|bit|syllable) (?:of|in) (?:\W?\w+\W? ){1,4}(?:don't|do|did|is|was)",
    # worse than a beast or a child
    rf"even (?:an? |my |our |your )?(?:\w+ )?{_BEAST} (?:could|can|would|manages?|knows?|understands?|has|gets?)",
    rf"(?:my|our) (?:\w+ )?{_BEAST} (?:could|can|would|reads?|writes?|spells?|types?|has|have|knows?|is|understands?|"
    rf"follows?|assembles?|behaves?|shows?) (?:\w+ ){{0,5}}(?:than you|better|faster|more (?:sense|brains|manners))",
    rf"(?:like|as) (?:an? )?(?:\w+ )?{_BEAST} (?:wrote|typed|packed|throwing|having|could have|would)",
    r"(?:smarter|brighter|faster|better|cleverer|nicer|saner|quicker|politer|more \w+) than (?:you|you'll ever be|you "
    r"are|your sort|people like you|you could ever)(?:[.!,;]| and| will|$)",
    r"(?:you|it|that|this) (?:sounds?|reads?|looks?|writes?|types?) (?:just )?like (?:you (?:are|were|have|never)|a "
    r"broken "
    r"record|a (?:\w+ )?(?:child|toddler|lunatic|drunk|crazy|madman|baby)|you(?:'re| are))",
    r"(?:it )?takes? (?:a|some) (?:special|rare|particular|real) (?:kind|type|sort|talent|gift|skill) (?:of (?:\w+ )?"
    r"(?:person|idiot|fool|stupid|customer|genius|talent|people|ignorance) )?to (?:mess|screw|break|get|fail|not|"
    r"misread|ruin|misunderstand|order|be)",
    # advice that belittles
    rf"(?:maybe|perhaps|next time|why (?:don't|not)|you should|go|better|how about),? (?:you )?(?:just "
    rf")?(?:ask(?:ing)?|"
    rf"get|getting|find|let|have|call) {_WISER} (?:to|who|for|about|explain|do|help|read|fill|handle|with)",
    rf"(?:ask|get|let|have|find|call) {_WISER} (?:to )?(?:explain|read|spell|translate|show|type|click|think|do) "
    rf"(?:it|this|that|these|the \w+|our \w+|my \w+)? ?(?:to|for|out to|out for) you",
    r"(?:ask|get|let|have|find|call|put) (?:me |us )?(?:through to |on )?(?:someone|somebody|anyone) (?:\w+ "
    r")?(?:smarter|"
    r"brighter|cleverer|competent|intelligent|sober|sane|normal|with (?:a|half a) brain)",
    r"(?:try|next time,?|how about|start|maybe try|consider|have you tried|ever tried|perhaps try) (?:actually |"
    r"really )?(?:thinking|reading (?:before|it first|what|for once)|listening(?: for once)?|using (?:your|that) "
    r"(?:\w+ )?(?:brain|eyes|head)|being less|not being|growing up|learning to|opening your eyes|common sense)"
    r"(?: before| for|[.!,?]|$| what| the)",
    r"(?:learn|figure out) how to use (?:a|your|the) (?:computer|brain|phone|internet|eyes|keyboard|dictionary|mouse)",
    r"learn to use (?:a|your|the) (?:computer|brain|internet|eyes|keyboard|dictionary|mouse)(?: before| first|[.!]|$)",
    r"(?:use|open|rub|clean) your (?:damn |own )?(?:eyes|ears|brain|glasses)(?: \w+)? ?(?:before|next time|for once|"
    r"instead|first|and read|and listen|and look|[.!]|$)",
    r"(?:do|would|did|shall|should|must) (?:you|i|we) (?:really )?(?:need|like|want|have|draw)(?: me| us)? ?(?:to )?"
    r"(?:draw|spell|hold|wipe|repeat|chew|tuck)(?: it| you| your)? (?:you )?(?:a picture[?!]|it out for you|hand|nose|"
    r"it (?:again )?slowly)",
    r"it(?:'s| is) not (?:rocket science|brain surgery|that (?:hard|difficult|complicated))(?:,| even|[.!]|$)",
    # indifference
    r"(?:when|if|whenever) (?:i|we) (?:feel like it|can be bothered|get bored|please|damn well)",
    r"(?:do not|don't|wouldn't|would not) hold (?:your|my) breath(?: waiting|[.!,]|$| for (?:a|an|it|that|us|your))",
    r"(?:tough|too bad|oh well|so what|big deal|your loss|so sad|hard luck|tough luck|cry more|sucks to be you|"
    r"who cares|blah(?:,? blah)+|yada(?:,? yada)+|yawn|whatever)(?:[.!]| for you|,? (?:so sad|buddy|pal|lady|deal|"
    r"sweetheart|honey|princess))",
    r"(?:that|it)(?:'s| is|s) (?:just )?(?:tough|too bad|your (?:own )?(?:loss|problem|bad luck|mess|doing|stupidity)|"
    r"not my (?:job|concern|business|problem))(?:[.!,;]|$)",
    r"not my (?:job|concern|business|circus|department)(?:[.!,;]|$| to (?:babysit|explain|teach|hold|care|fix your))",
    r"(?:i|we) (?:won't|will not|wouldn't|would not|shan't) (?:miss|cry over|lose (?:any )?sleep over|waste (?:another|"
    r""
    r"any|one) \w+ on) (?:you|your|people|that)",
    r"(?:not everything|the world|the universe|it) (?:is(?:n't)?|does(?:n't)?|not) (?:\w+ )?(?:about you|revolves? "
    r"around "
    r"you|owes? you)",
    r"nobody (?:asked|cares|wants|likes|believes|needs|invited|forced|is interested in|is listening to|feels sorry "
    r"for)(?: for| about)? (?:you|your)",
    r"(?:i|we|they)(?:'m| am|'re| are|'m not| do)?(?: do)?(?:n't| not) (?:get |being )?paid (?:nearly |anywhere near "
    r")?"
    r"enough (?:to|for) (?:deal|this|put up|listen|read|answer|handle|babysit|care)",
    r"(?:good luck|hope you (?:enjoy|like|love)|enjoy|have fun) (?:being |finding (?:anyone|somebody|someone)|getting|"
    r"living|with that|explaining) (?:\w+ ){0,4}(?:scammed|robbed|alone|broke|miserable|gives? a|cares?|stupid|refund "
    r"(?:now|from us)|ignored|bored|attitude|lawyer)",
    # weariness of the customer
    r"(?:i|we)(?:'ve| have) (?:really |just )?had (?:it|enough)(?: up to here)? (?:with|of) (?:you|your|customers|"
    r"people|"
    r"this (?:nonsense|whining|conversation|complaint))",
    r"(?:i|we)(?:'m| am|'re| are)(?: so| just| really)? (?:done|through|finished|fed up) (?:with|talking to|listening "
    r"to|arguing with|helping|wasting|explaining) (?:you|your|this (?:conversation|nonsense|customer)|customers "
    r"like|people like)",
    r"(?:you(?:r \w+)?|customers like you|people like you|this|it) (?:just |really |always |all )?(?:gives?|gave|"
    r"giving) "
    r"(?:me|us|everyone) (?:a |an? huge |such a )?(?:headaches?|migraines?|the creeps|ulcers?|nightmares)",
    rf"(?:the|our|my) (?:most|biggest|single most|worst|least) (?:{_SCORNED} )?(?:{_PATRON}|nightmare|headache|waste|"
    rf"complainer|e-?mail|ticket|message) (?:\w+ ){{0,3}}(?:today|this (?:week|month|year)|ever|i've|we've|we have|"
    rf"i have|in years|so far)",
    rf"you(?:'re| are)(?: \w+)? (?:the |our |my |this week's |today's |officially the )?(?:most {_SCORNED}|worst|"
    rf"biggest "
    rf"(?:waste|joke|baby|pain|nuisance))",
    r"(?:you(?:'re| are)|what) (?:a |an |such a |just a |nothing but a |the )?(?:\w+ )?(?:nightmare|nuisance|pest|pain|"
    r""
    r"waste of space|disaster|drama queen|piece of work|lost cause)(?: to| of a| for| customer|[.!,]|$)",
    r"(?:pity|feel sorry for|feel bad for) (?:the |your )?(?:\w+ )?(?:people|person|family|wife|husband|kids|children|"
    r"man|woman|mother|parents|friends|colleagues|neighbou?rs|poor \w+)(?: \w+)? (?:who|that|for|having|around)? ?"
    r"(?:live|lives|living|has|have|had|married|puts?|knows?|you|deals?|work)",
    r"no wonder (?:you(?:'re| are| have| don't have)|nobody|your (?:\w+ )?(?:left|hates|ran|friends|marriage))(?: "
    r"\w+)? "
    r"?(?:alone|lonely|single|divorced|broke|poor|unemployed|no friends|friends|likes? you|wants? you|hates?|left|"
    r"in trouble|confused|so)",
    r"you (?:absolutely |really |just )?(?:reek|stink|smell|drip) (?:of|like|with) \w+",
    rf"(?:typical|another|just another|yet another|one of those|so typical|oh look,? another) (?:\w+,? )?(?:{_SCORNED} "
    rf")?"
    rf"(?:{_PATRON}|tourist|american|woman|man|millennial|boomer|pensioner|teenager|foreigner|karen|freeloader)"
    rf"(?:,? (?:who|that|always|never|with|expecting|wanting|trying|thinking|complaining|demanding|asking)|"
    rf"(?: \w+){{0,3}} (?:who (?:didn't|can't|doesn't|never|thinks|wants)|expecting everything|wanting everything))",
    r"(?:wow|oh|gee|ah|well|great),? (?:what a |a )?(?:surprise|shock|shocker|big surprise|how original|look who|here "
    r"we "
    r"go|another)(?:,| again| another| who|[.!]| it's you|:)",
    r"(?:same|another|that) (?:old )?(?:sob story|sad story|song and dance|excuse|whining|nonsense|fairy ?tale|lie) "
    r"(?:\w+ )?(?:every|again|as|from|over)",
    # the customer as a cheat
    r"(?:you(?:'re| are)|trying|just) (?:just |only |obviously |clearly |simply )?(?:trying|looking|hoping|out|want|"
    r"fishing) (?:to (?:get|grab|score|scam|cheat|rip|squeeze|milk)|for) (?:\w+ ){0,3}(?:free (?:stuff|things?|money|"
    r"items?|products?)|freebies|handouts?|a freebie|us|something for nothing|everything for (?:free|nothing))",
    r"(?:expecting|wanting|demanding|expects?|wants?|thinks?) everything (?:for (?:free|nothing)|handed|on a (?:silver "
    r")?"
    r"plate|to be free)",
    r"(?:(?:not|n't|never|nobody is|nobody's) (?:\w+ )?(?:falling|fall|buying|buy|going to fall|going to buy|believe|"
    r"believing)) (?:for )?(?:your|this|that|any of your) (?:\w+ )?(?:scam|tricks?|lies|stor(?:y|ies)|excuses?|crap|"
    r"act|nonsense|sob|little|bs|fairy)",
    r"nice try[,.!](?: but| buddy| pal| scammer| liar| we| you|$)",
    r"(?:serve|help|need|want|deal with|tolerate|do business with|refund|like|sell to|trust|believe|reward) "
    r"(?:customers |"
    r"people |buyers |clients )?(?:\w+ )?(?:liars|thieves|cheats|cheaters|scammers|whiners|beggars|fraudsters|crooks|"
    r"freeloaders|parasites|complainers|idiots|losers|morons)(?: like you)?",
    r"(?:don't|do not|never) (?:need|want|miss|serve|value|like|care (?:about|for)) (?:any )?(?:customers|people|"
    r"buyers|"
    r"clients|business|money|orders) (?:like you|from (?:you|people like you)|of your (?:kind|sort))",
    r"(?:the world|this (?:place|shop|planet|company)|everyone|we|life) (?:would|will|'d) be (?:so much |a lot |much "
    r")?"
    r"(?:better|happier|better off|nicer) without (?:you|people like you|customers like you|your)",
    r"you(?:'re| are)? (?:the|obviously the|clearly the|actually the|your own) (?:only )?problem(?:[.!,;]| here| not)",
    # sent away
    rf"(?:listen|look|sorry|hey|okay|ok|nope|no|wrong|here|well|alright|right|calm down|relax|thanks|sure),? (?:here,? "
    rf")?"
    rf"{_PET}[,.!:]",
    rf",? {_PET}[.!]$",
    rf"(?:inbox|line|alone|queue|chat|phone|store|shop|here|away|website|off),? (?:you )?{_PET}(?:[.!,]|$)",
    r"(?:stay|get|keep) (?:the \w+ )?(?:out of|away from|off) (?:my|our) (?:inbox|shop|store|site|website|chat|life|"
    r"sight|"
    r"phone|line)",
    r"(?:crawl|go|slither|climb|creep) back (?:to|under|into|in) (?:your|the|whatever|that) (?:\w+ )?(?:rock|hole|cave|"
    r""
    r"swamp|sewer|bridge|kitchen|mother|mommy|bed|village|school|gutter)",
    r"(?:go|run|just go) (?:and )?(?:cry|whine|moan|complain|bother|annoy|bore|pester|bug|run|tell) (?:to |about it to "
    r")?"
    r"(?:someone|somebody|anyone|your (?:mother|mom|mommy|mum|therapist|friends|wife|husband|cat|dog|pillow)|another)"
    r"(?: else| shop| company)?",
    r"do (?:us|me|everyone|yourself|the world) (?:all )?a favou?r[,:]? (?:and|:)? ?(?:shop|buy|go|leave|stop|never|"
    r"disappear|vanish|don't|shut|order|get|find|delete|move|stay|forget|take)",
    r"good riddance",
    r"(?:you are|you're|consider yourself) (?:banned|blocked|fired|cut off)[.!,](?: good| don't| never| and (?:don't|"
    r"good)| bye| stay| get)",
    r"(?:hope|hoping|pray|wish|prefer|rather)(?: that)? (?:you|never|your (?:\w+ )?(?:delivery|order|parcel|package|"
    r"refund|money|plane|wedding|party|holiday))(?:'d| will| would)? never (?:\w+ )?(?:order|shop|come|write|contact|"
    r"buy|return|call|arrives?|comes?|happens?|shows?|hear|see)",
    r"(?:have|got|with|has) (?:absolutely |clearly |obviously )?(?:nothing|something|nothing at all) better to do "
    r"than",
    r"(?:complaining|whining|crying|shouting|begging|moaning|threatening us|swearing|nagging) (?:won't|will not|"
    r"doesn't|"
    r"isn't going to|never) (?:\w+ ){0,4}(?:you|your|smarter|prettier|anything|anybody|us|nothing)",
    r"(?:zip|button|shut|cut|knock|stuff) it(?: off)?(?:[.!,]| and (?:wait|listen|read|pay|go|get)|$)",
    r"(?:bite|eat|suck|screw|blow) (?:me|it)(?:[.!,]|$)",
    r"(?:up yours|sod off|bugger off|push off|hop it|take a hike|go jump|drop it or|beat it|buzz off|back off|jog on|"
    r"naff off|eff off|f off|get stuffed|get bent|get out of my (?:face|sight))",
    r"(?:spare|save) (?:me|us) (?:the|your) (?:\w+ )?(?:drama|tears|speech|lecture|story|details|whining|sob|life|"
    r"theatrics|tantrum|complaints?)",
    r"(?:stop|quit) (?:acting|behaving|being|playing)(?: \w+)? (?:like|so|such|the|a)(?: \w+)? (?:\w+)",
    r"(?:hysterical|overreacting|crazy|delusional|imagining things|making a scene|a drama queen|too sensitive),? "
    r"(?:calm down|relax|grow up|get over|lady|woman|as usual|again)",
)
