"""Amounts, percentages, order and tracking numbers that a reply names, in figures and in words. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from guardrails.output.linear import hint

_DOLLARS = "USD CAD AUD NZD SGD HKD MXN TWD BSD BBD BZD FJD JMD TTD XCD ARS CLP COP UYU"
_CODES = (
    f"{_DOLLARS} EUR GBP JPY CHF SEK NOK DKK ISK PLN CZK HUF RON BGN INR CNY KRW TRY BRL ZAR ILS AED SAR EGP THB IDR "
    "MYR PHP VND NGN KES KWD BHD OMR JOD TND BTC ETH USDC USDT"
)
_THREE_DECIMALS = frozenset("KWD BHD OMR JOD TND".split())
_SIGNS = {
    "$": _DOLLARS, "us$": "USD", "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "r$": "BRL",
    "€": "EUR", "£": "GBP", "¥": "JPY CNY", "₹": "INR", "₩": "KRW", "₺": "TRY", "₪": "ILS", "zl": "PLN",
    "kr": "SEK NOK DKK ISK",
}  # fmt: skip
_NAMES = {
    "dollar": _DOLLARS, "dollars": _DOLLARS, "dollaren": _DOLLARS, "bucks": _DOLLARS, "euro": "EUR", "euros": "EUR",
    "pound": "GBP", "pounds": "GBP", "quid": "GBP", "yen": "JPY", "franc": "CHF", "francs": "CHF", "franken": "CHF",
    "kronor": "SEK", "kroner": "NOK DKK", "zloty": "PLN", "rupees": "INR", "libras": "GBP", "dolares": _DOLLARS,
}  # fmt: skip
_CENTS = {"cent": f"{_DOLLARS} EUR", "cents": f"{_DOLLARS} EUR", "pence": "GBP"}
_FIGURE = r"\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d{1,3})?(?!\d)|\d{1,16}(?:[.,]\d{1,3})?(?!\d)"
_SIGN = r"(?:us|ca?|au?|nz|r)?\$|[€£¥₹₩₺₪]|kr\.?|zl"
_CODE = "|".join(_CODES.split())
_NAME = "|".join(sorted((*_NAMES, *_CENTS), key=len, reverse=True))
_TIMES = re.compile(r"\s?(?:(k|tsd|thousand)|(m|mio|mn|million)|(bn|billion))\b\.?", re.IGNORECASE)
_NATION = r"(?:us|u\.s\.|american|canadian|australian|new zealand)"
_FIGURES = re.compile(rf"(?<![\d.,])(?:{_FIGURE})")
_BEFORE = re.compile(rf"(?<![^\W\d_])({_SIGN}|{_CODE})\s?$", re.IGNORECASE)
_AFTER = re.compile(rf"(?:[.,]-+)?\s?(?:{_NATION}\s)?({_SIGN}|(?:{_CODE}|{_NAME})\b)", re.IGNORECASE)
_BARE = re.compile(
    r"\b(?:refund(?:ed)?|reimbursed?|credit(?:ed)?|compensat(?:ed?|ion)|(?:amount|total|sum|payment) of)"
    rf"(?:\s(?:you|back|of|for))*\s(?P<a>{_FIGURE})(?=\s(?:to|back|for|on|into|will|has|was|is)\b|\s?[,;!?]|\s?\.?\s*$|\.\s)",
    re.IGNORECASE,
)

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: value for value, word in enumerate(_ONES)} | {w: 20 + 10 * i for i, w in enumerate(_TENS)}
_VALUES |= {"a": 1, "an": 1, "fourty": 40}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_SPOKEN_WORD = "|".join(sorted((*_VALUES, *_SCALES), key=len, reverse=True))
_SPOKEN = re.compile(
    rf"\b(?P<words>(?:{_SPOKEN_WORD})(?:(?:\sand)?[\s-](?:{_SPOKEN_WORD}))*)\s(?:{_NATION}\s)?(?P<name>{_NAME})\b"
    rf"(?:\s(?:and\s)?(?P<more>(?:{_SPOKEN_WORD})(?:[\s-](?:{_SPOKEN_WORD}))*|\d\d?)\s(?:cents|pence)\b)?",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    rf"(?<![^\W\d_])(?P<sign>(?:us|ca?|au?|nz|r)?\$|[€£¥])\s?(?P<words>(?:{_SPOKEN_WORD})(?:(?:\sand)?[\s-](?:{_SPOKEN_WORD}))*)\b",
    re.IGNORECASE,
)
_SPOKEN_HINT = hint(rf"(?:{_SPOKEN_WORD})\s(?:{_NATION}\s)?(?:{_NAME})\b|[$€£¥]\s?(?:{_SPOKEN_WORD})\b")
_AMOUNT_HINT = hint(
    rf"\d(?:\s?(?:k|tsd|thousand|m|mio|mn|million|bn|billion)\b)?\s?[.,\-]*\s?(?:{_NATION}\s)?(?:{_SIGN}|{_CODE}|{_NAME})|(?:{_SIGN}|{_CODE})\s?\d"
)
_WEIGHT = re.compile(r"\b(?:weigh\w*|weight|heavy|lbs?|up to)\b", re.IGNORECASE)

_PERCENT = re.compile(
    r"(?P<a>\d{1,3}(?:[.,]\d{1,2})?)\s?(?:%|percent\b|per cent\b|prozent\b|pour cent\b|por ciento\b|per cento\b)"
    r"|\b(?:half|a third|a quarter|three quarters)\s(?:of\s(?:the|your|it)|off|price|the (?:price|amount|money))",
    re.IGNORECASE,
)
_MONEY_WORD = re.compile(
    r"\b(?:off|discount\w*|refund\w*|back|reduc\w+|rebate|credit\w*|voucher|coupon|price|prices|cheaper|fee|fees|code|amount|"
    r"deduct\w*|rabatt|erstatt\w*|remise|rembours\w*|descuento|reembols\w*|sconto|rimbors\w*|korting)\b",
    re.IGNORECASE,
)

_LISTED = r"(?:\s?(?:,|&|and|und|et|y|or)\s?#?\d[\w-]{2,24}\b(?![.,]\d|\s?[%$€£]))*"
_ORDER = re.compile(
    r"(?:(?<![\w&/])#\s?|\b(?:orders?|bestellung|auftrag|commande|pedido|ordine|bestelling|encomenda)\b"
    r"(?:\s(?:number|numbers|nummer|no|nr|id)\b\.?)?[ :#]{1,3})"
    rf"(?P<number>[A-Za-z]{{1,5}}-?\d[\w-]{{0,24}}|\d[\w-]{{1,24}})(?P<more>{_LISTED})",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(
    r"(?:ticket|case|request|item|part|size|model|step|reference|invoice|page|level|colou?r)\s?$", re.I
)
_COUNTED = re.compile(
    r"\s(?:items?|pieces?|pairs?|units?|more|or more|other|days?|hours?|weeks?|%|percent)\b", re.IGNORECASE
)
_EACH = re.compile(r"#?(\d[\w-]{2,24})")
_TRACKING = re.compile(
    r"\b(?:tracking|track(?:\sand\strace)?|consignment|waybill|awb|sendungs(?:nummer|verfolgung)|(?:numero de )?suivi|"
    r"seguimiento|parcel|shipment)\b(?:[\s-](?:number|code|no|nr|id|nummer|link|reference)\b\.?)?"
    r"(?:\s(?:is|ist|est|es|of|for|your|parcel|order|shipment|under|it|with|at)){0,4}[\s:#.]{1,3}(?P<number>(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{6,34})\b"
    r"|\b(?P<ups>1Z[0-9A-Z]{16})\b|\b(?P<upu>[A-Z]{2}\d{9}[A-Z]{2})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as it stands in a text: every reading of its figure and the currencies it may be in (none: not said)."""

    start: int
    end: int
    readings: frozenset[Decimal]
    currencies: frozenset[str]

    def is_one_of(self, known: dict[Decimal, frozenset[str]]) -> bool:
        """Whether a known amount (with its currency, or in any) is what the text says."""
        return any(
            value in known and (not known[value] or not self.currencies or bool(known[value] & self.currencies))
            for value in self.readings
        )


