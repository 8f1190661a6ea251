"""The words and phrases of the toxicity guard, as RE2 fragments on lower-case text. Data only.

These words stand here so that no reply ever carries them to a customer. Letters may repeat (`fuuuck`): the
guard adds that itself. A plain blank stands for any blanks.
"""

STRONG = (
    "motherfuck",
    "fuck",
    "cunt",
    "bitch",
    "asshole",
    "arsehole",
    "nigger",
    "nigga",
    "faggot",
    "bullshit",
    "dickhead",
    "wanker",
    "shithead",
    "dumbass",
    "jackass",
    "bastard",
    "retard",
    "whore",
    "slut",
    "kike",
    "tranny",
    "wetback",
    "cocksuck",
    "idiot",
    "moron",
    "stupid",
)
"""Stems so distinctive that they count in any disguise: spaced out, dotted, in leetspeak."""

PROFANITY = (
    r"(?:mother|mind|cluster|un|abso)?-?fuck\w*",
    r"fck\w*",
    r"fuk(?:k?ing?|k?ed|s)?",
    r"f[*#@$!%&?_.-]{1,2}ck(?:ing|ed|er|s)?",
    r"f[*#@$!%&]{2,3}k?(?:ing|ed|er|s)?",
    r"sh[*#@$!%&?_.-]{1,2}t(?:ty|s)?",
    r"s[*#@$!%&]{2}t",
    r"b[*#@$!%&?_.-]tch\w*",
    r"c[*#@$!%&?_.-]nt",
    r"a[$@*]{2}(?:hole)?s?",
    r"@ss(?:hole)?s?",
    r"(?:bull|horse|dip|bat|ape|chicken|holy )?-?shit(?:s|ty|tier|ting|tin|head|heads|hole|"
    r"bag|show|storm|load|faced)?",
    r"bitch(?:es|ing|y|ass)?",
    r"biatch",
    r"bastards?",
    r"ass(?:es)? ?(?:hole|hat|wipe|clown|face|head)s?",
    r"ass",
    r"(?:dumb|jack|smart|lazy|lard|bad|kiss my|your)[ -]?ass(?:es)?",
    r"arse(?:hole)?s?",
    r"cunts?",
    r"twats?",
    r"wank(?:er|ers|ing)?",
    r"cock ?suck\w*",
    r"dick ?(?:head|wad|bag|face)s?",
    r"(?:you|a|such a|little|total) (?:dick|prick)s?",
    r"you (?:cock|pussy|pussies)",
    r"you tool(?:[.!,]|$)",
    r"pussies",
    r"sluts?",
    r"slutty",
    r"whores?",
    r"douche(?:bag|bags|s)?",
    r"bollocks",
    r"bugger off",
    r"piss(?:ed)? off",
    r"piss(?:ing|y)",
    r"(?:god ?)?damn(?:ed|it)?",
    r"crap(?:py|s)?",
    r"(?:what|who|why|how|where) the (?:hell|heck|f(?:[*.!?,]|$))",
    r"(?:go to|like|bloody|fucking|one) hell",
    r"wtf",
    r"stfu",
    r"gtfo",
    r"ffs",
    r"screw (?:you|yourself)",
    r"suck (?:my|it[.!,]|a dick|a cock|on (?:it|this|that)[.!])",
    r"blow me",
    r"jerk ?offs?",
    r"eat shit",
    r"bloody (?:idiot|fool|useless|hell)",
)

