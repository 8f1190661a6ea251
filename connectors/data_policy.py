"""What the rules of a connector mean for a role: the guard's policy, the schema as it may be told, comparisons.

Every flow that lets a statement be judged takes its policy from `guard_policy_for`, so that no door forgets a rule.
Reads only; `connectors.data_rules` writes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from connectors import set_up
from connectors.contracts import Column, ForeignKey, Schema, Table
from connectors.models import ColumnRule, Connector, RowFilter
from guardrails.policy import QuestionLimits, guard_policy
from guardrails.sql.decision import fold
from guardrails.sql.policy import GuardPolicy, Mask
from guardrails.sql.policy import RowFilter as GuardFilter
from guardrails.sql.rewrite_filters import placeholders_of
from guardrails.sql.rewrite_masks import WORDS
from portal import tenancy
from portal.compiled import Compiled, Read
from portal.models import User

HIDE = ColumnRule.Kind.HIDE
WORD = re.compile(r"\w+")
SALT_LABEL = b"countersign/mask-salt/1:"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules one role meets on one connector, strictest first decided: a column has one rule."""

    columns: tuple[ColumnRule, ...]
    filters: tuple[RowFilter, ...]


def guard_policy_for(
    connector: Connector, role: str | None = None, limits: QuestionLimits | None = None, *, user_id: Any = None
) -> GuardPolicy:
    """Return the guard's policy of a connector for a role, which is the current person's unless it is named.

    Two queries; one more without `limits`, and one where a filter names the person. Its `revision` changes with every
    rule. A filter that needs a person who is not known lets nothing through. Raises `PolicyMissing`.
    """
    rules = data_rules_for(connector, role, user_id=user_id)
    return guard_policy(
        limits, hidden=rules.hidden, masks=rules.masks, filters=rules.filters, fingerprint=fingerprint(rules)
    )


def data_rules_for(connector: Connector, role: str | None = None, *, user_id: Any = None) -> GuardPolicy:
    """Return the rules alone, without the organization's limits: for telling a schema and keying what is kept."""
    found = rules_of(connector, tenancy.current().role if role is None else role)
    salt = _salt(connector)
    values = _values(found.filters, user_id)
    return GuardPolicy(
        hidden=frozenset((rule.table, rule.column_name) for rule in found.columns if rule.kind == HIDE),
        masks=tuple(_mask(rule, salt) for rule in found.columns if rule.kind != HIDE),
        filters=tuple(GuardFilter(rule.table, rule.condition, values) for rule in found.filters),
    )


def described(connector: Connector) -> Schema:
    """Return the schema as the current person may be told it. Call it outside a transaction; raises `SourceError`."""
    return visible_schema(set_up.describe(connector), data_rules_for(connector))


def fingerprint(policy: GuardPolicy) -> str:
    """Return what tells two sets of rules apart, values of the person included; nothing where there are no rules.

    Rows that were read under one are never shown under another.
    """
    if not policy.guards_tables:
        return ""
    said = repr((sorted(policy.hidden), sorted(map(repr, policy.masks)), sorted(map(repr, policy.filters))))
    return hashlib.sha256(said.encode()).hexdigest()


def _rules(model: Any) -> Compiled:
    return Compiled(
        lambda role, connector_id: model.objects.for_role(role).filter(connector_id=connector_id).order_by("role", "id")
    )


_COLUMN_RULES, _ROW_FILTERS = _rules(ColumnRule), _rules(RowFilter)


def reads(connector_id: uuid.UUID, role: str) -> tuple[Read, ...]:
    """Return what `rules_of` reads, to be read ahead."""
    return tuple(Read(each, (connector_id,), (role,)) for each in (_COLUMN_RULES, _ROW_FILTERS))


def rules_of(connector: Connector, role: str) -> Rules:
    """Return the rules a role meets. Two queries.

    Where a column has a rule for everybody and one for the role, hiding wins, else the role's own.
    """
    columns: dict[tuple[str, str], ColumnRule] = {}
    for rule in _COLUMN_RULES.rows(connector.pk, fixed=(role,)):
        key = (fold(rule.table), fold(rule.column_name))
        if key not in columns or columns[key].kind != HIDE:
            columns[key] = rule
    filters = _ROW_FILTERS.rows(connector.pk, fixed=(role,))
    return Rules(tuple(columns[key] for key in sorted(columns)), tuple(filters))


