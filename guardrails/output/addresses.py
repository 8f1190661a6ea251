"""E-mail and IP addresses in a view, written plainly, spaced or with words. Finds places; changes nothing."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from guardrails.output.context import has_word, is_about, last_word
from guardrails.output.scan import sign

_TLDS = (
    "com|net|org|info|biz|edu|gov|io|co|me|app|dev|shop|store|online|email|eu|uk|us|ca|au|nz|ie|de|at|ch|fr|be|nl|it|"
    "es|pt|se|no|dk|fi|pl|cz|gr|tr|ru|ua|jp|cn|kr|in|br|mx|ar|za|il|hk|sg|tw|example|test|invalid|localhost|xyz|site|"
    "ai|tv|cloud|tech|name|pro|mail|agency|company|world|live|hu|ro|sk|bg|hr|si|ee|lt|lv|is|lu|cl|pe|ph|my|th|vn|id|pk"
)
_LOCAL = r"[\w+%&'*/=?^`{|}~!#$-][\w.+%&'*/=?^`{|}~!#$-]{0,63}"
_EMAIL = re.compile(rf"(?<![\w.+%-]){_LOCAL}@(?:[\w-]{{1,63}}\.){{1,8}}(?:[^\W\d_]{{2,24}}|xn--[\w-]{{2,59}})")
_RARE = (
    re.compile(
        rf"(?<![\w.+%-])[\w.+%-]{{1,64}}\s{{0,3}}@\s{{0,3}}[\w-]{{1,63}}(?:\s{{0,3}}[.,]\s{{0,3}}[\w-]{{1,63}}){{0,4}}?"
        rf"\s{{0,3}}[.,]\s{{0,3}}(?:{_TLDS})\b",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<![\w.+%-]){_LOCAL}@\[?(?:\d{{1,3}}\.){{3}}\d{{1,3}}\]?"),
    re.compile(rf"(?<![\w.+%-]){_LOCAL}@\[IPv6:[0-9a-fA-F:.]{{2,45}}\]", re.IGNORECASE),
    re.compile(r'"[^"\n]{1,64}"@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}'),
)
_BETWEEN = r"[\s_*|/.,'\"\-]{1,4}"
_SAID_DOT = rf"(?:\s{{0,3}}\.\s{{0,3}}|{_BETWEEN}(?:dot|d0t|punkt|punto|point|ponto|period){_BETWEEN}|\s?dot\s?)"
_AT = "at(?: sign| symbol)?|arroba|chiocciola|klammeraffe|arobase"
_SAID_AT = re.compile(
    rf"(?<![\w.+%-])(?P<local>[\w.+%-]{{1,64}}?(?:{_BETWEEN}(?:dot|period|underscore|dash|hyphen|plus)"
    rf"{_BETWEEN}[\w.+%-]{{1,64}}?){{0,3}})"
    rf"(?:\s{{0,3}}@\s{{0,3}}|(?P<at>{_BETWEEN}(?:{_AT}){_BETWEEN}))"
    rf"(?P<domain>[\w-]{{1,63}}?(?:{_SAID_DOT}[\w-]{{1,63}}?){{0,3}}(?P<dot>{_SAID_DOT})(?:{_TLDS}))\b",
    re.IGNORECASE,
)
SAID = sign(
    "said address",
    r"(?:@\s*[\pL\pN_-]+(?:[\s_*|/,'\"\-]|dot)"
    rf"|[\s_*|/.,'\"\-](?:{_AT})[\s_*|/.,'\"\-])"
    rf"[^\n]{{0,90}}(?:\.|dot|punkt|punto|point|ponto|period)[\s_*|/.,'\"\-]{{0,4}}(?:{_TLDS})\b",
)
_CAMEL = re.compile(
    r"(?<![\w])[a-z0-9._+-]{2,40}(?:DOT[a-z0-9_-]{1,40}){0,3}AT[a-z0-9-]{2,40}(?:DOT[a-z0-9-]{2,20}){1,3}(?![\w])"
)
_FREE_MAIL = re.compile(
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|proton(?:mail)?|aol|gmx|web|live|msn|mail|me)\b", re.I
)
_NOT_LOCAL = frozenset(
    "look looking looked us we shop order arrive arrived available online buy visit me here page site again more "
    "store stay aim laugh located check them it you found see work sold delivered signed listed help".split()
)
_IPV4 = re.compile(r"(?<![\w.-])(?<!\d[,:/])(?:\d{1,3}\s{0,2}\.\s{0,2}){3}\d{1,3}(?![\w]|\.\d|-\d)")
_DOTTED = re.compile(r"\d\s{0,2}\.\s{0,2}$")
_DOTTED_ON = re.compile(r"\s{0,2}\.\s{0,2}\d")
_IPV4_ODD = re.compile(
    r"(?<![\w.,-])\d{1,3}(?P<sep>\s{0,2}[,\-_ :|/*]\s{0,2})\d{1,3}(?P=sep)\d{1,3}(?P=sep)\d{1,3}(?![\w.,-]\d|\w)"
)
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-fA-F]{1,4}|:)(?::[0-9a-fA-F]{0,4}){2,8}(?:\.\d{1,3}){0,3}(?![\w:])")


def find_emails(text: str, signs: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield addresses written plainly, with blanks, quoted, or with `at` and `dot` as words."""
    marks = text.count("@")
    if marks:
        plain = list(_plain(text))
        yield from plain
        if len(plain) < marks:
            for pattern in _RARE:
                for match in pattern.finditer(text):
                    yield match.span()
    if SAID in signs:
        for match in _SAID_AT.finditer(text):
            if _is_said(match):
                yield match.span()
    if "AT" in text and "DOT" in text:
        for match in _CAMEL.finditer(text):
            yield match.span()


