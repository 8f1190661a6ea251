"""The action log and its comparison with the store, both ways (T15)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from connectors.adapters.sandbox import hands
from portal import tenancy
from portal.celery import SYSTEM_TASKS, app
from portal.tasks import TenantTask
from tests.tickets.texts import LARGE, MEDIUM, OLD, SMALL
from tests.tickets_shop import Shop, usd
from tickets import approve, reconcile, tasks
from tickets.models import Action, Approval, Difference


def today() -> object:
    return timezone.now().date()


@pytest.mark.requirement("T15")
def test_each_action_has_its_line(shop: Shop) -> None:
    shop.run(shop.ticket(SMALL))
    shop.run(shop.ticket(LARGE))
    waits = shop.run(shop.ticket(OLD))
    approved = Approval.objects.get(ticket=shop.run(shop.ticket(MEDIUM)))
    approve.approve(approved.pk, digest=approved.contract_digest)
    shop.run(approved.ticket)
    lines = {
        each.order_number: (each.tool, each.actor, each.verdict, each.status, str(each.money), each.currency)
        for each in Action.objects.all()
    }
    tool = "sandbox.createRefund"
    assert lines == {
        "1043": (tool, "AI (auto)", "pass", "SUCCESS", "$49.99", "USD"),
        "1044": (tool, "Money ceiling", "blocked", "BLOCKED", "$200.01", "USD"),
        "1045": (tool, "AI (auto)", "human", "PENDING", "$30.00", "USD"),
        "1042": (tool, "AI → human", "pass", "SUCCESS", "$142.00", "USD"),
    }
    assert waits.state == "waiting"
    done = Action.objects.get(order_number="1043")
    assert done.inputs
    assert done.output["receipt"]
    assert reconcile.reconcile(shop.connector, today()) == [], "the control: both agree"


@pytest.mark.requirement("T15")
def test_a_store_that_fails_and_one_that_does_not_answer_have_their_own_status(shop: Shop) -> None:
    shop.fault("refund", "timeout_before_executing", remaining=None)
    ticket = shop.run(shop.ticket(SMALL))
    assert Action.objects.get(ticket=ticket).status == "UNKNOWN"
    shop.fault("refund", "error_before_executing", remaining=None)
    ticket = shop.run(ticket, rounds=8)
    assert ticket.state == "executing", "a store that fails is waited for"
    shop.lose_patience(ticket)
    ticket = shop.run(ticket)
    assert (ticket.state, Action.objects.get(ticket=ticket).status) == ("handed_over", "UNKNOWN")


@pytest.mark.requirement("T15")
def test_every_difference_is_listed_both_ways_and_once(shop: Shop) -> None:
    shop.run(shop.ticket(SMALL))
    logged = Action.objects.get()
    hands.refund(shop.dsn, shop.name, "order-3001", usd(500))
    assert [d.kind for d in reconcile.reconcile(shop.connector, today())] == ["by_hand"]
    noted = Difference.objects.get()
    assert "$5.00" in noted.detail
    assert "Mia Ortega" in noted.detail
    assert noted.is_resolved, "a person's own refund asks for nothing"
    assert reconcile.reconcile(shop.connector, today()) == [], "the same difference is not listed twice"

    Action.objects.filter(pk=logged.pk).update(amount_minor=4_000)
    assert [d.kind for d in reconcile.reconcile(shop.connector, today())] == ["amount"]
    Action.objects.filter(pk=logged.pk).update(amount_minor=4_999, state="failed")
    found = reconcile.reconcile(shop.connector, today())
    assert [(d.kind, d.action_id) for d in found] == [("only_store", logged.pk)]

    Action.objects.filter(pk=logged.pk).update(state="succeeded")
    shop.reload()
    assert [(d.kind, d.action_id) for d in reconcile.reconcile(shop.connector, today())] == [("only_log", logged.pk)]
    assert Event.objects.filter(type="store.difference_found").count() == Difference.objects.count() == 4


def test_a_store_that_does_not_answer_is_recorded_as_not_compared(shop: Shop) -> None:
    shop.fault("read", "down", remaining=None)
    assert reconcile.reconcile_stores(today()) == []
    assert Event.objects.get(type="store.not_reconciled").verdict == "unknown"
    assert Event.objects.filter(type="store.reconciled").count() == 0


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
def test_every_night_each_organization_compares_two_days(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[object, str]] = []
    monkeypatch.setattr(tasks.reconcile_day, "send", lambda organization, day: sent.append((organization, day)))
    with tenancy.frame("beat"):
        tasks.reconcile_all()
    mine = [day for organization, day in sent if organization == shop.cast.northlight.pk]
    assert mine == [(timezone.now().date() - timedelta(days=back)).isoformat() for back in (1, 2)]
    assert isinstance(tasks.reconcile_day, TenantTask)
    assert "tickets.reconcile_all" in SYSTEM_TASKS
    assert any(entry["task"] == "tickets.reconcile_all" for entry in app.conf.beat_schedule.values())
    tasks.reconcile.reconcile_stores(timezone.now().date())
    assert Event.objects.filter(type="store.reconciled").exists()
