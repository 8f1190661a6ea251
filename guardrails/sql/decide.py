"""Decides whether one SQL statement may run, and what runs instead of it (Q03, Q04). Opens nothing, never
raises.

The order: the text, its tokens, the tree, the names, the limit; then the statement is written anew from
the tree and read again, because what runs is what must be judged. Anything unknown on the way is a
refusal.
"""

from __future__ import annotations

import logging
import re
import threading
from typing import Any

from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError

from guardrails.sql import lexical, limit, names, nodes, postgres_grammar, repairs
from guardrails.sql.decision import BLOCK, PASS, Decision, Reason, fold, refuse, shorten
from guardrails.sql.policy import GuardPolicy, read_policy
from guardrails.sql.rewrite import NOTHING, Rewritten, is_held, rewrite
from guardrails.sql.rewrite_masks import FUNCTIONS
from guardrails.sql.rules import DIALECTS, Rules, rules_for
from guardrails.sql.seen import Seen
from guardrails.sql.tree import look

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # its warnings quote the statement

QUERY = (exp.Select, exp.SetOperation, exp.Subquery)


def decide(sql: object, dialect: object, schema: object = None, policy: object = None) -> Decision:
    """Return whether `sql` may run on `dialect`, and the statement that runs instead of it.

    `schema` has `.tables`, each with `.schema`, `.name` and `.columns[].name`: with it, unknown tables
    and columns are refused. `policy` is a GuardPolicy or anything with its attributes. Never raises,
    whatever the input: what cannot be judged is blocked. Reads nothing but its arguments.
    """
    revision = ""
    try:
        read = read_policy(policy)
        revision = read.revision
        return _decide(sql, dialect, schema, read)
    except Refused as refused:
        return Decision(BLOCK, refused.reasons, policy_revision=revision)
    except ParseError as error:
        return Decision(BLOCK, (_syntax(error, dialect),), policy_revision=revision)
    except (SqlglotError, RecursionError, MemoryError) as error:
        message = "the statement cannot be read: simplify {part}"
        return Decision(BLOCK, (refuse("text.unreadable", message, type(error).__name__),), policy_revision=revision)
    except Exception as error:  # INVARIANT: the guard never raises; what it cannot judge does not run
        message = f"the statement cannot be judged ({type(error).__name__}): write it another way"
        return Decision(BLOCK, (refuse("text.unjudged", message),), policy_revision=revision)