INSULTS = (
    r"you(?:'re| are)?,? (?:an? )?(?:absolute|complete|total|utter|real|miserable|sad|sorry|poor excuse|"
    r"pathetic|filthy|spoilt|spoiled|entitled|ungrateful|arrogant|little|silly|old|stinking|lazy|fat|ugly|"
    r"nasty|greedy|rotten|dim) (?:\w+ )?(?:of a |of an |for a |for an )?(?:waste of (?:space|time|oxygen|air)|"
    r"fool|clown|pig|rat|cow|dog|cheat|liar|crook|thief|child|brat|baby|nobody|nothing|creature|human|person|"
    r"customer|hag|witch|wretch|troll|snake|worm|parasite|excuse\w*|fraud|amateur|donkey|goat)s?",
    r"waste of (?:space|oxygen|air|skin)",
    r"(?:pathetic|sorry|poor|miserable|sad) excuse (?:for|of) an? \w+",
    r"you (?:really |honestly |truly |all )?(?:disgust|repulse|sicken|revolt) (?:me|us|everyone)",
    r"you make (?:me|us|everyone) (?:sick|ill|vomit|puke)",
    r"(?:you are|you're|are you|you must be|you have to be) (?:\w+ ){0,3}(?:the )?(?:dumbest|stupidest|"
    r"thickest|laziest|most (?:stupid|annoying|ignorant|idiotic|useless|clueless|ridiculous|pathetic)|slowest|"
    r"worst|biggest (?:\w+))(?: \w+)?",
    r"(?:is|are|was) ridiculous and so are you",
    r"you (?:\w+ )?(?:deserve|deserved) (?:to be |to get |being )?(?:scammed|robbed|cheated|ripped off|nothing|"
    r"worse|punished|hurt|what (?:you got|happened|is coming))",
    r"(?:you )?got what you deserved?",
    r"(?:you|such a|what a|poor|little) suckers?",
    r"(?:old (?:hags?|crones?|farts?|geezers?|bidd(?:y|ies))|(?:you|stupid|silly|nasty) (?:old )?(?:hags?|"
    r"bats?|cows?|crones?|farts?|"
    r"geezers?|goats?))",
    r"(?:people|customers|buyers|shoppers|idiots|clowns|women|men|girls|guys|folks|types) like you",
    r"(?:shove|stick|stuff|cram) (?:it|that|this|them|your \w+(?: \w+)?) (?:right )?(?:up (?:your|yours|where)"
    r"|where the sun)(?: \w+)?",
    r"choke on (?:it|them|that|your \w+)",
    r"(?:no wonder|not surprised) (?:that )?(?:nobody|no one|your \w+ (?:left|hates?))(?: \w+)?",
    r"your (?:tiny |little |pea-sized |small )?brain (?:is|can't|cannot|must|has|isn't)(?: \w+)?",
    r"(?:do|did) you (?:even )?have (?:a|any) brain(?: cells)?",
    r"(?:born|raised) (?:stupid|in a barn|yesterday)",
    r"your (?:mother|mum|mom|parents) (?:must|should|is|are|would) (?:be )?(?:ashamed|an? \w+|so)",
    r"you (?:stink|reek)(?:[ .!,]|$)",
    r"you smell (?:bad|awful|like (?:an? )?(?:shit|pig|goat|sewer|trash|garbage|piss|dog))",
    r"idiots?",
    r"idiotic",
    r"morons?",
    r"moronic",
    r"imbeciles?",
    r"cretins?",
    r"dimwit(?:s|ted)?",
    r"half-?wits?",
    r"nitwits?",
    r"brainless",
    r"st[*#@$!%&?_.-]{1,2}pid",
    r"stoopid",
    r"id[*#@$!%&?_.-]{1,2}ot",
    r"brain ?dead",
    r"stupid(?:ity|ly)?",
    r"dumb(?:er|est)?",
    r"dumb ?(?:ass|fuck)(?:es|s)?",
    r"(?:re)?tards?",
    r"retarded",
    r"losers?",
    r"scum(?:bag|bags)?",
    r"low-?li(?:fe|fes|ves)",
    r"cry ?bab(?:y|ies)",
    r"pathetic",
    r"worthless (?:piece|human|person|customer|little|excuse|opinion|creature|trash|life)|you(?:'re| are) "
    r"(?:\w+ )?worthless",
    r"you (?:fools?|clowns?|jerks?|liars?|crooks?|pigs?|rats?|trash|animals?|ignoramus|"
    r"peasants?)",
    r"(?:you are|you're|youre|ur|u r) (?:such |just |nothing but )?(?:an? )?(?:\w+ "
    r")?(?:fools?|clowns?|jerks?|liars?|crooks?|pigs?|trash|garbage|"
    r"ignorant|delusional|insane|crazy|psycho|lunatic|disgusting|disgrace|joke|nobody|waste "
    r"of (?:time|space|air|oxygen)|useless|incompetent|clueless|"
    r"too (?:dense|thick|slow|lazy|old) to \w+)",
    r"shut (?:the \w+ )?(?:up|your \w+)",
    r"shut it",
    r"zip it",
    r"people like you (?:are|make|should|always|ruin|disgust)",
    r"(?:nobody|no one) (?:likes|cares about|wants) you",
    r"(?:what|how) (?:a|an) (?:\w+ )?(?:idiot|moron|fool|loser|clown|jerk)",
)

