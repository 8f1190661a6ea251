"""Timed access: asked for with a reason, confirmed by a second person, ended by itself or by hand at once (I07).

*Break-glass* lets platform staff look into an organization. *Auditor* lets somebody from outside read the evidence.
Neither is ever made longer: whoever needs more time asks anew.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils import timezone

from portal import people, telling, tenancy, trail, work
from portal.ids import PLATFORM_ID
from portal.models import (
    AccessPolicy,
    BreakGlass,
    Membership,
    TimedAccess,
    TimedKind,
    TimedState,
    User,
    access_policy,
)
from portal.models.access import LONGEST_AUDIT_DAYS, LONGEST_BREAK_GLASS_H
from portal.refusal import Refused
from portal.roles import Capability, is_platform_staff, require

TOPIC = "access.timed"
ASKING_LASTS = timedelta(hours=24)
"""A request nobody answered in so long is over."""


def ask(*, organization: str, reason: str, hours: int) -> TimedAccess:
    """Ask to look into the organization of this slug, as platform staff; return the request, which opens nothing yet.

    Raises `Refused` for anybody else and where the organization switched break-glass off, `ValidationError` naming
    the field. Told to the organization, and recorded in both trails.
    """
    me = _platform_person()
    reason = _reason(reason)
    if not 1 <= hours <= LONGEST_BREAK_GLASS_H:
        raise ValidationError({"hours": f"hours: `{hours}` is not between 1 and {LONGEST_BREAK_GLASS_H}"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_find_organization(%s)", [organization[:60]])
        found = cursor.fetchone()[0]
    if found is None or found == PLATFORM_ID:
        raise ValidationError({"organization": f"organization: there is none called `{organization[:60]}`"})
    user = _account(me)
    with transaction.atomic(), tenancy.scope(found, actor=tenancy.context().actor, user_id=me):
        policy = access_policy()
        if policy.break_glass == BreakGlass.OFF:
            raise Refused("The organization has switched break-glass off; ask its admins to look for you.")
        if hours > policy.break_glass_hours:
            said = f"hours: `{hours}` is more than the {policy.break_glass_hours} the organization allows"
            raise ValidationError({"hours": said})
        if TimedAccess.objects.filter(person_id=me, state__in=(TimedState.ASKED, TimedState.ACTIVE)).exists():
            raise ValidationError({"organization": "organization: you have a request or a grant there already"})
        asked = TimedAccess(kind=TimedKind.BREAK_GLASS, reason=reason, minutes=hours * 60, **_named(user))
        work.make_ready(asked, after=ASKING_LASTS)
        asked.save(force_insert=True)
        _record("timed_access.asked", asked)
        _tell(asked, f"{asked.person_name} of the platform asks to look into your organization for {hours} h")
    return asked


def confirm(access_id: uuid.UUID) -> TimedAccess:
    """Confirm somebody else's request; from now on it opens the organization, for the time asked.

    An admin of the organization confirms; a second person of the platform's staff too where the policy says so.
    Raises `Refused` for one's own request and without the right, `ValidationError` where it does not wait any more.
    """
    me, organization_id, is_platform = _second_person(access_id)
    with transaction.atomic(), tenancy.scope(organization_id, actor=tenancy.context().actor, user_id=me):
        asked = _held(access_id)
        policy = access_policy()
        if asked.person_id == me:
            raise Refused("Nobody confirms their own access; somebody else does.", subject=_subject(asked))
        if policy.break_glass == BreakGlass.OFF:
            raise Refused("The organization has switched break-glass off since.", subject=_subject(asked))
        if is_platform and policy.break_glass != BreakGlass.PLATFORM:
            raise Refused(
                "An admin of the organization confirms it; its policy lets nobody of the platform do so.",
                subject=_subject(asked),
            )
        is_waiting = asked.state == TimedState.ASKED and asked.created_at + ASKING_LASTS > timezone.now()
        if asked.kind != TimedKind.BREAK_GLASS or not is_waiting:
            raise ValidationError({"access": "access: this request does not wait any more; it has to be asked anew"})
        minutes = min(asked.minutes, policy.break_glass_hours * 60)
        _begin(asked, me, timezone.now() + timedelta(minutes=minutes))
        _record("timed_access.confirmed", asked)
        _tell(asked, f"{asked.person_name} of the platform may look into your organization until {_until(asked)}")
    return asked


def grant_auditor(*, email: str, name: str, until: datetime, reason: str, password: str = "") -> TimedAccess:
    """Let somebody from outside read the evidence of the current organization until a moment.

    An account that exists is used as it is; a new one needs a first `password`. The second person of this access is
    the admin who gives it. Raises `ValidationError` naming the field, `Refused` without the right.
    """
    require(Capability.MANAGE_PEOPLE)
    reason, now = _reason(reason), timezone.now()
    validate_email(email)
    if not now < until <= now + timedelta(days=LONGEST_AUDIT_DAYS):
        raise ValidationError({"until": f"until: give a moment within the next {LONGEST_AUDIT_DAYS} days"})
    me = tenancy.current().user_id
    if me is None:
        raise Refused("Only a person can let an auditor in.")
    with transaction.atomic():
        user = people.account(email.strip().lower(), name.strip(), password)
        if Membership.objects.filter(user_id=user.pk).exists():
            raise ValidationError(
                {"email": f"email: `{email}` belongs to the organization; an auditor comes from outside"}
            )
        if TimedAccess.objects.in_force().filter(person_id=user.pk).exists():
            raise ValidationError({"email": f"email: `{email}` has access already; end it first"})
        minutes = int((until - now).total_seconds() // 60) + 1
        made = TimedAccess(kind=TimedKind.AUDITOR, reason=reason, minutes=minutes, **_named(user, name.strip()))
        _begin(made, me, until)
        _record("timed_access.confirmed", made)
        _tell(made, f"{made.person_name} may read the evidence of your organization until {_until(made)}")
    return made


def refuse(access_id: uuid.UUID) -> TimedAccess:
    """Refuse a request that waits, or take one's own back; recorded."""
    me, organization_id, _ = _second_person(access_id, is_mine_too=True)
    with transaction.atomic(), tenancy.scope(organization_id, actor=tenancy.context().actor, user_id=me):
        asked = _held(access_id)
        if asked.state != TimedState.ASKED:
            raise ValidationError({"access": "access: this request does not wait any more"})
        _over(asked, TimedState.REFUSED)
        _record("timed_access.refused", asked)
    return asked


