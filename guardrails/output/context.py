"""What the words before a number say it is: a phone, a card, a reference. Decides nothing."""

from __future__ import annotations

import re

_WORDS = {
    "phone": r"phones?|tel|telephone|call(?:ing|s)?|dial|mobile|cell|cellphone|fax|whats ?app|"
    r"text|sms|contact|reach|ring|hotline|helpline|telefon|handy|voicemail|callback|line|extension",
    "card": r"cards?|visa|master ?card|amex|american express|maestro|discover|"
    r"diners|jcb|credit|debit|cc|pan|payment",
    "ssn": r"ssn|social security(?: (?:number|no))?|social|socsec|ss ?#|tin|taxpayer",
    "ip": r"ip(?:v[46])?(?: address)?|host|server|address|logged in from|login from",
    "version": r"v|ver|versions?|release|build|firmware|software|driver|"
    r"update[ds]?|upgrade[ds]?|patch|app|os|section|chapter",
    "reference": r"orders?|tracking|track|invoices?|skus?|isbn(?:-1[03])?|ean|upc|gtin|asin|"
    r"ref|references?|case|tickets?|"
    r"serial|imei|parts?|models?|items?|rma|po|batch|lot|confirmation|receipts?|transactions?|parcels?|shipments?|"
    r"consignment|awb|waybill|barcode|product|article|customer|id|code|coupon|voucher|returns?|booking|version|"
    r"dimensions?|size|label|warranty|policy number|dhl|ups|usps|fedex",
}
_CONTEXT = re.compile(
    "|".join(rf"(?P<{name}>(?<![^\W_])(?:{words})(?![^\W_]))" for name, words in _WORDS.items()),
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"[\s:#.=()\"'-]*(?:(?:number|numbers|no|nr|num|is|was|id|code|the|your|my|our|of|for|to)?[\s:#.=()\"'-]*){0,4}",
    re.I,
)


def last_word(text: str, start: int, reach: int = 40) -> str:
    """Return the kind of the context word nearest before `start`, or nothing."""
    found = ""
    for match in _CONTEXT.finditer(text[max(0, start - reach) : start]):
        found = str(match.lastgroup)
    return found


def is_about(text: str, start: int, kind: str, reach: int = 40) -> bool:
    """Whether a context word of `kind` stands directly before `start`, with only filler between."""
    before = text[max(0, start - reach) : start]
    last = None
    for match in _CONTEXT.finditer(before):
        last = match
    return last is not None and last.lastgroup == kind and bool(_FILLER.fullmatch(before[last.end() :]))
