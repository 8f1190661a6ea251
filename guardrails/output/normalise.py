"""A copy of a text in which disguises are undone, with a map back to the original. Judges nothing.

Look-alike letters, digits of other scripts, full width, zero-width and combining characters, brackets around
dots and spelled-out digits all come out as plain characters; `View.span` says where they stood.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from guardrails.output.scan import scan, sign

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")
_LOOK_ALIKES = dict(
    zip(
        "авекмнорстухіјѕԁԛԝёАВЕКМНОРСТУХІЈЅҮүһԍпг"
        "αβγεικνορτυχηωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
        "ıɑɡɩʀʏꞁøØłŁđĐħßæœþƒ"
        "օսոցհյզԼՍՏ"
        "ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷΝᏢᎡᏚᎢᏙᎳ",
        "abekmhopctyxijsdqweABEKMHOPCTYXIJSYyhGnr"
        "abyeiknoptuxnwABEZHIKMNOPTYX"
        "iagirylOolLdDhsaopf"
        "ounghjqLUS"
        "ABCDEGHiJKLMNPRSTVW",
        strict=False,
    )
)
_SYMBOLS = {
    "·": ".", "•": ".", "∙": ".", "‧": ".", "。": ".", "｡": ".", "․": ".", "⸱": ".", "・": ".",
    "−": "-", "⁃": "-", "‘": "'", "’": "'", "ʼ": "'", "´": "'", "“": '"', "”": '"', "„": '"',
    "⁄": "/", "∕": "/", "＠": "@", "﹫": "@", "ⓐ": "a", "∶": ":", "꞉": ":", "：": ":",
}  # fmt: skip
_LETTER_NAME = re.compile(r"(?:SQUARED|CIRCLED|PARENTHESIZED|SYMBOL|SMALL|CAPITAL|LETTER) ([A-Z])$")


@lru_cache(maxsize=8192)
def fold_char(char: str) -> str:
    """Return what one character stands for: nothing, one plain character, or a few."""
    if char in _SYMBOLS:
        return _SYMBOLS[char]
    if char in _LOOK_ALIKES:
        return _LOOK_ALIKES[char]
    category = unicodedata.category(char)
    if char in "\n\r\t" or (category[0] != "C" and char < "\x7f"):
        return char
    if category in ("Cf", "Cc", "Cs", "Mn", "Me") or char in _INVISIBLE:
        return ""
    if category[0] == "Z":
        return "\n" if category in ("Zl", "Zp") else " "
    if category == "Pd":
        return "-"
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    plain = "".join(
        _LOOK_ALIKES.get(c, c) for c in unicodedata.normalize("NFKD", char) if unicodedata.category(c) != "Mn"
    )
    if plain != char:
        return plain
    name = _LETTER_NAME.search(unicodedata.name(char, ""))
    return name[1].lower() if name else char


class _FoldTable(dict):
    """`str.translate` table that computes and keeps what it is asked for."""

    def __missing__(self, code: int) -> str:
        value = fold_char(chr(code))
        if len(self) < 8192:
            self[code] = value
        return value


_TABLE = _FoldTable()


@dataclass(frozen=True, slots=True)
class View:
    """A text made from an original; `starts` and `ends` map each character back, None where nothing moved."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the part of the original that this part of the view came from; never an empty view part."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def replace(self, pattern: re.Pattern[str], make: Callable[[re.Match[str]], str]) -> View:
        """Return a view in which every match is replaced; the new characters stand for the whole match."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for match in pattern.finditer(self.text):
            if match.start() == match.end():
                continue
            self._keep(position, match.start(), pieces, starts, ends)
            new = make(match)
            begin, finish = self.span(match.start(), match.end())
            pieces.append(new)
            starts += [begin] * len(new)
            ends += [finish] * len(new)
            position = match.end()
        if not position:
            return self
        self._keep(position, len(self.text), pieces, starts, ends)
        return View("".join(pieces), starts, ends)

    def _keep(self, begin: int, end: int, pieces: list[str], starts: list[int], ends: list[int]) -> None:
        """Carry a part of this view over unchanged."""
        pieces.append(self.text[begin:end])
        starts += range(begin, end) if self.starts is None else self.starts[begin:end]
        ends += range(begin + 1, end + 1) if self.ends is None else self.ends[begin:end]

    def through(self, inner: View) -> View:
        """Return a view that was made from this one's text with places in the original."""
        if self.starts is None or self.ends is None or inner.starts is None or inner.ends is None:
            return View(inner.text, inner.starts or self.starts, inner.ends or self.ends)
        return View(inner.text, [self.starts[at] for at in inner.starts], [self.ends[at - 1] for at in inner.ends])

    def with_text(self, text: str) -> View:
        """Return the same places under another text of the same length."""
        if len(text) != len(self.text):
            raise ValueError("a view's text may only be exchanged for one of the same length")
        return View(text, self.starts, self.ends)

    def lower(self) -> View:
        """Return the view in lower case, character for character."""
        text = self.text.lower()
        if len(text) != len(self.text):
            text = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)
        return self.with_text(text)


