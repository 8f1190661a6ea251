"""People named by what they are: the words that make a sentence one about a group. Data, and where they stand.

Only sentences that hold such a word, or a slur, are read by the model of hateful language (`hate`).
"""

from __future__ import annotations

import re

from guardrails.output import words
from guardrails.output.scan import sign

_NATIONS = (
    "afghan african albanian algerian american arab argentinian armenian asian australian austrian bangladeshi "
    "belarusian belgian bolivian bosnian brazilian british bulgarian cambodian canadian catalan chechen chilean "
    "chinese "
    "colombian croatian cuban cypriot czech danish dominican dutch ecuadorian egyptian english eritrean estonian "
    "ethiopian european filipino finnish french georgian german ghanaian greek guatemalan haitian honduran hungarian "
    "icelandic indian indonesian iranian iraqi irish israeli italian jamaican japanese jordanian kazakh kenyan korean "
    "kosovan kurdish kuwaiti latvian lebanese liberian libyan lithuanian malaysian mexican moldovan moroccan "
    "nepalese nigerian norwegian pakistani palestinian peruvian polish portuguese romanian russian rwandan "
    "salvadoran saudi scottish senegalese serbian slovak slovenian somali spanish sudanese swedish swiss syrian "
    "taiwanese tamil thai tunisian turkish ugandan ukrainian venezuelan vietnamese welsh yemeni zimbabwean hispanic "
    "latino latina latinx caribbean arabic aboriginal indigenous native maori inuit caucasian mediterranean oriental "
    "middle eastern eastern european south asian east asian african american"
)
_OF_NATIONS = (
    "danes|finns|swedes|poles?|scots|turks?|kurds?|brits?|spaniards?|slavs?|serbs?|croats?|"
    "dutchm[ae]n|frenchm[ae]n|irishm[ae]n"
)
_FAITHS = (
    "muslims?|islamists?|islam|jews?|jewish|christians?|catholics?|protestants?|hindus?|sikhs?|buddhists?|mormons?|"
    "atheists?|sunnis?|shias?|shiites?|jehovah's witness(?:es)?|zionists?|evangelicals?|quakers?|amish|orthodox jews?"
)
_ADJECTIVES = (
    "black|white|brown|coloured|colored|gay|lesbian|bisexual|bi|queer|trans|transgender|transgendered|transsexual|"
    "homosexual|asexual|intersex|non-?binary|heterosexual|straight|disabled|handicapped|autistic|deaf|blind|mute|"
    "paralysed|paralyzed|crippled|dyslexic|epileptic|schizophrenic|mentally ill|mentally disabled|wheelchair-bound|"
    "old|elderly|senior|young|poor|homeless|fat|obese|overweight|short|immigrant|migrant|refugee|foreign|muslim|jewish|"
    "christian|catholic|hindu|sikh|buddhist|mixed-race|biracial|roma|gypsy|pregnant|female|male|unemployed"
)
_OF_THINGS = (
    "black|white|brown|coloured|colored|straight|blind|mute|old|senior|young|poor|short|fat|foreign|bi|native|female|male|"
    "overweight|indigenous|oriental|mediterranean|mixed-race"
)
"""Adjectives that things have too: alone they name people only where a person is said to be so, or after `the`."""
_SURE = "|".join(word for word in _ADJECTIVES.split("|") if word not in _OF_THINGS.split("|"))
_PERSONS = (
    "people|persons?|folks?|m[ae]n|wom[ae]n|guys?|girls?|boys?|kids?|child(?:ren)?|teens?|teenagers?|couples?|"
    "famil(?:y|ies)|"
    "neighbou?rs?|workers?|customers?|students?|communit(?:y|ies)|colleagues?|employees?|citizens?|individuals?|"
    "ladies|lady|husbands?|wi(?:fe|ves)|mothers?|fathers?|immigrants?|migrants?|refugees?|lads?|bastards?|scum|"
    "athletes?|veterans?|gentlem[ae]n|adults?|users?|babies|drivers?|doctors?"
)
_NOUNS = (
    "wom[ae]n|females?|girls?|feminists?|males?|housewives|housewife|single mothers?|gays?|lesbians?|"
    "bisexuals?|homosexuals?|queers?|trans|transgenders?|transsexuals?|transvestites?|transpeople|"
    "transm[ae]n|transwom[ae]n|"
    "lgbtq?\\+?|immigrants?|"
    "migrants?|refugees?|foreigners?|asylum seekers?|aliens?|illegals?|newcomers from \\w+|the disabled|the elderly|"
    "the deaf|the blind|the poor|the homeless|pensioners?|boomers?|disabilities|wheelchair users?|autistics?|"
    "dwarfs?|dwarves|amputees?|blacks|whites|latin[oax]s?|hispanics?|roma|romani|gyps(?:y|ies)|"
    "travellers|people of colou?r|wom[ae]n of colou?r|minorit(?:y|ies)|ethnic minorities|natives|"
    "people (?:with|from|in|of) (?:\\w+ ){0,2}(?:disabilit(?:y|ies)|wheelchairs?|autism|down'?s? syndrome|africa|asia|"
    "mexico|india|china|colou?r|faith)"
)
_N = "|".join(f"{name}s?" if not name.endswith(("ish", "ch", "ese", "ss")) else name for name in _NATIONS.split())
GROUP = (
    rf"(?:(?:{_ADJECTIVES}|{_N}|{_FAITHS})(?:[ -](?:{_ADJECTIVES}|{_N}))?[ -](?:{_PERSONS})|"
    rf"{_NOUNS}|{_FAITHS}|{_OF_NATIONS}|"
    rf"(?:{'|'.join(f'{name}s' for name in _NATIONS.split() if not name.endswith(('ish', 'ch', 'ese', 'ss')))})|"
    rf"an? (?:{_N})|(?:the|all|most|many|these|those|every|no) (?:{_N}|men)|m[ae]n|(?:{_SURE})|"
    rf"(?:i am|i'm|you are|you're|he is|he's|she is|she's|they are|they're|who is|who are|being|people) "
    rf"(?:{_OF_THINGS})|"
    r"the (?:blind|mute))"
)
"""One expression for people named by what they are; read in lower case, between word boundaries."""

