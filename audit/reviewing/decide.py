"""Deciding on one access: kept, or revoked at once and shown to have happened; never by who holds it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.utils import timezone

from audit.models import CampaignState, Decision, Effect, ReviewItem
from portal import reviewable, tenancy, trail
from portal.refusal import Refused
from portal.roles import Capability, require


def decide(item_id: uuid.UUID, *, decision: str) -> ReviewItem:
    """Keep or revoke an access as its reviewer. A revocation that fails stays visible as that, and can be tried again.

    Raises `Refused` for one's own access and for somebody else's item, `ValidationError` where it is decided already.
    """
    require(Capability.MANAGE_PEOPLE)
    me = tenancy.current().user_id
    if decision not in (Decision.KEEP, Decision.REVOKE):
        raise ValidationError({"decision": f"decision: `{decision[:20]}` is none; use keep or revoke"})
    with transaction.atomic():
        item = _waiting(item_id)
        if me is None or item.holder_user_id == me:
            raise Refused("Nobody reviews their own access.", subject=("review_item", str(item.pk)))
        if item.reviewer_id != me:
            whom = str(item.reviewer) if item.reviewer else "nobody yet; take it over"
            raise Refused(f"This is reviewed by {whom}.", subject=("review_item", str(item.pk)))
        item.decision, item.decided_by_id, item.decided_at = decision, me, timezone.now()
        if decision == Decision.REVOKE:
            _carry_out(item, f"access review: {item.campaign.name}")
        item.save()
        _record(item)
    return item


def decide_many(item_ids: Iterable[uuid.UUID], *, decision: str) -> tuple[int, list[str]]:
    """Decide on several, each by itself; return how many were, and why the others were not."""
    done, problems = 0, []
    for item_id in item_ids:
        try:
            decide(item_id, decision=decision)
            done += 1
        except Refused as refusal:
            problems.append(refusal.message)
        except ValidationError as error:
            problems += error.messages
    return done, problems


def take_over(item_id: uuid.UUID) -> ReviewItem:
    """Make oneself the reviewer of an access one does not hold; recorded."""
    require(Capability.MANAGE_PEOPLE)
    me = tenancy.current().user_id
    with transaction.atomic():
        item = _waiting(item_id)
        if me is None or item.holder_user_id == me:
            raise Refused("Nobody reviews their own access.", subject=("review_item", str(item.pk)))
        item.reviewer_id = me
        item.save(update_fields=["reviewer"])
        trail.record(
            trail.Event(
                "review.reassigned",
                trail.Subject("review", str(item.campaign_id)),
                data={"item": str(item.pk), "kind": item.kind},
            )
        )
    return item


def revoke_overdue(item: ReviewItem) -> None:
    """Revoke what nobody decided in time, in the caller's transaction."""
    item.decision, item.is_automatic, item.decided_at = Decision.REVOKE, True, timezone.now()
    _carry_out(item, f"access review overdue: {item.campaign.name}")
    item.save()
    _record(item)


def _carry_out(item: ReviewItem, reason: str) -> None:
    """Take the access away; keep the event by which it happened, or why it did not."""
    try:
        with transaction.atomic(), trail.collecting() as events:
            reviewable.revoke(item.kind, item.key, reason=reason[:200])
    except ObjectDoesNotExist:
        item.effect, item.effect_note = Effect.GONE, "it was gone already"
        return
    except Refused as refusal:
        item.effect, item.effect_note = Effect.FAILED, refusal.message[:300]
        return
    except ValidationError as error:
        item.effect, item.effect_note = Effect.FAILED, "; ".join(error.messages)[:300]
        return
    item.effect, item.effect_note = (Effect.DONE, "") if events else (Effect.FAILED, "nothing says that it happened")
    item.effect_event = events[0] if events else None


def _waiting(item_id: uuid.UUID) -> ReviewItem:
    item: ReviewItem = (
        ReviewItem.objects.select_for_update(of=("self",)).select_related("campaign", "reviewer").get(pk=item_id)
    )
    is_open = item.decision == Decision.WAITING or item.effect == Effect.FAILED
    if item.campaign.state != CampaignState.OPEN or not is_open:
        raise ValidationError({"item": f"item: {item.holder} is decided already"})
    return item


def _record(item: ReviewItem) -> None:
    data = {
        "item": str(item.pk),
        "kind": item.kind,
        "key": item.key,
        "decision": item.decision,
        "effect": item.effect,
        "event": str(item.effect_event or ""),
        "note": item.effect_note,
        "automatic": item.is_automatic,
    }
    trail.record(trail.Event("review.decided", trail.Subject("review", str(item.campaign_id)), data=data))