def fold(text: str) -> View:
    """Return the view in which look-alikes, other scripts' digits and invisible characters are undone."""
    if text.isascii() and not _CONTROL.search(text):
        return View(text)
    if all(len(_TABLE[ord(char)]) == 1 for char in set(text)):
        return View(text.translate(_TABLE))
    pieces, starts, ends = [], [], []
    for index, char in enumerate(text):
        plain = _TABLE[ord(char)]
        pieces.append(plain)
        starts += [index] * len(plain)
        ends += [index + 1] * len(plain)
    return View("".join(pieces), starts, ends)


# Defanged: brackets around the character that makes an address work, an entity or an escape for it.
_DEFANGED = re.compile(
    r"\s{0,2}[\[({<「【«‹]\s{0,2}(?:(?P<dot>\.|dot|d0t|d|punkt|punto|point)|(?P<at>@|at|a|ät|æt|arroba)|(?P<colon>:)|(?P<dash>-|dash))"
    r"\s{0,2}[\])}>」】»›]\s{0,2}|(?P<entity>&\#64;|&commat;|%40|&\#x40;|\\@)|(?P<edot>&\#46;|&period;|%2e|\\\.)"
    r"|(?<=\s\w\s)(?:(?P<wdot>dot)|(?P<wat>at))(?=\s\w\s)",
    re.IGNORECASE,
)
_DEFANG_SIGN = sign(
    "defanged",
    r"[\[({<「【«‹]\s{0,2}(?:[@.:\-]|(?:dot|d0t|d|at|a|ät|æt|arroba|punkt|punto|point|dash)\s{0,2}[\])}>」】»›])"
    r"|&\#64;|&\#x40;|&\#46;|&commat;|&period;|%40|%2e|\\[.@]|\s\w\s(?:dot|at)\s\w\s",
)
_DEFANG_TO = {"dot": ".", "at": "@", "colon": ":", "dash": "-", "entity": "@", "edot": ".", "wdot": ".", "wat": "@"}


def refang(view: View, signs: frozenset[str] | None = None) -> View:
    """Return the view with `[.]`, `(at)`, `&#64;` and the like as the characters they stand for."""
    if _DEFANG_SIGN not in (scan(view.text) if signs is None else signs):
        return view
    return view.replace(_DEFANGED, lambda match: _DEFANG_TO[str(match.lastgroup)])


# What is not seen once a text is shown: emphasis, code marks, tags, entities; and what a mark turns round.
_MARKUP = re.compile(
    r"(?P<entity>&(?:\#[0-9]{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,24});)"
    r"|(?P<parts></?(?:br|p|div|td|th|tr|li|ul|ol|h[1-6])\b[^<>\n]{0,200}>)"
    r"|</?[a-z][^<>\n]{0,200}>|<!--[^<>]{0,200}-->|\*{1,3}|`{1,3}|~~|__",
    re.IGNORECASE,
)
_MARKUP_SIGN = sign("markup", r"[*`<]|~~|__|&[#a-z]")
_TURNED = re.compile("\u202e([^\u202c\n]{1,2000})\u202c?")


def unmark(view: View, signs: frozenset[str] | None = None) -> View:
    """Return the view as it is seen once Markdown or HTML is shown: `$**99**` and `&#36;99` are both `$99`."""
    if _MARKUP_SIGN not in (scan(view.text) if signs is None else signs):
        return view
    return view.replace(_MARKUP, _shown)


def _shown(match: re.Match[str]) -> str:
    if match["entity"]:
        return fold(html.unescape(match[0])).text
    return " " if match["parts"] else ""


def single_blanks(view: View) -> View:
    """Return the view with one blank for each run of them."""
    return view.replace(_BLANKS, lambda match: " ") if "  " in view.text or "\t" in view.text else view


def unturn(text: str) -> View | None:
    """Return the folded view of a text whose right-to-left overrides are carried out, None where it has none."""
    if "\u202e" not in text:
        return None
    turned = View(text).replace(_TURNED, lambda match: match[1][::-1])
    return turned.through(fold(turned.text))


