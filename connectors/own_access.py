"""The access that this floor gives: connectors to people and roles, doors for programs, and what the AI may reach."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.db import models

from connectors import grant
from connectors.models import (
    Connector,
    ConnectorGroupPermission,
    ConnectorUserPermission,
    Recipient,
    RiskHook,
)
from portal import change
from portal.models import Membership
from portal.reviewable import AI, SERVICE, Reviewable, Source, Trace, add
from portal.roles import Role


def register() -> None:
    """Register them; called when the app is ready."""
    add(Source("connector_grant", "Connectors granted to a person", _of_people, _take_from_person))
    add(Source("connector_role", "Connectors granted to a role", _of_roles, _take_from_role))
    add(Source("risk_hook", "Webhook keys of risk feeds", _hooks, _switcher(RiskHook)))
    add(Source("recipient", "Where notices go", _recipients, _switcher(Recipient)))
    add(Source("ai_connector", "What the AI may reach", _reach, _switcher(Connector)))


def _names() -> dict[object, str]:
    return dict(Connector.objects.values_list("pk", "name"))


def _of_people() -> Iterator[Reviewable]:
    names = _names()
    members = {m.user_id: m for m in Membership.objects.filter(is_active=True).select_related("user")}
    for row in ConnectorUserPermission.objects.order_by("pk"):
        member = members.get(row.user_id)
        if member is not None:
            yield Reviewable(
                "connector_grant",
                f"{row.content_object_id}:{member.pk}",
                member.role,
                member.user.name,
                f"asks {names[row.content_object_id]}",
                row.user_id,
                given=Trace(("grant.given",), subject=str(row.content_object_id), data=(("person", str(row.user_id)),)),
                used=Trace(actor=str(row.user_id), connector=row.content_object_id),
            )


def _take_from_person(key: str, reason: str) -> None:
    connector, _, pk = key.partition(":")
    member = Membership.objects.get(pk=pk)
    ConnectorUserPermission.objects.get(content_object_id=uuid.UUID(connector), user_id=member.user_id)
    grant.take(Connector.objects.get(pk=connector), of=member)


def _of_roles() -> Iterator[Reviewable]:
    names = _names()
    for row in ConnectorGroupPermission.objects.select_related("group").order_by("pk"):
        role = Role(row.group.name)
        yield Reviewable(
            "connector_role",
            f"{row.content_object_id}:{role.value}",
            role.value,
            f"Every {role.label.lower()}",
            f"asks {names[row.content_object_id]}",
            given=Trace(("grant.given",), subject=str(row.content_object_id), data=(("role", role.value),)),
            used=Trace(("question.answered",), connector=row.content_object_id),
        )


def _take_from_role(key: str, reason: str) -> None:
    connector, _, role = key.partition(":")
    ConnectorGroupPermission.objects.get(content_object_id=uuid.UUID(connector), group__name=role)
    grant.take(Connector.objects.get(pk=connector), of=Role(role))


def _hooks() -> Iterator[Reviewable]:
    for hook in RiskHook.objects.filter(is_active=True).select_related("connector"):
        yield Reviewable(
            "risk_hook",
            str(hook.pk),
            SERVICE,
            f"Webhook of {hook.connector.name}",
            "sends signed risk events in",
            given=Trace(("risk_hook.created",), subject=str(hook.pk)),
            used=Trace(connector=hook.connector_id),
        )


def _recipients() -> Iterator[Reviewable]:
    for each in Recipient.objects.filter(is_active=True).order_by("name"):
        yield Reviewable(
            "recipient",
            str(each.pk),
            SERVICE,
            each.name,
            f"is told by {each.get_channel_display().lower()} ({each.email or each.host})",
            given=Trace(("recipient.created", "recipient.changed"), subject=str(each.pk)),
            used=Trace(("notice.sent",), data=(("recipient", str(each.pk)),)),
        )


def _reach() -> Iterator[Reviewable]:
    for each in Connector.objects.filter(is_active=True).order_by("name"):
        yield Reviewable(
            "ai_connector",
            str(each.pk),
            AI,
            "The AI",
            f"reaches {each.name} ({each.get_role_display().lower()}, {each.adapter})",
            given=Trace(("connector.created",), subject=str(each.pk)),
            used=Trace(connector=each.pk),
            is_privileged=each.is_production,
        )


def _switcher(model: type[models.Model]):  # type: ignore[no-untyped-def]
    """Return what switches a row of the model off, through the one way to change it."""

    def switch_off(key: str, reason: str) -> None:
        row = model._default_manager.get(pk=key, is_active=True)
        row.is_active = False  # type: ignore[attr-defined]
        change.apply(row, reason=reason, source="access review")

    return switch_off
