"""Puts masks and row filters into a statement: every reference to a guarded table becomes a derived table of it.

After it no expression of the statement stands beside the raw table, so no disguise can read what was taken away:
whatever reaches a value reaches it through `(SELECT allowed columns, masked ones FROM table WHERE filter)`.
Only two things are left to judge: that every reference was found, and that none is a WITH by one reading and the
table by another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from guardrails.sql.decision import Reason, fold, refuse
from guardrails.sql.policy import GuardPolicy, Mask, RowFilter
from guardrails.sql.rewrite_filters import ROW, bind, column_of
from guardrails.sql.rewrite_masks import WORDS, expression, problem
from guardrails.sql.rewrite_noise import is_noisy
from guardrails.sql.rules import Rules
from guardrails.sql.scope import Scopes
from guardrails.sql.seen import Seen

FENCES = {"postgres": "0", "mysql": "18446744073709551615", "sqlite": "9223372036854775807"}
MOVED = ("joins", "laterals")


@dataclass(slots=True)
class Guarded:
    """A table of the schema with the rules that fit it."""

    table: Any
    masks: dict[str, Mask] = field(default_factory=dict)
    filters: list[RowFilter] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)

    @property
    def columns(self) -> dict[str, str]:
        return {fold(str(column.name)): str(column.name) for column in self.table.columns}


@dataclass(slots=True)
class Rewritten:
    """What was put in, for the decision and for the second reading. `reasons` are refusals.

    `names` are those that rules could mean, `guarded` the names of tables that were replaced, `put` times
    in all; `others` are references to tables of these names in schemas without rules.
    """

    names: frozenset[str] = frozenset()
    masked: tuple[str, ...] = ()
    filtered: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    guarded: frozenset[str] = frozenset()
    put: int = 0
    others: int = 0
    reasons: list[Reason] = field(default_factory=list)


def rewrite(root: Any, seen: Seen, rules: Rules, schema: Any, policy: GuardPolicy) -> Rewritten:
    """Replace in place every reference to a table with masks or filters; refuse what cannot be told."""
    done = Rewritten(names=_names(mask.table for mask in policy.masks) | _names(rule.table for rule in policy.filters))
    _refuse_two_readings(root, seen, rules, done, done.names | _names(table for table, _ in policy.hidden))
    if not done.names:
        return done
    _refuse_reserved(root, done)
    scopes = Scopes(seen, rules)
    touched = [table for table in scopes.real if fold(table.name) in done.names]
    if schema is None and touched:
        done.reasons.append(
            refuse("rule.schema", "{part} has data rules, and the schema is not known: describe the connector first.",
                   touched[0].name)
        )  # fmt: skip
    if done.reasons or not touched:
        return done
    by_name = _guarded(schema, rules, policy, done.names)
    found = [(node, _fitting(node, by_name, rules, done)) for node in touched]
    ruled = [(node, entry) for node, entry in found if entry is not None]
    if done.reasons or not ruled:
        return done
    done.guarded = frozenset(fold(node.name) for node, _ in ruled)
    done.put = len(ruled)
    done.others = sum(entry is None and fold(node.name) in done.guarded for node, entry in found)
    fence = any(entry.filters for _, entry in ruled) and is_noisy(root)
    _tell(seen, ruled, done)
    _strip_qualifiers(seen, {fold(node.alias_or_name) for node, _ in ruled})
    for node, entry in ruled:
        _replace(node, entry, rules, policy, done, fence=fence)
    return done


def is_held(seen: Seen, rules: Rules, done: Rewritten) -> bool:
    """Tell, of a statement read again, whether guarded tables stand only in what the guard put in their place."""
    real = [table for table in Scopes(seen, rules).real if fold(table.name) in done.guarded]
    put = sum(fold(table.alias) == ROW for table in real)
    return put == done.put and len(real) - put == done.others


NOTHING = Rewritten()
"""What is put into a statement where no table has rules."""


def _names(ruled: Iterable[str]) -> frozenset[str]:
    """Return the bare names that a rule could mean, strictly: a dot may separate a schema or stand in the name."""
    return frozenset(part for name in ruled for part in (name, name.rpartition(".")[2]))


def _refuse_two_readings(root: Any, seen: Seen, rules: Rules, done: Rewritten, names: frozenset[str]) -> None:
    """Refuse a WITH that has the name of a guarded table wherever two readers could take it for different things."""
    if not seen.ctes:
        return
    for cte in root.find_all(exp.CTE):
        name = fold(cte.alias)
        if name not in names:
            continue
        spelled = cte.args["alias"].this
        clause = cte.parent
        is_open = clause.args.get("recursive") or rules.with_is_recursive
        before = clause.expressions[: clause.expressions.index(cte) + 1]
        for table in seen.tables:
            if table.args.get("db") or fold(table.name) != name:
                continue
            same = (table.this.name, bool(table.this.args.get("quoted"))) == (
                spelled.name, bool(spelled.args.get("quoted")),
            )  # fmt: skip
            inside = is_open and any(_is_below(table, each) for each in before)
            if not same or inside:
                done.reasons.append(
                    refuse("rule.name", "{part} is the name of a WITH and of a table with data rules: "
                           "give the WITH another name.", cte.alias)
                )  # fmt: skip
                return


def _is_below(node: Any, ancestor: Any) -> bool:
    while node is not None:
        if node is ancestor:
            return True
        node = node.parent
    return False


def _refuse_reserved(root: Any, done: Rewritten) -> None:
    for name in root.find_all(exp.Identifier):
        if fold(name.name) == ROW:
            done.reasons.append(
                refuse("rule.name", "{part} is a name the guard keeps for itself: choose another.", ROW)
            )
            return


def _guarded(schema: Any, rules: Rules, policy: GuardPolicy, names: frozenset[str]) -> dict[str, list[Guarded]]:
    """Return the schema's tables of these names, each with the rules that fit it."""
    found: dict[str, list[Guarded]] = {}
    for table in schema.tables:
        name = fold(str(table.name))
        if name not in names:
            continue
        own = fold(str(getattr(table, "schema", "") or "")) or rules.default_schema
        keys = {name, f"{own}.{name}"}
        entry = Guarded(table)
        entry.masks = {mask.column: mask for mask in policy.masks if mask.table in keys}
        entry.filters = [rule for rule in policy.filters if rule.table in keys]
        entry.hidden = {column for table_name, column in policy.hidden if table_name in keys}
        found.setdefault(name, []).append(entry)
    return found


