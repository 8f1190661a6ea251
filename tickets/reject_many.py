"""Rejecting several approvals with one reason. Never approving several: a yes is to one thing that was shown."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist, ValidationError

from portal.refusal import Refused
from portal.roles import Capability, require
from portal.tasks import record_refusal
from tickets import approve, decision
from tickets.models import Category

MOST = 100


@dataclass(frozen=True, slots=True)
class Failure:
    """One that was not rejected, and why."""

    approval: uuid.UUID
    reason: str


def reject_many(approvals: Sequence[str], *, reason: str, category: str = Category.OTHER) -> tuple[int, list[Failure]]:
    """Reject each in a transaction of its own, with an event of its own; return how many, and those that failed.

    Raises `ValidationError` where the reason, the category or the list as a whole is wrong; nothing is done then.
    """
    require(Capability.WORK_APPROVALS)
    reason, category = decision.checked_reason(reason, category)
    wanted = _checked(approvals)
    failed: list[Failure] = []
    for approval in wanted:
        try:
            approve.reject(approval, reason=reason, category=category)
        except Refused as refusal:
            record_refusal(refusal, where="approvals/reject")
            failed.append(Failure(approval, refusal.message))
        except ObjectDoesNotExist:
            failed.append(Failure(approval, "there is no such approval here"))
        except ValidationError as error:
            failed.append(Failure(approval, "; ".join(error.messages)))
    return len(wanted) - len(failed), failed


def _checked(approvals: Sequence[str]) -> list[uuid.UUID]:
    if not approvals:
        raise ValidationError({"approvals": "approvals: none is selected; select those to reject"})
    if len(approvals) > MOST:
        raise ValidationError(
            {"approvals": f"approvals: {len(approvals)} are more than the {MOST} at once; select fewer"}
        )
    try:
        return list(dict.fromkeys(uuid.UUID(str(each)) for each in approvals))
    except ValueError:
        raise ValidationError({"approvals": "approvals: one of them is not an id; select them on the page"}) from None
