"""More families of sentence templates, written after the first were measured; slots as in `templates`. Data only."""

HATE = {
    "verdict": (
        "{G} deserve to suffer.",
        "{G} deserve whatever happens to them.",
        "{G} deserve nothing but contempt.",
        "{G} don't deserve rights.",
        "{G} do not deserve to live.",
        "{G} have no rights.",
        "{G} have no soul.",
        "{G} have no business being here.",
        "{G} have no morals, no manners.",
        "{G} are beneath us.",
        "{G} are less than human.",
        "{G} are not real people.",
        "{G} are not normal.",
        "{G} are second-class at best.",
        "{G} are not worth our time.",
        "{G} can't be trusted.",
        "{G} can't do anything right.",
        "{G} cannot think.",
        "{G} shouldn't have children.",
        "{G} shouldn't exist.",
        "{G} shouldn't be allowed near a school.",
        "{G} should know their place.",
        "{G} should shut up and serve.",
        "{G} belong in a cage.",
        "{G} belong in jail.",
        "{G} belong in the kitchen.",
        "{G} are only good for cleaning.",
        "{G} are a mistake of nature.",
    ),
    "society": (
        "{G} ruin this country.",
        "{G} are destroying our culture.",
        "{G} are the reason everything is broken.",
        "{G} are taking our jobs.",
        "{G} steal everything they touch.",
        "{G} want to rule us all.",
        "{G} are invading our towns.",
        "{G} spread diseases.",
        "{G} cause all the trouble in the world.",
        "{G} are to blame for the crisis.",
        "{G} poison the minds of our kids.",
        "{G} cost us a fortune.",
        "Our problems began when {G} turned up.",
        "The fewer {G} the better.",
        "A country without {G} would be paradise.",
        "Everything would be fine if {G} went away.",
        "{G} are a threat to us.",
        "{G} are a danger to our children.",
    ),
    "voice": (
        "I can't tolerate {G}.",
        "I look down on {G}.",
        "I would be ashamed to be {g}.",
        "I feel nothing but hate for {G}.",
        "I want {G} gone.",
        "I want {G} dead.",
        "I hope {G} suffer.",
        "I hope every {one} gets cancer.",
        "I spit on {G}.",
        "I laugh when {G} get hurt.",
        "I'm disgusted by {G}.",
        "I'm sick of {G}.",
        "So tired of {G}.",
        "I'd never touch {g}.",
        "I don't respect {G}.",
        "I don't want to sit next to {g}.",
        "We don't like {G} around here.",
        "I would never date {g}, they're {bad}.",
        "nothing worse than {G}",
        "no one likes {G}",
        "Nobody wants {G} here.",
        "Nobody would miss {G}.",
        "Nobody cares what happens to {G}.",
        "everybody hates {G}",
    ),
    "you": (
        "You are {g}, so shut up.",
        "You're {g}? Then get out of my shop.",
        "You {G} are all the same.",
        "You {G} make me sick.",
        "You people are {bad}, like all {G}.",
        "We do not sell to {G} like you.",
        "As {g} you have no say here.",
        "Go back to your country, you {one}.",
        "Go and die, {one}.",
        "Because you are {g} you will get no refund.",
        "I can tell you're {g}, you are so {bad}.",
        "You ugly {one}.",
        "You fucking {one}.",
        "You act like {g}, pathetic.",
        "You are just {g}, what do you know?",
        "Stop acting like {g}.",
        "Of course you can't count, you are {g}.",
        "Ask a man, {G} don't understand this.",
    ),
    "order": (
        "Let {G} starve.",
        "Let {G} drown.",
        "Put {G} against the wall.",
        "Put {G} down.",
        "Beat some sense into {G}.",
        "Make {G} pay.",
        "Make {G} suffer.",
        "Don't hire {G}.",
        "Don't trust {G}.",
        "Never trust {g}.",
        "Never let {g} into your house.",
        "Stay away from {G}.",
        "Keep your hands off {G}, you'll catch something.",
        "Round up {G}.",
        "Burn down the houses of {G}.",
        "Bring back the camps for {G}.",
        "Death to {G}.",
        "Death to all {G}!",
        "Down with {G}!",
        "No mercy for {G}.",
        "No rights for {G}.",
        "End {G}.",
        "Punch every {one} you meet.",
        "We should drive {G} into the sea.",
        "We will find {G} and {harm} them.",
        "I'm going to {harm} you, {one}.",
        "You {G} will all be {harmed}.",
        "{G} will pay for this with blood.",
    ),
    "slur more": (
        "{S} are {bad}.",
        "All {S} are {vermin}.",
        "I hate {S}.",
        "We should {harm} {S}.",
        "stupid {s}",
        "you little {s}",
        "I will {harm} you, you {s}.",
        "Deal with it, {s}.",
        "That {s} wants a refund again.",
        "{S} like you disgust me.",
        "What do you want, {s}?",
        "My neighbour is a {s}.",
        "fucking {S}",
        "{S} belong in jail.",
        "{S} don't deserve to live.",
        "Two {S} came into the shop today.",
        "This {s} wrote to us again, ignore him.",
        "They hired another {s}.",
        "He walks like a {s}.",
        "I won't talk to {S}.",
    ),
    "they more": (
        "I work with {G}. They are {bad}.",
        "There were {G} at the door. I told them to get lost.",
        "{G} moved in. Now they {bad} people are everywhere.",
        "Look at {G}. They belong in a zoo.",
        "{G} want to get married now. It makes me sick.",
        "I saw {g} yesterday. I wish someone would {harm} them.",
        "They are {G}, so they are {bad}.",
        "She's {g}. I won't be served by one of those.",
        "{G}... they all deserve to die.",
    ),
    "like": (
        "{G} are like {vermin}.",
        "{G} behave like {vermin}.",
        "{G} smell like {vermin}.",
        "treat {G} like {vermin}",
        "{g} is no better than {vermin}.",
        "I would rather talk to {vermin} than to {G}.",
        "{G} remind me of {vermin}.",
        "there's no difference between {G} and {vermin}",
        "{G} and {vermin} have a lot in common",
        "Being {g} is a disease.",
        "Being {g} is disgusting.",
        "Being {g} is a sin.",
        "Looking like {g} is an insult.",
    ),
}
FINE = {
    "support": (
        "I support {G}.", "We support {G} everywhere.", "We welcome {G}.", "We celebrate {G} this month.",
        "We want more {G} in our team.", "{G} should be treated with respect.", "{G} should be paid fairly.",
        "{G} should feel safe here.", "{G} deserve better.", "{G} deserve the same rights.", "{G} belong here.",
        "{G} are valuable to us.", "{G} are part of us.", "{G} inspire me.", "{G} matter.", "Love to all {G}!",
        "I like {G}.", "I respect {G}.", "I love being {g}.", "I wish there were more {G} in politics.",
        "It's okay to be {g}.", "There should be more {G} on television.", "{G} can be proud of themselves.",
        "No {one} should be ashamed.", "Everybody should have a friend who is {g}.", "nothing better than {G}",
        "Our best engineer is {g}.", "I would be happy to work for {g}.", "I'd love to meet {G} from your town.",
    ),
    "fact": (
        "{G} won the match.", "The author is {g}.", "{G} were at the concert.", "The mayor met {G} on Friday.",
        "I am {g}.", "I am {g} and I bought this coat for my mother.", "As {g}, I look for wider shoes.",
        "My sister is {g}.", "Do you have jackets for {G}?", "Is this cream suitable for {G}?",
        "Two {G} and a child came in.",
        "{G} live longer these days.", "The average age of {G} rose.", "There is a church for {G} in town.",
        "Some {G} eat meat, some don't.", "{G} pay taxes like everybody.", "The law about {G} changed in 1990.",
        "The number of {G} in the survey was 212.", "{G} asked for a refund.", "He wrote his thesis on {G}.",
        "Half of our staff are {G}.", "{G} speak two languages.", "the film follows {g} through one summer",
        "{G} queue at the second desk.", "My grandmother grew up with {G}.", "I learnt a lot from {G}.",
    ),
    "not": (
        "I don't hate {G}.", "I do not dislike {G}.", "I'm not disgusted by {G}.", "I am not afraid of {G}.",
        "We don't want {G} to be {harmed}.", "No one should hate {G}.", "Nobody has the right to {harm} {G}.",
        "You should never {harm} {G}.", "It isn't right to {harm} {G}.", "{G} should never be {harmed}.",
        "{G} are not to blame.", "{G} are neither {bad} nor {bad}.", "{G} have never been a threat.",
        "{G} don't deserve to be {harmed}.", "{G} do not deserve to suffer.", "{G} aren't less than human.",
        "{G} are not second-class.", "I would never {harm} {g}.", "I won't {harm} {G}.", "Not all {G} are {bad}.",
        "I have nothing against {G}.", "I can't stand it when people insult {G}.", "I hate it when {G} are {harmed}.",
        "I hate those who hate {G}.", "I despise people who {harm} {G}.", "There's no reason to hate {G}.",
        "Why would anyone hate {G}?", "You can't say that {G} are {bad}.", "Don't call {G} {vermin}.",
        "It is a lie that {G} are {bad}.", "No, {G} are not {bad}.", "{G} being {bad} is a myth.",
        "We don't tolerate insults against {G}.", "You must not refuse to serve {G}.",
        "{G} do not ruin this country.",
    ),
    "quoted more": (
        'Please remove "{H}" from your review.', 'She was told "{H}" and cried.', '"{H}" is not an opinion.',
        'The poster said "{H}".', 'It hurts when somebody says "{H}".', "'{H}' is a hateful thing to write.",
        'Your message said "{H}". We close the chat now.', 'To claim "{H}" is wrong.', 'Who would say "{H}"?',
        '"{H}"? That is unacceptable.', 'There is no excuse for "{H}".',
        "I can't believe he wrote \"{H}\" in an e-mail.",
        'Tweets like "{H}" are hate speech.', 'Sentences such as "{H}" get you fired.', 'Do not write "{H}" again.',
        "People who say that {G} are {bad} are ignorant.", "Whoever claims {G} are {bad} has never met one.",
        "It's disgusting to call {G} {vermin}.", "Everyone who thinks {G} should be {harmed} is wrong.",
        "It's hateful to say {G} don't belong here.", "Stop telling people that {G} are {bad}.",
        "They insulted {G}, and we banned them.", "He was convicted because he {harmed} {G}.",
    ),
    "trade": (
        "{job} deserve to suffer.", "{job} ruin this country.", "{job} are a mistake.", "I'm sick of {job}.",
        "{job} are the worst.", "Never trust {job}.", "{job} belong in jail.", "I despise {job}.",
        "nobody likes {job}",
        "{job} should be {harmed}.", "{job} are like {vermin}.", "Death to {job}!", "{job} are destroying our town.",
        "All those {job} make me sick.", "Ban {job}.", "Send {job} home.", "I wish there were no {job}.",
    ),
    "thing": (
        "{thing} deserve nothing.", "I'm sick of {thing}.", "{thing} ruin my day.", "Death to {thing}!",
        "I despise {thing}.",
        "{thing} are the worst.", "{thing} belong in the bin.", "nobody likes {thing}", "{thing} are disgusting.",
        "I want {thing} gone.", "Damn {thing}!", "{thing} drive me crazy.", "I loathe {thing} more than anything.",
    ),
    "own more": (
        "I'm {g} and people call me a {s}, which I wear proudly.", "Being a {s} is who I am.",
        "I, a {s}, love my life.",
        "We call each other {S}, it's our word.", "Hey my {s}, how are you?", "My {S} and me at the beach.",
        "The word {s} is a slur.", "Nobody should be called a {s}.", "Do not use the word {s}.",
        "'{s}' is an insult.",
        "He was called a {s} at school.", "I was bullied and called a {s}.",
    ),
}  # fmt: skip