def _fitting(node: Any, by_name: dict[str, list[Guarded]], rules: Rules, done: Rewritten) -> Guarded | None:
    """Return the guarded table that `node` names, None for one without rules; refuse where several could be meant."""
    db = fold(node.db)
    fitting = [
        entry
        for entry in by_name.get(fold(node.name), ())
        if not db or (fold(str(getattr(entry.table, "schema", "") or "")) or rules.default_schema) == db
    ]
    ruled = [entry for entry in fitting if entry.masks or entry.filters]
    if not ruled:
        return None
    if len(fitting) > 1:
        done.reasons.append(
            refuse("rule.name", "{part} is the name of several tables: name its schema too.", node.name)
        )
        return None
    if node.args.get("sample") is not None:
        done.reasons.append(refuse("rule.sample", "{part} has data rules, so no sample of it is taken.", node.name))
    missing = (set(ruled[0].masks) | ruled[0].hidden) - set(ruled[0].columns)
    if missing:
        message = (
            "a data rule of {part} names a column that it no longer has: an admin has to bring the rule up to date."
        )
        done.reasons.append(refuse("rule.stale", message, node.name))
    return ruled[0]


def _tell(seen: Seen, ruled: list[tuple[Any, Guarded]], done: Rewritten) -> None:
    """Write down which masks and filters the statement meets; a mask of a column it does not read is left out."""
    read = {fold(column.name) for column in seen.columns}
    read |= {fold(part.name) for join in seen.joins for part in join.args.get("using") or []}
    is_whole = bool(seen.stars or seen.patterns) or any(join.args.get("method") for join in seen.joins)
    masked: dict[str, None] = {}
    filtered: dict[str, None] = {}
    changes: dict[str, None] = {}
    for node, entry in ruled:
        name = str(entry.table.name)
        for column, mask in entry.masks.items():
            if is_whole or column in read or fold(node.alias_or_name) in read or _renames(node):
                masked[f"{name}.{entry.columns[column]}"] = None
                changes[f"`{entry.columns[column]}` of `{name}` is masked: {WORDS[mask.kind]}"] = None
        for rule in entry.filters:
            filtered[name] = None
            changes[f"rows of `{name}` are limited to {rule.condition}"] = None
    done.masked, done.filtered, done.changes = tuple(masked), tuple(filtered), tuple(changes)