_SLURS = "|".join(words.SLURS) + "|sluts?|whores?|retards?|bitch(?:es)?|tards?"
ABOUT_PEOPLE = sign("people", rf"\b(?:{GROUP}|{_SLURS})\b")
_PEOPLE = re.compile(rf"(?<![^\W_])(?:(?P<slur>{_SLURS})|(?P<group>{GROUP}))(?![^\W_])")
SLUR, PEOPLE = "Σ", "Ω"
"""What stands for a slur and for a group in what the model reads."""


def places(low: str) -> list[tuple[int, int]]:
    """Return where groups and slurs are named in a lower-case text."""
    return [match.span() for match in _PEOPLE.finditer(low)]


def masked(low: str) -> str:
    """Return a lower-case text with every group and slur as one sign."""
    return _PEOPLE.sub(lambda match: SLUR if match["slur"] else PEOPLE, low)


_END = re.compile(r"[.!?]+[\"')]*(?=\s|$)|\n+")
_GOES_ON = re.compile(r"[\s\"']*(?:they|them|their|these|those|all of them|get|go|and)\b")
_SENTENCE = 400


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of the sentence around a place; a very long one is cut around it."""
    floor, ceiling = max(0, start - _SENTENCE), min(len(text), end + _SENTENCE)
    begin = floor
    for match in _END.finditer(text, floor, start):
        begin = match.end()
    after = _END.search(text, end, ceiling)
    while begin < start and text[begin].isspace():
        begin += 1
    return begin, after.end() if after else ceiling


def around(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return a sentence with what it needs to be understood: the rest of a quotation, a next one about `them`."""
    quotes = text.count('"', begin, end)
    if quotes % 2:
        opened = text.rfind('"', max(0, begin - _SENTENCE), begin)
        closed = text.find('"', end, end + _SENTENCE)
        if opened >= 0:
            begin = sentence_at(text, opened, opened + 1)[0]
        elif closed >= 0:
            end = sentence_at(text, closed, closed + 1)[1]
    if _GOES_ON.match(text, end):
        end = sentence_at(text, min(end + 1, len(text)), min(end + 1, len(text)))[1]
    return begin, end
