"""Ways to call somebody something, and what people are called: frames filled from word lists. Data only.

A word alone means little (`the freak wave`, `a filthy rug`): it counts where it is said of the one spoken to.
"""

from guardrails.output.words import GROUPS

_NOUN = (
    r"(?:airhead|amateur|animal|ape|ass|baboon|baby|bag of \w+|barbarian|beggar|blob|bloodsucker|bonehead|"
    r"boor|brat|brute|buffoon|"
    r"bully|burden|charlatan|cheapskate|cheat|cheater|child|chump|clod|clown|cockroach|con artist|coward|"
    r"creep|creature|cretin|"
    r"criminal|crook|cry-?baby|deadbeat|degenerate|delinquent|dimwit|dinosaur|dirtbag|disappointment|disgrace|"
    r"dog|dolt|donkey|"
    r"doofus|dope|drama queen|drunk|dullard|dummy|dunce|embarrassment|failure|fool|fossil|fraud|fraudster|"
    r"freak|freeloader|fruitcake|"
    r"gold digger|goof|goon|gremlin|grifter|halfwit|has-been|hick|hillbilly|hypocrite|idiot|ignoramus|"
    r"imbecile|ingrate|insect|jerk|"
    r"joke|junkie|klutz|know-it-all|lard\w*|laughing stock|layabout|leech|liar|loafer|loon|loony|loser|lout|"
    r"lowlife|lunatic|maggot|"
    r"maniac|meathead|menace|miser|misfit|mongrel|monkey|monster|moocher|moron|muppet|narcissist|neanderthal|"
    r"nincompoop|nitwit|"
    r"nobody|nuisance|numbskull|nutcase|nutjob|oaf|old (?:fool|goat|bag|bat|cow)|pain|parasite|peasant|"
    r"pervert|pest|pig|piece of \w+|"
    r"pinhead|plague|plonker|princess|psycho|rascal|rat|reptile|rodent|sadist|scammer|scoundrel|scrooge|"
    r"scum\w*|sicko|simpleton|skunk|"
    r"slacker|slob|slug|snake|snob|snowflake|swine|swindler|sycophant|thief|thug|toad|toddler|tramp|trash|"
    r"troglodyte|troll|turd|"
    r"twerp|twit|vermin|vulture|waste of \w+|weakling|weasel|weirdo|whiner|wimp|worm|wretch|yob|zero)(?:s|es)?"
)
_QUALITY = (
    r"(?:abhorrent|absurd|annoying|arrogant|bothersome|irritating|irrational|hateful|bitter|boring|cheating|"
    r"blind|brain-?dead|brainless|cheap|childish|clueless|clumsy|contemptible|cowardly|crazy|cretinous|"
    r"crooked|daft|deaf|deceitful|delusional|demented|dense|deranged|despicable|detestable|dim|dim-?witted|"
    r"dirty|disgraceful|disgusting|"
    r"dishonest|dopey|dumb|entitled|evil|fat|feeble|filthy|foolish|gormless|greedy|gross|gullible|gutless|"
    r"hideous|hopeless|"
    r"hysterical|idiotic|ignorant|illiterate|immature|inbred|incapable|incompetent|inept|inferior|infantile|"
    r"infuriating|insane|"
    r"insufferable|insignificant|intolerable|irrelevant|laughable|lazy|loathsome|lousy|lying|mad|malicious|"
    r"mean|mental|mindless|miserable|"
    r"moronic|narcissistic|nasty|nauseating|neurotic|nuts|obnoxious|obtuse|out of (?:your|ya) mind|paranoid|"
    r"pathetic|petty|pitiful|"
    r"pointless|poor|psychotic|repellent|repugnant|repulsive|revolting|ridiculous|rotten|rude|scummy|"
    r"self-centred|self-centered|selfish|"
    r"senile|shameless|shameful|shitty|simple-?minded|slimy|slow|sneaky|spineless|spoiled|spoilt|squalid|"
    r"stinking|stingy|stupid|"
    r"subhuman|talentless|tasteless|thick|thick-?headed|thieving|tiresome|trashy|troll-like|two-faced|ugly|"
    r"unbearable|uneducated|"
    r"ungrateful|unhinged|unpleasant|unreasonable|useless|vicious|vile|vulgar|weak|whiny|whining|wicked|"
    r"witless|worthless|wretched)"
)
_VERY = (
    r"(?:(?:really|truly|honestly|just|all|absolutely|completely|clearly|obviously|probably|such|so|very|too|"
    r"quite|nothing but|"
    r"nothing more than|no better than|an?|the|another|some kind of|one|total|complete|utter|absolute|real|"
    r"fucking|bloody|damn|little|old|"
    r"sad|big|biggest|most|even|always|simply|being|acting like|behaving like|certifiably|as|like) ){0,4}"
)
_BE = r"(?:are|were|must be|have to be|sound|look|seem|act|behave|'re|will always be|have always been|really are)"
_PART = (
    r"(?:stupidity|ignorance|incompetence|arrogance|greed|laziness|whining|whinging|moaning|nonsense|rudeness|"
    r"attitude|tantrums?|lies|"
    r"rambling|ramblings|babbling|drivel|gibberish|spelling|grammar|english|writing|brain|intelligence|"
    r"manners|behaviou?r|face|voice|"
    r"taste|family|mother|kids?|opinions?|feelings?|life|sob story|drama|excuses?|complaints?|existence|tears|"
    r"personality|breath)"
)
_SAD = (
    r"(?:astonishing|astounding|staggering|breathtaking|amusing|boring|tiresome|hilarious|laughable|"
    r"embarrassing|sickening|terrible|awful|"
    r"appalling|atrocious|horrible|hopeless|irrelevant|meaningless|worthless|unbelievable|incredible|"
    r"mind-?boggling|exhausting|"
    r"annoying|of no (?:interest|importance)|nobody's|none of (?:my|our)|not (?:my|our)|getting on|beneath|"
    r"fake|garbage|trash|rubbish)"
)
_HEADS = (
    r"(?:moody|servant|slave|maid|mother|mom|mum|babysitter|nanny|therapist|psychiatrist|shrink|"
    r"secretary|personal assistant|punching bag|butler)"
)
CALLING = (
    rf"you {_VERY}(?:{_QUALITY},? (?:\w+ )?){{0,2}}{_NOUN}(?:[.!?,;]|$| and | who | that )",
    rf"you(?: (?:\w+ly|all|people))? ?{_BE} {_VERY}(?:{_QUALITY},? (?:and )?){{0,2}}{_NOUN}(?:[.!?,;]|$| and| "
    rf"who| that| with| for| to| in| if| when| or| but| as)",
    rf"you(?: \w+ly)? ?{_BE} {_VERY}{_QUALITY}(?:[.!?,;]|$| and | person| man| woman| human| customer| people|"
    rf" to (?:me|us|deal|talk)| for "
    r"(?:our|this|my)|,)",
    rf"(?:an?|such an?|what an?) (?:{_QUALITY} )?{_NOUN} like you(?:rself)?",
    rf"(?:a|an|some) {_QUALITY} (?:person|man|woman|human(?: being)?|customer|individual) (?:like you|you are)",
    rf"what an? {_QUALITY} (?:\w+ )?(?:person|man|woman|human|customer|thing to (?:say|ask)|question|choice|"
    rf"e-?mail|message|complaint|"
    r"request|story|excuse|idea|you are)",
    rf"like an? (?:{_QUALITY} )?(?:spoilt |spoiled |little |angry )?{_NOUN}[.!]",
    rf"only an? (?:\w+ )?{_NOUN} (?:would|could|can|does|asks?|needs?)",
    rf"your (?:\w+ )?{_PART}(?: (?:is|are|was|were|does|make|makes|bores?|disgusts?|amuses?|sickens?|really|"
    rf"only|not|truly|simply))+ (?:\w+ ){{0,2}}?{_SAD}",
    rf"(?:i am|i'm|we are|we're|am i|are we) (?:not |no |n't )?(?:your|here to be your) (?:\w+ )?{_HEADS}",
    rf"(?:another|one more|yet another) (?:{_QUALITY}) (?:\w+ )?(?:question|message|e-?mail|complaint|request|"
    rf"ticket|claim|excuse|story|demand)",
    r"you(?:'re| are) as (?:useful|bright|sharp|smart|clever|pleasant|charming|interesting|welcome|helpful) as an?",
    rf"(?:are|is) (?:you|your \w+|all|everyone|everybody|people) (?:\w+ ){{0,6}}(?:this|that|really|always|so|"
    rf"really that|always this) {_QUALITY}\?",
    rf"(?:how|so|this) {_QUALITY} (?:can|could|do|must) (?:you|one|a person|somebody|people) (?:be|get)",
    rf"typical {GROUPS}[,.!]",
    # scorn
    r"(?:means?|is worth) (?:nothing|zero|less than nothing|jack) to (?:me|us|anyone|anybody)",
    r"(?:trained |seen |met |known |owned )(?:dogs?|monkeys?|apes?|chimps?|toddlers?|children|kids|rocks|"
    r"plants|potatoes|parrots|donkeys?) (?:\w+ ){0,6}"
    r"than you",
    r"(?:wasting|waste) (?:oxygen|air|space|breath|everybody's|everyone's|the air)",
    r"(?:no wonder|small wonder|i can see why|i see why|that explains why) (?:that )?(?:your (?:\w+ )"
    r"?(?:husband|wife|kids|children|boyfriend|girlfriend|"
    r"family|friends|partner|dad|mother|boss|ex) (?:\w+ )?(?:left|ran|hates?|dumped|fired|avoids?|divorced|"
    r"never)|you(?:'re| are) "
    r"(?:single|alone|lonely|divorced|broke|unemployed|fat)(?:[.!,]|$))",
    r"(?:love|like|enjoy|pay|happy|dying|want|can't wait) to (?:see|watch|hear) you (?:\w+ )?(?:choke|suffer|"
    r"cry|fail|bleed|beg|burn|hurt|drown|die|lose|"
    r"rot|squirm|crawl|weep|fall|starve|explode)",
    r"for an? (?:grown|adult|old|educated|so-called) (?:man|woman|person|adult|lady|customer),? you (?:\w+ )"
    r"{0,2}(?:cry|whine|complain|moan|know|"
    r"understand|act|behave|write|spell|are|have)",
    r"how do you (?:even )?(?:get dressed|survive|function|find your|tie your|breathe|manage (?:to live|your "
    r"life)|live with yourself|"
    r"get through|remember to breathe|sleep at night)",
    r"(?:i|we)(?:'ve| have)? (?:got )?(?:better|more important|other) (?:things|customers|work) (?:to do )"
    r"?(?:than|to (?:do|deal with|care for) than)",
    r"(?:babysit|coddle|pamper|spoon-?feed|hold (?:the )?hands? (?:with|of)) (?:you|people like you|your)",
    r"(?:won't|will not|wouldn't|would not|nobody (?:will|would|'ll)|no one (?:will|would)) (?:\w+ )?miss "
    r"you(?:[.!,]|$| when| if)",
    r"(?:nobody|no one) (?:here )?(?:forced|made|told|asked|begged) you to (?:\w+ ){1,4}(?:it|that|this|here|"
    r"us|from us|anything)",
    r"(?:quit|stop|start) (?:crying|whimpering|whingeing|whinging|sobbing|acting like|behaving like|being "
    r"such|ordering (?:me|us)|bossing|"
    r"wasting|embarrassing|playing (?:the victim|dumb|games)|blaming (?:us|me)|flooding|clogging|inventing|making up)",
    r"(?:see|find|get|need|consult|call) (?:\w+ )?(?:a )?(?:therapist|psychiatrist|shrink|psychologist|"
    r"professional help|mental help)"
    r"(?:[.!,]|$| instead| before| and| for your)",
    r"(?:get|have) your (?:head|ears|brain|hearing) (?:checked|examined|tested|fixed|cleaned)|get your eyes "
    r"(?:checked|fixed|tested)[.!]",
    r"(?:should|could|might|must|ought to) (?:\w+ )?(?:have )?(?:taught|raised|brought up|teach|slapped) you "
    r"(?:\w+ )?(?:manners|better|respect|"
    r"a lesson|to)",
    r"(?:laughing|laugh|giggling|laughed|having a laugh|rolling on the floor|rolled my eyes|roll my eyes)(?: "
    r"\w+){0,3} (?:at|over|about) "
    r"(?:you(?:[.!,]|$| and| for| because)|your (?:\w+ )?(?:complaint|e-?mail|message|story|face|problem|"
    r"dress|excuse|request|spelling|review))",
    r"your (?:\w+ )?(?:problem|fault|loss|mistake|issue|mess),? not (?:mine|ours|my|our)",
    r"(?:that|this|it)(?:'s| is| sounds like) (?:a )?(?:you problem|your problem|your own (?:mess|doing|problem))",
    r"(?:ugh|oh no|oh god|oh great|jesus|christ|good lord|for god's sake|for heaven's sake|oh please|not),? "
    r"(?:it's |not )?you again",
    r"what (?:the \w+ )?do you want (?:now|this time|from us now)[?!]",
    r"(?:any|no) idea (?:\w+ ){0,2}how (?:annoying|stupid|ridiculous|pathetic|embarrassing|boring|tiresome|"
    r"little|rude|dumb|insufferable)(?: \w+)?",
    r"no refunds? for (?:you|liars|losers|whiners|people like|idiots|cheats)(?:[.!,]|$)",
    r"(?:i|we) (?:\w+ )?(?:refuse|won't|will not|am not going|are not going|don't intend|'m not going|'re not "
    r"going)(?: to)? (?:waste|spend|lose) "
    r"(?:\w+ ){1,4}(?:on|with) (?:you|your|this)",
    r"for all (?:i|we) care",
    r"out of your (?:\w+ )?(?:mind|head|skull)",
    r"(?:don't|do not|didn't) (?:need|want) (?:customers|people|buyers|business|anyone|money from \w+) like "
    r"(?:you|yours)",
    r"(?:wouldn't|would not|couldn't|could not|won't) (?:last|survive|make it|manage) (?:\w+ ){1,3}(?:in|with|"
    r"without|on) (?:a|an|the|our|my|this) "
    r"(?:\w+ )?(?:real|job|day|office|army|world|school)",
    r"(?:some|somebody|someone) (?:\w+ ){0,2}(?:else )?to (?:read|write|think|do the thinking|explain it) "
    r"(?:\w+ )?(?:for you|to you)",
    r"you(?:'re| are) (?:\w+ )?too (?:poor|cheap|broke|stingy|dumb|stupid|dense|slow|fat|ugly|old|thick|"
    r"simple|lazy|ignorant)",
    r"in (?:his|her|their) right mind would (?:\w+ )?(?:\w+ )?(?:you|an?)",
    r"(?:hate|despise|loathe|detest|can't stand|cannot stand|look down on|spit on|had it with|done with|fed "
    r"up with) (?:you|your (?:kind|face|whining|"
    r"voice|messages|guts|attitude))(?:[.!,]|$| and| so| people| for| all)",
    r"(?:nobody|no one|who)(?:'d| would| will|'ll|)? (?:\w+ )?(?:like|love|marry|believe|trust|hire|want|"
    r"stand|help) (?:a person like |someone like |anyone like )"
    r"you",
    r"good riddance|get out of my (?:sight|face|inbox)|get out of here|out of our sight|fuck off|bug off|buzz "
    r"off|sod off|shove off|"
    r"get stuffed|get bent|eat dirt|bite me|kiss my|up yours|take a hike|go to hell|go away and|rot(?: away)? in",
)
DIRE = (
    r"hope (?:that )?(?:the|that|this|it|your|his|her|all)(?: \w+){0,3} (?:blows? up|explodes?|goes off|falls|"
    r"breaks|shatters|burns|collapses)"
    r"(?: \w+)? (?:in|on|over|down|under|with|around) (?:your|you)",
    r"(?:pay|settle|send|answer|sign|leave|shut up|stop|do it|behave)(?: \w+){0,5},? or (?:my|our) "
    r"(?:cousins?|brothers?|friends?|boys|uncle|"
    r"associates|lads)",
    r"(?:i|we) (?:also )?(?:know|have seen|found out|saw|remember) (?:exactly )?(?:which|what|where) "
    r"(?:school|car|house|street|shop|bus|gym|church|place|train)?"
    r" ?(?:you|your \w+|he|she|they) (?:go|goes|drive|drives|live|lives|work|works|sleep|sleeps|play|plays|"
    r"park|parks|attends?|take|takes)",
    r"(?:try|test|push|provoke|cross) me(?:[.!,]|$| and (?:see|you)| again| one more| once more)|(?:try|test) "
    r"us(?:[.!]|$| and (?:see|you))",
    r"see what happens(?: to you| next[.!]|[.!]|$)",
    r"(?:who|what) you(?:'re| are) (?:dealing|messing|playing|talking) (?:with|to)[.!,]",
    r"(?:you(?:'d| had)?|u) better (?:watch (?:out|your|it)|pray|hope|be careful|hide|run|sleep|lock|not "
    r"(?:\w+ )?(?:meet|see|cross|come|show|"
    r"leave|walk|ever)|keep (?:your mouth|quiet|an eye)|shut|back|start running|think twice)",
    r"(?:better|just|start|you should|you might) pray(?:ing)? (?:that )?(?:i|we|you|nobody|no one)",
    r"(?:watch out|look over your shoulder|look behind you|lock your doors?|hide your)(?: \w+)? (?:when|if|"
    r"while|at night|tonight|every|because|from "
    r"now|before|whenever)",
    r"look(?:ing)? over your shoulder",
    r"(?:there|it) (?:will|'ll|is going to) (?:be|have) (?:\w+ )?(?:consequences|repercussions|hell to pay|"
    r"blood|trouble)(?:[.!,]|$| for you| if you)",
    r"(?:or|and) (?:there(?:'ll| will) be (?:\w+ )?(?:consequences|trouble|blood|hell)|face the consequences|"
    r"you(?:'ll| will) see what|"
    r"you(?:'ll| will) (?:\w+ )?(?:end up|lose everything|lose your|get hurt|cry|wish))",
    r"keep (?:your mouth shut|quiet,? or)",
    r"(?:you(?:'ll| will)|and) (?:\w+ )?lose (?:everything|your (?:house|home|job|kids|family))",
    r"(?:next time|if|when|once|the moment|until) (?:i|we) (?:ever |finally )?(?:see|meet|catch|find|run into|"
    r"get hold of) you(?:[.!,]|$| in| on| again| i| we| you|r face)",
    r"(?:my|our|the) (?:fist|boot|knife|gun|bat|hammer|belt) (?:\w+ ){0,3}(?:you|your (?:face|head|teeth|ass|"
    r"back|neck))",
    r"(?:i|we)(?:'ll| will|'m going to|'re going to) (?:\w+ )?(?:wreck|trash|key|torch|burn|slash|smash|"
    r"vandali[sz]e|blow up|rob|break into|set) your "
    r"(?:\w+ )?(?:car|house|home|shop|tyres|tires|windows?|garden|garage|place|life|door)",
    r"(?:enjoy|count) (?:your|the) (?:days|time|life|peace|car|family) while (?:you|it)",
    r"(?:you(?:'ll| will| are going to|'re going to)) (?:be )?(?:hearing from|hear from|meet|deal with) (?:my "
    r"(?:brothers?|friends|boys|guys|fists?)|the boys)",
    r"(?:your|the) (?:house|home|car|shop) (?:could|might|may|will) (?:\w+ )?(?:burn down|burn[.!]|catch fire|"
    r"go up in flames|get broken into|be next|disappear)",
    r"(?:blood|heads?) (?:will|is going to) (?:be )?(?:on|spilled|roll|flow)",
    r"(?:dig|digging|find|pick) your (?:own )?grave",
)