def _renames(node: Any) -> bool:
    alias = node.args.get("alias")
    return alias is not None and bool(alias.args.get("columns"))


def _strip_qualifiers(seen: Seen, aliases: set[str]) -> None:
    """Take the schema off columns of what becomes a derived table, which has none."""
    stars = [star.parent for star in seen.stars if isinstance(star.parent, exp.Column)]
    for column in [*seen.columns, *stars]:
        if column.args.get("db") is not None and fold(column.table) in aliases:
            column.set("db", None)
            column.set("catalog", None)


def _replace(node: Any, entry: Guarded, rules: Rules, policy: GuardPolicy, done: Rewritten, *, fence: bool) -> None:
    inner = _select(entry, node, rules, policy, done)
    if fence and entry.filters:
        _put_fence(inner, rules)
    alias = node.args.get("alias")
    outer = exp.Subquery(this=inner, alias=alias.copy() if alias is not None else exp.TableAlias(this=node.this.copy()))
    if not outer.args["alias"].args.get("this"):
        outer.args["alias"].set("this", node.this.copy())
    for part in MOVED:
        if node.args.get(part):
            outer.set(part, node.args[part])
    node.replace(outer)


def _select(entry: Guarded, node: Any, rules: Rules, policy: GuardPolicy, done: Rewritten) -> Any:
    """Return `SELECT allowed columns, masked ones FROM table AS guarded_row WHERE filters`."""
    columns = []
    for column in entry.table.columns:
        name, said = str(column.name), str(getattr(column, "type", "") or "")
        mask = entry.masks.get(fold(name))
        if fold(name) in entry.hidden:
            continue
        if mask is None:
            columns.append(column_of(name))
            continue
        if (reason := problem(mask, rules, said)) is not None:
            done.reasons.append(reason)
        else:
            made = expression(mask, column_of(name), rules, said)
            columns.append(exp.Alias(this=made, alias=exp.to_identifier(name, quoted=True)))
    if not columns:
        done.reasons.append(refuse("column.hidden", "every column of {part} is hidden on this connector.", node.name))
    schema = str(getattr(entry.table, "schema", "") or "")
    source = exp.Table(
        this=exp.to_identifier(str(entry.table.name), quoted=True),
        db=exp.to_identifier(schema, quoted=True) if schema else node.args.get("db"),
        alias=exp.TableAlias(this=exp.to_identifier(ROW)),
        only=node.args.get("only"),
    )
    inner = exp.Select(expressions=columns, from_=exp.From(this=source))
    return _limited(inner, entry, rules, policy, done)


def _limited(inner: Any, entry: Guarded, rules: Rules, policy: GuardPolicy, done: Rewritten) -> Any:
    conditions = []
    for rule in entry.filters:
        bound = bind(rule.condition, rules, entry.columns, policy.functions, dict(rule.values))
        if isinstance(bound, Reason):
            message = "the row filter of {part} cannot be used as it is: an admin has to look at it."
            done.reasons.append(refuse(bound.code, message, entry.table.name))  # its words are the officer's alone
        else:
            conditions.append(bound)
    if conditions:
        inner.set("where", exp.Where(this=exp.and_(*conditions, copy=False) if len(conditions) > 1 else conditions[0]))
    return inner


def _put_fence(inner: Any, rules: Rules) -> None:
    """Keep the engine from trying a person's condition on rows that the filter leaves out: its error would tell."""
    if rules.name == "postgres":
        inner.set("offset", exp.Offset(expression=exp.Literal.number("0")))
        return
    inner.set("limit", exp.Limit(expression=exp.Literal.number(FENCES.get(rules.name, FENCES["sqlite"]))))
