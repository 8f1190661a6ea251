"""Statements that are put together once: for the few reads and writes that every question and every event makes.

Putting a query set together and turning it into SQL costs this process several times what the statement costs the
server. Here it is written as a query set still, with the tenancy of its manager; the SQL of its shape is kept, and
only the values change. The server keeps the plan (`portal.postgresql`). Row-level security is behind every statement,
and nothing that belongs to an organization is kept: the organization is a value like any other.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from types import MappingProxyType
from typing import Any, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from django.db.models.query import ValuesListIterable, get_related_populators  # type: ignore[attr-defined]

from portal import tenancy

_ORGANIZATION, _PERSON = uuid.uuid4(), uuid.uuid4()
"""Stand for the context's own while a statement is put together; of no organization and no person."""


class Compiled:
    """A query set over the default database that is compiled once for each shape, and read with new values.

    `build(*fixed, *values)` returns the query set and reads nothing. What it decides by is `fixed`, or the role of the
    context: of those every one has a statement of its own. Of the values only the types may matter.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._known: dict[Any, _Statement] = {}

    def rows(self, *values: Any, fixed: tuple[Any, ...] = ()) -> list[Any]:
        """Return what the query set would: model instances, or tuples of a `values_list`.

        One query, none where `read_ahead` read it a moment ago.
        """
        statement, given = self._said(values, fixed)
        if not statement.sql:
            return []
        ahead = _ahead.get()
        found = ahead.get(_asked(statement, given)) if ahead else None
        return statement.made(run(statement.sql, given) if found is None else found)

    def _said(self, values: tuple[Any, ...], fixed: tuple[Any, ...]) -> tuple[_Statement, list[Any]]:
        """Return the statement of this shape, and its parameters in this context."""
        context = tenancy.current()
        shape = (context.role, context.user_id is None, fixed, *map(type, values))
        statement = self._known.get(shape)
        if statement is None:
            statement = self._known[shape] = _compile(partial(self._build, *fixed), values, context)
        return statement, statement.filled((context.organization_id, context.user_id, *values))

    def first(self, *values: Any, fixed: tuple[Any, ...] = ()) -> Any:
        """Return the first row or None. The query set says itself which that is, and takes no more. One query."""
        rows = self.rows(*values, fixed=fixed)
        return rows[0] if rows else None


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL, where its values come from, and how its rows become what the query set gives."""

    sql: str
    parameters: tuple[tuple[int | None, Any], ...]
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]
    make: Callable[[Sequence[Any]], Any]

    def filled(self, values: Sequence[Any]) -> list[Any]:
        return [constant if place is None else values[place] for place, constant in self.parameters]

    def made(self, rows: Iterable[Sequence[Any]]) -> list[Any]:
        found = []
        for given in rows:
            row: Sequence[Any] = given
            if self.converters:
                row = changed = list(given)
                for column, converters, expression in self.converters:
                    for convert in converters:
                        changed[column] = convert(changed[column], expression, connection)
            found.append(self.make(row))
        return found


@dataclass(frozen=True, slots=True)
class Read:
    """One read of those that are made together: what is read, and with which values."""

    what: Compiled
    values: tuple[Any, ...] = ()
    fixed: tuple[Any, ...] = ()


_ahead: ContextVar[Mapping[Any, list[tuple[Any, ...]]]] = ContextVar(
    "rows that were read ahead", default=MappingProxyType({})
)


@contextmanager
def reading_ahead() -> Iterator[None]:
    """Keep what `read_ahead` reads inside the block, for who asks for it there; nothing outlives it."""
    token = _ahead.set({})
    try:
        yield
    finally:
        _ahead.reset(token)


def read_ahead(*reads: Read) -> None:
    """Make these reads together, in one round trip, so that whoever asks next has them: in a block of `reading_ahead`.

    For what is read once for a piece of work anyway. Never for a row that is locked, nor for a right that has to be
    asked anew. Outside of such a block nothing is read.
    """
    ahead = _ahead.get()
    if not isinstance(ahead, dict):
        return
    wanted = [read.what._said(read.values, read.fixed) for read in reads]
    wanted = [(statement, given) for statement, given in wanted if statement.sql]
    rows = run_together([(statement.sql, given) for statement, given in wanted])
    for (statement, given), found in zip(wanted, rows, strict=True):
        ahead[_asked(statement, given)] = found