_ONES = {word: str(value) for value, word in enumerate("zero one two three four five six seven eight nine".split())}
_ONES |= {"oh": "0", "o": "0", "nil": "0", "naught": "0", "nought": "0", "niner": "9"}
_FOREIGN = {
    word: str(value)
    for words in (
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
        "zero un deux trois quatre cinq six sept huit neuf",
        "null eins zwei drei vier funf sechs sieben acht neun",
        "nul een twee drie vier vijf zes zeven acht negen",
        "zero uno due tre quattro cinque sei sette otto nove",
        "zero um dois tres quatro cinco seis sete oito nove",
    )
    for value, word in enumerate(words.split())
}
_FOREIGN |= {"zwo": "2", "fuenf": "5", "meia": "6", "une": "1", "ein": "1"}
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = {
    word: str(value)
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_MARKS = {"dot": ".", "point": ".", "period": ".", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+"}
_MARKS |= {"punto": ".", "punkt": ".", "ponto": ".", "colon": ":"}
_UNIT = "one|two|three|four|five|six|seven|eight|nine"
_SAID = (*_ONES, *_FOREIGN, *_TEENS, *_TENS, *_MARKS, "hundred and", "hundred")
_WORD = (
    rf"(?:double|triple|treble)[ -](?:zero|oh|o|{_UNIT}|\d)|(?:{'|'.join(_TENS)})[ -](?:{_UNIT})"
    rf"|{'|'.join(sorted(_SAID, key=len, reverse=True))}"
)
_BETWEEN = r"[\s,.;:/|_*~\"'-]{0,3}"
_SPOKEN_RUN = re.compile(rf"(?<![^\W_])(?:(?:{_WORD}|\d+)(?:{_BETWEEN}(?:{_WORD}|\d+)){{4,60}})(?![^\W_])", re.I)
_SPOKEN_TOKEN = re.compile(rf"(?<![^\W_])(?:{_WORD})(?![^\W_])", re.I)
_SPOKEN_PART = re.compile(rf"(?:{_WORD})|\d+", re.I)
_JOINED_RUN = re.compile(rf"(?<![^\W_])(?:{_UNIT}|zero|oh){{5,40}}(?![^\W_])", re.I)
_ANY_DIGIT = "|".join(sorted({*_ONES, *_FOREIGN, "double", "triple", "treble", *_TENS} - {"o"}))
_SPOKEN_SIGN = sign(
    "spoken",
    rf"\b(?:{_ANY_DIGIT})[\s,.;:/|_*~\"'-]+(?:{_WORD}|\d+)[\s,.;:/|_*~\"'-]+(?:{_WORD}|\d)"
    rf"|\d\s(?:{'|'.join(_MARKS)})\s\d|\b(?:{_UNIT}|zero|oh){{5}}",
)
_HAN = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")
_HAN_DIGIT = "[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_HAN_RUN = re.compile(rf"{_HAN_DIGIT}(?:[\s().\-/]{{0,2}}{_HAN_DIGIT}){{6,40}}")


def _said(token: str) -> str:
    """Return the digits or the mark a spoken token stands for."""
    words = re.split(r"[ -]", token.lower())
    if words[0] in ("double", "triple", "treble"):
        digit = _ONES.get(words[1], words[1])
        return digit * (2 if words[0] == "double" else 3)
    if words[0] in _TENS:
        return _TENS[words[0]] + (_ONES[words[1]] if len(words) > 1 else "0")
    if words[0] in _TEENS:
        return str(10 + _TEENS.index(words[0]))
    return _ONES.get(words[0]) or _FOREIGN.get(words[0]) or _MARKS.get(words[0], "")


def _said_address(run: str) -> str:
    """Return four spoken parts as a dotted address: `one ninety-two dot one sixty-eight dot …`; else nothing."""
    parts = [""]
    for token in _SPOKEN_PART.findall(run):
        said = token if token.isdigit() else _said(token)
        if said == ".":
            parts.append("")
        elif token.lower().startswith("hundred"):
            parts[-1] += "00"
        elif parts[-1].endswith("00") and len(parts[-1]) == 3:
            parts[-1] = parts[-1][: 3 - len(said)] + said
        else:
            parts[-1] += said
    is_address = len(parts) == 4 and all(part.isdigit() and int(part) <= 255 for part in parts)
    return ".".join(parts) if is_address else ""


def unspell(view: View, signs: frozenset[str] | None = None) -> View:
    """Return the view with runs of spelled-out digits as digits; `one or two days` stays words."""
    if not view.text.isascii():
        view = view.replace(_HAN_RUN, lambda match: match[0].translate(_HAN))
    if _SPOKEN_SIGN not in (scan(view.text) if signs is None else signs):
        return view
    view = view.replace(_JOINED_RUN, lambda m: " ".join(_said(part) for part in _SPOKEN_PART.findall(m[0])))
    view = view.replace(_SPOKEN_RUN, lambda match: _said_address(match[0]) or match[0])
    runs = [m.span() for m in _SPOKEN_RUN.finditer(view.text) if _is_spoken(m[0])]
    if not runs:
        return view

    def say(match: re.Match[str]) -> str:
        is_inside = any(begin <= match.start() and match.end() <= end for begin, end in runs)
        return _said(match[0]) if is_inside else match[0]

    return view.replace(_SPOKEN_TOKEN, say)


def _is_spoken(run: str) -> bool:
    """Whether a run holds spoken digits: two of English, or six of another language, whose words mean more."""
    tokens = [token.lower() for token in _SPOKEN_TOKEN.findall(run)]
    foreign = sum(token in _FOREIGN and token not in _ONES for token in tokens)
    return len(tokens) - foreign >= 2 or foreign >= 6


_LETTER_DIGIT = re.compile(
    r"(?<=\d)[OoQlI|SB]{1,3}(?=[\d\s().-])|(?<![A-Za-z])[OolI|]{1,3}(?=[\d-]\d)|(?<=\d[-. ])[OolI]{1,2}(?=\d)"
)
_LETTER_DIGIT_SIGN = sign("letter digit", r"\d[OoQlI|SB]|[OolI|]{1,3}[\d-]\d", case=True)
_AS_DIGIT = str.maketrans("OoQlI|SB", "00011158")


def undisguise_digits(view: View, signs: frozenset[str] | None = None) -> View:
    """Return the view with letters that pose as digits between digits (`4l5-555-O123`) as digits."""
    if _LETTER_DIGIT_SIGN not in (scan(view.text) if signs is None else signs):
        return view
    return view.with_text(_LETTER_DIGIT.sub(lambda match: match[0].translate(_AS_DIGIT), view.text))


_POSING = re.compile(r"(?<![^\W_])[0-9OoQDIlZzSsBbEATGgq|!]{2,20}(?![^\W_])")
_POSING_SIGN = sign(
    "posing",
    r"(?:[0-9OoQDIlZzSsBbEATGgq|!][ .()\-]{0,2}){8}[0-9OoQDIlZzSsBbEATGgq|!]",
    case=True,
)
_POSING_PAIR = sign("posing pair", r"[ZzSsBbEATGgqQD|!][0-9]|[0-9][ZzSsBbEATGgqQD|!]", case=True)
_POSING_SIGNS = {_POSING_SIGN, _POSING_PAIR}
_POSES_AS = str.maketrans("OoQDIl|!ZzSsBbEATGgq", "00001111225588347699")


def unmask_digits(view: View, signs: frozenset[str] | None = None) -> View | None:
    """Return the view with every letter that looks like a digit as one, in words that hold a digit; None without.

    Article codes look just like this, so what is found in it counts only where more speaks for it.
    """
    if not (scan(view.text) if signs is None else signs) >= _POSING_SIGNS:
        return None
    text = view.text

    def show(match: re.Match[str]) -> str:
        token = match[0]
        is_part = (
            len(token) <= 4
            and token.isupper()
            and "-" in text[match.end() : match.end() + 1] + text[: match.start()][-1:]
        )
        return token.translate(_POSES_AS) if is_part or any(c.isdigit() for c in token) else token

    shown = _POSING.sub(show, text)
    return None if shown == text else view.with_text(shown)


_SPACED_OUT = re.compile(r"(?<!\S)(?:\S[ \t]{1,2}){5,200}\S(?!\S)")
_SPACED_SIGN = sign("spaced", r"(?:^|[ \t])(?:\S[ \t]{1,2}){5}")
_HYPHENED = re.compile(r"(?<![^\s:(])[\w.+](?:([-_*|~/])[\w@.+])(?:\1[\w@.+]){5,80}(?!\S)")
_HYPHENED_SIGN = sign("hyphened", r"[A-Za-z][-_*|~/][\w@.](?:[-_*|~/][\w@.+]){4}")
_SINGLE = re.compile(r"\S[ \t]\S")
_BLANKS = re.compile(r"[ \t]+")


def unspace(view: View, signs: frozenset[str] | None = None) -> View | None:
    """Return the view with spaced-out runs (`j o h n @ …`) closed up, None where there are none.

    Where single and double blanks are mixed, the double ones part words.
    """
    hyphened = None
    signs = scan(view.text) if signs is None else signs
    if _HYPHENED_SIGN in signs:
        view = view.replace(_HYPHENED, lambda match: match[0].replace(match[1], ""))
        hyphened = view
    if _SPACED_SIGN not in signs:
        return hyphened
    runs = [(*match.span(), "  " in match[0] and _SINGLE.search(match[0])) for match in _SPACED_OUT.finditer(view.text)]
    if not runs:
        return hyphened

    def close(match: re.Match[str]) -> str:
        for begin, end, has_both in runs:
            if begin < match.start() and match.end() < end:
                return " " if has_both and len(match[0]) > 1 else ""
        return match[0]

    return view.replace(_BLANKS, close)
