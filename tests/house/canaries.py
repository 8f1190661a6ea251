"""One organization's rows in every tenant table, with text that nobody else has: what a leak is known by.

Tables are found by their organization column. A row is made field by field from what the model says; where that
is not a row the pages can show, `MAKERS` knows better. A model of which no row can be made fails the test.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connections, models, transaction
from django.utils import timezone

from portal.fields import SealedField
from portal.ids import uuid7
from portal.isolation import is_tenant
from portal.models import Organization, User
from tests.factories import Cast, Person
from tests.tickets_shop import Shop

UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
SMALL, MEDIUM, LARGE = (
    "The cap from order #1043 arrived torn. Please refund my money for order #1043. My reference is {word}.",
    "The rain jacket from order #1042 arrived torn. I would like a refund for order #1042. My reference is {word}.",
    "The tent from order #1044 arrived broken. Please refund order #1044 in full. My reference is {word}.",
)


def tenant_models() -> list[type[models.Model]]:
    """Return every model whose table carries an organization."""
    return sorted((model for model in apps.get_models() if is_tenant(model)), key=lambda model: model._meta.label)


class NeedsARow(AssertionError):
    """A model of which the walk can make no row; it names the model and what to do."""


@dataclasses.dataclass(frozen=True)
class Marks:
    """What an organization is known by: words in its texts, and the ids of its rows."""

    words: tuple[str, ...]
    ids: frozenset[str]

    def found_in(self, text: str, *, asked: str = "") -> set[str]:
        """Return the marks in `text`, except those that stood in what was asked."""
        low, known = text.lower(), asked.lower()
        words = {word for word in self.words if word in low and word not in known}
        return words | ((plain_ids(low) & self.ids) - plain_ids(known))


def plain_ids(text: str) -> set[str]:
    return {found.replace("-", "") for found in UUID.findall(text.lower())}


@dataclasses.dataclass(frozen=True)
class World:
    """An organization with a row in every tenant table, seen by its admin."""

    admin: Person
    organization: Organization
    word: str
    marks: Marks
    rows: dict[str, list[Any]]

    def ids(self, label: str, most: int = 2) -> list[str]:
        """Return ids of rows of a model, those with the canary first."""
        return [str(row) for row in self.rows.get(label, [])[:most]]


def plant(cast: Cast, admin: Person, organization: Organization, word: str) -> World:
    """Give the organization rows in every tenant table, through the flow where there is one."""
    own = dataclasses.replace(cast, northlight=organization, ada=admin)
    with admin.inside():
        _run_tickets(Shop(own), word)
        planter = Planter(admin, organization, word)
        for model in tenant_models():
            planter.ensure(model)
    rows = rows_of(organization, word)
    if empty := [label for label, found in rows.items() if not found]:
        raise NeedsARow(f"a model needs a row here: {', '.join(empty)}")
    rows["portal.User"] = [admin.user.pk]
    ids = {str(row).replace("-", "") for found in rows.values() for row in found}
    words = (word, organization.slug, organization.name.lower(), admin.email.lower(), admin.user.name.lower())
    return World(admin, organization, word, Marks(words, frozenset(ids)), rows)


def rows_of(organization: Organization, word: str = "") -> dict[str, list[Any]]:
    """Return the ids of the organization's rows by model, those with the word first; read as the owner."""
    rows = {model._meta.label: _ids_of(model, organization, word) for model in tenant_models()}
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT event_id FROM audit_eventtext WHERE organization_id = %s AND text LIKE %s ORDER BY id LIMIT 1",
            [organization.pk, f"%{word}%"],
        )
        with_text = [row[0] for row in cursor.fetchall()]
    rows["audit.Event"] = with_text + [row for row in rows["audit.Event"] if row not in with_text]
    return rows | {"portal.Organization": [organization.pk]}


def _run_tickets(shop: Shop, word: str) -> None:
    for text in (SMALL, MEDIUM, LARGE):
        ticket = shop.ticket(text.format(word=word), subject="Refund")
        shop.run(ticket)


