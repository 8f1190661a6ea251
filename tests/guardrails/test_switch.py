"""The kill switches halt everything at once, and what cannot be read counts as on (T01)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from audit.models import Event
from guardrails import switch
from guardrails.contracts import Outcome
from guardrails.gates import GATES
from guardrails.gates.run import run_gates
from guardrails.models import KillSwitch, OrganizationSwitch
from portal import change, tenancy
from portal.ids import PLATFORM_ID
from portal.refusal import Refused
from portal.roles import Role
from tests.factories import Cast
from tests.guardrails.gates.make import make_facts

STAFF = tenancy.Actor("person", "staff", "Petra Platform")


@contextmanager
def as_platform(role: str = Role.ADMIN) -> Iterator[None]:
    with tenancy.scope(PLATFORM_ID, actor=STAFF, role=role):
        yield


@pytest.mark.requirement("T01", part="the switches and gate 1")
def test_the_environment_halts_every_organization(cast: Cast, settings) -> None:
    for person in (cast.ada, cast.cleo):
        with person.inside():
            assert switch.is_halted() is None, "the control: with every switch off, work runs"
    settings.AI_HALTED = True
    for person in (cast.ada, cast.cleo):
        with person.inside():
            assert "COUNTERSIGN_AI_HALTED" in (switch.is_halted() or "")
            assert run_gates(make_facts(switch=switch.switch_facts()), GATES).outcome is Outcome.STOP


@pytest.mark.requirement("T01", part="the switches and gate 1")
def test_platform_staff_halt_every_organization_at_run_time_and_release_it(cast: Cast) -> None:
    with as_platform():
        switch.engage("drill of 14:00")
    for person in (cast.ada, cast.cleo):
        with person.inside():
            assert switch.is_halted() == "AI work is halted everywhere: drill of 14:00"
            run = run_gates(make_facts(switch=switch.switch_facts()), GATES)
            assert (run.outcome, len(run.verdicts)) == (Outcome.STOP, 1)
            with pytest.raises(switch.Halted, match="drill"):
                switch.require_running()
    with as_platform():
        switch.release("drill over")
        kinds = list(Event.objects.filter(type__startswith="killswitch").values_list("type", "actor_name"))
    assert sorted(kinds) == [("killswitch.engaged", STAFF.name), ("killswitch.released", STAFF.name)]
    with cast.ada.inside():
        switch.require_running()


@pytest.mark.requirement("T01", part="the switches and gate 1")
def test_a_run_that_has_started_sees_the_switch_at_its_next_step(northlight: Cast) -> None:
    switch.require_running()
    with as_platform():
        switch.engage("now")
    with pytest.raises(switch.Halted):
        switch.require_running()


@pytest.mark.requirement("T01", part="the switches and gate 1")
def test_nobody_but_platform_staff_turns_it(cast: Cast) -> None:
    with cast.ada.inside(), pytest.raises(Refused, match="platform staff"):
        switch.engage("mine")
    with as_platform(Role.ANALYST), pytest.raises(Refused):
        switch.release("mine")
    with cast.ada.inside(), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        KillSwitch.objects.create(is_halted=False, reason="x", actor_id="x", actor_name="x")
    assert KillSwitch.objects.count() == 1


@pytest.mark.parametrize("statement", ["UPDATE", "DELETE", "TRUNCATE"])
def test_its_rows_are_append_only(cast: Cast, statement: str) -> None:
    sql = {"UPDATE": "UPDATE {} SET is_halted = false", "DELETE": "DELETE FROM {}", "TRUNCATE": "TRUNCATE {}"}
    with as_platform(), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(sql[statement].format("guardrails_killswitch"))


@pytest.mark.requirement("T01", part="the switches and gate 1")
def test_an_admin_halts_their_own_organization_only(cast: Cast) -> None:
    with cast.ada.inside():
        row = OrganizationSwitch.objects.get()
        row.is_halted, row.reason = True, "wrong refunds"
        change.apply(row, reason="incident 12")
        assert switch.is_halted() == "AI work of this organization is halted: wrong refunds"
        assert Event.objects.get(type="organization_switch.changed").after["is_halted"] is True
    with cast.cleo.inside():
        assert switch.is_halted() is None


@pytest.mark.requirement("T01", part="the switches and gate 1")
@pytest.mark.parametrize("gone", ["row", "first turn", "organization", "error", "flag"])
def test_what_cannot_be_read_halts(cast: Cast, gone: str, monkeypatch: pytest.MonkeyPatch, settings) -> None:
    with cast.ada.inside():
        if gone == "row":
            OrganizationSwitch.objects.all().delete()
        if gone == "first turn":
            monkeypatch.setattr(switch, "_STATE", switch._STATE.replace("ORDER BY", "WHERE false ORDER BY"))
        if gone == "error":
            monkeypatch.setattr(switch, "_row", lambda *_: 1 / 0)
        if gone == "flag":
            settings.AI_HALTED = None
        if gone == "organization":
            with tenancy.frame():
                assert switch.is_halted()
            return
        assert switch.is_halted()
        assert run_gates(make_facts(switch=switch.switch_facts()), GATES).outcome is Outcome.STOP


def test_reading_it_is_one_query(northlight: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert switch.is_halted() is None


@pytest.mark.requirement("T01", part="the switches and gate 1")
def test_the_command_turns_it_as_the_platform(cast: Cast) -> None:
    with tenancy.frame():
        out = StringIO()
        call_command("killswitch", "on", reason="drill", stdout=out)
        assert out.getvalue().startswith("on: AI work is halted everywhere (drill; operator")
        call_command("killswitch", "off", reason="over", stdout=out)
        call_command("killswitch", "status", stdout=out)
        assert out.getvalue().splitlines()[-1].startswith("off (over;")
        with pytest.raises(CommandError, match="--reason"):
            call_command("killswitch", "on", stdout=out)
    with as_platform():
        assert Event.objects.filter(type="killswitch.engaged", actor_kind="service").count() == 1