def _asked(statement: _Statement, given: Sequence[Any]) -> Any:
    return tenancy.organization_id(), statement.sql, *given


def forget_ahead() -> None:
    """Forget what was read ahead: something took its time since, and the next who asks reads anew."""
    ahead = _ahead.get()
    if isinstance(ahead, dict):
        ahead.clear()


def _compile(build: Callable[..., Any], values: Sequence[Any], context: tenancy.Context) -> _Statement:
    stand_ins = [_ORGANIZATION, _PERSON, *(_stand_in(value, number) for number, value in enumerate(values))]
    person = None if context.user_id is None else _PERSON
    with tenancy.enter(replace(context, organization_id=_ORGANIZATION, user_id=person)):
        queryset = build(*stand_ins[2:])
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:  # such as `none()`: whoever holds no grant is asked nothing
            return _Statement("", (), (), tuple)
    places = tuple((_place_of(each, stand_ins), each) for each in parameters)
    lost = set(range(2, len(stand_ins))) - {place for place, _ in places}
    if lost:  # else a value of this call would stay in the statement for every other
        raise TypeError(f"value {min(lost) - 1} does not stand in the statement as it was given; give its plain value")
    is_tuple = issubclass(queryset._iterable_class, ValuesListIterable)
    return _Statement(sql, places, _converters(compiler), tuple if is_tuple else _maker(compiler))


def _converters(compiler: Any) -> tuple[tuple[int, tuple[Any, ...], Any], ...]:
    found = compiler.get_converters([column[0] for column in compiler.select])
    return tuple((column, tuple(each), expression) for column, (each, expression) in found.items())


def _place_of(parameter: Any, stand_ins: Sequence[Any]) -> int | None:
    same = (number for number, each in enumerate(stand_ins) if isinstance(parameter, type(each)) and each == parameter)
    return next(same, None)