_DO = (
    r"kill|murder|hurt|harm|beat|destroy|ruin|smash|shoot|stab|burn|punch|slap|strangle|"
    r"choke|hunt|break|crush|"
    r"end|attack|track|bury|gut|slaughter|torture|execute|lynch|hang|cut|rip|tear|wreck|"
    r"expose|find and \w+"
)
_WILL = (
    r"(?:i|we|they|someone|somebody)(?:'ll| will| shall|'m going to| am going to|'re going "
    r"to| are going to| gonna|'m gonna|"
    r" want to| wanna|'d love to| would love to| could| should| swear i will| swear we will|"
    r" swear i'll)(?: come (?:over )?and)?(?: \w+)?"
)
THREATS = (
    r"(?:i|we)(?:'ll| will| shall|'m going to| am going to|'re going to| are going to|"
    r" can) (?:personally )?(?:make sure|see to it|ensure) (?:that )?(?:you|your \w+) (?:\w+ )?(?:regret|"
    r"suffer|pay for (?:this|that|it)|lose (?:your|everything)|never (?:work|walk|sleep|see your)|hurt|end up "
    r"in|are ruined|"
    r"die)\w*",
    r"(?:i|we) hope (?:that )?(?:you|your \w+|the whole \w+) (?:\w+ )?(?:burns?|burns? down|crash\w*|explodes?|"
    r"gets? (?:robbed|sick|ill|fired|hit|hurt)|loses? everything|falls? ill|never recovers?|collapses?|rots?)",
    r"(?:watch yourself|watch out|be careful|careful),? (?:\w+ )?(?:i|we) (?:have|know|got|found|"
    r"can find) (?:your|where)(?: \w+)?",
    r"(?:i|we)(?:'ll| will| can| could|'m going to| are going to) (?:find out|figure out|look up|"
    r"discover) where you (?:live|work|sleep)",
    r"(?:i|we) (?:have|know|got|kept|found) your (?:home )?address[,.]? (?:remember|be careful|don't forget|"
    r"watch|you better)",
    r"(?:i|we)(?:'ll| will|'m going to| are going to)? ?(?:come|drive|send someone|send people) (?:over|round|"
    r"by|around)?,? ?(?:and|to) (?:break|smash|hurt|beat|teach|deal|show|sort|punch|slap|get) (?:you|your|"
    r"u)(?: \w+)?",
    r"(?:break|smash|cut off|chop off|rip off|tear off|bash in|knock out|kick in|punch|"
    r"burn) your (?:\w+ )?(?:fingers?|legs?|arms?|hands?|face|teeth|neck|bones|skull|head|house|car|windows?|"
    r"nose|jaw|throat|knees?|kneecaps)",
    r"(?:you(?:'ll| will)|you're going to) (?:wish you (?:had never|hadn't|were never|were dead|weren't)|beg "
    r"(?:for mercy|me|us)|"
    r"live to regret|never (?:walk|work|sleep) again|not (?:survive|live to))(?: \w+){0,2}",
    r"(?:before|until) (?:i|we) (?:hurt you|lose it|lose my temper|do something (?:i|we|you))(?: \w+)?",
    r"(?:something|bad things?|accidents) (?:bad |terrible |nasty |awful )?(?:will|may|might|could|"
    r"can) happen to (?:you|your \w+)",
    r"(?:teach|taught) you a lesson",
    r"(?:you are|you're) (?:a )?dead(?: man| woman| meat)?(?:[.!,]|$)",
    r"(?:you have been|you've been|consider yourself|last) warn(?:ed|ing)(?:[ .!,]|$)",
    r"(?:i|we) (?:will|'ll|shall) (?:ruin|destroy|end|bury|crush|finish) (?:you|your (?:\w+ )?(?:life|career|"
    r"reputation|family|name|business))",
    rf"{_WILL} (?:{_DO}) (?:you|u|ya|him|her|every one of you)(?: \w+)?",
    rf"{_WILL} (?:find|get|come for|track|hunt|visit|catch) (?:you|u)(?: down)? and (?:{_DO})",
    rf"(?:{_DO}) (?:you|u) (?:all|both|and your|in your|with my|until|like|slowly|myself)",
    r"(?:going to|gonna) (?:kill|murder|hurt|stab|shoot) (?:you|u)",
    r"you(?:'ll| will|'re going to| are going to|'re gonna| gonna) (?:\w+ )?(?:die|regret "
    r"(?:this|it|that|ever|the day|writing|asking|complaining|messing)|"
    r"pay for (?:(?:this|that|it)(?:[.!,]|$| one day| with| dearly)|what you)|suffer|be sorry|bleed|get hurt|get what)",
    r"(?:watch|mind) your (?:back|mouth|tongue)",
    r"watch your step,? (?:or|buddy|pal|friend|mister|lady|kid|because|idiot)",
    r"(?:i|we) know where (?:you|your \w+) (?:live|work|sleep|lives|goes)",
    r"we know your (?:home )?address",
    r"(?:kill|hang|shoot|harm|cut) (?:yourself|urself|yourselves)",
    r"kys",
    r"hope (?:that )?(?:you|u|your \w+|they) (?:\w+ )?(?:die|dies|rot|rots|choke|suffer|"
    r"burn|get cancer|get hit|crash)",
    r"(?:rot|burn) in hell",
    r"(?:you|u) (?:\w+ )?(?:deserve|ought|should|need) to (?:\w+ )?(?:die|suffer|be (?:shot|"
    r"killed|hurt|beaten|hanged|punched|slapped|dead))",
    r"(?:you'?d|you had) better (?:\w+ ){1,8}or (?:else|(?:we|i)(?:'ll| will) (?:make|ruin|come|find|hurt|sue|break))",
    r"(?:make|making) (?:you|your life) (?:pay for (?:this|it|that)|suffer|hell|miserable|a living)",
    r"(?:we|i) (?:will|'ll) (?:be )?(?:come|coming) (?:for|after) (?:you|your)",
    r"(?:accidents? (?:can |do |will )?happens?) to (?:people|customers|someone) (?:like|who)",
    r"sleep with one eye open",
    r"your (?:family|kids|children|wife|husband) (?:will|is going to|are going to) (?:\w+ "
    r")?(?:pay|suffer|die|regret|get hurt)",
    r"(?:a |the )?bullet (?:in|through|between) your \w+",
    r"put (?:you|u) in (?:the |a )?(?:hospital|ground|grave|coffin|morgue)",
)