def end(access_id: uuid.UUID) -> TimedAccess:
    """End an access at once, one's own or somebody's in one's organization; what it had open closes with it."""
    me, organization_id, _ = _second_person(access_id, is_mine_too=True)
    with transaction.atomic(), tenancy.scope(organization_id, actor=tenancy.context().actor, user_id=me):
        found = _held(access_id)
        if found.state != TimedState.ACTIVE:
            raise ValidationError({"access": "access: it has ended already"})
        _finish(found, "by hand")
    return found


def revoke(access_id: str, reason: str) -> None:
    """End an access by an access review, whoever decided that; raise `DoesNotExist` where it is not in force."""
    with transaction.atomic():
        _finish(TimedAccess.objects.select_for_update().in_force().get(pk=access_id), reason)


def work_on(access: TimedAccess) -> None:
    """End what has come to its time; the row itself opens nothing any more by then."""
    with transaction.atomic():
        work.hold(access)
        if access.state == TimedState.ACTIVE and not access.is_in_force:
            _finish(access, "its time was over")
        elif access.state == TimedState.ASKED:
            _over(access, TimedState.REFUSED)
            _record("timed_access.refused", access)
        elif access.state == TimedState.ACTIVE and access.ends_at is not None:
            work.finish(access, again_after=access.ends_at - timezone.now(), afresh=True)
            return
        work.finish(access)


def give_up(access: TimedAccess, error: str) -> None:
    """Leave the row: it opens nothing once its time is over, whether that was recorded or not."""
    with transaction.atomic():
        work.hold(access)
        work.finish(access)


def ended_by_policy(edit: Any) -> None:
    """End every break-glass at once where an officer switches it off."""
    policy: AccessPolicy = edit.instance
    if policy.break_glass != BreakGlass.OFF or edit.is_removed:
        return
    for found in TimedAccess.objects.select_for_update().filter(kind=TimedKind.BREAK_GLASS, state=TimedState.ACTIVE):
        _finish(found, "the organization switched break-glass off")
    for asked in TimedAccess.objects.select_for_update().filter(kind=TimedKind.BREAK_GLASS, state=TimedState.ASKED):
        _over(asked, TimedState.REFUSED)
        _record("timed_access.refused", asked)


