"""Personal data in a text: e-mail and IP addresses, social security numbers; cards and phones from `numbers`.

Finds and names places, changes nothing. Order numbers, amounts, versions, sizes and dates are not personal.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from guardrails.output.context import is_about, last_word
from guardrails.output.linear import hint
from guardrails.output.normalise import View, fold, refang, undisguise_digits, unspace, unspell
from guardrails.output.numbers import find_cards, find_phones

Hit = tuple[str, int, int]
"""A kind and its place in a view."""

_TLDS = (
    "com|net|org|info|biz|edu|gov|io|co|me|app|dev|shop|store|online|email|eu|uk|us|ca|au|nz|ie|de|at|ch|fr|be|nl|it|"
    "es|pt|se|no|dk|fi|pl|cz|gr|tr|ru|ua|jp|cn|kr|in|br|mx|ar|za|il|hk|sg|tw|example|test"
)
_LOCAL = r"[\w+%&'*/=?^`{|}~!#$-][\w.+%&'*/=?^`{|}~!#$-]{0,63}"
_EMAIL = re.compile(rf"(?<![\w.+%-]){_LOCAL}@(?:[\w-]{{1,63}}\.){{1,8}}(?:[^\W\d_]{{2,24}}|xn--[\w-]{{2,59}})")
_EMAIL_AT_IP = re.compile(rf"(?<![\w.+%-]){_LOCAL}@\[?(?:\d{{1,3}}\.){{3}}\d{{1,3}}\]?")
_EMAIL_QUOTED = re.compile(r'"[^"\n]{1,64}"@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}')
_EMAIL_WIDE = re.compile(
    rf"(?<![\w.+%-])[\w.+%-]{{1,64}}\s{{0,3}}@\s{{0,3}}[\w-]{{1,63}}(?:\s{{0,3}}[.,]\s{{0,3}}[\w-]{{1,63}}){{0,4}}?"
    rf"\s{{0,3}}[.,]\s{{0,3}}(?:{_TLDS})\b",
    re.IGNORECASE,
)
_SAID_DOT = r"(?:\s{0,3}\.\s{0,3}|[\s_*-]{1,4}dot[\s_*-]{1,4}|\s?dot\s?)"
_SAID_AT = re.compile(
    r"(?<![\w.+%-])(?P<local>[\w.+%-]{1,64}?(?:[\s_*-]{1,3}(?:dot|underscore|dash|hyphen|plus)[\s_*-]{1,3}[\w.+%-]{1,64}?){0,3})"
    rf"(?:\s{{0,3}}@\s{{0,3}}|(?P<at>[\s_*-]{{1,4}}at[\s_*-]{{1,4}}))"
    rf"(?P<domain>[\w-]{{1,63}}?(?:{_SAID_DOT}[\w-]{{1,63}}?){{0,3}}(?P<dot>{_SAID_DOT})(?:{_TLDS}))\b",
    re.IGNORECASE,
)
_SAID_HINT = hint(rf"(?:@|[\s_*-]at[\s_*-])[^\n]{{1,90}}(?:\.|dot)[\s_*-]{{0,4}}(?:{_TLDS})\b")
_NUMBER_HINT = hint(r"\d(?:[\s().\-_/*|~,:]{0,3}\d){6}")
_FREE_MAIL = re.compile(
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|proton(?:mail)?|aol|gmx|web|live|msn|mail|me)\b", re.I
)
_NOT_LOCAL = frozenset(
    [
        "look",
        "looking",
        "looked",
        "us",
        "we",
        "shop",
        "order",
        "arrive",
        "arrived",
        "available",
        "online",
        "buy",
        "visit",
        "me",
        "here",
        "page",
        "site",
        "again",
        "more",
        "store",
        "stay",
        "aim",
        "laugh",
        "located",
        "check",
        "them",
        "it",
        "you",
        "found",
        "see",
        "work",
        "sold",
    ]
)
_IPV4 = re.compile(r"(?<![\w.-])(?:\d{1,3}\s{0,2}\.\s{0,2}){3}\d{1,3}(?![\w]|\.\d|-\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-fA-F]{1,4}|:)(?::[0-9a-fA-F]{0,4}){2,8}(?:\.\d{1,3}){0,3}(?![\w:])")
_SSN = re.compile(
    r"(?<![\w.+/-])(?<!\d )(?P<area>\d[ ]?\d[ ]?\d)(?P<sep>\s{0,2}[-./_,:*]{1,2}\s{0,2}|[ \t\n]{1,3})"
    r"(?P<group>\d[ ]?\d)(?:\s{0,2}[-./_,:*]{1,2}\s{0,2}|[ \t\n]{1,3})"
    r"(?P<serial>\d[ ]?\d[ ]?\d[ ]?\d)(?![\w]|[-./]\d| \d)"
)
_SSN_PLAIN = re.compile(r"(?<![\w.+-])(?:\d[ \t.-]{0,2}){8}\d(?![\w]|[-.]\d)")


def find_personal_data(text: str, region: str = "US") -> list[tuple[str, int, int]]:
    """Return (kind, start, end) in the original text of all personal data, in order, not overlapping."""
    view = undisguise_digits(unspell(refang(fold(text))))
    hits = [(kind, *view.span(start, end)) for kind, start, end in _in_view(view, region)]
    closed = unspace(view)
    if closed is not None:
        hits += [(kind, *closed.span(start, end)) for kind, start, end in _in_view(closed, region)]
    return _distinct(hits)


_RANK = {"email": 0, "card": 1, "ssn": 2, "ip": 3, "phone": 4}


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


def _in_view(view: View, region: str) -> list[Hit]:
    """Return the hits in one view; each search only where the text could hold one."""
    text = view.text
    hits = list(_emails(text))
    digits = sum(map(text.count, "0123456789")) if len(text) < 2_000 else 7
    if digits >= 4 or "::" in text or text.count(":") > 6:
        hits += _addresses(text)
    if digits >= 7 and _NUMBER_HINT(text):
        taken = [(start, end) for _, start, end in hits]
        for kind, find in (("card", find_cards), ("ssn", _ssns), ("phone", lambda t: find_phones(t, region))):
            for start, end in find(text):
                if all(end <= begin or finish <= start for begin, finish in taken):
                    taken.append((start, end))
                    hits.append((kind, start, end))
    return hits


def _emails(text: str) -> Iterator[Hit]:
    """Find addresses written plainly, with blanks, or with `at` and `dot` as words."""
    if "@" in text:
        for pattern in (_EMAIL, _EMAIL_WIDE, _EMAIL_AT_IP, _EMAIL_QUOTED):
            for match in pattern.finditer(text):
                yield "email", match.start(), match.end()
    if _SAID_HINT(text):
        for match in _SAID_AT.finditer(text):
            if _is_said_address(match):
                yield "email", match.start(), match.end()


def _is_said_address(match: re.Match[str]) -> bool:
    """Tell `jane at example dot com` from `look at example.com`."""
    local, is_word = match["local"].lower(), match["at"] is not None
    if not is_word:
        return "dot" in match["domain"].lower() or "dot" in local
    if local in _NOT_LOCAL:
        return False
    if match["at"].strip() != match["at"].strip(" ") or "_" in match["at"] or "*" in match["at"]:
        return True
    if "dot" in match["dot"].lower():
        return True
    return bool(re.search(r"[\d._+]", local)) or bool(_FREE_MAIL.match(match["domain"]))


def _addresses(text: str) -> Iterator[Hit]:
    """Find IPv4 and IPv6 addresses; a four-part version is none."""
    for match in _IPV4.finditer(text) if text.count(".") > 2 else ():
        parts = [part.strip() for part in match[0].split(".")]
        is_range = all(int(part) <= 255 and (len(part) == 1 or part[0] != "0") for part in parts)
        if is_range and last_word(text, match.start()) != "version":
            yield "ip", match.start(), match.end()
    if text.count(":") < 2:
        return
    for match in _IPV6.finditer(text):
        candidate = match[0].rstrip(":") if not match[0].endswith("::") else match[0]
        try:
            address = ipaddress.IPv6Address(candidate)
        except ValueError:
            continue
        if int(address) > 1 or "1" in candidate:
            yield "ip", match.start(), match.start() + len(candidate)


def _ssns(text: str) -> Iterator[tuple[int, int]]:
    """Find social security numbers: grouped 3-2-4, or nine digits where the text speaks of one."""
    for match in _SSN.finditer(text):
        area, group, serial = (match[name].replace(" ", "") for name in ("area", "group", "serial"))
        if _is_ssn(area, group, serial) and not is_about(text, match.start(), "reference"):
            yield match.span()
    for match in _SSN_PLAIN.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _is_ssn(digits[:3], digits[3:5], digits[5:]) and last_word(text, match.start(), 60) == "ssn":
            yield match.span()


def _is_ssn(area: str, group: str, serial: str) -> bool:
    """Whether these parts can have been issued (SSA: no area 000, 666 or 900-999, no zero part)."""
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"
