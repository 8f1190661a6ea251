"""Dates, weekdays and windows of time that a reply names, absolute, relative and in words. Reads no clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from guardrails.output.linear import hint

_MONTHS = (
    "january jan januar januari janvier enero gennaio janeiro",
    "february feb februar februari fevrier febrero febbraio fevereiro",
    "march mar marz mars marzo maart marco",
    "april apr avril abril aprile",
    "may mai mayo maggio mei maio",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet julio luglio julho",
    "august aug aout agosto augustus",
    "september sept sep septembre septiembre settembre setembro",
    "october oct oktober octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember decembre diciembre dicembre dezembro",
)
_WEEKDAYS = (
    "monday montag lundi lunes lunedi maandag",
    "tuesday dienstag mardi martes martedi dinsdag",
    "wednesday mittwoch mercredi miercoles mercoledi woensdag",
    "thursday donnerstag jeudi jueves giovedi donderdag",
    "friday freitag vendredi viernes venerdi vrijdag",
    "saturday samstag sonnabend samedi sabato zaterdag",
    "sunday sonntag dimanche domingo domenica zondag",
)
_SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6}
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_DAY_OF = {word: number for number, words in enumerate(_WEEKDAYS) for word in words.split()} | _SHORT_DAYS


def _any(words: Collection[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_ORDINAL_OF = {word: day for day, word in enumerate(_ORDINALS, start=1)} | {"thirtieth": 30, "thirty-first": 31}
_ORDINAL_OF |= {f"twenty-{word}": 20 + day for day, word in enumerate(_ORDINALS[:9], start=1)}
_MONTH = _any(_MONTH_OF)
_LONG_DAY = _any([word for word in _DAY_OF if word not in _SHORT_DAYS])
_DATE = re.compile(
    r"(?<![\d.,/-])(?:(?P<iso>\d{4}-\d{1,2}-\d{1,2})|(?P<figures>\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2}))|(?P<short>\d{1,2}\.\d{1,2}\.|\d{1,2}/\d{1,2}))"
    r"(?![\d/-])"
    rf"|\b(?P<d1>[0-3]?\d)(?:st|nd|rd|th)?\.?\s(?:of\s|de\s|den\s)?(?P<m1>{_MONTH})\b\.?(?:,?\s(?:de\s)?(?P<y1>\d{{4}}))?"
    r"|(?:(?P<y3>\d{4})年\s?)?(?<!\d)(?P<m3>\d{1,2})月\s?(?P<d3>\d{1,2})日"
    rf"|\b(?P<d4>{_any(_ORDINAL_OF)})\s(?:day\s)?(?:of\s)?(?P<m4>{_MONTH})\b|\b(?P<m5>{_MONTH})\s(?:the\s)?(?P<d5>{_any(_ORDINAL_OF)})\b"
    rf"|\b(?P<m2>{_MONTH})\b\.?\s(?:the\s)?(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\s?%)(?:,?\s(?P<y2>\d{{4}}))?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    rf"\b(?P<long>{_LONG_DAY})\b|\b(?:on|by|until|next|this|coming|before)\s(?P<short>{_any(_SHORT_DAYS)})\b\.?",
    re.IGNORECASE,
)
_DAY_NEXT = re.compile(r"\b(?:am|bis|vom|zum|den|by|on)\s$", re.IGNORECASE)
_NOT_A_DAY = re.compile(r"(?:black|cyber|casual)\s$", re.IGNORECASE)
_HOURS_RANGE = re.compile(rf"^\s?(?:-|to|through|thru|bis|a|al|au)\s?(?:{_any(_DAY_OF)})\b", re.IGNORECASE)
_RANGE_END = re.compile(rf"(?:{_any(_DAY_OF)})\s?(?:-|to|through|thru|bis|a|al|au)\s?$", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:(?P<day>the day after tomorrow|day after tomorrow|ubermorgen|pasado manana|apres-demain|tomorrow|tonight|today|yesterday|"
    r"heute|morgen|demain|manana|domani|amanha|overmorgen)"
    r"|(?P<span>next (?:week|month)|this (?:week|weekend|month)|(?:by )?the end of (?:the|this|next) (?:day|week|month)"
    r"|over the weekend|(?:by|before|on) the weekend|(?:at|by|before|for|until) (?:christmas|easter|thanksgiving|new year)"
    r"|(?:with)?in (?:a|the next) (?:fortnight|(?:couple of|few) (?:business |working )?(?:hours|days|weeks))|nachste woche|la semaine prochaine|la proxima semana|la prossima settimana|volgende week))\b",
    re.IGNORECASE,
)
_OFFSETS = {
    "yesterday": -1, "today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "demain": 1, "manana": 1, "domani": 1,
    "amanha": 1,
}  # fmt: skip
_GREETING = re.compile(r"\b(?:guten|goede|goeie|buena|por la|esta|de la)\s$", re.IGNORECASE)
_COUNTS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty sixty ninety"
_COUNT_OF = dict(zip(_COUNTS.split(), [*range(1, 16), 20, 30, 60, 90], strict=True)) | {"a": 1, "an": 1}
_UNIT = (
    r"minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|minuten|stunden?|tagen?|tage?n?|werktagen?|wochen?|monaten?|jours?|heures?|"
    r"semaines?|mois|dias?|horas?|semanas?|meses|giorn[io]|or[ae]|settiman[ae]|mesi|dagen|werkdagen|uur|weken|maanden"
)
_COUNT = rf"\d{{1,3}}|{_COUNTS.replace(' ', '|')}"
_WINDOW = re.compile(
    rf"(?P<before>\b(?:with ?in|in(?: the next)?|after|up to|at most|warranty (?:is|of|lasts)|guarantee (?:is|of|lasts)|under|less than|no later than|takes?|taking|allow|another|next|"
    rf"innerhalb von|binnen|sous|dans|en|entro|tra|dentro de|em)\s)?\b(?P<count>{_COUNT}|an?)(?:\s?(?:-|to|or|and|bis|a)\s?(?:{_COUNT}))?"
    rf"[\s-](?P<kind>full\s|business\s|working\s|calendar\s|more\s|short\s)?(?P<unit>{_UNIT})\b"
    rf"(?P<after>\s(?:ago|old)|\s(?:money|free\s|risk|return|refund|exchange|warranty|guarantee|delivery|shipping|trial)\w*)?",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:last|past|previous|recent|for the|over the|letzten|vergangenen|derniers|ultimos)\s$", re.IGNORECASE
)
_COMING = re.compile(
    r"(?:\b(?:will|shall|arriv\w*|by|until|till|expect\w*|due|going to|should|no later than|latest|coming|estimated)|'ll)"
    r"(?:\W+\w+){0,5}\W*$",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:placed|ordered|bought|purchased|dated|from|of|since|shipped|delivered|received|refunded|cancell?ed|was|were|have|has)"
    r"(?:\W+(?:on|the|last|it|your|order|you)){0,3}\W*$",
    re.IGNORECASE,
)
_PROMISING = re.compile(
    r"\b(?:will|shall|going to|arriv\w*|deliver\w*|ship\w*|send\w*|sent|receive\w*|get|refund\w*|credit\w*|expect\w*|dispatch\w*|by|"
    r"have (?:it|your)|cancell?ed|replace\w*)\b|'ll\b",
    re.IGNORECASE,
)
_HINT = hint(
    rf"\d|\b(?:{_LONG_DAY}|{_any(_SHORT_DAYS)}|{_COUNTS.replace(' ', '|')}|in an?|within an?)\b|tomorrow|tonight|today|yesterday"
    r"|week|month|day|hours|fortnight|christmas|easter|thanksgiving|new year|月|heute|morgen|demain|manana|domani|amanha|woche|semaine|semana|settimana"
)


@dataclass(frozen=True, slots=True)
class Times:
    """What is known of time: the dates that the facts carry, and the day on which the reply is read."""

    dates: frozenset[date]
    today: date | None

    def carries(self, day: int, month: int, year: int | None, *, is_coming: bool) -> bool:
        """Whether a date is one of the facts; one that is to come is never carried by a date that has been."""
        return any(
            (each.day, each.month) == (day, month)
            and (year is None or each.year == year)
            and not (is_coming and self.today is not None and each < self.today)
            for each in self.dates
        )

    def carries_offset(self, days: int) -> bool:
        """Whether the day so many days from today is one of the facts."""
        return self.today is not None and self.today + timedelta(days=days) in self.dates

    def carries_weekday(self, weekday: int, *, is_coming: bool) -> bool:
        """Whether a date of the facts within a week of today is such a weekday."""
        if self.today is None:
            return False
        near = {each for each in self.dates if abs((each - self.today).days) <= 7}
        return any(each.weekday() == weekday and not (is_coming and each < self.today) for each in near)


def unfounded(text: str, times: Times, sentence_of: object) -> Iterator[tuple[int, int, str]]:
    """Yield what a text says of time that nothing carries: place and what it is called."""
    if not _HINT(text):
        return
    taken: list[tuple[int, int]] = []
    for match in _DATE.finditer(text):
        read = _read_date(match)
        if read is None or (match["short"] and not _DAY_NEXT.search(text[max(0, match.start() - 6) : match.start()])):
            continue
        taken.append(match.span())
        is_coming = _is_coming(text, match.start(), sentence_of)
        if not any(times.carries(*each, is_coming=is_coming) for each in read):
            yield (*match.span(), "the date")
    yield from _weekdays(text, times, sentence_of, taken)
    yield from _relative(text, times, sentence_of)
    yield from _windows(text, times, taken)


def _read_date(match: re.Match[str]) -> list[tuple[int, int, int | None]] | None:
    """Return the readings of a date as day, month and year; None where it is no date."""
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
        found: list[tuple[int, int, int | None]] = [(day, month, year)]
    elif match["figures"] or match["short"]:
        one, two, *rest = (int(part) for part in re.split(r"[./]", match["figures"] or match["short"]) if part)
        year_said = (rest[0] + 2000 if rest[0] < 100 else rest[0]) if rest else None
        is_one_way = bool(match["short"]) and "." in match["short"]
        found = [(one, two, year_said)] if is_one_way else [(one, two, year_said), (two, one, year_said)]
    elif match["m3"]:
        found = [(int(match["d3"]), int(match["m3"]), int(match["y3"]) if match["y3"] else None)]
    elif match["d4"] or match["d5"]:
        word, said = match["m4"] or match["m5"], match["d4"] or match["d5"]
        found = [(_ORDINAL_OF[said.lower()], _MONTH_OF[word.lower()], None)]
    else:
        word, day_text = (match["m1"], match["d1"]) if match["m1"] else (match["m2"], match["d2"])
        year_text = match["y1"] or match["y2"]
        if word in ("may", "mar", "sep") and not year_text:  # "you may 5" is no date
            return None
        found = [(int(day_text), _MONTH_OF[word.lower()], int(year_text) if year_text else None)]
    return [each for each in found if 1 <= each[0] <= 31 and 1 <= each[1] <= 12] or None


def _is_coming(text: str, start: int, sentence_of: object) -> bool:
    """Whether the words before say that it is to come, and not that something was then."""
    begin, _ = sentence_of(start)  # type: ignore[operator]
    before = text[max(begin, start - 80) : start]
    return bool(_COMING.search(before)) and not _PLACED.search(before)


def _weekdays(
    text: str, times: Times, sentence_of: object, taken: list[tuple[int, int]]
) -> Iterator[tuple[int, int, str]]:
    """Yield weekdays that nothing carries; opening hours (`Monday to Friday`) and `Mondays` are none."""
    for match in _WEEKDAY.finditer(text):
        group = "long" if match["long"] else "short"
        start, end = match.span(group)
        if _NOT_A_DAY.search(text[max(0, start - 8) : start]) or _HOURS_RANGE.match(text[end : end + 24]):
            continue
        if _RANGE_END.search(text[max(0, start - 24) : start]):
            continue
        if any(0 <= begin - end <= 6 for begin, _ in taken):  # "Friday, 13 March": the date is judged
            continue
        is_coming = _is_coming(text, start, sentence_of)
        if not times.carries_weekday(_DAY_OF[match[group].lower()], is_coming=is_coming):
            yield start, end, "the weekday"


def _relative(text: str, times: Times, sentence_of: object) -> Iterator[tuple[int, int, str]]:
    """Yield `tomorrow`, `next week` and the like in sentences that promise something."""
    for match in _RELATIVE.finditer(text):
        begin, end = sentence_of(match.start())  # type: ignore[operator]
        word = match[0].lower()
        if _GREETING.search(text[max(0, match.start() - 8) : match.start()]) or not _PROMISING.search(text[begin:end]):
            continue
        if word in ("today", "tonight", "heute") and not _later_today(
            text[begin : match.start()], text[match.end() : end]
        ):
            continue
        is_told = word in _OFFSETS and not _is_coming(text, match.start(), sentence_of)
        if is_told and times.carries_offset(_OFFSETS[word]):
            continue
        yield (*match.span(), "the time")


_TODAY_MEANT = re.compile(
    r"\b(?:arriv\w*|deliver\w*|ship\w*|dispatch\w*|receive|get (?:it|your)|refund\w*|credit\w*|sent|send|by|until|cancell?ed)\W+(?:\w+\W+){0,4}$",
    re.IGNORECASE,
)


def _later_today(before: str, after: str) -> bool:
    """Whether `today` says when something happens; `thank you for writing today` does not."""
    return bool(_TODAY_MEANT.search(before)) or bool(
        re.match(r",?\s(?:we|you|it|your)\b[^.]{0,30}\b(?:will|'ll)", after, re.I)
    )


def _windows(text: str, times: Times, taken: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Yield windows such as `within 3 days`, `5-7 business days`, `a 60-day return`; `12 days ago` is a date."""
    for match in _WINDOW.finditer(text):
        start = match.start("count")
        if any(begin <= start < finish for begin, finish in taken):
            continue
        after = (match["after"] or "").strip().lower()
        if after in ("ago", "old"):
            if not _carries_ago(match, times):
                yield match.start("count"), match.end(), "the time"
            continue
        if _GONE.search(text[max(0, start - 14) : start]):
            continue
        is_kind = bool(match["kind"]) and match["kind"].strip().lower() in ("business", "working", "calendar")
        if (match["before"] or is_kind or after) and not (
            match["count"].lower() in ("a", "an") and not match["before"]
        ):
            yield start, match.end("unit"), "the period"


def _carries_ago(match: re.Match[str], times: Times) -> bool:
    """Whether a date of the facts lies so long ago, give or take what the unit rounds away."""
    said = match["count"].lower()
    count = _COUNT_OF[said] if said in _COUNT_OF else int(said)
    unit = match["unit"].lower()[:1]
    days = count * {"d": 1, "w": 7, "m": 30, "y": 365, "j": 1, "t": 1, "s": 7}.get(unit, 0)
    slack = {"d": 1, "w": 4, "m": 16, "y": 183}.get(unit, 1)
    if times.today is None:
        return False
    return any(abs((times.today - each).days - days) <= slack for each in times.dates if each <= times.today)