SLURS = (
    r"nigg(?:er|ers|a|as|az)",
    r"niglets?",
    r"fag(?:got|gots|gy|s)?",
    r"dykes?",
    r"trann(?:y|ies|ys)",
    r"she-?males?",
    r"kikes?",
    r"spics?",
    r"chinks?",
    r"gooks?",
    r"wetbacks?",
    r"beaners?",
    r"pakis?",
    r"rag ?heads?",
    r"towel ?heads?",
    r"sand ?n\w+",
    r"cripples?",
    r"spastics?",
    r"spaz",
    r"mongoloids?",
    r"gypp?os?",
    r"pikeys?",
    r"darkies",
    r"negroes",
    r"coons",
    r"muzz?ies",
    r"muzz?rats?",
    r"sodomites",
    r"feminazis?",
    r"libtards?",
    r"white trash",
    r"camel jockeys?",
    r"jungle bunn(?:y|ies)",
    r"half-?breeds?",
    r"subhumans?",
    r"untermensch\w*",
)

GROUPS = (
    r"(?:wo(?:man|men)|females?|girls|feminists|men|gays?|gay (?:people|men|person|folks?)|"
    r"lesbians?|homosexuals?|queers?|trans(?:gender)?(?:s|ed)?(?: \w+)?|"
    r"transsexuals?|muslims?|islam|jews?|jewish \w+|christians?|hindus?|sikhs?|catholics?|"
    r"immigrants?|migrants?|refugees?|foreigners?|asylum seekers?|"
    r"disabled(?: \w+)?|disabilities|handicapped(?: \w+)?|autistics?|autistic \w+|deaf "
    r"people|blind people|blacks?|black (?:people|men|women|person|folks?)|"
    r"whites|white (?:people|men|women)|asians?|arabs?|africans?|mexicans?|chinese|indians?|"
    r"latin[oax]s?|roma|gyps(?:y|ies)|old people|elderly|fat people|"
    r"poor people|homeless people|people of colou?r|people (?:with (?:\w+ )?disabilit\w+|"
    r"from \w+|of (?:that|your) \w+))"
)
"""People named by what they are: the ground on which an attack becomes discrimination."""

