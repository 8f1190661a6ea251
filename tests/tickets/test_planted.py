"""A planted test cannot be told from a ticket before it is decided, and never reaches a store."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.clients import browser
from tests.tickets_shop import Shop
from tickets import approve, plant
from tickets.models import Action, Approval, Reply

REFUND = "Hello, the cap from order #1042 arrived torn. Please refund my money for order #1042."


@pytest.fixture
def ada(shop: Shop) -> Client:
    return browser(shop.cast.ada)


@pytest.mark.requirement("T16", part="planted tests")
def test_a_program_cannot_tell_a_planted_test_from_a_ticket(shop: Shop, ada: Client) -> None:
    """What is there and what is not, by field, is the same for both; and the call names an order like any other."""
    ticket = shop.run(shop.ticket(REFUND))
    real = Approval.objects.waiting().get(ticket=ticket)
    plant.plant("amount")
    made = Approval.objects.waiting().exclude(pk=real.pk).get()
    shapes = []
    for each in (real, made):
        asked = ada.get(f"/api/v1/approvals/{each.pk}/").json()
        whole = ada.get(f"/api/v1/tickets/{each.ticket_id}/").json()
        shapes.append(
            (
                sorted(asked["shown"]),
                sorted(asked["contract"]["call"]),
                sorted(asked["action"]["inputs"]),
                bool(asked["action"]["policy_revision"]),
                len(whole["gates"]) >= 8,
                sorted(whole["actions"][0]["inputs"]),
            )
        )
        assert "made-up" not in str(asked) + str(whole)
    assert shapes[0] == shapes[1]
    call = made.contract["call"]
    assert call["order"].startswith("order-"), "the ids of this shop's orders look like this"
    assert made.contract["customer"] != ""


def test_a_planted_test_is_still_caught_when_it_looks_real(shop: Shop) -> None:
    plant.plant("refunded")
    asked = Approval.objects.waiting().get()
    approve.approve(asked.pk, digest=asked.contract_digest)
    assert not Action.objects.exists()
    assert shop.helpdesk.outbox() == ()
    assert not Reply.objects.filter(ticket=asked.ticket_id, state="sent").exists()