def of_platform() -> list[dict[str, Any]]:
    """Return the newest requests and grants of the platform's staff, in whichever organization. One query."""
    if not is_platform_staff():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_break_glass_of_platform()")
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _platform_person() -> uuid.UUID:
    me = tenancy.context().user_id
    if me is None or not is_platform_staff():
        raise Refused("Only platform staff ask for break-glass, signed in to the platform's own organization.")
    return me


def _second_person(access_id: uuid.UUID, *, is_mine_too: bool = False) -> tuple[uuid.UUID, uuid.UUID, bool]:
    """Return (who I am, the organization of the access, whether I speak for the platform).

    Raises `DoesNotExist` for an access that is not mine to judge.
    """
    context = tenancy.current()
    if context.user_id is None or context.visit is not None:
        raise Refused("Only a person of the organization or of the platform decides about timed access.")
    if is_platform_staff():
        found = next((row for row in of_platform() if row["id"] == access_id), None)
        if found is None:
            raise TimedAccess.DoesNotExist
        return context.user_id, found["organization_id"], True
    if is_mine_too:
        mine = TimedAccess._base_manager.filter(pk=access_id, person_id=context.user_id).first()
        if mine is not None:
            return context.user_id, mine.tenant_id, False
    require(Capability.MANAGE_PEOPLE)
    return context.user_id, TimedAccess.objects.get(pk=access_id).tenant_id, False


def _held(access_id: uuid.UUID) -> TimedAccess:
    found: TimedAccess = TimedAccess.objects.select_for_update().get(pk=access_id)
    return found


def _begin(access: TimedAccess, confirmed_by: uuid.UUID, until: datetime) -> None:
    access.state, access.starts_at, access.ends_at = TimedState.ACTIVE, timezone.now(), until
    access.confirmed_by_id, access.confirmed_by_name = confirmed_by, tenancy.current().actor.name[:160]
    work.make_ready(access, after=until - timezone.now())
    access.save()


def _over(access: TimedAccess, state: TimedState) -> None:
    access.state, access.ended_at = state, timezone.now()
    access.ended_by_name = tenancy.current().actor.name[:160]
    access.save(update_fields=["state", "ended_at", "ended_by_name"])


def _finish(access: TimedAccess, cause: str) -> None:
    _over(access, TimedState.ENDED)
    _record("timed_access.ended", access, cause=cause)
    _tell(access, f"The access of {access.person_name} ended: {cause}")


def _reason(reason: str) -> str:
    if not 10 <= len(reason.strip()) <= 300 or "\x00" in reason:
        raise ValidationError({"reason": "reason: say in 10 to 300 characters what has to be looked at, and why"})
    return reason.strip()


def _account(user_id: uuid.UUID) -> User:
    with tenancy.as_user(user_id):
        found: User = User._base_manager.get(pk=user_id, is_active=True)
    return found


def _named(user: User, name: str = "") -> dict[str, Any]:
    return {"person_id": user.pk, "person_name": (user.name or name)[:120], "person_email": user.email}


def _until(access: TimedAccess) -> str:
    return f"{access.ends_at:%Y-%m-%d %H:%M} UTC"


def _subject(access: TimedAccess) -> tuple[str, str]:
    return "timed_access", str(access.pk)


def _record(kind: str, access: TimedAccess, **more: str) -> None:
    """Record in the organization's trail, and of platform staff in the platform's own as well."""
    data = {"kind": access.kind, "person": str(access.person_id), "minutes": access.minutes, **more}
    if access.ends_at:
        data["until"] = access.ends_at.isoformat()
    event = trail.Event(kind, trail.Subject(*_subject(access)), data=data, text={"reason": access.reason})
    trail.record(event)
    if access.kind == TimedKind.BREAK_GLASS:
        trail.record_for_platform(event)


def _tell(access: TimedAccess, subject: str) -> None:
    text = f"{subject}.\n\nWhy: {access.reason}\n\nIt reads and changes nothing; each page looked at is in the trail."
    telling.tell(TOPIC, subject=subject, text=text, key=f"{access.pk} {access.state}", link="/access/")
