"""Read a ticket the way a shop assistant does: only the customer's own words, turn by turn, cut into clauses.

What agents said, quoted mail below a reply, markup and characters nobody sees are not the customer's request.
Nothing here is thrown away silently: `Reading.is_whole` says whether everything was read.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAX_CHARS = 20_000
MAX_CLAUSES = 60
MAX_CLAUSE_CHARS = 400
MAX_CLAUSE_WORDS = 45
LONG_CLAUSE_WORDS = 9

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_HIDDEN_MARKUP = re.compile(r"<(style|script|head)\b[^>]{0,200}>.{0,5000}?</\1\s{0,5}>|<!--.{0,5000}?-->", re.I | re.S)
_BLOCK_TAG = re.compile(r"</?(?:p|div|br|li|tr|h[1-6]|table|ul|ol)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.IGNORECASE)

_WROTE = re.compile(r"^(?:on|am|le|el)\b.{4,200}\b(?:wrote|schrieb|écrit|escribió)\s?:\s{0,3}$", re.IGNORECASE)
_FORWARDED = re.compile(r"^[-_*\s]{2,20}(?:original|forwarded) message[-_*\s]{0,20}$|^_{20,}$", re.IGNORECASE)
_HEADER = re.compile(r"^(?:from|von|de):\s.{0,120}@", re.IGNORECASE)

_THEIRS = "customer|client|user|caller|buyer|shopper|guest|visitor|consumer|passenger|member|patient|me|cust"
_OURS = (
    "agent|support|representative|rep|assistant|bot|chatbot|advisor|adviser|operator|csr|staff|employee|shop|store|"
    "customer service|customer support|customer care|support agent|service agent|live agent|virtual assistant|"
    "system|company|seller|merchant|team|help ?desk|specialist|associate|clerk|technician|manager|ai"
)
_WHEN = r"(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?\s?(?:[ap]m)?[\])]?\s{0,3}[-–]?\s{0,3})?"
_PLAIN = "customer|client|user|caller|agent|support|representative|rep|assistant|bot|advisor|adviser|operator|system"
_ROLE = re.compile(rf"(?:^|(?<=[\s|]))[\[*]{{0,2}}({_PLAIN})\s?\d{{0,3}}[\]*]{{0,2}}\s?:", re.IGNORECASE | re.MULTILINE)
_LINE_ROLE = re.compile(
    rf"^\s{{0,8}}{_WHEN}[\[*]{{0,2}}({_OURS}|{_THEIRS})\s?\d{{0,3}}\b[^:\n]{{0,30}}:\s?", re.IGNORECASE | re.MULTILINE
)
_NAMED = re.compile(rf"^\s{{0,8}}{_WHEN}([A-Z][\w'.-]{{0,24}}(?: [A-Z][\w'.-]{{0,24}})?)\s?:\s(?=\S)", re.MULTILINE)
_SERVING = re.compile(
    r"\bhow (?:can|may|could) (?:i|we) (?:help|assist)|\bthank(?:s| you) for (?:calling|contacting"
    r"|reaching|waiting|your patience)"
    r"|\b(?:i|we) (?:sincerely )?apologi[sz]e|\banything else (?:i|we)|\blet me (?:check|look|see)|\b(?:i"
    r"|we) can offer"
    r"|\bhappy to help|\bi(?:'d| would) be (?:glad|happy) to",
    re.IGNORECASE,
)

_SENTENCE = re.compile(r"[^.!?;\n…]{1,2000}(?:[.!?;…]+|\n)?|[!?]+")
_NOTHING = re.compile(r"[\W\d_]*(?:(?:and|but|so|also|or|plus)\b)?[\W\d_]*", re.IGNORECASE)
_JOINT = re.compile(
    r"(?:,\s{0,3}|\s)(?=(?:but|however|also|so (?:i|can|could|please|pls|where|when|what|how)|because"
    r"|since (?:i|it|the)|"
    r"and (?:i|i'd|i'm|can|could|please|pls|also|where|when|how|what|do|does|is|are|if|then|the)|plus|otherwise|"
    r"can you|could you|would you|please|pls|i want|i need|i'd like|i would like|where is|where's"
    r"|when will|how do i)\b)"
    r"|\s[-–—]{1,2}\s",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A few words of the customer and the turn they stand in, counted from 0."""

    text: str
    turn: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The customer's clauses in order, how many turns they took, and whether the whole text was read."""

    clauses: tuple[Clause, ...]
    turns: int
    is_whole: bool

    @property
    def text(self) -> str:
        return "\n".join(clause.text for clause in self.clauses)


