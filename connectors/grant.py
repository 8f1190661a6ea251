"""Grants on connectors: giving, taking, listing, and naming a connector that one holds a grant on (I04)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from guardian.ctypes import get_content_type

from connectors.models import Connector, ConnectorGroupPermission, ConnectorUserPermission
from connectors.models.connector import IMPLIED_ROLES
from portal import tenancy, trail
from portal.compiled import Compiled
from portal.models import Membership
from portal.roles import Role

CODENAME = "use_connector"


class NoSuchConnector(LookupError, ObjectDoesNotExist):
    """The person holds no grant on such a connector, or there is none: both look the same from outside."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may use a connector: a role, or a person by their membership. An implied grant cannot be taken."""

    role: Role | None
    membership: Membership | None
    is_implied: bool

    @property
    def name(self) -> str:
        """What people read: the role in the plural, or the person."""
        return f"every {self.role.label.lower()}" if self.role else str(self.membership)


_GRANTED = Compiled(lambda pk: Connector.objects.granted_to_me().filter(pk=pk))


def granted_to_me(connector_id: uuid.UUID | str, *, where: str = "") -> Connector:
    """Return a connector the current person may see and name, active or not.

    Raises `NoSuchConnector` otherwise, after recording `access.refused`; call it outside a transaction,
    so that the record stays.
    """
    key = _uuid(connector_id)
    found = _GRANTED.first(key) if key else None
    if found is None:
        subject = trail.Subject("connector", str(key or "unreadable"))
        reason = "no grant on a connector of this id"
        trail.record(trail.Event("access.refused", subject, verdict="refused", data={"where": where, "reason": reason}))
        raise NoSuchConnector("connector: there is none with this id that you may use; ask an admin for a grant")
    return found


def _uuid(given: uuid.UUID | str) -> uuid.UUID | None:
    try:
        return given if isinstance(given, uuid.UUID) else uuid.UUID(str(given)[:64])
    except ValueError:
        return None


def give(connector: Connector, *, to: Membership | Role) -> None:
    """Grant a connector to a person or a role of the current organization; recorded, idempotent.

    Raises `ValidationError` when the role holds an implied grant, or the person left.
    """
    role = Role(to.role) if isinstance(to, Membership) else to
    if role in IMPLIED_ROLES:
        raise ValidationError({"to": f"to: a {role.label.lower()} may use every connector already; nothing to grant"})
    if isinstance(to, Membership) and (not to.is_active or to.organization_id != connector.organization_id):
        raise ValidationError({"to": f"to: `{to.user}` no longer belongs to the organization"})
    with transaction.atomic():
        _, made = _rows(to).get_or_create(
            **_holder(to), permission=_permission(), content_object=connector, organization_id=connector.organization_id
        )
        if made:
            _record("grant.given", connector, to)


def take(connector: Connector, *, of: Membership | Role) -> None:
    """Take a grant back from a person or a role; recorded, idempotent. An implied one stays."""
    with transaction.atomic():
        removed, _ = (
            _rows(of)
            .filter(**_holder(of), content_object_id=connector.pk, organization_id=tenancy.organization_id())
            .delete()
        )
        if removed:
            _record("grant.revoked", connector, of)


def grants_of(connector: Connector) -> list[Grant]:
    """Return who may use the connector: implied roles first, then granted roles, then people. Three queries."""
    implied = [Grant(role, None, True) for role in Role if role in IMPLIED_ROLES]
    rows = {"content_object_id": connector.pk, "organization_id": tenancy.organization_id()}
    names = set(ConnectorGroupPermission.objects.filter(**rows).values_list("group__name", flat=True))
    roles = [Grant(role, None, False) for role in Role if role.value in names]
    users = list(ConnectorUserPermission.objects.filter(**rows).values_list("user_id", flat=True))
    members = Membership.objects.filter(user_id__in=users).select_related("user").order_by("user__name")
    return [*implied, *roles, *(Grant(None, membership, False) for membership in members)]


def _rows(holder: Membership | Role) -> Any:
    return ConnectorUserPermission.objects if isinstance(holder, Membership) else ConnectorGroupPermission.objects


def _holder(holder: Membership | Role) -> dict[str, Any]:
    if isinstance(holder, Membership):
        return {"user_id": holder.user_id}
    return {"group": Group.objects.get(name=holder.value)}


def _permission() -> Permission:
    return Permission.objects.get(codename=CODENAME, content_type=get_content_type(Connector))


def _record(kind: str, connector: Connector, holder: Membership | Role) -> None:
    who = {"person": str(holder.user_id)} if isinstance(holder, Membership) else {"role": holder.value}
    trail.record(
        trail.Event(
            kind,
            trail.Subject("connector", str(connector.pk)),
            connector_id=connector.pk,
            data={"capability": "USE_CONNECTOR", "connector": connector.name, **who},
        )
    )