_BAD = (
    r"(?:disgusting|disgust(?:s)? me|vermin|rats?|cockroach(?:es)?|parasites?|leech(?:es)?|"
    r"scum|filth(?:y)?|dirt(?:y)?|garbage|trash|animals?|pigs?|dogs|insects?|"
    r"apes?|monkeys?|savages?|inferior|subhuman|less than human|not (?:even )?(?:really "
    r")?(?:human|people|proper \w+|real \w+)|criminals?|thieves|terrorists?|rapists?|"
    r"p(?:a)?edophiles?|evil|stupid|dumb|idiots?|retarded|ugly|worthless|useless|pathetic|"
    r"mentally ill|sick|freaks?|abominations?|a? ?(?:plague|disease|cancer|scourge|"
    r"curse|mistake|joke|disgrace|burden)|repulsive|repugnant|revolting|vile|horrible|awful|"
    r"terrible|nasty|liars?|lazy|violent|dangerous|the worst|scumbags?|losers?|"
    r"weak|whores?|sluts?|property|objects|inhuman|unnatural|perverts?|perverted|"
    r"degenerates?|sinful|going to hell|"
    r"to blame|ruining \w+|destroying \w+|invading \w+|taking over|good for nothing|only "
    r"good for \w+|insane|crazy|hysterical|backward|primitive|barbaric|too \w+ to \w+)"
)
_DOOM = (
    r"(?:die|burn|hang|suffer|rot|disappear|drown|starve|be (?:\w+ )?(?:killed|shot|hanged|"
    r"hung|burned|burnt|exterminated|deported|gassed|beaten|raped|lynched|wiped out|"
    r"eradicated|banned|removed|punished|hit|attacked|eliminated|executed|put down|"
    r"sterili[sz]ed|slaughtered|tortured|locked up|segregated|kept|stopped|silenced|"
    r"enslaved)|"
    r"go (?:back|home|away|to hell)|have no rights|not (?:be allowed|exist|vote|have|live|"
    r"breed|work)|know their place|shut up|stay in the kitchen|serve|obey)"
)
_G = (
    r"(?:all |any |most |these |those |the |you |every |some |bloody |fucking |damn |filthy |dirty |stupid |"
    rf"that |this |other |such |of |a |an )*{GROUPS}"
)
HATE = (
    r"(?:i|we) (?:\w+ )?(?:hate|despise|loathe|detest|can't stand|cannot stand|can ?not "
    rf"stand|want to (?:\w+ )?(?:kill|hurt|beat|rape|shoot|slap|punch))(?: \w+)? {_G}",
    rf"(?:hate|despise|loathe|detest) {_G}",
    rf"{GROUPS}(?: \w+)? (?:are|r|is|'re) (?:all |just |so |such |nothing but |nothing more "
    r"than |basically |always |really |like |literally |truly |fucking |a |an |the |bunch "
    r"of |"
    rf"absolute |complete |naturally |inherently |genetically |\w+ly )*{_BAD}",
    rf"{GROUPS}(?: \w+)? (?:should|must|need to|deserve to|ought to|have to|can|better|"
    rf"shouldn't|should not|don't deserve to|do not deserve to)(?: \w+)? {_DOOM}",
    rf"{GROUPS}(?: \w+)? (?:deserve|don't deserve|do not deserve) (?:\w+ )?(?:death|violence|"
    r"rape|rights|respect|to live|to exist|to vote|it|what they get|the gas|pain|punishment|"
    r"suffering|abuse)",
    r"(?:kill|exterminate|gas|deport|eradicate|eliminate|shoot|hang|lynch|burn|wipe out|get "
    r"rid of|punch|beat up|rape|murder|destroy|attack|bomb|slaughter|hurt|stab|ban|expel|"
    r"round up|"
    r"annihilate|execute|sterili[sz]e|remove|enslave|drown|behead|massacre|torture|"
    rf"castrate) {_G}",
    rf"(?:death|down|to hell|hell|fuck|screw|no rights|gas chambers?) (?:to|with|for)? ?{_G}",
    r"(?:nobody|no one|no-one|none of us) (?:\w+ )?(?:wants|likes|needs|loves|would miss|"
    rf"would care about|cares about|should trust|trusts) {_G}",
    rf"{_BAD},? (?:\w+ )?{GROUPS}",
    rf"(?:sick|tired|fed up|disgusted|repulsed|revolted) (?:of|with|by) {_G}",
    r"(?:you are|you're|youre|ur|they are|he is|she is|they're|he's|she's) (?:just |all |"
    rf"nothing but |such )?(?:an? )?(?:{_BAD}|fucking|filthy|dirty|typical)(?: \w+)? {GROUPS}",
    rf"(?:wish|hope) (?:that )?{_G}(?: \w+)? (?:would |will |all |to |didn't |did not |get |"
    r"got )*(?:die|disappear|burn|suffer|rot|exist|killed|vanish|drown|cancer|shot|deported|"
    r"hurt)",
    r"(?:we |i )?(?:don't|do not|won't|will not|refuse to|never) (?:serve|help|ship to|sell "
    rf"to|deal with|want|trust|accept|like|employ|hire|refund) (?:to )?{_G}",
    r"(?:world|country|society|we|everyone|life) (?:\w+ )?(?:would|will|'d) be (?:\w+ "
    rf")?better (?:off )?without {_G}",
    r"(?:go back to (?:your|their) (?:own )?(?:country|kitchen|home country|cave|jungle))",
    rf"typical (?:for |of |behaviou?r (?:of|for|from) )?{_G}",
    r"(?:your|you) (?:kind|sort|type|race|lot|religion|people) (?:is|are|should|always|"
    r"never|belongs?|isn't|aren't|deserves?|makes?|can't|doesn't|don't|ruins?|disgusts?|has "
    r"no|have no) \w+",
    rf"(?:compare|treat) {_G} (?:to|like|as) (?:\w+ )?(?:animals|vermin|rats|dogs|trash|"
    r"garbage|property|dirt|objects)",
)