def known_amounts(texts: frozenset[str]) -> dict[Decimal, frozenset[str]]:
    """Return decimal texts (`49.99`, `49.99 USD`) as value and currencies; no currency means any."""
    known: dict[Decimal, frozenset[str]] = {}
    for text in texts:
        figure, _, code = text.strip().lstrip("$€£¥₹").partition(" ")
        try:
            value = Decimal(figure.replace(",", "")).normalize()
        except InvalidOperation:
            continue
        had = known.get(value)
        own = frozenset([code.upper()]) if code else frozenset()
        known[value] = own if had is None else (had | own if had and own else frozenset())
    return known


def amounts(text: str) -> Iterator[Amount]:
    """Yield the amounts of a text: figures with a currency, figures that a refund is of, and words."""
    if _AMOUNT_HINT(text):
        for match in _FIGURES.finditer(text):
            before = _BEFORE.search(text[max(0, match.start() - 5) : match.start()])
            times = _TIMES.match(text, match.end())
            after = _AFTER.match(text, times.end() if times else match.end())
            if before is None and after is None:
                continue
            names = [each[1].lower().rstrip(".") for each in (before, after) if each is not None]
            if names == ["pounds"] and _WEIGHT.search(text[max(0, match.start() - 30) : match.end() + 12]):
                continue
            currencies = frozenset.intersection(*(_currencies(name) for name in names))
            scale = 100 if before is None and names[0] in _CENTS else 1
            said = readings(match[0], currencies, scale)
            if times is not None:  # `$42k` is not what `$42` is
                said = frozenset((each * 1000 ** int(times.lastindex or 0)).normalize() for each in said)
            yield Amount(*match.span(), said, currencies or frozenset(["?"]))
    for match in _BARE.finditer(text):
        yield Amount(*match.span("a"), readings(match["a"], frozenset()), frozenset())
    if _SPOKEN_HINT(text):
        yield from _spoken(text)