def _plain(text: str) -> Iterator[tuple[int, int]]:
    """Yield plain addresses: only the neighbourhood of each at sign is read."""
    sign_at, done = text.find("@"), 0
    while sign_at >= 0:
        match = _EMAIL.search(text, max(done, sign_at - 65), min(len(text), sign_at + 260))
        if match is not None:
            yield match.span()
            done = match.end()
        sign_at = text.find("@", max(done, sign_at + 1))


def _is_said(match: re.Match[str]) -> bool:
    """Tell `jane at example dot com` from `look at example.com`."""
    local, is_word = match["local"].lower(), match["at"] is not None
    if not is_word:
        return "dot" in match["domain"].lower() or "dot" in local
    if local in _NOT_LOCAL:
        return False
    if match["at"].strip() != match["at"].strip(" ") or set(match["at"]) & set("_*|/"):
        return True
    if not re.fullmatch(r"\s{0,3}\.\s{0,3}", match["dot"]):
        return True
    return bool(re.search(r"[\d._+]", local)) or bool(_FREE_MAIL.match(match["domain"]))


def find_ips(text: str) -> Iterator[tuple[int, int]]:
    """Yield IPv4 and IPv6 addresses; a four-part version is none."""
    if text.count(".") > 2:
        for match in _IPV4.finditer(text):
            start = match.start()
            if _DOTTED.search(text, max(0, start - 6), start) or _DOTTED_ON.match(text, match.end()):
                continue
            is_other = _is_version(text, start, match[0]) or is_about(text, start, "reference")
            if is_ipv4(match[0].split(".")) and not is_other:
                yield start, _with_tail(text, match.end())
    if text.count(":") > 1:
        for match in _IPV6.finditer(text):
            end = _ipv6_end(match[0])
            if end:
                yield _in_brackets(text, match.start(), match.start() + end)


_TAIL = re.compile(r"(?::\d{1,5})?(?:/\d{1,3})?(?![\w.]\w)")


def _with_tail(text: str, end: int) -> int:
    """Return the end of an address with its port and the size of its network, which say nothing without it."""
    tail = _TAIL.match(text, end)
    return tail.end() if tail else end


def _in_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of an IPv6 address with the size of its network, or with its brackets and port."""
    if text[start - 1 : start] == "[" and (port := re.compile(r"\]:\d{1,5}\b").match(text, end)) is not None:
        return start - 1, port.end()
    network = re.compile(r"/\d{1,3}\b").match(text, end)
    return start, network.end() if network else end


def _is_version(text: str, start: int, quad: str) -> bool:
    """Whether the words before speak of versions; one of small numbers may stand a little further on."""
    if last_word(text, start) == "version":
        return True
    is_small = all(int(part) < 32 for part in quad.split("."))
    return is_small and has_word(text, start, "version") and not is_about(text, start, "ip")


def find_odd_ips(text: str) -> Iterator[tuple[int, int]]:
    """Yield IPv4 addresses with other signs for dots, where the text speaks of one: `IP 192-168-1-10`."""
    for match in _IPV4_ODD.finditer(text):
        parts = re.split(r"\D+", match[0])
        if len(parts) == 4 and is_ipv4(parts) and last_word(text, match.start(), 24) == "ip":
            yield match.span()


def is_ipv4(parts: list[str]) -> bool:
    """Whether four parts are 0 to 255, and no decimal group with leading zeros throughout."""
    return all(part.strip().isdecimal() and int(part) <= 255 for part in parts) and len(parts[0].strip()) > 0


def _ipv6_end(candidate: str) -> int:
    """Return how much of the candidate is an IPv6 address: nothing where none is, or only `::`."""
    trimmed = candidate if candidate.endswith("::") else candidate.rstrip(":")
    try:
        address = ipaddress.IPv6Address(trimmed)
    except ValueError:
        return 0
    return len(trimmed) if int(address) > 1 or "1" in trimmed else 0
