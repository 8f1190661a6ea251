"""Remembers which action an organization executed through which connector: the first one asks a person (T11).

It asks again when what it was executed under changes: the policy, the connector or the model. A fingerprint is the
three digests in that order, `p….c….m…`; an execution recorded without one counts under none.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from connectors.models import Connector, ConnectorRole, Credential, FirstExecution
from portal import tenancy, trail


def has_executed(action: str, connector: Connector | uuid.UUID, *, fingerprint: str | None = None) -> bool:
    """Return whether the organization has executed `action` through the connector before.

    With a `fingerprint`: under a policy of that fingerprint. One query.
    """
    rows = FirstExecution.objects.filter(action=action, connector_id=_id(connector))
    return (rows if fingerprint is None else rows.filter(fingerprint=fingerprint)).exists()


PARTS = {"p": "policy", "c": "connector", "m": "model"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an action was executed as things stand now; if only otherwise, what has changed since."""

    executed_before: bool
    rearmed_by: tuple[str, ...] = ()


def fingerprint_of(policy: str, store: Connector) -> str:
    """Return what an action would be executed under now, given the digest of its policy. Three queries.

    The connector's digest changes with its adapter, settings and credential as an officer gives them; the model's
    with the provider, its settings, or its coming and going. A token that refreshes itself changes nothing.
    """
    key = Credential.objects.filter(connector=store).values_list("destination", "rotated_at").first()
    connector = [store.adapter, store.settings, *(map(str, key) if key else ())]
    return f"p{policy}.c{_digest(connector)}.m{_digest(_model())}"


def standing(action: str, connector: Connector, fingerprint: str) -> Standing:
    """Return whether the action was executed through the connector under this fingerprint. One query."""
    rows = FirstExecution.objects.filter(action=action, connector=connector).order_by("-id")
    found = list(rows.values_list("fingerprint", flat=True))
    if fingerprint in found:
        return Standing(executed_before=True)
    if not found:
        return Standing(executed_before=False)
    last, now = ({part[:1]: part for part in text.split(".")} for text in (found[0], fingerprint))
    return Standing(False, tuple(name for key, name in PARTS.items() if last.get(key) != now.get(key)))


def _model() -> list[Any]:
    """Return what says which model answers, as `connectors.open.model` chooses it; no secret."""
    own = Connector.objects.active().with_role(ConnectorRole.PROVIDER).first()
    if own is not None:
        return [str(own.pk), own.adapter, own.settings]
    return ["operator", settings.ANTHROPIC_BASE_URL or ""] if settings.ANTHROPIC_API_KEY else ["local"]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def record_first(action: str, connector: Connector | uuid.UUID, *, fingerprint: str = "") -> bool:
    """Remember an execution in the caller's transaction; return whether it was the first. Safe when two race."""
    row = FirstExecution(action=action, connector_id=_id(connector), fingerprint=fingerprint)
    with transaction.atomic():
        FirstExecution.objects.bulk_create([row], ignore_conflicts=True)
        is_first = FirstExecution.objects.filter(pk=row.pk, organization_id=tenancy.organization_id()).exists()
        if is_first:
            trail.record(
                trail.Event(
                    "action.first_executed",
                    trail.Subject("connector", str(_id(connector))),
                    connector_id=_id(connector),
                    data={"action": action, "fingerprint": fingerprint},
                )
            )
    return is_first


def _id(connector: Connector | uuid.UUID) -> uuid.UUID:
    return connector.pk if isinstance(connector, Connector) else connector