def _spoken(text: str) -> Iterator[Amount]:
    """Yield amounts written out: `fifty dollars`, `forty-nine dollars and ninety-nine cents`."""
    for match in _SPOKEN.finditer(text):
        said = match["name"].lower()
        value = Decimal(_number(match["words"])) / (100 if said in _CENTS else 1)
        if match["more"]:
            more = match["more"]
            value += Decimal(int(more) if more.isdigit() else _number(more)) / 100
        yield Amount(*match.span(), frozenset([value.normalize()]), _currencies(said))
    for match in _SIGNED.finditer(text):
        value = Decimal(_number(match["words"]))
        yield Amount(*match.span(), frozenset([value.normalize()]), _currencies(match["sign"].lower()))


def _number(words: str) -> int:
    """Return the number that number words say."""
    total = part = 0
    for word in re.split(r"[\s-]+", words.lower()):
        if word in _SCALES:
            part = max(part, 1) * _SCALES[word]
            if _SCALES[word] > 100:
                total, part = total + part, 0
        else:
            part += _VALUES.get(word, 0)
    return total + part


def _currencies(said: str) -> frozenset[str]:
    codes = _SIGNS.get(said) or _NAMES.get(said) or _CENTS.get(said) or said.upper()
    return frozenset(codes.split())


def readings(figure: str, currencies: frozenset[str], scale: int = 1) -> frozenset[Decimal]:
    """Return what `1,234.50`, `1.234,50` or `1 234` may mean; `1.234` is both where a currency has three decimals."""
    bare = re.sub(r"[' ]", "", figure.strip())
    last = max(bare.rfind("."), bare.rfind(","))
    whole = re.sub(r"[.,]", "", bare)
    after = len(bare) - last - 1 if last >= 0 else 0
    texts = [whole]
    if last >= 0 and (after != 3 or {".", ","} <= set(bare)):
        texts = [re.sub(r"[.,]", "", bare[:last]) + "." + bare[last + 1 :]]
    elif last >= 0 and currencies & _THREE_DECIMALS:
        texts.append(re.sub(r"[.,]", "", bare[:last]) + "." + bare[last + 1 :])
    found = set()
    for each in texts:
        try:
            found.add((Decimal(each) / scale).normalize())
        except InvalidOperation:
            continue
    return frozenset(found)


def percentages(text: str, sentence_of: object) -> Iterator[tuple[int, int]]:
    """Yield percentages and fractions of money: those in a sentence that speaks of prices or refunds."""
    for match in _PERCENT.finditer(text):
        begin, end = sentence_of(match.start())  # type: ignore[operator]
        if _MONEY_WORD.search(text[begin:end]):
            yield match.span()


def orders(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the order numbers of a text, lists of them included; `ticket #7` and `order 10 items` are none."""
    for match in _ORDER.finditer(text):
        if _OTHER_NUMBER.search(text[max(0, match.start() - 12) : match.start()]):
            continue
        if _COUNTED.match(text, match.end("number")):
            continue
        yield (*match.span("number"), match["number"])
        for more in _EACH.finditer(match["more"] or ""):
            offset = match.start("more")
            yield offset + more.start(1), offset + more.end(1), more[1]


def like_orders(text: str, known: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    """Yield bare numbers that look like the shop's own orders: the letters before the digits are theirs."""
    prefixes = {match[0] for number in known if (match := re.match(r"[A-Z]{1,5}-?(?=\d)", normal_order(number)))}
    if not prefixes:
        return
    shapes = "|".join(re.escape(prefix) for prefix in sorted(prefixes, key=len, reverse=True))
    for match in re.finditer(rf"(?<![\w#-])(?:{shapes})\d[\w-]{{0,24}}", text, re.IGNORECASE):
        yield (*match.span(), match[0])


def normal_order(number: str) -> str:
    """Return an order number as it is compared."""
    return number.strip().lstrip("#").strip().rstrip("-").upper()


def trackings(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what a text gives as a tracking number."""
    for match in _TRACKING.finditer(text):
        group = str(match.lastgroup)
        yield (*match.span(group), match[group])


def normal_tracking(number: str) -> str:
    """Return a tracking number as it is compared."""
    return re.sub(r"[\s-]", "", number).upper()
