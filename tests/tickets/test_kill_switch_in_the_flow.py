"""The kill switch between two steps of a ticket that is already running (T01), and starting it again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from guardrails import switch
from portal import tenancy
from portal.ids import PLATFORM_ID
from portal.roles import Role
from tests.factories import make_cast
from tests.tickets.texts import MEDIUM, SMALL
from tests.tickets_shop import Shop, usd
from tickets import approve, pipeline
from tickets.models import Action, Approval, Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
STAFF = tenancy.Actor("person", "staff", "Petra Platform")


@pytest.fixture
def live(transactional_db: None) -> Iterator[Shop]:
    from guardrails.apps import make_first_turn
    from guardrails.models import KillSwitch

    if not KillSwitch.objects.using("owner").exists():  # a flush took the row that the migration made
        import types

        make_first_turn(types.SimpleNamespace(name="guardrails"), "owner")
    cast = make_cast()
    with cast.ada.inside():
        shop = Shop(cast)
        yield shop
        shop.wipe()


def elsewhere(act: object) -> None:
    """Do it as platform staff in a thread with a connection of its own, committed when this returns."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with tenancy.scope(PLATFORM_ID, actor=STAFF, role=Role.ADMIN):
                act()  # type: ignore[operator]
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not failed, failed


def halt_after(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody elsewhere halt everything right after the step has committed."""

    def halting(each: pipeline.Step) -> pipeline.Step:
        def run(ticket: Ticket) -> bool:
            goes_on = each.run(ticket)
            if each.name == step:
                elsewhere(lambda: switch.engage("drill"))
            return goes_on

        return replace(each, run=run)

    monkeypatch.setattr(pipeline, "STEPS", tuple(halting(each) for each in pipeline.STEPS))


@pytest.mark.requirement("T01")
@pytest.mark.parametrize("step", ["classify", "early_gates", "propose", "late_gates", "reserve"])
def test_halted_between_two_steps_nothing_is_executed_after(
    live: Shop, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    ticket = live.ticket(SMALL)
    with monkeypatch.context() as patched:
        halt_after(step, patched)
        ticket = live.run(ticket)
    assert ticket.state == "stopped", ticket.reason
    assert "drill" in ticket.reason
    assert (live.refunds("1043"), live.helpdesk.outbox()) == ([], ())
    assert all(action.actor == "Kill switch" for action in Action.objects.filter(ticket=ticket))
    assert live.run(ticket).state == "stopped"
    elsewhere(lambda: switch.release("drill over"))
    approve.resume(ticket.pk, reason="the drill is over")
    ticket = live.run(ticket)
    assert ticket.state == "replied", ticket.reason
    assert live.refunds("1043") == [usd(4_999)]
    assert len(live.helpdesk.outbox()) == 1


@pytest.mark.requirement("T01", part="after the store has executed")
def test_halted_after_the_refund_only_the_reply_is_held_back(live: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = live.ticket(SMALL)
    with monkeypatch.context() as patched:
        halt_after("execute", patched)
        ticket = live.run(ticket)
    assert ticket.state == "stopped"
    assert (live.refunds("1043"), live.helpdesk.outbox()) == ([usd(4_999)], ())
    assert Action.objects.get(ticket=ticket).status == "SUCCESS", "what the store executed stays so"
    elsewhere(lambda: switch.release("drill over"))
    approve.resume(ticket.pk, reason="the drill is over")
    ticket = live.run(ticket)
    assert ticket.state == "replied", ticket.reason
    assert (live.refunds("1043"), len(live.helpdesk.outbox())) == ([usd(4_999)], 1)


def test_a_yes_said_while_everything_is_halted_executes_nothing(live: Shop) -> None:
    ticket = live.run(live.ticket(MEDIUM))
    asked = Approval.objects.get(ticket=ticket)
    elsewhere(lambda: switch.engage("drill"))
    approve.approve(asked.pk, digest=asked.contract_digest)
    assert live.run(ticket).state == "stopped"
    assert live.refunds("1042") == []
    elsewhere(lambda: switch.release("drill over"))


def test_only_a_stopped_ticket_is_started_again(live: Shop) -> None:
    ticket = live.run(live.ticket(SMALL))
    with pytest.raises(ValidationError, match="only a stopped ticket"):
        approve.resume(ticket.pk, reason="again")
