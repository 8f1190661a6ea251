"""Personal data in a text: e-mail and IP addresses, telephone, card and social security numbers.

Finds and names places, changes nothing. Order numbers, amounts, versions, sizes and dates are not personal.
"""

from __future__ import annotations

import re

from guardrails.output.addresses import find_emails, find_ips, find_odd_ips
from guardrails.output.cards import find_cards, find_ssns
from guardrails.output.context import last_word
from guardrails.output.normalise import View, fold, refang, undisguise_digits, unmask_digits, unspace, unspell
from guardrails.output.phones import find_phones
from guardrails.output.runs import Chain, chains
from guardrails.output.scan import scan, sign

Hit = tuple[str, int, int]
"""A kind and its place in a view."""

_NUMBER = sign("number", r"\d(?:[^\d\pL]{0,4}\d){5}")
_ODD_IP = sign(
    "odd address", r"\d{1,3}\s{0,2}[,\-_ :|/*]\s{0,2}\d{1,3}\s{0,2}[,\-_ :|/*]\s{0,2}\d{1,3}\s{0,2}[,\-_ :|/*]\s{0,2}\d"
)
_IBAN_SIGN = sign("iban", r"\b[A-Z]{2}\d{2}[ ]?[A-Z0-9]{2}", case=True)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?(?![A-Za-z0-9])")
_DOTS = sign("dotted", r"[0-9]\s{0,2}\.\s{0,2}[0-9]{1,3}\s{0,2}\.\s{0,2}[0-9]{1,3}\s{0,2}\.\s{0,2}[0-9]")
_COLONS = sign("colons", r"::|:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:")
_RANK = {"email": 0, "card": 1, "ssn": 2, "ip": 3, "phone": 4}


def find_personal_data(text: str, region: str = "US") -> list[Hit]:
    """Return (kind, start, end) in the original text of all personal data, in order, not overlapping."""
    folded = fold(text)
    return find_in(folded, scan(folded.text), region)


def find_in(folded: View, signs: frozenset[str], region: str = "US") -> list[Hit]:
    """Return the personal data of a folded view that carries these signs, with places in the original."""
    view = unspell(refang(folded, signs), signs)
    if view is not folded:
        signs = scan(view.text)
    hits = _all(view, signs, region)
    plain = undisguise_digits(view, signs)
    if plain is not view:
        signs = scan(plain.text)
        hits += _all(plain, signs, region)
    posing = unmask_digits(plain, signs)
    if posing is not None:
        hits += _unmasked(posing, plain.text, region)
    closed = unspace(plain, signs)
    if closed is not None:
        hits += _all(closed, scan(closed.text), region)
    return _distinct(hits) if len(hits) > 1 else hits


def _all(view: View, signs: frozenset[str], region: str) -> list[Hit]:
    """Return the hits in one view, with their places in the original."""
    return [(kind, *view.span(start, end)) for kind, start, end in _in_text(view.text, signs, region)]


def _unmasked(view: View, before: str, region: str) -> list[Hit]:
    """Return what digits in disguise give away: a card by its check digit, else only what the words call by name."""
    found = []
    for kind, start, end in _in_text(view.text, scan(view.text), region):
        if view.text[start:end] == before[start:end]:
            continue
        if kind == "card" or (kind in ("phone", "ssn") and last_word(view.text, start) == kind):
            found.append((kind, *view.span(start, end)))
    return found


def _distinct(hits: list[Hit]) -> list[Hit]:
    """Join what overlaps: the surer kind names it, the place is the union."""
    joined: list[Hit] = []
    for kind, start, end in sorted(hits, key=lambda hit: (hit[1], hit[2])):
        if joined and start < joined[-1][2]:
            before = joined.pop()
            surer = min(before[0], kind, key=_RANK.__getitem__)
            joined.append((surer, before[1], max(before[2], end)))
        else:
            joined.append((kind, start, end))
    return joined


def _in_text(text: str, signs: frozenset[str], region: str) -> list[Hit]:
    """Return the hits in a text; each search only where the text could hold one."""
    hits = [("email", start, end) for start, end in find_emails(text, signs)]
    if _DOTS in signs or _COLONS in signs:
        hits += [("ip", start, end) for start, end in find_ips(text)]
    if _NUMBER not in signs:
        return hits
    if _ODD_IP in signs:
        hits += [("ip", start, end) for start, end in find_odd_ips(text)]
    bare = _IBAN.sub(lambda match: "x" * len(match[0]), text) if _IBAN_SIGN in signs else text
    for chain in chains(bare, 6):
        _in_chain(chain, region, hits)
    return hits


def _in_chain(chain: Chain, region: str, hits: list[Hit]) -> None:
    """Add the numbers of one chain to the hits: cards first, then social security numbers, then telephones."""
    size = sum(chain.sizes)
    if chain.is_single and len(set(chain.separators)) > 1 and sum("." in each for each in chain.separators) == 3:
        return  # an address, digit by digit
    found = [("card", *place) for place in find_cards(chain)] if size >= 12 else []
    if size >= 9:
        found += [("ssn", *place) for place in find_ssns(chain)]
    found += [("phone", *place) for place in find_phones(chain, region)]
    for kind, start, end in found:
        if all(end <= begin or finish <= start for _, begin, finish in hits):
            hits.append((kind, start, end))
