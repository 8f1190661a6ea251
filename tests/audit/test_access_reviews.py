"""Access reviews: the system lists, nobody reviews themselves, every revocation is shown to have happened."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from audit.models import CampaignState, Decision, Effect, Event, ReviewCampaign, ReviewItem, ReviewResult
from audit.reviewing import campaign as campaigns
from audit.reviewing import decide as deciding
from audit.reviewing import evidence
from connectors import grant
from connectors.models import ConnectorUserPermission, Recipient
from guardrails.models import TicketPolicy
from portal import change, people, reviewable, tenancy, tokens, work
from portal.models import AccessPolicy, Membership, OutboxMessage, RefreshToken
from portal.refusal import Refused
from portal.roles import Capability, Role
from tests.audit.governed import saved_connector
from tests.clients import browser
from tests.factories import Cast, Person, make_person
from tickets.models import Intake

pytestmark = pytest.mark.requirement("A09", part="access reviews")


@pytest.fixture
def bea(cast: Cast) -> Person:
    return make_person(cast.northlight, "Bea Okafor", "bea@northlight.example", Role.ADMIN)


@pytest.fixture
def access(cast: Cast, bea: Person) -> Cast:
    """Northlight with one of everything that can be reviewed."""
    with cast.ada.inside():
        lake = saved_connector()
        grant.give(lake, to=cast.mia.membership)
        grant.give(lake, to=Role.ANALYST)
        people.grant(cast.paul.membership, Capability.WORK_APPROVALS)
        change.apply(Intake(name="Shop", secret="a shared secret of enough length"))
        change.apply(
            Recipient(name="Officers", channel="email", email="o@northlight.example", topics=["access.review"])
        )
        TicketPolicy.objects.update(shadow_cancel=False)
    tokens.issue(cast.ana.user, cast.ana.membership)
    return cast


def begun(
    cast: Cast, bea: Person, *, groups: tuple[str, ...] = campaigns.GROUPS, deputy: bool = True
) -> ReviewCampaign:
    """Ada reviews every group; what she holds herself goes to Bea."""
    with cast.ada.inside():
        return campaigns.start(
            name="Fourth quarter",
            due_at=timezone.now() + timedelta(days=10),
            reviewers=dict.fromkeys(groups, cast.ada.user.pk),
            deputy=bea.user.pk if deputy else None,
        )


def one(campaign: ReviewCampaign, kind: str, **which: Any) -> ReviewItem:
    found: ReviewItem = campaign.items.filter(kind=kind, **which).order_by("pk").first()
    return found


def decided(cast: Cast, campaign: ReviewCampaign, kind: str, decision: str = "revoke", **which: Any) -> ReviewItem:
    with cast.ada.inside():
        return deciding.decide(one(campaign, kind, **which).pk, decision=decision)


def test_the_roster_holds_people_keys_and_the_ai_itself_and_who_gave_it(access: Cast, bea: Person) -> None:
    campaign = begun(access, bea)
    with access.ada.inside():
        kinds = set(campaign.items.values_list("kind", flat=True))
        assert kinds == set(reviewable.sources()) - {"timed_access", "risk_hook"}
        assert campaign.items.filter(kind="membership").count() == 5
        assert one(campaign, "ai_action").access == "executes cancel by itself within the gates"
        granted = one(campaign, "connector_grant")
        assert (granted.holder, granted.evidence["given_by"]) == ("Mia Chen", "Ada Lindqvist")
        assert Event.objects.get(pk=granted.evidence["given_event"]).type == "grant.given"
        assert one(campaign, "membership", holder="Ada Lindqvist").evidence["used_at"]
        assert not one(campaign, "membership", holder="Mia Chen").evidence["used_at"]


def test_nobody_reviews_themselves_by_verb_or_by_the_database(access: Cast, bea: Person) -> None:
    campaign = begun(access, bea)
    with access.ada.inside():
        mine = one(campaign, "membership", holder="Ada Lindqvist")
        assert mine.reviewer_id == bea.user.pk
        for act in (lambda: deciding.decide(mine.pk, decision="keep"), lambda: deciding.take_over(mine.pk)):
            with pytest.raises(Refused, match="Nobody reviews their own access"):
                act()
        rows = ReviewItem.objects.filter(pk=mine.pk)
        for values in ({"reviewer": access.ada.user.pk}, {"decided_by": access.ada.user.pk, "decision": "keep"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**values)
    with bea.inside(), pytest.raises(Refused, match="This is reviewed by Ada"):
        deciding.decide(one(campaign, "membership", holder="Mia Chen").pk, decision="keep")
    with access.paul.inside(), pytest.raises(Refused):
        deciding.decide(one(campaign, "membership", holder="Mia Chen").pk, decision="keep")


def test_without_a_deputy_an_own_access_has_no_reviewer_until_somebody_takes_it(access: Cast, bea: Person) -> None:
    campaign = begun(access, bea, deputy=False)
    with bea.inside():
        item = one(campaign, "membership", holder="Ada Lindqvist")
        assert item.reviewer is None
        deciding.take_over(item.pk)
        assert deciding.decide(item.pk, decision="keep").decided_by_id == bea.user.pk


REVOKED = {
    "membership": ("membership.changed", lambda cast: not Membership.objects.get(pk=cast.mia.membership.pk).is_active),
    "capability": (
        "grant.revoked",
        lambda cast: not people.is_granted(cast.paul.membership, Capability.WORK_APPROVALS),
    ),
    "api_token": ("token.revoked", lambda cast: not RefreshToken.objects.filter(revoked_at=None).exists()),
    "connector_grant": ("grant.revoked", lambda cast: not ConnectorUserPermission.objects.exists()),
    "connector_role": ("grant.revoked", lambda cast: True),
    "intake": ("intake.changed", lambda cast: not Intake.objects.get().is_active),
    "recipient": ("recipient.changed", lambda cast: not Recipient.objects.get().is_active),
    "ai_action": ("ticket_policy.changed", lambda cast: TicketPolicy.objects.get().shadow_cancel),
    "ai_connector": ("connector.changed", lambda cast: True),
}


def test_a_revocation_happens_at_once_and_names_the_event_by_which_it_did(access: Cast, bea: Person) -> None:
    campaign = begun(access, bea)
    for kind, (expected, holds) in REVOKED.items():
        item = decided(access, campaign, kind, **({"holder": "Mia Chen"} if kind == "membership" else {}))
        assert item.effect == Effect.DONE, item.effect_note
        with access.ada.inside():
            event = Event.objects.get(pk=item.effect_event)
            assert event.type == expected
            assert holds(access), kind
            told = Event.objects.filter(type="review.decided").first()
            assert told is not None
            assert told.data["event"] == str(event.pk)
            with pytest.raises(ValidationError, match="decided already"):
                deciding.decide(item.pk, decision="keep")


def test_a_revocation_that_fails_is_visible_and_what_is_gone_says_so(access: Cast, bea: Person) -> None:
    campaign = begun(access, bea)
    with access.ada.inside():
        people.revoke(access.paul.membership, Capability.WORK_APPROVALS)
        assert [item.kind for item in campaigns.gone(campaign)] == ["capability"]
        Membership.objects.filter(pk=bea.membership.pk).update(is_active=False)  # Ada is the last admin now
    assert decided(access, campaign, "capability").effect == Effect.GONE
    with bea.inside():
        item = deciding.decide(one(campaign, "membership", holder="Ada Lindqvist").pk, decision="revoke")
    assert (item.effect, item.effect_event) == (Effect.FAILED, None)
    assert "this is the last admin" in item.effect_note
    with access.ada.inside():
        assert Membership.objects.get(pk=access.ada.membership.pk).is_active


@pytest.mark.parametrize("revokes", [True, False])
def test_when_overdue_the_rest_is_revoked_where_that_is_wanted(access: Cast, bea: Person, revokes: bool) -> None:
    with access.ada.inside():
        policy = AccessPolicy.objects.get()
        policy.overdue_revokes = revokes
        change.apply(policy)
    campaign = begun(access, bea, groups=("member", "admin"))
    with access.ada.inside():
        ReviewCampaign.objects.filter(pk=campaign.pk).update(due_at=timezone.now(), run_after=timezone.now())
    with tenancy.scope(access.northlight.pk, actor=tenancy.SYSTEM):
        assert work.run("access_review", campaign.pk, None)
        campaign.refresh_from_db()
        assert campaign.state == CampaignState.CLOSED
        items = {each.holder: each for each in campaign.items.filter(kind="membership")}
        assert items["Mia Chen"].is_automatic is revokes
        assert Membership.objects.get(pk=access.mia.membership.pk).is_active is not revokes
        if revokes:
            assert {each.effect for each in items.values()} == {Effect.DONE, Effect.FAILED}  # the last admin stays
            assert Membership.objects.filter(role=Role.ADMIN, is_active=True).count() == 1


def test_recipients_are_told_at_the_start_while_it_waits_and_at_the_end(access: Cast, bea: Person) -> None:
    campaign = begun(access, bea, groups=("member",))
    with tenancy.scope(access.northlight.pk, actor=tenancy.SYSTEM):
        ReviewCampaign.objects.filter(pk=campaign.pk).update(run_after=timezone.now())
        assert work.run("access_review", campaign.pk, None)
        campaign.refresh_from_db()
        assert (campaign.state, campaign.job_state) == (CampaignState.OPEN, "ready")
    for kind in ("membership", "connector_grant"):
        decided(access, campaign, kind, decision="keep")
    with access.ada.inside():
        campaigns.close(campaign.pk)
        said = [each.subject.split(":")[0] for each in OutboxMessage.objects.order_by("id")]
        assert said == ["An access review began", "Fourth quarter", "The access review Fourth quarter is closed"]


def test_what_is_given_meanwhile_is_noticed_and_can_be_added(access: Cast, bea: Person) -> None:
    campaign = begun(access, bea, groups=("member",))
    make_person(access.northlight, "Noor Haddad", "noor@northlight.example", Role.MEMBER)
    with access.ada.inside():
        assert [each.holder for each in campaigns.newcomers(campaign)] == ["Noor Haddad"]
        assert campaigns.include(campaign.pk) == 1
        assert campaigns.newcomers(campaign) == []
        assert one(campaign, "membership", holder="Noor Haddad").reviewer_id == access.ada.user.pk


def test_the_result_never_changes_and_a_period_gives_it_back(access: Cast, bea: Person) -> None:
    campaign = begun(access, bea, groups=("member",))
    with access.ada.inside(), pytest.raises(ValidationError, match="wait; decide them first"):
        campaigns.close(campaign.pk)
    decided(access, campaign, "membership", decision="keep")
    revoked = decided(access, campaign, "connector_grant")
    with access.ada.inside():
        result = campaigns.close(campaign.pk)
        for change_it in (lambda: ReviewResult.objects.update(name="x"), lambda: ReviewResult.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change_it()
        now = timezone.now()
        (found,) = campaigns.results(now - timedelta(days=1), now + timedelta(days=1))
        assert found["is_intact"]
        assert found["counts"] == {"keep": 1, "revoke": 1, "revoke_done": 1}
        assert found["items"][1]["effect_event"] == str(revoked.effect_event)
        assert Event.objects.filter(type="review.closed", data__digest=result.digest).count() == 1
        assert campaigns.results(now + timedelta(days=1), now + timedelta(days=2)) == []
        with pytest.raises(ValidationError, match="closed"):
            campaigns.close(campaign.pk)


@pytest.mark.parametrize(
    ("privileged", "used_days", "given_days", "expected"),
    [
        (False, 10, 400, ""),
        (False, 91, 400, "not used for 91 days"),
        (False, None, 400, "never used"),
        (False, None, 5, ""),
        (True, 31, 400, "dormant admin: not seen for 31 days"),
        (True, 29, 400, ""),
        (True, None, None, "dormant admin: never seen"),
    ],
)
def test_what_is_unused_or_dormant_is_suggested(
    privileged: bool, used_days: int | None, given_days: int | None, expected: str
) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    each = reviewable.Reviewable(
        "membership", "1", "admin", "Ada", "Admin", uuid.uuid4(), used=reviewable.Trace(), is_privileged=privileged
    )
    found = {
        name: (now - timedelta(days=days)).isoformat()
        for name, days in (("used_at", used_days), ("given_at", given_days))
        if days is not None
    }
    assert evidence.suggestion(each, found, now) == expected


def test_wrong_campaigns_are_refused_at_the_field(access: Cast, bea: Person) -> None:
    good = {"name": "x", "due_at": timezone.now() + timedelta(days=1), "reviewers": {"member": access.ada.user.pk}}
    with access.ada.inside():
        for field, value in (
            ("name", " "), ("due_at", timezone.now()), ("reviewers", {}), ("reviewers", {"king": access.ada.user.pk}),
            ("reviewers", {"member": access.paul.user.pk}), ("deputy", access.mia.user.pk),
        ):  # fmt: skip
            with pytest.raises(ValidationError):
                campaigns.start(**good | {field: value})
    with access.paul.inside(), pytest.raises(Refused):
        campaigns.start(**good)


def test_the_page_decides_with_one_press_and_in_bulk(access: Cast, bea: Person) -> None:
    client = browser(access.ada)
    me = str(access.ada.user.pk)
    started = client.post(
        "/reviews/start/",
        {"name": "Q4", "due_at": (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"), "of_member": me,
         "of_ai": me},
    )  # fmt: skip
    path = started["Location"]
    page = client.get(path).content.decode()
    assert "Mia Chen" in page
    assert 'data-row-key="y"' in page
    with access.ada.inside():
        campaign = ReviewCampaign.objects.get()
        item = one(campaign, "connector_grant")
    row = client.post(f"/reviews/items/{item.pk}/", {"decision": "revoke"}, headers={"HX-Request": "true"})
    assert "It happened" in row.content.decode()
    rest = [str(each) for each in campaign_items(access, campaign)]
    assert client.post(f"{path}decide/", {"items": rest, "decision": "keep"}).status_code == 302
    assert client.post(f"{path}close/").status_code == 302
    assert "SHA-256" in client.get(path).content.decode()
    assert client.post(f"/reviews/items/{item.pk}/", {"decision": "keep"}).status_code == 400


def campaign_items(cast: Cast, campaign: ReviewCampaign) -> list[uuid.UUID]:
    with cast.ada.inside():
        return list(campaign.items.filter(decision=Decision.WAITING).values_list("pk", flat=True))