def differs(connector: Connector, role_a: str, role_b: str) -> bool:
    """Tell whether people of two roles may see other rows or values of a connector. Four queries.

    True also where a filter names the person: two people of one role see other rows then.
    """
    one, other = rules_of(connector, role_a), rules_of(connector, role_b)
    if any(placeholders_of(rule.condition) for rule in (*one.filters, *other.filters)):
        return True
    return _said(one) != _said(other)


def _said(rules: Rules) -> tuple[Any, Any]:
    columns = {(fold(rule.table), fold(rule.column_name), rule.kind, rule.text) for rule in rules.columns}
    return columns, {(fold(rule.table), rule.condition) for rule in rules.filters}


def visible_schema(schema: Schema, policy: GuardPolicy) -> Schema:
    """Return the schema as somebody under this policy may be told it: hidden columns left out, masks said.

    For prompts, completion and descriptions. The guard itself is given the whole schema.
    """
    if not policy.hidden and not policy.masks and not policy.filters:
        return schema
    masks = {(fold(mask.table), fold(mask.column)): mask.kind for mask in policy.masks}
    hidden = {(fold(table), fold(column)) for table, column in policy.hidden}
    filtered = {fold(rule.table) for rule in policy.filters}
    return replace(schema, tables=tuple(_visible(table, masks, hidden, filtered) for table in schema.tables))


def names_hidden(sql: str, policy: GuardPolicy) -> bool:
    """Tell whether a statement holds the name of a hidden column as a word: it is then not told to a model."""
    words = {fold(word) for word in WORD.findall(sql)}
    return any(fold(column) in words for _, column in policy.hidden)


def _visible(
    table: Table, masks: dict[tuple[str, str], str], hidden: set[tuple[str, str]], filtered: set[str]
) -> Table:
    names = {fold(table.name), fold(table.qualified_name)}
    gone = {fold(c.name) for c in table.columns if any((name, fold(c.name)) in hidden for name in names)}
    columns = tuple(_column(c, names, masks) for c in table.columns if fold(c.name) not in gone)
    keys = tuple(key for key in table.foreign_keys if not _names_hidden(key, gone, hidden))
    comment = f"only some rows are shown. {table.comment}".strip() if names & filtered else table.comment
    return replace(table, columns=columns, foreign_keys=keys, comment=comment)


def _names_hidden(key: ForeignKey, gone: set[str], hidden: set[tuple[str, str]]) -> bool:
    """Tell whether a foreign key names a hidden column, of its own table or of the one it leads to."""
    targets = {fold(key.target_table), fold(f"{key.target_schema}.{key.target_table}")}
    theirs = {(target, fold(name)) for target in targets for name in key.target_columns}
    return bool(gone & {fold(name) for name in key.columns} or theirs & hidden)


def _column(column: Column, names: set[str], masks: dict[tuple[str, str], str]) -> Column:
    kind = next((masks[name, fold(column.name)] for name in names if (name, fold(column.name)) in masks), "")
    if not kind:
        return column
    return replace(column, comment=f"masked: {WORDS[kind]}. {column.comment}".strip())


def _mask(rule: ColumnRule, salt: str) -> Mask:
    return Mask(rule.table, rule.column_name, rule.kind, salt if rule.kind == ColumnRule.Kind.HASH else rule.text)


def _salt(connector: Connector) -> str:
    """Return what is put before a value of this connector on its way to a token; the same for all its columns."""
    key = str(settings.SECRET_KEY).encode()
    return hmac.new(key, SALT_LABEL + connector.pk.bytes, hashlib.sha256).hexdigest()[:24]


def _values(filters: tuple[RowFilter, ...], user_id: Any) -> tuple[tuple[str, str], ...]:
    """Return what the placeholders stand for: facts of the person who asks. One query where any is used."""
    if not any(placeholders_of(rule.condition) for rule in filters):
        return ()
    person = user_id or tenancy.current().user_id
    email = User._base_manager.filter(pk=person).values_list("email", flat=True).first() if person else None
    return (("user.email", email), ("user.id", str(person))) if email else ()
