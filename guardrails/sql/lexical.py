"""Looks at the text and its tokens before anything recursive sees them. Never parses, never changes the text.

sqlglot's parser and generator recurse in compiled code, where too deep a nesting ends the process and not
the call. So size and nesting are bounded here, on the flat list of tokens, in linear time.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import Any

from sqlglot.tokens import Token
from sqlglot.tokens import TokenType as T

from guardrails.sql.decision import Reason, refuse

MAX_TOKENS = 12_000
MAX_DEPTH = 50
"""Open brackets, or prefix operators in a row, at one place."""
MAX_BARE_JOINS = 10
"""JOINs without ON or USING: reading them costs twice as much with each one more."""
MAX_CHAIN = 400
"""Binary operators of one kind, which make a tree as deep as the chain is long."""

COUNTED = {
    T.JOIN: ("JOIN", 60),
    T.STRAIGHT_JOIN: ("JOIN", 60),
    T.UNION: ("UNION", 60),
    T.EXCEPT: ("EXCEPT", 60),
    T.INTERSECT: ("INTERSECT", 60),
    T.SELECT: ("SELECT", 150),
    T.FROM: ("FROM", 200),
    T.CASE: ("CASE", 150),
    T.L_BRACKET: ("[", 100),
    T.L_PAREN: ("(", 5_000),
    T.L_BRACE: ("{", 500),
    T.WITH: ("WITH", 60),
    T.LATERAL: ("LATERAL", 40),
    T.OVER: ("OVER", 200),
    T.INTERVAL: ("INTERVAL", 200),
}
FEWEST = min(most for _, most in COUNTED.values())
MAX_CTES = 60
OPENING = frozenset({T.L_PAREN, T.L_BRACKET, T.L_BRACE})
CLOSING = frozenset({T.R_PAREN, T.R_BRACKET, T.R_BRACE})
OPERAND_END = CLOSING | {
    T.STRING,
    T.NUMBER,
    T.VAR,
    T.IDENTIFIER,
    T.END,
    T.NULL,
    T.TRUE,
    T.FALSE,
    T.STAR,
    T.COMMA,
}
FIRST = frozenset({T.SELECT, T.WITH, T.L_PAREN})
FORBIDDEN = {
    T.INTO: ("statement.into", "{part} writes the result somewhere: only reading is allowed. Leave it out."),
    T.PARAMETER: ("name.variable", "{part} begins a parameter or session variable: write the value itself."),
    T.SESSION_PARAMETER: ("name.variable", "{part} reads a server setting: leave it out."),
}
STRANGE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    "\ud800-\udfff\U000e0000-\U0010ffff]"
)
"""Control, direction and zero-width characters, halves of surrogate pairs, tags and private planes."""
WHAT_RUNS = "Only one SELECT (with WITH and UNION / EXCEPT / INTERSECT) may run here."


def judge_text(sql: object, max_chars: int) -> Reason | None:
    """Return why the text itself cannot be judged, or None. Does not look at its meaning."""
    if not isinstance(sql, str):
        return refuse("text.type", "the statement must be text, not {part}", type(sql).__name__)
    if len(sql) > max_chars:
        return refuse(
            "text.size",
            f"the statement has {len(sql):,} characters; at most {max_chars:,} are read. Shorten it.",
        )
    if not sql.strip():
        return refuse("text.empty", f"the statement is empty. {WHAT_RUNS}")
    strange = STRANGE.search(sql)
    if strange:
        code = f"U+{ord(strange.group()):04X}"
        return refuse("text.character", f"the statement holds the invisible character {code}: remove it")
    return None


def judge_tokens(tokens: list[Any], sql: str, dialect: str) -> Reason | None:
    """Return why the tokens may not be parsed, or None: statements, size, nesting, executable comments, numbers."""
    if not tokens:
        return refuse("text.empty", f"the statement holds only comments. {WHAT_RUNS}")
    if len(tokens) > MAX_TOKENS:
        return refuse(
            "text.size", f"the statement has {len(tokens):,} words and signs; at most {MAX_TOKENS:,} are read"
        )
    if tokens[0].token_type not in FIRST:
        return refuse(
            "statement.kind",
            f"a statement that begins with {{part}} may not run. {WHAT_RUNS}",
            tokens[0].text,
        )
    return _nesting(tokens) or _comments(tokens) or _two_readings(tokens, sql, dialect)


def _nesting(tokens: list[Any]) -> Reason | None:
    kinds = [token.token_type for token in tokens]
    counts = Counter(kinds)
    for kind in FORBIDDEN:
        if kind in counts:
            return refuse(*FORBIDDEN[kind], next(token.text for token in tokens if token.token_type is kind))
    if T.SEMICOLON in counts:
        return refuse("statement.many", f"more than one statement: {{part}}. {WHAT_RUNS}", ";")
    for kind, count in counts.items():
        if count > FEWEST:
            name, most = COUNTED.get(kind) or (kind.name.replace("_", " "), MAX_CHAIN)
            if count > most and kind not in OPERAND_END:
                message = f"the statement uses {{part}} {count:,} times; at most {most:,} are read"
                return refuse("text.nesting", message, name)
    if counts[T.JOIN] + counts[T.STRAIGHT_JOIN] > MAX_BARE_JOINS and _bare_joins(kinds) > MAX_BARE_JOINS:
        message = (
            f"more than {MAX_BARE_JOINS} {{part}} without ON or USING: say what each joins on, or write CROSS JOIN"
        )
        return refuse("text.nesting", message, "JOIN")
    if len(tokens) - sum(counts[kind] for kind in OPERAND_END) > MAX_DEPTH:
        return _depth(tokens, kinds)
    return None


def _bare_joins(kinds: list[Any]) -> int:
    """Count the JOINs that no ON or USING of their own level follows: the parser tries each of them both ways."""
    open_joins, depth, previous = [0], 0, None
    bare = 0
    for kind in kinds:
        if kind in OPENING:
            depth += 1
            open_joins.append(0)
        elif kind in CLOSING and depth:
            depth -= 1
            bare += open_joins.pop()
        elif kind in (T.JOIN, T.STRAIGHT_JOIN) and previous not in (T.CROSS, T.NATURAL):
            open_joins[-1] += 1
        elif kind in (T.ON, T.USING) and previous is not T.DISTINCT and open_joins[-1]:
            open_joins[-1] -= 1
        previous = kind
    return bare + sum(open_joins)


def _depth(tokens: list[Any], kinds: list[Any]) -> Reason | None:
    depth = prefix = ctes = 0
    previous = None
    for place, kind in enumerate(kinds):
        if kind in OPERAND_END:
            prefix = 0
            if kind in CLOSING:
                depth -= 1
        else:
            prefix += 1
            if kind in OPENING:
                depth += 1
                ctes += kind is T.L_PAREN and previous is T.ALIAS
            if depth > MAX_DEPTH or prefix > MAX_DEPTH:
                message = f"the statement nests deeper than {MAX_DEPTH} levels: flatten it"
                return refuse("text.nesting", message, tokens[place].text)
        previous = kind
    if ctes > MAX_CTES:
        return refuse("text.size", f"the statement has {ctes} common table expressions; at most {MAX_CTES} are read")
    return None


def _comments(tokens: list[Any]) -> Reason | None:
    for token in tokens:
        for comment in token.comments or ():
            if comment.startswith(("!", "M!", "m!")):
                return refuse(
                    "text.executable_comment",
                    "{part} is a comment that MySQL and MariaDB execute: write the statement without it.",
                    f"/*{comment}*/",
                )
    return None


def spell_numbers(tokens: list[Any], sql: str, dialect: str) -> list[Any]:
    """Return the tokens with `1_000`, `0x1F`, `0o17` and `0b11` as the numbers that the engine reads in them.

    sqlglot reads `1 AS _000` and bits there, and what runs would answer something else.
    """
    if dialect not in SPELLS_NUMBERS or not GLUED.search(sql):
        return tokens
    spelled: list[Any] = []
    for token in tokens:
        last = spelled[-1] if spelled else None
        start = token.start
        if last is not None and last.token_type is T.NUMBER and token.token_type is T.VAR and start == last.end + 1:
            start = last.start
        found = NUMBER.fullmatch(sql, start, token.end + 1)
        if found is None or (start == token.start and (token.token_type not in BASES or dialect == "sqlite")):
            spelled.append(token)
            continue
        digits = found.group().replace("_", "")
        value = int(digits, 0) if digits[1:2].isalpha() else int(digits)
        if start != token.start:
            spelled.pop()
        spelled.append(Token(T.NUMBER, str(value), token.line, token.col, start, token.end, token.comments))
    return spelled


def _two_readings(tokens: list[Any], sql: str, dialect: str) -> Reason | None:
    """Refuse literals that the engine reads otherwise than sqlglot, so that what runs would answer something else."""
    if dialect in SPELLS_NUMBERS and GLUED.search(sql):
        end = -2
        for token in tokens:
            if token.token_type is T.VAR and token.start == end + 1:
                message = "{part} stands directly behind a number: write the digits alone, or a space."
                return refuse("text.number", message, token.text)
            end = token.end if token.token_type is T.NUMBER else -2
    if dialect == "sqlite" and TWO_TEXTS.search(sql):
        for first, second in itertools.pairwise(tokens):
            if first.token_type is second.token_type is T.STRING:
                return refuse("text.number", "{part} stands beside another text: write AS, or ||.", second.text)
    return None


GLUED = re.compile(r"\d[A-Za-z_]")
"""Where `0x1F`, `0o17` or `1_000` could stand: newer engines read a number, sqlglot a name or bits."""
NUMBER = re.compile(r"\d+(_\d+)+|0[xX](_?[0-9a-fA-F])+|0[oO](_?[0-7])+|0[bB](_?[01])+")
SPELLS_NUMBERS = frozenset({"postgres", "sqlite"})
BASES = frozenset({T.HEX_STRING, T.BIT_STRING})
TWO_TEXTS = re.compile(r"'\s+'")
"""Where `'a' 'b'` could stand, which names a column in SQLite and joins two texts elsewhere."""


def called_names(tokens: list[Any]) -> set[str]:
    """Return, upper-cased, each word that stands directly before an opening parenthesis."""
    names = set()
    previous = None
    for token in tokens:
        if token.token_type is T.L_PAREN and previous is not None and previous.text[:1].isidentifier():
            word = previous.text.upper()
            names.add(word if previous.token_type is T.IDENTIFIER else word.rpartition(" ")[2])
        previous = token
    return names