class Refused(Exception):
    """Carries the reasons of a refusal up to `decide`."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__()
        self.reasons = reasons


def _decide(sql: object, dialect: object, schema: object, policy: GuardPolicy) -> Decision:
    rules = rules_for(dialect)
    if rules is None:
        known = ", ".join(DIALECTS)
        raise Refused(refuse("dialect.unknown", f"the dialect {{part}} is not one of {known}", dialect))
    _stop(lexical.judge_text(sql, policy.max_sql_chars))
    root, seen = _read(str(sql), rules, policy)
    found = names.resolve(seen, rules, schema, policy)
    if found.reasons:
        raise Refused(*found.reasons)
    put_in = rewrite(root, seen, rules, schema, policy) if policy.guards_tables else NOTHING
    if put_in.reasons:
        raise Refused(*put_in.reasons)
    root = limit.unwrap(root)
    rows, changes, reason = limit.tighten(root, policy.limit + 1)
    _stop(reason)
    if seen.stripped:
        changes += ("optimiser hints taken out",)
    text = _write(root, rules)
    if rules.name == "postgres" or put_in is not NOTHING or not _is_plain(seen, text, rows):
        _read_back(text, rules, policy, rows, found.reads, put_in)
    changes += put_in.changes
    seen_so = (found.tables, found.columns, rows, changes, policy.revision, put_in.masked, put_in.filtered)
    return Decision(PASS, (), text, *seen_so)


def _stop(reason: Reason | None) -> None:
    if reason is not None:
        raise Refused(reason)


_local = threading.local()


def _tokenize(sql: str, rules: Rules) -> list[Any]:
    """Return the tokens of `sql`; the tokenizer is kept per thread, because making one costs more than using it."""
    try:
        tokenizer = _local.tokenizers[rules.name]
    except (AttributeError, KeyError):
        kept: dict[str, Any] = _local.__dict__.setdefault("tokenizers", {})
        tokenizer = kept[rules.name] = rules.grammar.tokenizer()
    tokens: list[Any] = tokenizer.tokenize(sql)
    return tokens


def _parse(tokens: list[Any], sql: str, rules: Rules) -> Any:
    trees = rules.grammar.parser(error_level=ErrorLevel.IMMEDIATE).parse(tokens, sql)
    if len(trees) != 1 or not isinstance(trees[0], QUERY):
        raise Refused(refuse("statement.kind", lexical.WHAT_RUNS, sql))
    root = trees[0]
    if "->" in sql:
        repairs.repair_arrows(root)
    if rules.quoted_may_be_text and ".'" in sql:
        repairs.repair_quotes(root)
    _repair_dialect(root, sql.lower(), rules)
    return root


def _repair_dialect(root: Any, lowered: str, rules: Rules) -> None:
    """Repair what is read otherwise in one dialect; each repair looks only where its word stands in the text."""
    if rules.name == "mysql":
        if "dual" in lowered:
            repairs.repair_dual(root)
        if "utc_" in lowered:
            repairs.repair_utc(root)
        if not rules.has_regexp_like and ("regexp" in lowered or "rlike" in lowered):
            repairs.repair_regexp(root)
    elif rules.quoted_may_be_text:
        if '("%' in lowered:
            repairs.repair_formats(root)
        if NAMED_COLUMNS.search(lowered):
            repairs.repair_column_names(root)


NAMED_COLUMNS = re.compile(r"\)\s*(?:as\s+)?[\w\"]+\s*\(")


def _read(sql: str, rules: Rules, policy: GuardPolicy) -> tuple[Any, Seen]:
    tokens = lexical.spell_numbers(_tokenize(sql, rules), sql, rules.name)
    while tokens and tokens[-1].token_type is lexical.T.SEMICOLON:
        tokens.pop()
    _stop(lexical.judge_tokens(tokens, sql, rules.name))
    root = _parse(tokens, sql, rules)
    seen = look(root, rules, policy.functions)
    if not seen.reasons and seen.columns and not seen.sources:
        seen.refuse(
            "table.none",
            "{part} is a column, but no table is seen in the statement: check the quotes around names.",
            seen.columns[0],
        )
    if seen.reasons:
        raise Refused(*seen.reasons)
    return root, seen


def _write(root: Any, rules: Rules) -> str:
    text: str = rules.grammar.generate(root, copy=False, comments=False, unsupported_level=ErrorLevel.RAISE)
    return text


def _is_plain(seen: Seen, text: str, rows: int) -> bool:
    """Tell whether a statement is written as it was read: plain kinds of node only, no odd sign, the limit at its end.

    INVARIANT: a plain kind is written by one fixed pattern, and without escapes, doubled quotes and comments the
    engine divides the text into the same words as sqlglot; so there is nothing that a second reading could find.
    """
    return not seen.odd and seen.kinds <= nodes.PLAIN and ends_with_limit(text, rows) and not ODD.search(text)


def _read_back(
    text: str, rules: Rules, policy: GuardPolicy, rows: int, reads: frozenset[str], put_in: Rewritten
) -> None:
    """Read the regenerated statement as if it were new, and refuse it where it is not what was judged.

    PostgreSQL's own grammar reads it where there is one; sqlglot reads it for the other engines, and for PostgreSQL
    too where quotes, escapes or signs of comments stand in it.
    """
    extra = policy.functions | FUNCTIONS if put_in.put else policy.functions
    if rules.name == "postgres":
        _stop(postgres_grammar.object_to(text, extra, reads))
        if not put_in.put and not ODD.search(text) and ends_with_limit(text, rows):
            return
    tokens = _tokenize(text, rules)
    root = _parse(tokens, text, rules)
    seen = look(root, rules, extra)
    if seen.reasons:
        raise Refused(*seen.reasons)
    called = lexical.called_names(tokens) - rules.functions - rules.keywords - seen.named
    called = {name for name in called if name.lower() not in extra}
    if called:
        message = "{part} is not on the list of functions this connector may use. Ask an admin to allow it."
        raise Refused(refuse("function.unknown", message, ", ".join(sorted(called)).lower()))
    stable = limit.read_limit(root) == rows and {fold(table.name) for table in seen.tables} == reads
    stable = stable and (not put_in.put or is_held(seen, rules, put_in))
    if not stable or (ODD.search(text) and _write(root, rules) != text):
        message = "the statement does not read the same twice: write it in a plainer way"
        raise Refused(refuse("text.unstable", message))


ODD = re.compile(r"[^\x20-\x7e]|[\\$#;]|''|\"\"|``|--|/\*|\b[UuEeNn]&?'")
"""Signs of a statement by which two readings could differ: escapes, doubled quotes, comments, other alphabets."""


def ends_with_limit(text: str, rows: int) -> bool:
    """Tell whether `LIMIT rows`, with an OFFSET at most, is the end of a statement that is known to be well-formed."""
    end = LIMIT_AT_END.search(text)
    return end is not None and int(end.group(1)) == rows


LIMIT_AT_END = re.compile(r" LIMIT (\d{1,18})(?: OFFSET \d{1,18})?\Z")


def _syntax(error: ParseError, dialect: object) -> Reason:
    first = error.errors[0] if error.errors else {}
    where = f" (line {first.get('line')}, column {first.get('col')})" if first.get("line") else ""
    what = shorten(str(first.get("description") or "it is not complete").split(". Line")[0], 120)
    message = f"the statement is not valid {shorten(dialect, 20)}{where}: {what}"
    return Reason("text.syntax", message, shorten(first.get("highlight") or ""))
