"""The tickets API: every verb, every bad input by its field, and who may vouch for a sender."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from portal import people
from portal.roles import Capability
from tests.clients import program
from tests.factories import Cast
from tests.tickets.texts import LARGE, MEDIUM
from tests.tickets_shop import Shop, usd
from tickets.models import Approval, Ticket

GOOD = {"external_ref": "t-1", "body": "Where is order #1042?", "sender_email": "dana@example.com"}


def post(client: Client, path: str, data: Any = None) -> Any:
    return client.post(f"/api/v1/{path}", data, content_type="application/json")


def said(answer: Any) -> dict[str, str]:
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


@pytest.mark.requirement("T21", part="REST API")
def test_a_ticket_is_taken_once(northlight: Cast) -> None:
    ada = program(northlight.ada)
    first, again = post(ada, "tickets/", GOOD), post(ada, "tickets/", GOOD)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert Ticket.objects.get().sender_is_verified is False
    assert ada.get("/api/v1/tickets/").json()["results"][0]["external_ref"] == "t-1"
    assert ada.get(f"/api/v1/tickets/{first.json()['id']}/").json()["body"] == GOOD["body"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"body": ""}, "body"), ({"body": "a\x00b"}, "body"), ({"body": "x" * 1_000_000}, "body"), ({"body": 5}, "body"),
     ({"external_ref": ""}, "external_ref"), ({"sender_email": "nobody"}, "sender_email"),
     ({"channel": "pigeon"}, "channel"), ({"strange": 1}, "strange"), ({"subject": "s" * 301}, "subject"),
     ({"sender_is_verified": "yes"}, "sender_is_verified")],
)  # fmt: skip
def test_a_bad_ticket_is_refused_by_field(northlight: Cast, change: dict[str, Any], field: str) -> None:
    answer = post(program(northlight.ada), "tickets/", {**GOOD, **change})
    assert answer.status_code == 400
    assert said(answer)[field].startswith(f"{field}:")
    assert Ticket.objects.count() == 0


def test_a_list_is_no_ticket(northlight: Cast) -> None:
    assert "body" in said(post(program(northlight.ada), "tickets/", [GOOD]))


@pytest.mark.requirement("T21", part="who vouches for a sender")
def test_only_an_admins_program_vouches_for_a_sender(northlight: Cast) -> None:
    people.grant(northlight.paul.membership, Capability.WORK_APPROVALS)
    vouched = {**GOOD, "sender_is_verified": True}
    refused = post(program(northlight.paul), "tickets/", vouched)
    assert refused.status_code == 403
    assert "only an admin's program" in said(refused)["sender_is_verified"]
    assert Ticket.objects.count() == 0
    assert Event.objects.filter(type="access.refused").count() == 1
    assert post(program(northlight.paul), "tickets/", GOOD).status_code == 201
    assert post(program(northlight.ada), "tickets/", {**vouched, "external_ref": "t-2"}).status_code == 201
    assert Ticket.objects.get(external_ref="t-2").sender_is_verified is True


@pytest.mark.parametrize("path", ["tickets/", "actions/", "approvals/"])
def test_lists_are_for_those_who_work_the_queue(northlight: Cast, path: str) -> None:
    assert program(northlight.ada).get(f"/api/v1/{path}").status_code == 200
    assert program(northlight.mia).get(f"/api/v1/{path}").status_code == 403
    wrong = program(northlight.ada).get(f"/api/v1/{path}?state=lost")
    assert (wrong.status_code, list(said(wrong))) == (400, ["state"])


def test_an_approval_is_worked_by_program(shop: Shop) -> None:
    asked = Approval.objects.get(ticket=shop.run(shop.ticket(MEDIUM)))
    ada, path = program(shop.cast.ada), f"approvals/{asked.pk}/"
    seen = ada.get(f"/api/v1/{path}").json()
    assert seen["question"] == asked.question
    assert seen["shown"]["order"]["left"] == "$142.00"
    assert seen["contract"]["call"]["idempotency_key"] == str(asked.action.idempotency_key)
    assert post(ada, f"{path}claim/").json()["claimed_by"] == str(shop.cast.ada.user.pk)
    assert post(ada, f"{path}release/").json()["claimed_by"] is None
    assert said(post(ada, f"{path}lower/", {"digest": seen["contract_digest"], "amount": "-1"}))["amount"]
    assert said(post(ada, f"{path}reply/", {"digest": seen["contract_digest"], "reply": "a\x00"}))["reply"]
    assert said(post(ada, f"{path}approve/", {}))["digest"]
    assert "digest" in said(post(ada, f"{path}approve/", {"digest": "0" * 64}))
    lowered = post(ada, f"{path}lower/", {"digest": seen["contract_digest"], "amount": "70.00"}).json()
    assert lowered["action"]["amount_minor"] == 7_000
    assert post(ada, f"{path}approve/", {"digest": lowered["contract_digest"]}).json()["state"] == "approved"
    assert shop.run(asked.ticket).state == "replied"
    assert shop.refunds("1042") == [usd(7_000)]
    actions = ada.get("/api/v1/actions/?state=succeeded").json()["results"]
    assert [(each["status"], each["actor"]) for each in actions] == [("SUCCESS", "AI → human")]


def test_a_ticket_is_rejected_and_proposed_anew_by_program(shop: Shop) -> None:
    ada = program(shop.cast.ada)
    ticket = shop.run(shop.ticket(LARGE))
    good = {"kind": "refund", "order_number": "1044", "amount": "20", "currency": "USD", "reply": "Hello"}
    for field, value in (("order_number", "???"), ("amount", "-3"), ("amount", "9007199254740993"), ("currency", "EUR"),
                         ("kind", "gift"), ("reply", "")):  # fmt: skip
        answer = post(ada, f"tickets/{ticket.pk}/propose/", {**good, field: value})
        assert (answer.status_code, list(said(answer))) == (400, [field])
    assert post(ada, f"tickets/{ticket.pk}/propose/", good).status_code == 201
    asked = Approval.objects.get(ticket=shop.run(ticket))
    refused = post(ada, f"approvals/{asked.pk}/approve/", {"digest": asked.contract_digest})
    assert (refused.status_code, "Nobody approves" in said(refused)[""]) == (403, True)
    assert "reason" in said(post(ada, f"approvals/{asked.pk}/reject/", {"reason": " "}))
    assert post(ada, f"approvals/{asked.pk}/reject/", {"reason": "no"}).json()["state"] == "rejected"
    assert list(said(post(ada, f"tickets/{ticket.pk}/resume/", {"reason": "now"}))) == ["ticket"]


def test_what_is_another_organizations_is_not_there(shop: Shop) -> None:
    asked = Approval.objects.get(ticket=shop.run(shop.ticket(MEDIUM)))
    cleo = program(shop.cast.cleo)
    assert cleo.get(f"/api/v1/approvals/{asked.pk}/").status_code == 404
    assert cleo.get(f"/api/v1/tickets/{asked.ticket_id}/").status_code == 404
    assert post(cleo, f"approvals/{asked.pk}/approve/", {"digest": asked.contract_digest}).status_code == 404
    assert cleo.get("/api/v1/approvals/").json()["results"] == []
