"""What the words around a number say it is: a phone, a card, a reference. Decides nothing."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    "reference": r"orders?|tracking|track|invoices?|skus?|isbn(?:-1[03])?|issn|ean(?:-?13)?|upc|gtin|asin|mpn|"
    r"ref|references?|case|tickets?|serial|imei|iccid|eid|parts?|models?|items?|rma|po|batch|lot|confirmation|"
    r"receipts?|transactions?|parcels?|shipments?|packages?|consignment|awb|waybill|barcode|product|article|customer|"
    r"client|member(?:ship)?|id|ids|code|codes|coupon|voucher|returns?|booking|reservation|dimensions?|sizes?|label|"
    r"warranty|policy|dhl|ups|usps|fedex|gls|hermes|evri|dpd|royal mail|account|acct|accounts|routing|sort code|iban|"
    r"bic|swift|vat|tax id|ein|duns|siret|siren|passport|licen[cs]e|licencia|plates?|zip|postcode|postal code|"
    r"(?:gift|loyalty|store|membership|library|sd|memory|graphics|business|report) ?cards?|style|colou?r|pin|otp|"
    r"catalog(?:ue)?|drawing|contract|claim|quote|registration|coordinates|lat|lon|latitude|longitude|gps|"
    r"timestamp|hash|commit|build|job|request|session|patent|chassis|vin|meter|units?|pieces|total|amount|sum|"
    r"price|cost|copies|dated?|company|employee|student|tax|file|docket|folio|eori|hrb|abn|acn|cas|doi|nip|kvk",
    "phone": r"phones?|tel|telephone|call(?:ing|s|ed)?|dial|mobile|mob|cell|cellphone|fax|whats ?app|"
    r"text|sms|contact|reach|ring|rang|hotline|helpline|telefon|telefono|telefone|handy|voicemail|callback|landline|"
    r"extension|ext|signal|telegram|viber|imessage|ph|portable|movil|celular|rufnummer|switchboard|toll-?free",
    "card": r"cards?|visa|master ?card|amex|american express|maestro|discover|diners|jcb|unionpay|"
    r"credit|debit|cc|pan|payment|kreditkarte|carte|tarjeta|card ?holder",
    "ssn": r"ssn|social security(?: (?:number|no))?|social|socsec|ss ?#|s\.s\.n|tin|itin|taxpayer",
    "ip": r"ip(?:v[46])?(?: address)?|host|server|address|router|gateway|dns|subnet|firewall|ping|"
    r"log(?:ged)? ?-?ins?|proxy|network",
    "version": r"v|ver|versions?|release|firmware|software|driver|bios|"
    r"update[ds]?|upgrade[ds]?|patch|app|os|ios|android|macos|windows|chrome|section|chapter|clause|paragraph|"
    r"figure|table|appendix|rev|revision|kernel|sdk|plugin|module",
    "number": r"numbers?|no|nr|numero|nummer|num|line",
}
_CONTEXT = re.compile(
    "|".join(rf"(?P<{name}>(?<![^\W_])(?:{words})(?![^\W_]))" for name, words in _WORDS.items()),
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"[\s:#.=()\"'\-,]*(?:(?:number|numbers|no|nr|num|is|was|are|id|code|the|your|my|our|of|for|to|at|on|me|us|him|her|"
    r"them|please|ending|with|new|old|office|home|work|ist|lautet|est|es)?[\s:#.=()\"'\-,]*){0,5}",
    re.IGNORECASE,
)
_AFTER_PHONE = re.compile(
    r"[\s,\-\u2013(\[]{0,3}(?:is (?:my|our|her|his|the) )?(?:new |office |home |private )?"
    r"(?:phone|mobile|cell|tel|telephone|landline|fax|whatsapp|office|home|work)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def _last(before: str) -> tuple[str, bool]:
    """Return the kind of the last context word of a text and whether only filler follows it."""
    kind, end, named, named_end = "", 0, "", 0
    for match in _CONTEXT.finditer(before):
        if match.lastgroup == "number":
            kind, end = "number", match.end()
        else:
            kind = named = str(match.lastgroup)
            end = named_end = match.end()
    if not kind:
        return "", False
    if kind == "number" and named:
        is_direct = _FILLER.fullmatch(before, named_end) is not None
        if is_direct or named not in ("reference", "version"):
            return named, is_direct
    return kind, _FILLER.fullmatch(before, end) is not None


def last_word(text: str, start: int, reach: int = 40) -> str:
    """Return the kind of the context word nearest before `start`, or nothing."""
    return _last(text[max(0, start - reach) : start])[0]


def has_word(text: str, start: int, kind: str, reach: int = 80) -> bool:
    """Whether any context word of `kind` stands before `start`."""
    return any(match.lastgroup == kind for match in _CONTEXT.finditer(text, max(0, start - reach), start))


def is_about(text: str, start: int, kind: str, reach: int = 40) -> bool:
    """Whether a context word of `kind` stands directly before `start`, with only filler between."""
    found, is_direct = _last(text[max(0, start - reach) : start])
    return is_direct and found == kind


def is_called_phone(text: str, end: int) -> bool:
    """Whether the words directly after a number call it a telephone."""
    return _AFTER_PHONE.match(text, end) is not None
