"""Loads the demo's organizations, people and connectors through the product's own verbs; what stands is left as it is.

Everything here runs as the runtime role and is in the trail like anybody's act. Never loaded in production.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from connectors import adapter_kinds, grant, set_up
from connectors.models import ColumnRule, Connector, Credential
from demo import customers_database as customers
from demo.people import ADA, ANA, CLEO, MIA, NORTHLIGHT, PASSWORD, PAUL, SOUTHWIND, DemoOrganization, DemoPerson
from portal import change, people, tenancy
from portal.memberships import context_for, memberships_of
from portal.models import Membership, User
from portal.provision import make_organization
from portal.roles import Capability, Role

PRODUCTION, REPORTING, OVER_POWERFUL, WEB = "orders_prod", "orders_reporting", "orders_admin", "web_analytics"
SOUTHWIND_SHOP = "southwind_shop"


class NotHere(RuntimeError):
    """The demo organization may not be loaded into this portal; the message says why."""


@dataclass(frozen=True)
class DemoConnector:
    """A data source as it should stand, and who is granted it."""

    name: str
    adapter: str
    settings: dict[str, Any]
    secret: str = ""
    environment: str = ""
    is_production: bool = False
    granted: tuple[DemoPerson, ...] = ()


def load(*, state_dir: Path, has_postgres: bool, today: date) -> None:
    """Make both organizations whole: people, connectors, grants. `has_postgres`: the customers' server is ours to fill."""
    if settings.PRODUCTION:
        raise NotHere("the demo organization has known passwords and is never loaded in production: unset DATABASE_URL")
    for organization in (NORTHLIGHT, SOUTHWIND):
        _organization(organization)
    folder = Path(settings.SQLITE_FOLDER)
    customers.build_visits(folder / NORTHLIGHT.slug, today)
    customers.build_southwind(folder / SOUTHWIND.slug, today)
    if has_postgres:
        customers.build(state_dir, today)
    with acting(ADA):
        for wanted in (*_databases(state_dir), WEB_ANALYTICS) if has_postgres else (WEB_ANALYTICS,):
            _connector(wanted)
        if has_postgres:
            _data_rules()
        people.grant(_membership(PAUL), Capability.WORK_APPROVALS)
    with acting(CLEO):
        _connector(DemoConnector(SOUTHWIND_SHOP, "sqlite", {"file": "shop.sqlite"}))


def _data_rules() -> None:
    """Hide customers' addresses from members and leave analysts their domain, on the reporting copy."""
    reporting = Connector.objects.get(name=REPORTING)
    if ColumnRule.objects.filter(connector=reporting).exists():
        return
    for role, kind in ((Role.MEMBER, ColumnRule.Kind.HIDE), (Role.ANALYST, ColumnRule.Kind.DOMAIN)):
        named = {"schema_name": "public", "table_name": "customers", "column_name": "email"}
        change.apply(ColumnRule(connector=reporting, role=role, kind=kind, **named), reason="demo", source="demo")


def acting(person: DemoPerson) -> AbstractContextManager[tenancy.Context]:
    """Act as one of the demo's people in their organization."""
    user = User.objects.get_by_natural_key(person.email)
    return tenancy.enter(context_for(user, memberships_of(user)[0]))


def _organization(wanted: DemoOrganization) -> None:
    """Make an organization with its people, all or nothing."""
    try:
        User.objects.get_by_natural_key(wanted.people[0].email)
    except User.DoesNotExist:
        with transaction.atomic():
            made = make_organization(name=wanted.name, slug=wanted.slug, time_zone=wanted.time_zone)
            with tenancy.scope(made.pk, actor=tenancy.SYSTEM):
                for person in wanted.people:
                    people.invite(
                        email=person.email, name=person.name, role=person.role, password=PASSWORD, reason="demo"
                    )


def _membership(person: DemoPerson) -> Membership:
    found: Membership = Membership.objects.select_related("user").get(user__email=person.email)
    return found


WEB_ANALYTICS = DemoConnector(WEB, "sqlite", {"file": "web-analytics.sqlite"}, environment="analytics", granted=(ANA,))


def _databases(state_dir: Path) -> tuple[DemoConnector, ...]:
    """Return the connectors to the customers' PostgreSQL; the last one's credential is over-powerful on purpose."""
    found = customers.server(state_dir)

    def settings_for(database: str, user: str) -> dict[str, Any]:
        return {"host": found.host, "database": database, "user": user}

    reader, owner = (found.passwords[role] for role in (customers.READER, customers.OWNER))
    return (
        DemoConnector(
            PRODUCTION,
            "postgresql",
            settings_for(customers.PRODUCTION, customers.READER),
            reader,
            environment="live shop",
            is_production=True,
        ),
        DemoConnector(
            REPORTING,
            "postgresql",
            settings_for(customers.REPORTING, customers.READER),
            reader,
            environment="reporting copy",
            granted=(ANA, MIA),
        ),
        DemoConnector(
            OVER_POWERFUL,
            "postgresql",
            settings_for(customers.PRODUCTION, customers.OWNER),
            owner,
            environment="live shop, owner's credential",
            is_production=True,
        ),
    )


def _connector(wanted: DemoConnector) -> None:
    """Set a source up where it is missing or leads elsewhere (a moved state folder); give its grants."""
    connector = Connector.objects.filter(name=wanted.name).first() or Connector(
        name=wanted.name, role="source", adapter=wanted.adapter
    )
    kind = adapter_kinds.kind_of("source", wanted.adapter)
    cleaned = adapter_kinds.clean_settings(kind, wanted.settings)
    credential = Credential.objects.filter(connector_id=connector.pk).first()
    is_sealed_for = credential.destination if credential else ("" if not wanted.secret else None)
    if connector.settings != cleaned or is_sealed_for != (connector.destination if wanted.secret else ""):
        connector.settings = cleaned
        connector.environment, connector.is_production = wanted.environment, wanted.is_production
        set_up.set_up(connector, secret=wanted.secret, reason="demo", source="demo")
    for person in wanted.granted:
        grant.give(connector, to=_membership(person))