def _ids_of(model: Any, organization: Organization, word: str) -> list[Any]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f'SELECT id FROM "{model._meta.db_table}" t WHERE organization_id = %s ORDER BY t::text NOT LIKE %s, id',
            [organization.pk, f"%{word}%"],
        )
        return [row[0] for row in cursor.fetchall()]


def digest(organization: Organization) -> dict[str, str]:
    """Return a digest of every tenant table's rows of one organization, read as the owner."""
    found = {}
    with connections["owner"].cursor() as cursor:
        for model in tenant_models():
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY id), '')) FROM \"{model._meta.db_table}\" t"
                " WHERE organization_id = %s",
                [organization.pk],
            )
            found[model._meta.label] = cursor.fetchone()[0]
    return found


class Planter:
    """Makes rows in the current organization whose texts hold the organization's word."""

    def __init__(self, admin: Person, organization: Organization, word: str) -> None:
        self.admin, self.organization, self.word = admin, organization, word
        self._numbers = itertools.count(1)
        self._under_way: set[type] = set()

    def ensure(self, model: type[models.Model]) -> Any:
        """Return a row with the canary, making it if there is none yet."""
        if found := _ids_of(model, self.organization, self.word):
            row = model._base_manager.get(pk=found[0])
            if self._holds_the_word(row) or not self._texts(model):
                return row
        self._under_way.add(model)
        try:
            return MAKERS.get(model._meta.label, Planter.build)(self, model)
        except NeedsARow:
            raise
        except Exception as error:
            raise NeedsARow(
                f"{model._meta.label}: a model needs a row here; tests/house/canaries.py says how ({error!r})"
            ) from error
        finally:
            self._under_way.discard(model)

    def _holds_the_word(self, row: Any) -> bool:
        return any(self.word in str(value) for value in vars(row).values())

    def build(self, model: type[models.Model], **given: Any) -> Any:
        """Make a row field by field; where only one may exist, write the canary into that one."""
        values = {f.attname: self._value(f) for f in model._meta.concrete_fields if self._is_filled(f)} | given
        try:
            with transaction.atomic():
                row = model(**{name: value for name, value in values.items() if value is not None})
                row.save(force_insert=True)
                return row
        except IntegrityError:
            rows = model._base_manager.all()
            if not rows.exists():
                raise
            rows.update(**{f.attname: self._value(f) for f in self._texts(model)})
            return rows.first()

    def _texts(self, model: type[models.Model]) -> list[Any]:
        return [f for f in model._meta.concrete_fields if self._is_filled(f) and self._is_free_text(f)]

    def _is_filled(self, field: Any) -> bool:
        if field.primary_key or field.name in ("organization", "created_at", "last_error"):
            return False
        if field.null and not (
            field.is_relation or isinstance(field, SealedField | models.CharField | models.TextField)
        ):
            return False
        return not field.has_default() or field.default == "" or callable(field.default)

    def _is_free_text(self, field: Any) -> bool:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        return is_text and (field.max_length or 1000) >= len(self._text())

    def _text(self) -> str:
        return f"{self.word}-{next(self._numbers)}"

    def _value(self, field: Any) -> Any:
        if field.is_relation:
            return self._related(field)
        if isinstance(field, SealedField):
            return f"{self.word}-sealed"
        if isinstance(field, models.EmailField):
            return f"{self._text()}@example.com"
        if isinstance(field, models.CharField | models.TextField):
            return self._text_value(field)
        if field.has_default():
            return field.get_default()
        return self._plain(field)

    def _text_value(self, field: Any) -> str | None:
        if field.choices:
            return next(value for value, _ in field.flatchoices if value != "")
        if self._is_free_text(field):
            return self._text()
        return "USD" if field.max_length == 3 else None if field.has_default() else "x"

    def _plain(self, field: Any) -> Any:
        plain: tuple[tuple[Any, Callable[[], Any]], ...] = (
            (models.DateTimeField, timezone.now),
            (models.DateField, lambda: timezone.now().date()),
            (models.UUIDField, uuid7),
            (models.BinaryField, lambda: b"1"),
            (models.BooleanField, lambda: False),
            (models.JSONField, dict),
            (models.FloatField, lambda: 0.5),
            (models.IntegerField, lambda: 1),
            (models.DecimalField, lambda: 1),
        )
        return next(make() for kind, make in plain if isinstance(field, kind))

    def _related(self, field: Any) -> Any:
        target = field.related_model
        if target is User:
            return self.admin.user.pk
        if target is Organization:
            return self.organization.pk
        if target is Permission:
            return Permission.objects.get(codename="use_connector").pk
        if target is Group:
            return Group.objects.get_or_create(name="analyst")[0].pk
        if target in self._under_way or not is_tenant(target):
            return None
        return self.ensure(target).pk


