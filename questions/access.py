"""Whose question it is and whether they may still use the connector; asked anew by every worker and every view."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from connectors.models import Connector
from portal import memberships, tenancy
from portal.compiled import Compiled, Read
from portal.memberships import context_for
from portal.models import Membership
from questions.journey import NoLongerAllowed
from questions.models import Question


def reads(question: Question) -> tuple[Read, ...]:
    """Return what `as_asker` reads, to be read ahead."""
    who = question.asked_by_id
    return (Read(_MEMBERSHIP, (who,)), *memberships.reads(tenancy.organization_id(), who))


def as_asker(question: Question) -> AbstractContextManager[bool]:
    """Act as the person who asked, with the role they have now; yields False when they left the organization."""
    return as_person(question.asked_by_id)


_MEMBERSHIP = Compiled(
    lambda user_id: Membership.objects.filter(user_id=user_id, is_active=True).select_related("user").order_by("id")[:1]
)
_USABLE_SOURCE = Compiled(
    lambda pk: Connector.objects.usable_by_me().sources().filter(pk=pk).select_related("organization")
)


@contextmanager
def as_person(user_id: uuid.UUID) -> Iterator[bool]:
    """Act as somebody, with the role they have now; yields False when they left the organization. One query."""
    found = _MEMBERSHIP.first(user_id)
    if found is None:
        yield False
        return
    with tenancy.enter(context_for(found.user, found)):
        yield True


def usable_sources() -> list[Connector]:
    """Return the data sources the current person may ask now, by name. One query."""
    rows = Connector.objects.usable_by_me().sources().select_related("organization").order_by("name")
    return list(rows)


def require_connector(question: Question) -> Connector:
    """Return the question's connector as it is now; raise `NoLongerAllowed` when the person may not use it."""
    found = _USABLE_SOURCE.first(question.connector_id)
    if found is None:
        raise NoLongerAllowed(
            "You hold no grant on this connector any more, or it is deactivated. An admin can grant it to you."
        )
    question.connector = found
    return found


def may_see_rows(question: Question) -> bool:
    """Whether the current person may see the rows of this answer: it is theirs, and so is a grant. One query."""
    if not question.is_mine or question.connector_id is None:
        return False
    return Connector.objects.usable_by_me().filter(pk=question.connector_id).exists()
