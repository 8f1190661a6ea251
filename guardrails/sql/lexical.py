"""Looks at the text and its tokens before anything recursive sees them. Never parses, never changes the text.

sqlglot's parser and generator recurse in compiled code, where too deep a nesting ends the process and not
the call. So size and nesting are bounded here, on the flat list of tokens, in linear time.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

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


def judge_tokens(tokens: list[Any]) -> Reason | None:
    """Return why the tokens may not be parsed, or None: statements, size, nesting, executable comments."""
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
    return _nesting(tokens) or _comments(tokens)


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