def _connector(planter: Planter, model: Any) -> Any:
    from connectors.set_up import set_up

    settings = {"host": "localhost", "port": 1, "database": planter.word, "user": planter.word}
    made = model(name=planter.word, role="source", adapter="postgresql", environment=planter.word, settings=settings)
    return set_up(made, secret=f"{planter.word}-sealed")


def _snapshot(planter: Planter, model: Any) -> Any:
    """A schema that can be read: forms and the guard's page describe a connector from it."""
    from connectors import schema_json
    from connectors.contracts import Column, Schema, Table

    table = Table("public", "customers", (Column("email", "text", comment=planter.word),), comment=planter.word)
    return planter.build(model, content=schema_json.dump(Schema((table,), "postgres", "public")))


def _person_permission(planter: Planter, model: Any) -> Any:
    return planter.build(model, permission_id=Permission.objects.get(codename="work_approvals").pk)


def _event(planter: Planter, model: Any) -> Any:
    """The trail writes itself: set something up, and its event holds the word in what it was changed to."""
    planter.ensure(apps.get_model("connectors", "Connector"))
    return model._base_manager.filter(type="connector.created").first()


def _sealed(planter: Planter, model: Any) -> Any:
    """The sealer makes the log's rows itself, of the events that are there."""
    from audit.sealing import sealer

    sealer.seal(sweep=True)
    return model._base_manager.first()


def _hold(planter: Planter, model: Any) -> Any:
    """A hold that covers one thing, or its text of what it covers would have to be empty."""
    return planter.build(model, scope="person")


def _version(planter: Planter, model: Any) -> Any:
    """A version of a policy that keeps some: its page compares and reverts it."""
    from guardrails.models import TicketPolicy
    from portal import change

    row = TicketPolicy.objects.get()
    return planter.build(model, kind="ticket_policy", subject_id=row.pk, values=change.snapshot(row))


def _written_into(field: str) -> Callable[[Planter, Any], Any]:
    """Write the word into a row the flow made: a made-up one would not be shown as pages show them."""

    def write(planter: Planter, model: Any) -> Any:
        row = model._base_manager.order_by("-id").first()
        model._base_manager.filter(pk=row.pk).update(**{field: f"{planter.word} {getattr(row, field)}"})
        return row

    return write


def _reply_case(planter: Planter, model: Any) -> Any:
    """A case that holds under the default policy, or no officer could change it any more."""
    return planter.build(model, expected_verdict="redact", expected_kinds=["required"])


MAKERS: dict[str, Callable[[Planter, Any], Any]] = {
    "audit.LegalHold": _hold,
    "guardrails.PolicyVersion": _version,
    "tickets.Action": _written_into("reason"),
    "tickets.Approval": _written_into("why"),
    "tickets.Decision": _written_into("reason"),
    "tickets.GoLive": lambda planter, model: planter.build(model, confirmed_by_id=None),  # two people, or one who asks
    "audit.DetectorSetting": lambda planter, model: planter.build(model, detector="blocked_sql"),
    "audit.Event": _event,
    **dict.fromkeys(("audit.Head", "audit.Leaf", "audit.SealKey", "audit.SealState"), _sealed),
    "audit.Publication": lambda planter, model: planter.build(model, way="timestamp", token=planter.word.encode()),
    "connectors.Connector": _connector,
    "guardrails.ReplyCase": _reply_case,
    "connectors.SchemaSnapshot": _snapshot,
    "portal.OrganizationUserPermission": _person_permission,
    "questions.ReportShare": lambda planter, model: planter.build(model, role=""),  # with a person, so with no role
}
"""Models whose rows the fields alone do not explain."""