COUNTER = (
    r"\b(?:don't|do not|doesn't|never|nobody should|no one should|not|isn't|aren't|wasn't|"
    r"cannot|wouldn't|shouldn't)(?: \w+){0,3} (?:hate|hates|despise|loathe|detest)",
    r"\b(?:wrong|unacceptable|racist|sexist|homophobic|transphobic|bigoted|islamophobic|"
    r"misogynist\w*|ableist|hateful|hate speech|offensive|disgusting|ignorant|nasty|awful|"
    r"not ok(?:ay)?|"
    r"vile|horrible|shouldn't|should not|can't|cannot|stop|don't|do not|never|nobody|no one|"
    r"anyone|people|whoever|those|everyone|person) (?:\w+ ){0,6}(?:to say|who say|who says|"
    r"who said|saying|say|says|said|"
    r"claim\w*|think\w*|believe\w*|write|writes|writing|wrote|call\w*|like|as|phrase|"
    r"statement|comment|words?|tweet\w*|shout\w*|yell\w*|statements|things|use the)\b",
    r"\b(?:saying|says|said|claims?|claiming|phrases?|statements?|words?|comments?|tweet\w*|"
    r"posts?|slogans?|quote|called me|calling \w+|being called)\b.{0,12}[\"'].{3,160}[\"']",
    r"[\"'].{3,160}[\"'].{0,40}\b(?:is|are|was|were|sounds?|makes?|hurts?|shows?) (?:\w+ "
    r"){0,4}(?:racist|sexist|homophobic|transphobic|bigot\w*|wrong|hateful|hate|offensive|"
    r"unacceptable|"
    r"disgusting|ignorant|awful|vile|nasty|ridiculous|misogyn\w*|islamophobic|ableist|"
    r"horrible|not ok\w*)",
)
"""Signs that a phrase of discrimination is quoted or spoken against."""

