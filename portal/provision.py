"""Making an organization: the one act that happens before there is one to act in."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from portal import tenancy, trail
from portal.ids import uuid7
from portal.models import Organization

_defaults: list[Callable[[], None]] = []


def on_new_organization(make_defaults: Callable[[], None]) -> None:
    """Register what gives a new organization its safe defaults (T24); called inside its scope."""
    _defaults.append(make_defaults)


def make_organization(*, name: str, slug: str, time_zone: str = "UTC", currency: str = "USD") -> Organization:
    """Make an organization with every safe default, in one transaction; raise `ValidationError` naming the field."""
    organization = Organization(id=uuid7(), name=name, slug=slug, time_zone=time_zone, currency=currency)
    organization.clean_fields()
    with tenancy.scope(organization.pk, actor=tenancy.context().actor), transaction.atomic():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT portal_make_organization(%s, %s, %s, %s)", [name, slug, time_zone, currency])
        except IntegrityError as error:
            raise ValidationError({"slug": f"slug: `{slug}` is taken; choose another"}) from error
        organization.refresh_from_db()
        for make_defaults in _defaults:
            make_defaults()
        trail.record(
            trail.Event(
                "organization.created",
                trail.Subject("organization", str(organization.pk)),
                data={"source": "provision"},
                after={"name": name, "slug": slug, "time_zone": time_zone, "currency": currency},
            )
        )
    return organization