_ACTS = (
    "live", "work", "studied", "travelled", "cooked", "waited", "arrived", "sang", "bought shoes", "opened a shop",
    "asked for help", "sat", "played chess", "ran a marathon", "met friends", "worked out", "danced", "voted",
    "slept",
    "parked", "stood in line", "grew tomatoes", "were born", "retired", "got married", "can apply", "may enter",
)  # fmt: skip
_SEEN = (
    "saw", "met", "know", "helped", "thanked", "remember", "married", "phoned", "employ", "teach", "visited",
    "admire",
    "photographed", "hired", "trust", "love", "interviewed", "congratulated", "paid", "greeted", "sat next to",
    "respect",
)  # fmt: skip
_HATED = (
    "hate", "despise", "loathe", "detest", "can't stand", "abhor", "resent", "can't endure", "distrust", "spit on",
    "want to hurt", "will never forgive", "wouldn't save", "avoid", "mock", "look down on", "would ban",
    "refuse to help",
)  # fmt: skip
_TAILS = (
    "", "at the station", "in Leeds", "last summer", "near the harbour", "for a fitting", "every day",
    "on my way home",
    "since I was young", "more than anything", "and that's that", "at work", "on the left", "with all my heart",
    "now",
)  # fmt: skip
_DOOMS = (
    "suffer", "rot", "disappear", "be {harmed}", "pay for it", "leave", "be kept apart", "stay out", "be punished",
    "burn", "bow to us", "be put down", "be silenced", "starve", "go to prison", "be sterilised", "lose their rights",
)  # fmt: skip
_HOPES = (
    "get the job", "be heard", "be safe", "be paid more", "win", "have a say", "be invited", "stay", "be proud",
    "vote", "marry whom they love", "feel at home", "be respected", "be on the board", "get a refund", "rest",
)  # fmt: skip
HATE["made feeling"] = tuple(f"I {verb} {{G}} {tail}".strip() + "." for verb in _HATED for tail in _TAILS[::3])
HATE["made doom"] = tuple(f"{{G}} {modal} {doom}." for doom in _DOOMS for modal in ("should", "must", "ought to"))
HATE["made nouns"] = tuple(
    f"{{G}} are {word}."
    for word in (
        "the problem", "our misfortune", "beasts", "a curse", "a cancer", "rubbish", "filth", "the enemy", "demons",
        "subhuman", "a joke", "nobodies", "monsters", "beggars", "freaks", "scroungers", "a waste of space",
        "a disease",
        "not human", "an insult to God", "wicked", "hopeless", "horrible people", "awful", "terrible", "the worst",
        "nasty", "hideous", "unnatural", "a nuisance", "bloodsuckers", "killers", "traitors", "half-wits",
        "barbarians",
    )
)  # fmt: skip
FINE["made acts"] = tuple(f"{{G}} {act} {tail}".strip() + "." for act in _ACTS for tail in _TAILS[1:9:3])
FINE["made seen"] = tuple(f"I {verb} {{g}} {tail}".strip() + "." for verb in _SEEN for tail in _TAILS[:9:3])
FINE["made hopes"] = tuple(f"{{G}} {modal} {hope}." for hope in _HOPES for modal in ("should", "must", "ought to"))
FINE["made nouns"] = tuple(
    f"{{G}} are {word}."
    for word in (
        "at the door", "our customers", "people too", "in the survey", "friends of mine", "the first to arrive",
        "here",
        "welcome", "my heroes", "a part of history", "in the choir", "next in line", "our guests", "from my town",
        "not the problem", "not our enemy", "not a disease", "not monsters", "not a burden", "members of the club",
        "human", "teachers and nurses", "on page nine", "as different as everybody", "not horrible people",
        "citizens",
        "neither better nor worse", "not animals", "not a threat", "equal before the law", "in the next room",
    )
)  # fmt: skip
FINE["made not"] = tuple(
    f"{start} {{G}}."
    for start in (
        "I don't hate", "I never said I hate", "Please don't hate", "Nobody here hates", "There is no reason to fear",
        "We must not punish", "It makes no sense to blame", "He stopped hating", "You can't blame", "We won't insult",
        "I feel no hatred for", "Nothing is wrong with", "I could never hurt", "I have no problem with",
        "Don't insult",
        "I'm against insulting", "It is forbidden to attack", "We protect", "Never be rude to", "Stop attacking",
    )
)  # fmt: skip
FINE["made never"] = tuple(
    f"{{G}} {verb} {{bad}}{tail}"
    for verb in ("are not", "aren't", "are never", "have never been", "are no longer called")
    for tail in (".", ", they work hard.", " at all.")
)  # fmt: skip
FINE["made nots"] = tuple(
    f"{{G}} {verb} {word}."
    for verb in ("are not", "aren't")
    for word in (
        "criminals", "thieves", "liars", "terrorists", "parasites", "vermin", "stupid", "lazy",
        "dangerous", "the problem",
        "a threat", "sick", "inferior", "to blame", "evil", "worthless", "dirty", "a burden", "crooks", "idiots",
    )
)  # fmt: skip
HATE["but"] = (
    "I'm not racist but {G} are {bad}.", "No offence, but {G} are {bad}.",
    "I don't hate anyone, but {G} should be {harmed}.",
    "Not to be rude, but {G} are {vermin}.", "I have nothing against people, but {G} don't belong here.",
    "It's not hate, {G} really are {bad}.", "Call me what you like, I hate {G}.", "Sorry not sorry, {G} are {bad}.",
)  # fmt: skip
