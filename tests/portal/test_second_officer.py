"""Edits that loosen can need a second officer, whichever road they come by: judged by declared directions alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from audit.models import Event
from connectors.models import ColumnRule, RowFilter
from guardrails.models import (
    ActionCap,
    ActionCeiling,
    EscalationRule,
    OrganizationSwitch,
    OutputPolicyModel,
    TicketPolicy,
)
from guardrails.resources import ActionCeilingResource
from portal import change, loosening, pending, people
from portal.loosening import NeedsSecondOfficer
from portal.models import AccessPolicy, Membership, PendingChange, PendingState, SecondOfficer
from portal.refusal import Conflict, Refused
from portal.roles import Role
from tests.audit.governed import saved_connector
from tests.clients import browser, program
from tests.factories import Cast, Person, make_person


@pytest.fixture
def bea(cast: Cast) -> Person:
    """A second admin of Northlight."""
    return make_person(cast.northlight, "Bea Okafor", "bea@northlight.example", Role.ADMIN)


@pytest.fixture
def strict(cast: Cast, bea: Person) -> Iterator[Cast]:
    """Northlight demands a second officer for everything that loosens; ada is inside."""
    with cast.ada.inside():
        demand(SecondOfficer.LOOSENING)
        yield cast


def demand(what: SecondOfficer) -> None:
    policy = AccessPolicy.objects.get()
    policy.second_officer = what
    change.apply(policy, reason="a test")


def edited(model: type[models.Model], **values: Any) -> models.Model:
    row: models.Model = model._default_manager.first()  # type: ignore[assignment]
    for name, value in values.items():
        setattr(row, name, value)
    return row


def proposed(row: models.Model, reason: str = "the season begins") -> PendingChange:
    with pytest.raises(NeedsSecondOfficer) as needed:
        change.apply(row, reason=reason)
    return pending.propose(needed.value)


EXEMPT = {
    "organization": "a name and a time zone, which no gate reads",
    "person": "one's own account, which no officer edits",
    "connector": "its probe and its warnings answer for it; nothing in it is a limit",
    "credential": "a secret: set anew, never compared",
    "model_price": "what a provider asks, not what the organization allows",
    "recipient": "who is told, not what is allowed",
    "risk_hook": "a signed door in; switched on and off with its secret",
    "memory_entry": "knowledge, countersigned by its own mechanism",
    "verified_query": "countersigned by its own mechanism",
    "metric": "knowledge, countersigned by its own mechanism",
    "evaluation_plan": "measures, limits nothing",
    "evaluation_case": "measures, limits nothing",
    "reply_macro": "a text; the output policy judges what it says",
    "flagged_customer": "a note on a customer that only adds a person",
    "intake": "a signed door in; switched on and off with its secret",
}
"""Governed models whose edits never need a second officer, each with its reason."""


def test_every_governed_model_declares_how_it_loosens_or_says_why_not() -> None:
    kinds = {kind for model, kind in change.governed().items() if model not in loosening.declared()}
    assert kinds - set(EXEMPT) == set(), "declare in which direction the fields of these loosen (portal.loosening)"
    assert set(EXEMPT) - kinds == set(), "an exemption that nothing needs"


@pytest.mark.parametrize("model", loosening.declared(), ids=lambda model: model.__name__)
def test_every_field_of_a_declared_model_has_its_direction(model: type[models.Model]) -> None:
    assert loosening.declared()[model].fields == set(change.snapshot(model()))


LOOSER: list[tuple[type[models.Model], dict[str, Any], bool]] = [
    (ActionCeiling, {"auto_minor": 6_000}, True),
    (ActionCeiling, {"auto_minor": 4_000}, False),
    (ActionCap, {"org_count": 500}, True),
    (ActionCap, {"org_window_s": 60}, True),
    (ActionCap, {"org_count": 1}, False),
    (TicketPolicy, {"classification_threshold": Decimal("0.5")}, True),
    (TicketPolicy, {"classification_threshold": Decimal("0.9")}, False),
    (TicketPolicy, {"abuse_spike_factor": 0}, True),
    (TicketPolicy, {"second_approver_above_minor": 100}, False),
    (OutputPolicyModel, {"ai_disclosure": False}, True),
    (OutputPolicyModel, {"competitor_names": "Acme\nGlobex"}, False),
    (OutputPolicyModel, {"allowed_promises": "We refund within five working days."}, True),
    (AccessPolicy, {"second_officer": SecondOfficer.LOOSENING}, False),
    (AccessPolicy, {"break_glass": "platform"}, True),
    (AccessPolicy, {"break_glass": "off"}, False),
    (AccessPolicy, {"overdue_revokes": False}, True),
]


@pytest.mark.parametrize(("model", "values", "is_looser"), LOOSER, ids=[f"{m.__name__} {v}" for m, v, _ in LOOSER])
def test_what_loosens_is_found_by_its_direction_alone(
    model: type[models.Model], values: dict[str, Any], is_looser: bool
) -> None:
    stands = {"auto_minor": 5_000, "block_minor": 20_000} if model is ActionCeiling else {}
    before, row = model(**stands), model(**stands | values)
    assert len(loosening.found(row, before)) == is_looser


def test_what_loosens_waits_and_what_tightens_holds_at_once(strict: Cast) -> None:
    change.apply(edited(ActionCeiling, auto_minor=4_000), reason="tighter")
    asked = proposed(edited(ActionCeiling, auto_minor=4_500))
    assert ActionCeiling.objects.get(pk=asked.subject_id).auto_minor == 4_000
    assert len(asked.loosens) == 1
    assert asked.state == PendingState.WAITING
    with pytest.raises(NeedsSecondOfficer):
        demand(SecondOfficer.OFF)


def test_another_officer_confirms_exactly_it_and_the_trail_holds_both(strict: Cast, bea: Person) -> None:
    asked = proposed(edited(ActionCeiling, auto_minor=6_000))
    assert "auto minor: from 5000 to 6000" in asked.loosens[0]
    with pytest.raises(Refused, match="Nobody confirms what they proposed"):
        pending.confirm(asked.pk, shown=asked.digest)
    with strict.paul.inside(), pytest.raises(Refused):
        pending.confirm(asked.pk, shown=asked.digest)
    with strict.cleo.inside(), pytest.raises(PendingChange.DoesNotExist):
        pending.confirm(asked.pk, shown=asked.digest)
    with bea.inside():
        with pytest.raises(Conflict, match="not the change you were shown"):
            pending.confirm(asked.pk, shown="0" * 64)
        pending.confirm(asked.pk, shown=asked.digest)
        with pytest.raises(Conflict):
            pending.confirm(asked.pk, shown=asked.digest)
    assert ActionCeiling.objects.get(pk=asked.subject_id).auto_minor == 6_000
    kinds = list(Event.objects.filter(subject_id=str(asked.pk)).order_by("id").values_list("type", flat=True))
    assert kinds == ["pending_change.proposed", "pending_change.confirmed"]
    made = Event.objects.filter(type="action_ceiling.changed").first()
    assert made is not None
    assert (made.actor_id, made.data["evidence"]) == (str(bea.user.pk), f"pending_change {asked.pk}")


@pytest.mark.parametrize("how", ["stands otherwise", "rewritten", "expired", "recalled"])
def test_a_yes_is_bound_to_what_was_proposed_and_to_what_stood(strict: Cast, bea: Person, how: str) -> None:
    asked = proposed(edited(ActionCeiling, auto_minor=6_000))
    mine = PendingChange.objects.filter(pk=asked.pk)
    if how == "stands otherwise":
        change.apply(edited(ActionCeiling, auto_minor=4_000), reason="tighter meanwhile")
    elif how == "rewritten":
        mine.update(after={"auto_minor": 9_999})
    elif how == "expired":
        mine.update(expires_at=timezone.now())
    else:
        pending.recall(asked.pk)
    with bea.inside(), pytest.raises(Conflict):
        pending.confirm(asked.pk, shown=asked.digest)
    assert ActionCeiling.objects.get(pk=asked.subject_id).auto_minor in (5_000, 4_000)


def test_the_database_refuses_a_confirmation_by_one_person(strict: Cast) -> None:
    asked = proposed(edited(ActionCeiling, auto_minor=6_000))
    for decided_by in (strict.ada.user.pk, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            PendingChange.objects.filter(pk=asked.pk).update(state="confirmed", decided_by_id=decided_by)


def test_taking_a_rule_or_a_mask_away_waits_too(strict: Cast, bea: Person) -> None:
    rule = EscalationRule(
        name="Large", priority=1, condition={"field": "action.amount", "op": "gte", "value": "20.00 USD"}
    )
    change.apply(rule, reason="tighter")
    with pytest.raises(NeedsSecondOfficer) as needed:
        change.remove(rule)
    asked = pending.propose(needed.value)
    assert EscalationRule.objects.filter(pk=rule.pk).exists()
    with bea.inside():
        pending.confirm(asked.pk, shown=asked.digest)
    assert not EscalationRule.objects.filter(pk=rule.pk).exists()
    assert loosening.found(ColumnRule(), ColumnRule(), is_removal=True)
    assert loosening.found(RowFilter(), RowFilter(), is_removal=True)


def test_by_the_admin_it_is_proposed_and_not_saved_and_two_browsers_make_it(strict: Cast, bea: Person) -> None:
    ceiling = ActionCeiling.objects.get(action="refund")
    body = {"action": "refund", "currency": "USD", "auto_minor": 7_000, "block_minor": ceiling.block_minor}
    path = f"/admin/guardrails/actionceiling/{ceiling.pk}/change/"
    page = browser(strict.ada).post(path, body, follow=True)
    assert page.redirect_chain[-1][0] == "/changes/"
    assert "Proposed, not yet made: auto minor: from 5000 to 7000" in page.content.decode()
    ceiling.refresh_from_db()
    assert ceiling.auto_minor == 5_000
    asked = PendingChange.objects.get()
    assert asked.weighed_url.startswith("/tickets/") or "rehears" in asked.weighed_url
    assert browser(strict.ada).post(f"/changes/{asked.pk}/confirm/", {"digest": asked.digest}).status_code == 403
    assert browser(bea).post(f"/changes/{asked.pk}/confirm/", {"digest": asked.digest}).status_code == 302
    ceiling.refresh_from_db()
    assert ceiling.auto_minor == 7_000
    gone = browser(strict.ada).post(f"/admin/guardrails/actioncap/{ActionCap.objects.get(action='refund').pk}/delete/",
                                    {"post": "yes"}, follow=True)  # fmt: skip
    assert gone.redirect_chain[-1][0] == "/changes/"
    assert ActionCap.objects.filter(action="refund").exists()


def test_by_import_it_is_refused_with_its_row_and_nothing_of_the_sheet_stays(strict: Cast) -> None:
    from tests.guardrails.test_sheets import CEILINGS, load

    rows = (("cancel", "USD", "4000", "20000"), ("refund", "USD", "9000", "20000"))
    (said,) = load(ActionCeilingResource, CEILINGS, *rows)
    assert said.startswith("row 2: ")
    assert "a second officer confirms it" in said
    assert set(ActionCeiling.objects.values_list("auto_minor", flat=True)) == {5_000}
    assert not PendingChange.objects.exists()


def test_by_the_api_it_is_proposed_with_409_and_not_made(strict: Cast, bea: Person) -> None:
    lake = saved_connector()
    rule = ColumnRule(connector=lake, table_name="customers", column_name="email")
    change.apply(rule, reason="tighter")
    answer = program(strict.ada).delete(f"/api/v1/connectors/{lake.pk}/column-rules/{rule.pk}/")
    assert answer.status_code == 409
    assert "Proposed, not yet made" in answer.json()["errors"][0]["message"]
    assert ColumnRule.objects.filter(pk=rule.pk).exists()
    asked = PendingChange.objects.get()
    with bea.inside():
        pending.confirm(asked.pk, shown=asked.digest)
    assert not ColumnRule.objects.filter(pk=rule.pk).exists()


def test_where_only_the_kill_switch_needs_two_the_rest_goes_on(cast: Cast, bea: Person) -> None:
    with cast.ada.inside():
        demand(SecondOfficer.KILL_SWITCH)
        change.apply(edited(ActionCeiling, auto_minor=6_000), reason="one officer may")
        change.apply(edited(OrganizationSwitch, is_halted=True, reason="a drill"), reason="stop")
        asked = proposed(edited(OrganizationSwitch, is_halted=False), "the drill is over")
        assert OrganizationSwitch.objects.get().is_halted
    with bea.inside():
        pending.confirm(asked.pk, shown=asked.digest)
        assert not OrganizationSwitch.objects.get().is_halted


def test_one_officer_cannot_make_the_other(strict: Cast) -> None:
    with pytest.raises(NeedsSecondOfficer):
        people.set_role(strict.mia.membership, role=Role.ADMIN)
    with pytest.raises(ValidationError, match="two officers make an admin"):
        people.invite(email="eve@evil.example", name="Eve", role=Role.ADMIN, password="long enough for anybody")
    assert Membership.objects.filter(role=Role.ADMIN).count() == 2
    Membership.objects.filter(pk=strict.mia.membership.pk).update(role=Role.MEMBER)


def test_it_is_not_demanded_where_there_is_one_admin_and_is_off_at_first(cast: Cast) -> None:
    with cast.ada.inside():
        change.apply(edited(ActionCeiling, auto_minor=6_000), reason="alone")
        with pytest.raises(ValidationError, match="the organization has one admin"):
            demand(SecondOfficer.LOOSENING)


def test_what_is_only_supposed_asks_nobody_and_never_stays(strict: Cast) -> None:
    with change.supposing():
        change.apply(edited(ActionCeiling, auto_minor=6_000), reason="suppose")
        assert ActionCeiling.objects.get(action="refund").auto_minor in (5_000, 6_000)
    assert not ActionCeiling.objects.filter(auto_minor=6_000).exists()