def _stand_in(value: Any, number: int) -> Any:
    """Return a value of the same type that is nowhere else in the statement."""
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, datetime):
        return datetime(1900, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    if isinstance(value, date):
        return date(1900, 1, 1) + timedelta(days=number)
    if isinstance(value, str):
        return f"stand-in {uuid.uuid4()}"
    if isinstance(value, int) and not isinstance(value, bool):
        return 1_900_000_000 + number
    raise TypeError(f"a value of type `{type(value).__name__}` has no stand-in; give an id, a text, a number or a time")


def _maker(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """Return what makes an instance of a row, with what was selected beside it."""
    info = compiler.klass_info
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    populators, model = get_related_populators(info, compiler.select, "default"), info["model"]

    def make(row: Sequence[Any]) -> Any:
        instance = model.from_db("default", names, row[start:end])
        for each in populators:
            each.populate(row, instance)
        return instance

    return make


def run(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement of ours on the default database, planned once by the server; return its rows where it has any."""
    with cast(Any, connection).prepared() as cursor:
        cursor.execute(sql, values)
        return _fetched(cursor)


def run_together(statements: Sequence[tuple[str, Sequence[Any]]]) -> list[list[tuple[Any, ...]]]:
    """Run statements of ours in one round trip, in order; return the rows of each. Where one fails, so do all."""
    database = cast(Any, connection)
    database.ensure_connection()
    database.bind()
    with ExitStack() as stack:
        with database.wrap_database_errors, database.connection.pipeline():
            cursors = [stack.enter_context(database.prepared()) for _ in statements]
            for cursor, (sql, values) in zip(cursors, statements, strict=True):
                cursor.execute(sql, values)
        return [_fetched(cursor) for cursor in cursors]


def _fetched(cursor: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a statement where it has any; `description` would make its columns only to say so."""
    result = cursor.pgresult
    return cursor.fetchall() if result is not None and result.nfields else []


def update(
    instance: models.Model,
    fields: Iterable[str],
    *,
    where: Sequence[tuple[str, Any]] = (),
    made: Sequence[tuple[str, str, Any]] = (),
) -> bool:
    """Write these fields of a tenant row, as `save(update_fields=…)` does; return whether the row was there.

    `where` are further columns it must have, each with its value. `made` are columns that the database makes, each
    with an expression of ours and its value; they are read back. One query.
    """
    names = tuple(sorted(fields))
    columns = _columns(type(instance), names)
    values = [_for_saving(field, instance, is_new=False) for field in columns]
    own = (("id", instance.pk), ("organization_id", instance.organization_id), *where)  # type: ignore[attr-defined]
    sql = _update_sql(type(instance), names, tuple(name for name, _ in own), tuple((each[0], each[1]) for each in made))
    rows = run(sql, [*values, *(value for _, _, value in made), *(value for _, value in own)])
    for (name, _, _), value in zip(made, rows[0][1:] if rows else (), strict=bool(rows)):
        setattr(instance, name, value)
    return bool(rows)


def change(model: type[models.Model], sets: str, where: str, values: Sequence[Any]) -> list[Any]:
    """Change rows by a statement of ours, whose `sets` and `where` are constant; return them as they are now.

    One query. They stay locked until the transaction ends.
    """
    whole = _whole(model)
    return whole.made(run(f'UPDATE "{model._meta.db_table}" SET {sets} WHERE {where} RETURNING {whole.sql}', values))  # noqa: S608


def insert(instance: models.Model, *others: models.Model) -> None:
    """Write new rows as `save(force_insert=True)` does, in one statement: the others belong to one model.

    What the database fills in itself is read back of a single row alone.
    """
    given, made, values = _new_row(instance)
    if not others:
        rows = run(_insert_sql(type(instance), given, made), values)
        for name, value in zip(made, rows[0] if rows else (), strict=True):
            setattr(instance, name, value)
    else:
        beside = [_new_row(each) for each in others]
        sql = _insert_sql(type(others[0]), beside[0][0], (), len(others))
        run(
            f"WITH first AS ({_insert_sql(type(instance), given, ())}) {sql}",
            [*values, *(value for _, _, each in beside for value in each)],
        )
    for each in (instance, *others):
        each._state.adding, each._state.db = False, "default"


def _new_row(instance: models.Model) -> tuple[tuple[str, ...], tuple[str, ...], list[Any]]:
    """Return the columns that have a value, those that the database fills in, and the values."""
    given, made, values = [], [], []
    for field in _columns(type(instance), None):
        if isinstance(getattr(instance, field.attname), DatabaseDefault):
            made.append(field.attname)
        else:
            given.append(field.attname)
            values.append(_for_saving(field, instance, is_new=True))
    return tuple(given), tuple(made), values


@cache
def _whole(model: type[models.Model]) -> _Statement:
    """Return how a whole row is read: its columns, in place of a statement, and what makes an instance of them."""
    compiler = model._base_manager.all().query.get_compiler(connection=connection)
    compiler.as_sql()
    columns = ", ".join(f'"{column[0].target.column}"' for column in compiler.select)
    return _Statement(columns, (), _converters(compiler), _maker(compiler))


@cache
def _columns(model: type[models.Model], names: tuple[str, ...] | None) -> tuple[Any, ...]:
    if names is None:
        return tuple(model._meta.concrete_fields)
    return tuple(model._meta.get_field(name) for name in names)


def _for_saving(field: Any, instance: models.Model, *, is_new: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(instance, is_new), connection=connection)


@cache
def _update_sql(
    model: type[models.Model], names: tuple[str, ...], keys: tuple[str, ...], made: tuple[tuple[str, str], ...] = ()
) -> str:
    sets = [f'"{field.column}" = %s' for field in _columns(model, names)]
    sets += [f'"{column}" = {expression}' for column, expression in made]
    where = " AND ".join(f'"{key}" = %s' for key in keys)
    back = ", ".join(f'"{column}"' for column in ("id", *(column for column, _ in made)))
    return f'UPDATE "{model._meta.db_table}" SET {", ".join(sets)} WHERE {where} RETURNING {back}'  # noqa: S608


@cache
def _insert_sql(model: type[models.Model], names: tuple[str, ...], made: tuple[str, ...], rows: int = 1) -> str:
    columns = ", ".join(f'"{field.column}"' for field in _columns(model, names))
    marks = ", ".join([f"({', '.join(['%s'] * len(names))})"] * rows)
    back = " RETURNING " + ", ".join(f'"{field.column}"' for field in _columns(model, made)) if made else ""
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES {marks}{back}'  # noqa: S608 - our own names