def read(subject: str, body: str) -> Reading:
    """Return what the customer said. Of a long text the beginning and the end are read."""
    subject, body = visible(subject[:2_000]).strip(), body
    is_whole = len(body) <= MAX_CHARS
    if not is_whole:
        body = f"{body[: MAX_CHARS // 2]}\n{body[-MAX_CHARS // 2 :]}"
    turns = customer_turns(own_words(visible(body)))
    if subject:
        turns = [f"{subject}\n{turns[0]}" if turns else subject, *turns[1:]]
    clauses = [Clause(text, turn) for turn, said in enumerate(turns) for text in clauses_of(said)]
    if len(clauses) > MAX_CLAUSES:
        half, is_whole = MAX_CLAUSES // 2, False
        clauses = [*clauses[:half], *clauses[-half:]]
    return Reading(tuple(clauses), len(turns), is_whole)


def conversation(messages: Sequence[Mapping[str, str]]) -> str:
    """Return messages with `role` and `text` as one text that `read` takes apart again."""
    said = (("Customer" if _is_theirs(each["role"]) else "Agent", each["text"]) for each in messages)
    return "\n".join(f"{who}: {text}" for who, text in said)


def visible(text: str) -> str:
    """Return the text as a person sees it: without markup, control characters and direction overrides."""
    text = text.encode("utf-8", "replace").decode()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text:
        text = _TAG.sub(" ", _BLOCK_TAG.sub("\n", _HIDDEN_MARKUP.sub(" ", text)))
    return html.unescape(text).replace("’", "'").replace("‘", "'")


def own_words(text: str) -> str:
    """Return a mail without the history quoted in or below it; all of it where nothing else is left."""
    kept: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        bare = line.strip()
        if bare.startswith((">", "|>")):
            continue
        below = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if _WROTE.match(bare) or _WROTE.match(f"{bare} {below}"):
            if any(later.strip().startswith(">") for later in lines[number + 1 : number + 4]):
                continue
            break
        if _FORWARDED.match(bare) or (_HEADER.match(bare) and number > 0):
            break
        kept.append(line)
    left = "\n".join(kept)
    return left if left.strip() else text


def customer_turns(text: str) -> list[str]:
    """Return what the customer said, turn by turn; a text that is no conversation is one turn."""
    marks = list(_LINE_ROLE.finditer(text))
    kinds = {_is_ours(mark[1]) for mark in marks}
    if len(marks) < 2 or len(kinds) < 2:
        marks = list(_ROLE.finditer(text))
        kinds = {_is_ours(mark[1]) for mark in marks}
    if len(marks) >= 2 and len(kinds) == 2:
        return _turns(text, [(mark.start(), mark.end(), _is_ours(mark[1])) for mark in marks])
    return _named_turns(text) or ([text] if text.strip() else [])


def _named_turns(text: str) -> list[str]:
    """Turns of people with names, where it can be told which of them serves the other."""
    marks = list(_NAMED.finditer(text))
    names = Counter(mark[1] for mark in marks)
    if len(marks) < 3 or len(names) != 2:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    serving = Counter(mark[1] for mark, end in zip(marks, ends, strict=True) if _SERVING.search(text[mark.end() : end]))
    if not serving:
        return []
    ours = serving.most_common(1)[0][0]
    return _turns(text, [(mark.start(), mark.end(), mark[1] == ours) for mark in marks])


def _turns(text: str, marks: Sequence[tuple[int, int, bool]]) -> list[str]:
    """Return the parts that are not ours; what stands before the first mark is the customer's."""
    found = [text[: marks[0][0]]]
    ends = [start for start, _, _ in marks[1:]] + [len(text)]
    found += [text[start:end] for (_, start, is_ours), end in zip(marks, ends, strict=True) if not is_ours]
    return [turn.strip() for turn in found if turn.strip()]


def _is_ours(role: str) -> bool:
    return not _is_theirs(role)


def _is_theirs(role: str) -> bool:
    return re.fullmatch(_THEIRS, role.strip(), re.IGNORECASE) is not None


def clauses_of(text: str) -> list[str]:
    """Return a text's sentences, long ones cut where a new thought begins."""
    found: list[str] = []
    for match in _SENTENCE.finditer(_shielded(text)):
        sentence = match[0].strip().replace("\x1f", ".")
        thoughts = _JOINT.split(sentence) if len(sentence.split()) > LONG_CLAUSE_WORDS else [sentence]
        parts = [part for thought in thoughts for part in _pieces(thought)]
        found += [part.strip() for part in parts if not _NOTHING.fullmatch(part)]
    return found


def _pieces(thought: str) -> list[str]:
    """Return a thought in pieces of a length one can read at once."""
    words = thought.split()
    if len(words) <= MAX_CLAUSE_WORDS:
        return [thought[:MAX_CLAUSE_CHARS]]
    starts = range(0, len(words), MAX_CLAUSE_WORDS)
    return [" ".join(words[start : start + MAX_CLAUSE_WORDS])[:MAX_CLAUSE_CHARS] for start in starts]


def _shielded(text: str) -> str:
    """Return the text with the dots of numbers and addresses out of the sentence splitter's way."""
    return re.sub(r"(?<=\w)\.(?=\w)", "\x1f", text)
