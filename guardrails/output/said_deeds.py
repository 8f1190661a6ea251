"""What a reply says was or will be done: money back, a cancellation, an exchange, a parcel, credit, a guarantee.

Finds the words and says which deed they claim; whether the facts carry it is decided in `grounding`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.output.linear import hint

_ADV = r"(?:\s(?:already|now|just|also|fully|immediately|successfully|therefore|gladly|been|hereby|today|both|then|in full|partially))*"
_WILL = r"(?:\b(?:will|shall|going to|about to)|\b(?:we|i|you|it|they)'ll)"
_HELD = r"(?:has|have|had|was|were|is|are|'ve|'s)"
_END = r"issued|processed|sent|completed?|made|approved|initiated|credited|confirmed|granted|done|finali[sz]ed|on (?:its|the) way|under ?way"
_MIDDLE = r"(?:[^.,;!?\n]|[.,](?=\d)){0,40}?"
_GIVING = (
    r"issu(?:e|ed|ing)|g[ia]ve|giving|given|offer\w*|add(?:ed|ing)?|send(?:ing)?|sent|appl(?:y|ied|ying)|receiv\w+|get|credit(?:ed|ing)|"
    r"enjoy|use|here is|here's|here are|take|grant\w*|provid\w+|prepared|created|include\w*"
)

_CLAIMS: tuple[tuple[str, str], ...] = (
    ("refund", r"refunded|reimbursed"),
    ("refund", rf"refunds?{_MIDDLE}\s{_HELD}{_ADV}\s(?:{_END})"),
    ("refund", rf"(?:issued|processed|sent|initiated|completed|made|approved|granted|given|arranged){_ADV}(?:\s(?:you|them))?(?:\s(?:a|an|your|the|this))?(?:\s(?:full|partial|complete))?\srefund"),
    ("refund", rf"(?:money|payment|amount|funds|charges?){_MIDDLE}\s{_HELD}{_ADV}\s(?:returned|credited|sent back|given back|paid back|reversed|back (?:on|in|to)|on (?:its|the) way)"),
    ("refund", rf"(?:paid|sent|given|put|transferred|returned){_MIDDLE}\sback (?:to|on|onto|in|into) (?:your|the)"),
    ("refund", r"credited (?:\w+ ){0,4}(?:to|back to|on) (?:your|the) (?:\w+ )?(?:card|account|payment|bank|paypal|original)"),
    ("refund", r"(?:credited|returned|transferred|paid back) (?:the |your )?(?:money|payment|funds|full amount|amount)"),
    ("refund", r"reversed (?:the|your|this) (?:charge|payment|transaction)"),
    ("refund", rf"(?:card|account|paypal){_MIDDLE}\s{_HELD}{_ADV}\s(?:credited|refunded)"),
    ("refund", rf"(?:issued|sent|given|got|returned|transferred|wired|paid|put){_ADV}(?:\s(?:you|them|all|of|your|the)){{0,3}} (?:money|payment|funds) back"),
    ("refund", rf"refunds?(?: request| status)?(?: ?[:=] ?| - | )(?:{_END})"),
    ("refund later", rf"(?:{_WILL}|you)(?:\s\w+){{0,2}}\s(?:see|get|receive|have|find)(?:\s\w+){{0,3}} (?:money|amount|funds|credit) (?:\w+ ){{0,2}}(?:on|in|to) (?:your|the) (?:\w+ )?(?:statement|account|card|bank)"),
    ("refund later", rf"{_WILL}{_ADV}(?:\sbe)?\s(?:refund(?:ed|ing)?|reimburs(?:e|ed|ing))"),
    ("refund later", r"(?:am|are|is|we're|i'm) (?:now |currently |being )?(?:refund(?:ing|ed)|reimbursing)"),
    ("refund later", rf"(?:{_WILL}|you)(?:\s\w+){{0,2}}\s(?:issue|process|send|initiate|make|give|grant|get|receive|see|have)(?:\s\w+){{0,3}}\s(?:refund|money back)"),
    ("refund later", rf"refund{_MIDDLE}\s(?:will|should|is going to)\s(?:\w+\s)?(?:be|arrive|appear|show|reach|follow|take)"),
    ("refund later", r"(?:issuing|processing|sending|initiating|making|arranging) (?:you )?(?:a|your|the) (?:full |partial )?refund"),
    ("refund later", rf"{_WILL}(?:\s\w+){{0,3}}\s(?:money|payment|it|amount|funds)(?:\s\w+)?\sback"),
    ("refund later", rf"(?:money|payment|amount|funds){_MIDDLE}\s(?:will|should)\s(?:be\s)?(?:returned|credited|sent back|given back|back)"),
    ("refund", r"erstattet|erstatten (?:wir|ihnen)|zuruckerstattet|gutgeschrieben|rembourses?|remboursees?|rembourson?s|rembourserons"
               r"|reembolsad[oa]|reembolsamos|reembolsaremos|devuelto el|rimborsat[oa]|rimborsiamo|rimborseremo|terugbetaald|estornad[oa]"),
    ("cancel", r"cancell?ed|called off"),
    ("cancel", rf"{_WILL}{_ADV}(?:\sbe)?\scancel(?:l?ed|l?ing)?|(?:am|are|is|we're|i'm) (?:now |being )?cancell?ing"),
    ("cancel", rf"cancellation{_MIDDLE}\s{_HELD}{_ADV}\s(?:{_END}|through)"),
    ("cancel", r"storniert|stornieren (?:wir|ihre)|annulees?|annule|annulerons|cancelad[oa]|cancelamos|cancelaremos|anulad[oa]|annullat[oa]"
               r"|annulliamo|geannuleerd"),
    ("exchange", rf"exchange{_MIDDLE}\s{_HELD}{_ADV}\s(?:set up|arranged|created|{_END})"),
    ("exchange", r"(?:set up|arranged|created|processed|confirmed|approved|started|booked)(?:\s\w+){0,2}\sexchange"),
    ("exchange", rf"exchanged|{_WILL}{_ADV}(?:\sbe)?\s(?:exchanged?|replaced?)|{_HELD}{_ADV}\s(?:been\s)?replaced"),
    ("exchange", rf"replacement{_MIDDLE}\s(?:has|have|is|was|will|ships|goes)\b"),
    ("exchange", r"(?:sent|send|sending|ship|shipped|shipping|dispatch(?:ed|ing)?|receive|get|offer|arranged?|order(?:ed|ing)|prepared?)(?:\s\w+){0,4}\sreplacement"),
    ("exchange", rf"{_WILL}(?:\s\w+){{0,3}}\s(?:new one|another one|a new)\b"),
    ("exchange", r"umgetauscht|echange\w* a ete|omgeruild"),
    ("ship", rf"(?:has|have|was|were|been|'s){_ADV}\s(?:shipped|dispatched|posted|sent out|handed (?:over )?to (?:the )?(?:courier|carrier))"),
    ("ship", r"(?:shipped|dispatched) (?:on|yesterday|today|this|your|the)\b|\bout for delivery|in transit|left our warehouse"),
    ("ship", rf"(?:order|orders|parcel|parcels|package|item|items|shipment|it|delivery|they)\b{_MIDDLE}(?:\s(?:is|are)|'s)(?:\snow|\salready)?\son (?:its|the|their) way"),
    ("ship", rf"(?:order|orders|parcel|parcels|package|item|items|shipment){_MIDDLE}\s(?:is|are){_ADV} with (?:the|our|a) (?:courier|carrier|driver)"),
    ("ship", r"versandt|versendet|expediee?s?|enviado|enviada|spedito|spedita|verzonden"),
    ("deliver", rf"(?:has|have|was|were|been){_ADV}\sdelivered|delivered (?:on|yesterday|today)|zugestellt|livree?s?|entregad[oa]|consegnat[oa]|bezorgd"),
    ("credit", rf"(?:{_GIVING})\b{_MIDDLE}\b(?:store credit|shop credit|vouchers?|gift ?cards?|coupons?|discounts?|promo(?:tional)? codes?|credit notes?|bonus points|loyalty points|goodwill)"),
    ("credit", rf"(?:store credit|voucher|gift ?card|coupon|discount|credit note){_MIDDLE}\s(?:has|have|is|was|will|in your)\b"),
    ("credit", r"gutschein\w*|bon d'achat|cupon|buono sconto"),
    ("free", r"free (?:of charge|replacement|returns?|shipping|delivery|repairs?|exchanges?|gift|upgrade|sample|label|item|product|month)\w*"),
    ("free", r"at no (?:extra |additional |further )?(?:cost|charge)|on the house|waiv(?:e|ed|ing)\b|compensat(?:e|ed|ing|ion)\b|no restocking fee|kostenlos\w*|gratuit\w*|gratis"),
    ("free", r"is on us|are on us|no charge|(?:won't|will not) (?:have|need) to pay"),
    ("guarantee", r"guarantee[sd]?|guaranteeing|(?:(?:we|i) (?:\w+ )?|we'll |i'll )(?:promise|swear|vow)|(?:you have|giv\w+ you|gave you) (?:my|our) word|lifetime"),
    ("guarantee", r"garantier\w+|garantis\w*|garantizamos|garantiamo"),
)  # fmt: skip
_EDGED = [(kind, rf"(?<!\w)(?:{body})(?!\w)") for kind, body in _CLAIMS]
_PATTERNS = [(kind, re.compile(body.replace(" ", r"\s"), re.IGNORECASE)) for kind, body in _EDGED]
_HINTS = [hint(body.replace(_MIDDLE, r"[^;!?\n]{0,60}").replace(" ", r"\s")) for _, body in _CLAIMS]
"""Whether a pattern can match at all, asked in linear time: most replies make two or three claims of thirty-odd."""
_HINT = hint(
    r"refund|reimburs|\bback\b|money|amount|funds|called off|on us|to pay|credit|returned|revers|cancel|exchang|replace|shipped|dispatch|posted|sent out|courier|carrier|deliver|"
    r"transit|warehouse|on (?:its|the|their) way|voucher|gift|coupon|discount|code|points|goodwill|free|no (?:extra |additional )?c|waiv|"
    r"compens|house|restock|guarant|promis|swear|vow|word|lifetime|new|another|erstatt|gutge|rembours|reembols|devuelto|rimbors|terugbet|"
    r"estornad|storni|annul|cancelad|anulad|umgetausch|echange|omgeruild|versand|versende|expedie|enviad|spedit|verzonden|zugestell|livre|"
    r"entregad|consegnat|bezorgd|gutschein|bon d|cupon|buono|kostenlos|gratis|gratuit|garanti"
)
_NOT = re.compile(
    r"(?:\b(?:not|cannot|never|no|nor|without|unable|neither|none|nicht|kein\w*|pas|niet|geen|nao|non|ne)\b|n't\b)(?:\W+\w+){0,4}\W*$",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"\b(?:can|could|may|might|would|able to|eligible to|eligible|want|wanted|like|asked|wish|wished|requested|please|help|how to|options? to)"
    r"(?:\W+(?:be|get|have|been|it|this|the|your|order|to|us|you|also|still|only|money|payment|for|a|an|or|and|refunded|cancell?ed|exchanged|returned)){0,4}\W*$",
    re.IGNORECASE,
)
_IF = re.compile(
    r"\b(?:if|whether|unless|until|once|when|as soon as|in case|should (?:you|it|the)|falls|wenn|sobald|si|se|als)\b[^,;:]*$",
    re.I,
)
_ABOUT = re.compile(
    r"\b(?:refund|cancellation|exchange|shipping|delivery|return)\s(?:policy|request|terms|form|page|team|options?)\b"
    rf"(?!(?:\s{_HELD}{_ADV}|:|)\s(?:approved|granted|accepted|completed?|issued|processed|done|confirmed)\b)",
    re.I,
)
_BREAK = re.compile(r"[.!?]+(?=\s|$|[\"')])|\n+")
_CLAUSE = re.compile(r"[,;:](?=\s)|\s(?:but|however|aber|mais|pero|ma|maar)\s", re.IGNORECASE)
_GOODS = re.compile(r"\b(?:refund|money|payment|credit)\b", re.IGNORECASE)
_AS = re.compile(r"\bas\s$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: which deed, whether it is told as still to come, and its place."""

    kind: str
    start: int
    end: int
    is_later: bool = False