RUDE = (
    r"(?:stop|quit|enough (?:of|with)|spare (?:me|us)|drop|cut) (?:with )?(?:your|the) (?:constant |endless |"
    r"stupid |pathetic |silly )?(?:whining|moaning|complaining|crying|drama|nonsense|excuses|lies|attitude|"
    r"begging|sob story|tantrums?|crap|act|bs)",
    r"(?:stop|quit) (?:bothering|writing to|contacting|emailing|e-mailing|messaging|calling|pestering) (?:us|me)",
    r"nobody (?:here )?(?:gives|gave) a (?:damn|shit|fuck|crap|toss|rat|hoot|flying|monkey|f\w*)",
    r"(?:i|we) (?:\w+ )?couldn't care less",
    r"(?:your|this) (?:complaint|question|request|e-?mail|message|demand|opinion|whining|"
    r"order) is (?:\w+ )?(?:ridiculous|stupid|pathetic|laughable|a joke|worthless|pointless|idiotic|absurd|"
    r"garbage|beneath us)",
    r"(?:are you|were you) (?:\w+ )?(?:stupid|retarded|braindead|brain dead|deluded|pretending|"
    r"born yesterday)(?: \w+)?",
    r"(?:read|open) (?:the|your) (?:damn|bloody|freaking|f\*+\w*|fucking|goddamn|stupid) \w+",
    r"(?:what part of|which part of) (?:\w+ ){1,6}(?:don't|do not|did) you (?:not )?(?:understand|get)",
    r"do(?:n't| not) (?:you )?(?:dare|ever) (?:write|contact|call|email|ask|talk|speak|come|complain)\w*(?: \w+)?",
    r"(?:go|just go|now go) (?:cry|bother|annoy|pester|whine|waste) (?:to |someone |somebody |in |"
    r"about )?(?:else|your \w+|somewhere|elsewhere|it)?",
    r"we don't want (?:you|your (?:money|business|kind))(?: \w+)?",
    r"(?:take|keep) your (?:business|money|junk|rubbish|whining) (?:elsewhere|somewhere else|to yourself|and)",
    r"do yourself a favou?r and",
    r"are we clear(?:[?.!]|$)",
    r"(?:end of story|end of discussion|case closed),? (?:so|now|stop|go)",
    r"(?:not|isn't) my (?:fault|problem) (?:that )?you(?:'re| are| can't| cannot| didn't| don't| never)(?: \w+)?",
    r"(?:if|since) you (?:had|have) (?:half a brain|any brains?|a brain|eyes)(?: \w+)?",
    r"(?:stop|quit) (?:wasting|whining|complaining|bothering|pestering|crying|moaning|lying|"
    r"begging|nagging|harassing|annoying|being so|spamming|playing dumb)(?: \w+)?",
    r"wast(?:e|ing|ed) (?:of )?(?:our|my|everyone's|everybody's) (?:precious |valuable )?time",
    r"are you (?:\w+ )?(?:blind|deaf|dumb|serious|insane|crazy|mental|illiterate|"
    r"slow|thick|dense|high|drunk)",
    r"can(?:'t|not| you not) you (?:even )?read",
    r"can you (?:even |not even )read",
    r"can you not read",
    r"can you read[?!]",
    r"learn (?:how )?to (?:read|listen|write|spell|think|behave)",
    r"get lost",
    r"(?:just|now|please|simply) go away",
    r"go away(?: and|[.!]|$)",
    r"(?:we|i) (?:really |honestly |simply |just |literally )?(?:don't|do not|couldn't|"
    r"could not) (?:care(?:[.!,]| about you| what you| how| if you| less)|"
    r"give a (?:damn|shit|fuck|crap|toss|rat|hoot|flying|monkey|f[*]\w*))",
    r"who cares",
    r"(?:your|it's all your|it is your) own (?:stupid |damn )?fault",
    r"blame yourself",
    r"how many times do (?:i|we) have to",
    r"as (?:i|we) (?:already|have already) told you (?:\w+ )?times",
    r"deal with it(?:[.!,]|$)",
    r"get over (?:it|yourself)",
    r"grow up(?:[.!,]|$)",
    r"not (?:our|my) (?:damn |fucking )?problem",
    r"that's your problem",
    r"cry (?:about it|me a river|more)",
    r"boo hoo",
    r"get a (?:life|grip|clue|brain|job)",
    r"use your (?:brain|head|eyes)",
    r"what is wrong with you",
    r"what's wrong with you",
    r"you people",
    r"take it or leave it",
    r"you should be ashamed",
    r"shame on you",
    r"how dare you",
    r"leave (?:us|me) alone",
    r"nobody cares",
    r"no one cares",
    r"(?:you|customers) (?:always|never) (?:complain|whine|listen|read|understand)\w*",
    r"(?:too|so) (?:lazy|stupid|dumb) to",
    r"you(?:'re| are| must be)? (?:\w+ ){0,2}(?:too|so) (?:dense|slow|thick|dim|old|fat|clueless) (?:to|for)",
    r"it(?:'s not|s not| is not| isn't) (?:that (?:hard|difficult)(?:[.!,]|$)|rocket science)",
    r"not (?:that |so )?(?:hard|difficult) to (?:read|understand|click|count|type|spell|look) (?:an?|the|on|"
    r"to|your|one)",
    r"don't (?:ever )?(?:bother|contact|write|email|call) (?:us|me) (?:again|anymore|ever)",
    r"(?:sick|tired) (?:and tired )?of (?:you|your|customers|people like)(?: \w+)?",
    r"(?:your|this) (?:ridiculous|absurd|laughable|pointless|silly|idiotic|endless) (?:\w+ "
    r")?(?:complaints?|questions?|requests?|e-?mails?|demands?|whining|messages?|story|"
    r"claim)",
    r"(?:you are|you're) (?:lying|a nuisance|a pain|ridiculous|annoying|impossible|hopeless|"
    r"being (?:ridiculous|difficult|unreasonable|silly|childish|dramatic|stupid))",
    r"don't be (?:so )?(?:ridiculous|stupid|silly|dense|dramatic|absurd)",
    r"(?:serves|served) you right",
    r"good riddance",
    r"whatever(?:,? just|, (?:you|i|we)|[.!])",
    r"(?:you|u) (?:clearly|obviously) (?:(?:can't|cannot|don't|do not) (?:read|count|think|understand|follow|"
    r"write|spell|tell|care|listen|know|get)|(?:didn't|never) (?:read|listen|bother|pay attention|think|look|try)|"
    r"have no (?:idea|brain|clue|manners|life|taste|shame)|are not (?:the|very|able|bright|smart))",
    r"none of your business",
    r"beat it(?:[.!,]|$)",
    r"back off(?:[.!,]|$)",
    r"last warning",
    r"(?:figure|sort) it out yourself",
    r"google it",
    r"not my job",
    r"do your (?:own )?(?:damn )?homework",
    r"talk to the hand",
    r"tough luck",
    r"too bad for you",
    r"i (?:told|warned) you so",
)
