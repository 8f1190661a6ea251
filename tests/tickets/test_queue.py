"""The approval queue as a support lead uses it: filters, saved views, bulk no, assignment, numbers, what changed."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.models import Event
from guardrails.models import QueuePolicy, TicketPolicy
from portal import change, people, tenancy, work
from portal.refusal import Refused
from portal.roles import Capability
from tests.clients import browser
from tests.factories import Person
from tests.tickets.texts import MEDIUM
from tests.tickets_shop import Shop
from tickets import approve, assign, lessons, plant, queue, reject_many, saved_views, stamps
from tickets.models import Action, Approval, ApprovalFlag, GateReceipt, PlantedTest, SavedView, Ticket, Trap


@pytest.fixture
def asked(shop: Shop) -> Approval:
    return Approval.objects.get(ticket=shop.run(shop.ticket(MEDIUM)))


@pytest.fixture
def paul(shop: Shop) -> Person:
    people.grant(shop.cast.paul.membership, Capability.WORK_APPROVALS)
    return shop.cast.paul


@pytest.fixture
def ada(shop: Shop) -> Client:
    return browser(shop.cast.ada)


def copies(approval: Approval, amounts: list[int]) -> list[Approval]:
    """Return waiting approvals beside this one, each of a ticket and an action of its own."""
    made = []
    for minor in amounts:
        ticket = Ticket.objects.get(pk=approval.ticket_id)
        ticket.pk, ticket.external_ref = uuid.uuid4(), str(uuid.uuid4())
        ticket.save(force_insert=True)
        action = Action.objects.get(pk=approval.action_id)
        action.pk, action.idempotency_key, action.ticket, action.amount_minor = (
            uuid.uuid4(),
            uuid.uuid4(),
            ticket,
            minor,
        )
        action.save(force_insert=True)
        row = Approval.objects.get(pk=approval.pk)
        row.pk, row.ticket, row.action, row.amount_minor = uuid.uuid4(), ticket, action, minor
        row.expires_at += timedelta(minutes=minor)
        row.question = f"Refund no. {minor}?"
        row.save(force_insert=True)
        made.append(row)
    return made


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


@pytest.mark.requirement("T16", part="filters, sorting and keyset pages")
def test_the_queue_is_narrowed_sorted_and_paged(shop: Shop, asked: Approval, ada: Client, monkeypatch) -> None:
    copies(asked, [300, 100, 200])
    monkeypatch.setattr(queue, "PAGE", 3)
    first = ada.get("/approvals/?sort=amount")
    assert [row["approval"].amount_minor for row in first.context["rows"]] == [14_200, 300, 200]
    second = ada.get(first.context["page"].older_url)
    assert [row["approval"].amount_minor for row in second.context["rows"]] == [100]
    back = ada.get(second.context["page"].newer_url)
    assert [row["approval"].amount_minor for row in back.context["rows"]] == [14_200, 300, 200]
    soon = ada.get("/approvals/?sort=expiry")
    assert [row["approval"].amount_minor for row in soon.context["rows"]] == [14_200, 100, 200]
    assert len(ada.get("/approvals/?sort=amount&after=nonsense").context["rows"]) == 3
    for query, count in (
        ("gate=money", 4), ("gate=abuse", 0), ("gate=nobody", 0), ("state=second", 0), ("state=first", 4),
        ("state=overdue", 0), ("state=choose", 0), ("second=on", 0), ("least=2.50&most=3", 1), ("currency=USD", 4),
        ("claim=assigned", 0), ("claim=others", 0), ("q=dana@example.com", 4), ("q=%231042", 4), ("age=1", 0),
    ):  # fmt: skip
        assert ada.get(f"/approvals/?{query}").context["page"].total == count, query
    Approval.objects.filter(pk=asked.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    late = ada.get("/approvals/?state=overdue")
    assert late.context["page"].total == 1
    assert "Overdue</span>" in text(late)
    assert late.context["numbers"].overdue == 1


def test_an_index_serves_the_queue_in_each_order(shop: Shop, asked: Approval) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        for order, index in (
            ("id", "queue_by_age"),
            ("currency, amount_minor DESC, id", "queue_by_amount"),
            ("expires_at, id", "queue_by_expiry"),
        ):
            cursor.execute(
                "EXPLAIN SELECT id FROM tickets_approval WHERE organization_id = %s"
                f" AND state IN ('waiting', 'awaiting_second') ORDER BY {order} LIMIT 26",
                [asked.organization_id],
            )
            assert any(index in row[0] for row in cursor.fetchall()), order


@pytest.mark.requirement("T16", part="saved views")
def test_a_view_is_its_owners_until_it_is_shared(shop: Shop, asked: Approval, ada: Client, paul: Person) -> None:
    answer = ada.post("/approvals/views/", {"name": "Big ones", "query": "least=100&evil=1&newer=x"})
    view = SavedView.objects.get()
    assert answer["Location"] == f"/approvals/views/{view.pk}/"
    assert view.query == "least=100"
    page = ada.get(answer["Location"], follow=True)
    assert page.context["page"].total == 1
    assert "Big ones" in text(page)
    theirs = browser(paul)
    assert theirs.get(f"/approvals/views/{view.pk}/").status_code == 404
    ada.post("/approvals/views/", {"name": "Big ones", "query": "least=100", "is_shared": "on"})
    assert SavedView.objects.count() == 1
    assert "by Ada" in text(theirs.get("/approvals/"))
    assert theirs.get(f"/approvals/views/{view.pk}/").status_code == 302
    assert theirs.post(f"/approvals/views/{view.pk}/remove/").status_code == 404
    assert ada.post("/approvals/views/", {"name": " ", "query": ""}).status_code == 400
    assert ada.post(f"/approvals/views/{view.pk}/remove/").status_code == 302
    assert not SavedView.objects.exists()
    assert Event.objects.filter(type__in=("view.saved", "view.removed")).count() == 3
    with pytest.raises(ValidationError, match="name"):
        saved_views.save(name="", query="")


@pytest.mark.requirement("T16", part="bulk reject")
def test_several_are_rejected_each_by_itself(shop: Shop, asked: Approval, ada: Client, paul: Person) -> None:
    rows = copies(asked, [100, 200])
    with paul.inside():
        approve.claim(rows[1].pk)
    ids = [str(row.pk) for row in (*rows, asked)]
    answer = ada.post("/approvals/reject/", {"approvals": ids, "reason": "a duplicate", "category": "not_eligible"})
    assert answer.status_code == 409
    assert "1 not rejected" in text(answer)
    assert "Somebody else has claimed" in text(answer)
    assert set(Approval.objects.filter(state="rejected").values_list("category", flat=True)) == {"not_eligible"}
    assert Event.objects.filter(type="approval.rejected").count() == 2
    for bad in ({"approvals": [], "reason": "x"}, {"approvals": ids, "reason": " "},
                {"approvals": ["no-id"], "reason": "x"}):  # fmt: skip
        assert ada.post("/approvals/reject/", bad).status_code == 400
    with pytest.raises(ValidationError, match="more than the 100"):
        reject_many.reject_many([str(uuid.uuid4())] * 101, reason="x")
    assert [row[:2] for row in queue.numbers().rejections] == [("not_eligible", "Not eligible")]


@pytest.mark.requirement("T16", part="assignment")
def test_an_approval_is_assigned_to_somebody_who_works_the_queue(shop: Shop, asked: Approval, paul: Person) -> None:
    assert {row.user_id for row in assign.colleagues()} == {shop.cast.ada.user.pk, paul.user.pk}
    assign.assign(asked.pk, to=str(paul.user.pk))
    with paul.inside():
        assert queue.filtered(Approval.objects.waiting(), _form("claim=assigned")).count() == 1
    for nobody in (str(shop.cast.mia.user.pk), "x"):
        with pytest.raises(ValidationError, match="does not work the approval queue"):
            assign.assign(asked.pk, to=nobody)
    assert assign.assign(asked.pk, to="").assigned_to_id is None
    assert Event.objects.filter(type="approval.assigned").count() == 2


def _form(query: str) -> queue.ApprovalFilters:
    from django.http import QueryDict

    return queue.ApprovalFilters(QueryDict(query), currency="USD")


@pytest.mark.requirement("T16", part="a rejection teaches")
def test_a_no_is_told_to_the_next_proposal_of_its_kind(shop: Shop, asked: Approval) -> None:
    approve.reject(asked.pk, reason="The photos show wear. " * 40, category="not_eligible")
    [lesson] = lessons.of("refund")
    assert (lesson.action, lesson.category) == ("refund", "Not eligible")
    assert len(lesson.reason) <= lessons.CHARACTERS
    assert lessons.of("cancel") == ()
    with shop.cast.cleo.inside():
        assert lessons.of("refund") == ()
    with pytest.raises(ValidationError, match="category"):
        approve.reject(asked.pk, reason="x", category="bad mood")


@pytest.mark.requirement("T16", part="what changed since is shown field by field")
def test_a_page_left_open_is_told_what_changed(shop: Shop, asked: Approval, ada: Client) -> None:
    old = asked.contract_digest
    approve.lower(asked.pk, amount="60.00", digest=old)
    answer = ada.post(f"/approvals/{asked.pk}/approve/", {"digest": old})
    assert answer.status_code == 409
    page = text(answer)
    assert "What changed since you opened it" in page
    assert "142.00 USD</td>" in page
    assert "60.00 USD</td>" in page
    with pytest.raises(approve.Stale) as stale:
        approve.approve(asked.pk, digest=old)
    told = {change["field"]: (change["before"], change["after"]) for change in stale.value.changes}
    assert told["amount"] == ("142.00 USD", "60.00 USD")
    assert told["call.amount"] == ("142.00 USD", "60.00 USD")
    assert "142.00" in told["reply"][0]
    assert "60.00" in told["reply"][1]
    assert shop.refunds("1042") == []


def test_the_numbers_count_what_was_decided(shop: Shop, asked: Approval) -> None:
    before = queue.numbers()
    assert (before.waiting, before.overdue, before.decided, before.median) == (1, 0, 0, None)
    assert before.oldest == asked.created_at
    approve.reject(asked.pk, reason="no")
    Approval.objects.update(decided_at=asked.created_at + timedelta(minutes=90))
    after = queue.numbers()
    assert (after.waiting, after.decided, after.median_words) == (0, 1, "1 h 30 min")


@pytest.mark.requirement("T16", part="an approval that waits too long is told once")
def test_one_that_waits_too_long_is_told_once(shop: Shop, asked: Approval) -> None:
    assert asked.due_at is not None
    assert asked.due_at - asked.created_at < timedelta(hours=4, minutes=1)
    shop.run(asked.ticket)
    assert not Event.objects.filter(type="approval.escalated").exists()
    Approval.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    shop.run(asked.ticket, rounds=2)
    assert Event.objects.filter(type="approval.escalated").count() == 1
    assert Ticket.objects.get(pk=asked.ticket_id).state == "waiting"


@pytest.mark.requirement("T16", part="rubber stamps are pointed out")
def test_a_yes_faster_than_it_can_be_read_is_flagged(shop: Shop, asked: Approval, ada: Client) -> None:
    mark = ada.get(f"/approvals/{asked.pk}/").context["seen"]
    ada.post(f"/approvals/{asked.pk}/approve/", {"digest": asked.contract_digest, "seen": mark})
    flag = ApprovalFlag.objects.get(kind="hurried")
    assert flag.person_id == shop.cast.ada.user.pk
    assert flag.evidence["since"] == "the page was opened"
    assert flag.evidence["took_s"] < flag.evidence["needed_s"]
    assert Event.objects.filter(type="approval.flagged", data__flag="hurried").count() == 1
    page = text(ada.get("/approvals/watch/"))
    assert asked.question in page
    assert "Faster than it can be read" in page


def test_a_yes_that_took_its_time_is_not_flagged(shop: Shop, asked: Approval) -> None:
    rules = QueuePolicy.objects.get()
    rules.day_starts_h, rules.day_ends_h = 0, 24
    change.apply(rules)
    approve.approve(asked.pk, digest=asked.contract_digest, seen_at=timezone.now() - timedelta(minutes=2))
    assert not ApprovalFlag.objects.exists()


def test_a_mark_of_somebody_else_says_nothing(shop: Shop, asked: Approval, paul: Person) -> None:
    mark = stamps.seen_mark(asked)
    assert stamps.seen_at(asked.pk, mark) is not None
    assert stamps.seen_at(uuid.uuid4(), mark) is None
    assert stamps.seen_at(asked.pk, mark + "x") is None
    with paul.inside():
        assert stamps.seen_at(asked.pk, mark) is None


def test_a_streak_and_the_hour_are_flagged(shop: Shop, asked: Approval) -> None:
    rules = QueuePolicy.objects.get()
    now = timezone.now()
    rules.streak, rules.day_starts_h, rules.day_ends_h = 5, (now.hour + 2) % 22, (now.hour + 2) % 22 + 1
    change.apply(rules)
    for row in [*copies(asked, [1, 2, 3, 4]), asked]:
        approve.approve(row.pk, digest=row.contract_digest, seen_at=now - timedelta(minutes=5))
    flags = list(ApprovalFlag.objects.order_by("id").values_list("kind", flat=True))
    assert flags.count("streak") == 1
    assert flags.count("out_of_hours") == 5
    assert ApprovalFlag.objects.get(kind="streak").evidence["approvals"] == 5


def test_working_hours_are_the_organizations_own() -> None:
    rules = QueuePolicy(day_starts_h=9, day_ends_h=17, works_weekends=False)
    monday = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
    assert rules.is_working_hour(monday, ZoneInfo("Europe/Berlin"))
    assert not rules.is_working_hour(monday, ZoneInfo("Asia/Tokyo"))
    assert not rules.is_working_hour(monday - timedelta(days=1), ZoneInfo("Europe/Berlin"))
    with pytest.raises(ValidationError, match="not after the beginning"):
        QueuePolicy(day_starts_h=9, day_ends_h=9).clean()


@pytest.mark.requirement("T16", part="planted tests")
@pytest.mark.parametrize("trap", list(Trap))
def test_a_planted_test_looks_like_any_other_until_it_is_decided(shop: Shop, ada: Client, trap: Trap) -> None:
    plant.plant(trap)
    approval = Approval.objects.get()
    page = text(ada.get(f"/approvals/{approval.pk}/"))
    assert page.count('class="verdict ') >= 12
    assert "test" not in page.lower().replace("latest", "")
    assert approval.question in text(ada.get("/approvals/"))
    assert "Run 1" in text(ada.get(f"/tickets/{approval.ticket_id}/"))
    shop.run(approval.ticket)
    answer = ada.post(f"/approvals/{approval.pk}/approve/", {"digest": approval.contract_digest}, follow=True)
    assert "planted test" in text(answer)
    assert PlantedTest.objects.get().result == "missed"
    assert ApprovalFlag.objects.filter(kind="missed_test").count() == 1
    assert (Approval.objects.count(), Ticket.objects.count(), Action.objects.count()) == (0, 0, 0)
    assert (GateReceipt.objects.count(), queue.numbers().decided, shop.helpdesk.outbox()) == (0, 0, ())
    assert all(shop.refunds(number) == [] for number in ("1042", "1043", "1044"))


def test_a_planted_test_that_is_rejected_was_caught(shop: Shop, paul: Person) -> None:
    plant.plant("amount")
    approval = Approval.objects.get()
    with paul.inside():
        approve.reject(approval.pk, reason="they ask for less", category="wrong_amount")
        with pytest.raises(Refused):
            plant.plant("amount")
    planted = PlantedTest.objects.get()
    assert (planted.result, planted.decided_by_id) == ("caught", paul.user.pk)
    assert (queue.numbers().rejections, lessons.of("refund")) == ((), ())
    assert not Event.objects.filter(type="approval.rejected").exists()
    assert Event.objects.filter(type="test.decided", verdict="caught").count() == 1


def test_a_planted_test_nobody_decides_expires(shop: Shop) -> None:
    plant.plant("refunded")
    approval = Approval.objects.get()
    Approval.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    Ticket.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    with tenancy.acting_as(tenancy.AI):
        work.run("ticket", approval.ticket_id, None)
    assert PlantedTest.objects.get().result == "expired"
    assert not Ticket.objects.exists()


def test_a_test_nobody_would_be_asked_about_is_not_planted(shop: Shop) -> None:
    TicketPolicy.objects.update(shadow_refund=True)
    with pytest.raises(ValidationError, match="trap"):
        plant.plant("amount")
    with pytest.raises(ValidationError, match="is none"):
        plant.plant("none such")
    assert not Ticket.objects.exists()