class Sentences:
    """Where the sentences of a text begin and end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends = [match.end() for match in _BREAK.finditer(text)]

    def around(self, position: int) -> tuple[int, int]:
        """Return the sentence a position lies in, its closing mark included."""
        index = bisect_right(self._ends, position)
        begin = self._ends[index - 1] if index else 0
        return begin, self._ends[index] if index < len(self._ends) else len(self.text)


def claims(text: str, sentences: Sentences) -> Iterator[Claim]:
    """Yield what the text claims to be done or to come; questions, denials, offers and conditions are no claims."""
    if not _HINT(text):
        return
    taken: dict[str, list[tuple[int, int]]] = {}
    for (name, pattern), may_match in zip(_PATTERNS, _HINTS, strict=True):
        if not may_match(text):
            continue
        kind, _, later = name.partition(" ")
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(begin < end and start < finish for begin, finish in taken.get(kind, ())):
                continue
            if _is_claim(text, start, end, kind, sentences):
                taken.setdefault(kind, []).append((start, end))
                yield Claim(kind, start, end, bool(later) or _is_later(text, start, match[0]))


def _is_later(text: str, start: int, said: str) -> bool:
    """Whether the words say that it is still to come."""
    return re.search(rf"{_WILL}(?:\W+\w+){{0,2}}\W*$", text[max(0, start - 30) : start], re.IGNORECASE) is not None


def _is_claim(text: str, start: int, end: int, kind: str, sentences: Sentences) -> bool:
    """Whether the words state something, rather than ask, deny, offer or suppose it."""
    begin, finish = sentences.around(start)
    if text[begin:finish].rstrip(" \"')").endswith("?"):
        return False
    clause = max(begin, start - 300)  # what stands further away denies nothing, and the time stays bounded
    for match in _CLAUSE.finditer(text, clause, start):
        clause = match.end()
    before = text[clause:start]
    if _NOT.search(before) or _IF.search(before) or _ABOUT.match(text, start):
        return False
    if kind == "guarantee" and _AS.search(before):
        return False
    if kind in ("refund", "cancel", "exchange", "ship", "deliver") and _MAYBE.search(before):
        return False
    return not (kind == "ship" and _GOODS.search(before))
