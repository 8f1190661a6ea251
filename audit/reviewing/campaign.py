"""A review from its start to its result: the system lists who may what, reminds, acts when overdue, and closes.

`results(since, until)` is what an evidence pack holds of the reviews of a period.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.models import CampaignState, Decision, Effect, ReviewCampaign, ReviewItem, ReviewResult
from audit.reviewing import evidence
from portal import reviewable, telling, tenancy, trail, work
from portal.models import Membership, access_policy
from portal.roles import Capability, Role, require

TOPIC = "access.review"
GROUPS = (*(role.value for role in Role), reviewable.SERVICE, reviewable.AI, reviewable.OUTSIDE)
LONGEST = timedelta(days=180)


def start(
    *, name: str, due_at: datetime, reviewers: Mapping[str, uuid.UUID], deputy: uuid.UUID | None = None
) -> ReviewCampaign:
    """Start a review of the groups that have a reviewer; its roster is what stands now, with its evidence.

    What a reviewer holds themselves goes to the `deputy`, and stands without a reviewer where there is none.
    Raises `ValidationError` naming the field, `Refused` without the right.
    """
    require(Capability.MANAGE_PEOPLE)
    _judge(name, due_at, reviewers, deputy)
    with transaction.atomic():
        campaign = ReviewCampaign(
            name=name.strip(),
            groups=sorted(reviewers),
            reviewers={**{group: str(each) for group, each in reviewers.items()}, "deputy": str(deputy or "")},
            due_at=due_at,
            revokes_overdue=access_policy().overdue_revokes,
            started_by_name=tenancy.current().actor.name[:160],
        )
        work.make_ready(campaign, after=_next_wake(due_at))
        campaign.save(force_insert=True)
        number = _list(campaign, [each for each in reviewable.roster() if each.group in reviewers])
        _record("review.started", campaign, items=number, groups=campaign.groups, due=due_at.isoformat())
        _tell(campaign, "begun", f"An access review began: {campaign.name}. {number} to decide by {due_at:%Y-%m-%d}.")
    return campaign


def _judge(name: str, due_at: datetime, reviewers: Mapping[str, uuid.UUID], deputy: uuid.UUID | None) -> None:
    errors = {}
    if not name.strip() or len(name) > 120 or "\x00" in name:
        errors["name"] = "name: give it 1 to 120 characters"
    if not timezone.now() < due_at <= timezone.now() + LONGEST:
        errors["due_at"] = f"due_at: give a moment within the next {LONGEST.days} days"
    if not reviewers or set(reviewers) - set(GROUPS):
        errors["reviewers"] = f"reviewers: name who reviews at least one of {', '.join(GROUPS)}"
    admins = set(Membership.objects.filter(role=Role.ADMIN, is_active=True).values_list("user_id", flat=True))
    if {*reviewers.values(), *([deputy] if deputy else [])} - admins:
        errors["reviewers"] = "reviewers: only admins of the organization review access"
    if errors:
        raise ValidationError(errors)


def _list(campaign: ReviewCampaign, roster: list[reviewable.Reviewable]) -> int:
    """Write the items of a roster, in its order; return how many."""
    rows = [
        ReviewItem(
            campaign=campaign,
            kind=each.kind,
            key=each.key[:120],
            group=each.group,
            holder=each.holder[:160],
            holder_user_id=each.holder_id,
            access=each.access[:300],
            evidence=found,
            suggestion=suggested[:200],
            reviewer_id=_reviewer(campaign, each),
        )
        for each, found, suggested in evidence.of(roster)
    ]
    ReviewItem.objects.bulk_create(rows)
    return len(rows)


def _reviewer(campaign: ReviewCampaign, each: reviewable.Reviewable) -> uuid.UUID | None:
    """Return who reviews an access: of its group, never its holder."""
    for name in (campaign.reviewers.get(each.group), campaign.reviewers.get("deputy")):
        if name and uuid.UUID(name) != each.holder_id:
            return uuid.UUID(name)
    return None


def newcomers(campaign: ReviewCampaign) -> list[reviewable.Reviewable]:
    """Return the access that was given since the start, of the groups under review."""
    known = set(campaign.items.values_list("kind", "key"))
    return [e for e in reviewable.roster() if e.group in campaign.groups and (e.kind, e.key[:120]) not in known]


def gone(campaign: ReviewCampaign) -> list[ReviewItem]:
    """Return the items whose access is not there any more although the review did not take it."""
    standing = {(each.kind, each.key[:120]) for each in reviewable.roster()}
    items = campaign.items.exclude(effect__in=(Effect.DONE, Effect.GONE)).order_by("pk")
    return [item for item in items if (item.kind, item.key) not in standing]


def include(campaign_id: uuid.UUID) -> int:
    """Add the access that was given since the start to the review; return how many."""
    require(Capability.MANAGE_PEOPLE)
    with transaction.atomic():
        campaign = _open(campaign_id)
        number = _list(campaign, newcomers(campaign))
        if number:
            _record("review.extended", campaign, items=number)
    return number


def close(campaign_id: uuid.UUID) -> ReviewResult:
    """Close a review whose every item is decided, with a result that never changes.

    Raises `ValidationError` where something waits, `Refused` without the right.
    """
    require(Capability.MANAGE_PEOPLE)
    with transaction.atomic():
        campaign = _open(campaign_id)
        if waiting := campaign.items.filter(decision=Decision.WAITING).count():
            raise ValidationError({"campaign": f"campaign: {waiting} of its accesses wait; decide them first"})
        return _close(campaign)


def work_on(campaign: ReviewCampaign) -> None:
    """Remind while there is time; once it is overdue, revoke what nobody decided where that is wanted, and close."""
    from audit.reviewing import decide

    with transaction.atomic():
        work.hold(campaign)
        waiting = campaign.items.filter(decision=Decision.WAITING)
        if campaign.state == CampaignState.CLOSED:
            work.finish(campaign)
            return
        if timezone.now() < campaign.due_at:
            if number := waiting.count():
                text = (
                    f"{campaign.name}: {number} of its accesses wait; it is due {campaign.due_at:%Y-%m-%d %H:%M} UTC."
                )
                _tell(campaign, f"{timezone.now():%Y-%m-%d %H}", text)
            work.finish(campaign, again_after=_next_wake(campaign.due_at), afresh=True)
            return
        if campaign.revokes_overdue:
            for item in waiting.select_for_update().order_by("pk"):
                decide.revoke_overdue(item)
        _close(campaign)
        work.finish(campaign)


def give_up(campaign: ReviewCampaign, error: str) -> None:
    """Leave the review open: it says that it is overdue, and an officer closes it."""
    with transaction.atomic():
        work.hold(campaign)
        work.finish(campaign)


def results(since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the reviews that were closed in a period, the oldest first: content, digest, and whether they agree.

    Each content holds `v`, the campaign, `counts` by decision and effect, every item with its evidence, reviewer,
    decision and the event of its revocation, and what changed meanwhile. One query.
    """
    rows = ReviewResult.objects.filter(closed_at__gte=since, closed_at__lt=until).order_by("closed_at", "pk")
    return [{**row.content, "digest": row.digest, "is_intact": digest(row.content) == row.digest} for row in rows]


def digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a result's content: sorted keys, no spaces, UTF-8."""
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _close(campaign: ReviewCampaign) -> ReviewResult:
    items = list(campaign.items.select_related("reviewer", "decided_by").order_by("pk"))
    now = timezone.now()
    content = {
        "v": 1,
        "id": str(campaign.pk),
        "name": campaign.name,
        "groups": campaign.groups,
        "started_by": campaign.started_by_name,
        "started_at": campaign.created_at.isoformat(),
        "due_at": campaign.due_at.isoformat(),
        "closed_at": now.isoformat(),
        "counts": _counts(items),
        "items": [_written(item) for item in items],
        "given_meanwhile": [f"{each.holder}: {each.access}" for each in newcomers(campaign)],
        "gone_meanwhile": [str(item) for item in gone(campaign)],
    }
    result = ReviewResult(
        campaign_id=campaign.pk, name=campaign.name, closed_at=now, content=content, digest=digest(content)
    )
    result.save(force_insert=True)
    campaign.state, campaign.closed_at = CampaignState.CLOSED, now
    campaign.save(update_fields=["state", "closed_at"])
    _record("review.closed", campaign, counts=content["counts"], digest=result.digest)
    _tell(campaign, "closed", f"The access review {campaign.name} is closed: {_said(_counts(items))}.")
    return result


def _counts(items: list[ReviewItem]) -> dict[str, int]:
    counted = Counter(item.decision or "undecided" for item in items)
    counted.update(f"revoke_{item.effect}" for item in items if item.effect)
    counted.update("automatic" for item in items if item.is_automatic)
    return dict(sorted(counted.items()))


def _said(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in counts.items()) or "nothing was asked"


def _written(item: ReviewItem) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "holder": item.holder,
        "access": item.access,
        "group": item.group,
        "evidence": item.evidence,
        "suggestion": item.suggestion,
        "reviewer": str(item.reviewer or ""),
        "decision": item.decision or "undecided",
        "decided_by": "overdue" if item.is_automatic else str(item.decided_by or ""),
        "decided_at": item.decided_at.isoformat() if item.decided_at else "",
        "effect": item.effect,
        "effect_event": str(item.effect_event or ""),
        "effect_note": item.effect_note,
    }


def _next_wake(due_at: datetime) -> timedelta:
    """Return when to remind next: half of what is left, at least an hour, and at the due moment itself."""
    left = due_at - timezone.now()
    return min(max(left / 2, timedelta(hours=1)), max(left, timedelta(seconds=1)))


def _open(campaign_id: uuid.UUID) -> ReviewCampaign:
    campaign: ReviewCampaign = ReviewCampaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.state != CampaignState.OPEN:
        raise ValidationError({"campaign": "campaign: it is closed; its result does not change"})
    return campaign


def _record(kind: str, campaign: ReviewCampaign, **data: Any) -> None:
    trail.record(trail.Event(kind, trail.Subject("review", str(campaign.pk)), data={"name": campaign.name, **data}))


def _tell(campaign: ReviewCampaign, occasion: str, text: str) -> None:
    telling.tell(TOPIC, subject=text[:200], text=text, key=f"{campaign.pk} {occasion}", link=f"/reviews/{campaign.pk}/")
