"""The pages of the flow over HTTP: what they show, and what they do."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from tests.clients import browser
from tests.tickets_shop import Shop, usd
from tickets.models import Action, Approval, Reply, Ticket

MEDIUM = "Hi, the rain jacket from order #1042 arrived with a torn sleeve. I would like a refund for order #1042."
SMALL = "Hello, the cap from order #1043 arrived torn. Please refund my money for order #1043."
LARGE = "The tent from order #1044 arrived broken. Please refund order #1044 in full, I want my money back."


@pytest.fixture
def asked(shop: Shop) -> Approval:
    """A refund of $142.00 that waits for a person."""
    return Approval.objects.get(ticket=shop.run(shop.ticket(MEDIUM)))


@pytest.fixture
def ada(shop: Shop) -> Client:
    return browser(shop.cast.ada)


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


@pytest.mark.requirement("T16", part="the approval page shows question, reason, evidence and call")
def test_one_approval_shows_everything_a_yes_is_bound_to(shop: Shop, asked: Approval, ada: Client) -> None:
    page = text(ada.get(f"/approvals/{asked.pk}/"))
    assert "<h1" in page
    assert "Refund $142.00 to Dana for order 1042?" in page
    assert "What would have let it pass: $92.01 less" in page
    assert "<mark>#1042</mark>" in page
    assert str(asked.action.idempotency_key) in page
    assert "142.00 USD" in page
    assert "Approve and refund $142.00" in page
    assert asked.contract_digest in page
    assert page.count('class="verdict ') >= 12
    for title in ("Kill switch", "Shadow mode", "Money", "First time", "Reply"):
        assert title in page
    assert "$142.00, nothing refunded" in page
    assert "Dana Whitfield" in page
    assert "Storm jacket" in page


def test_what_is_shown_was_gathered_when_it_was_asked(shop: Shop, asked: Approval, ada: Client) -> None:
    shop.wipe()
    page = text(ada.get(f"/approvals/{asked.pk}/"))
    assert "$142.00, nothing refunded" in page
    assert asked.shown["customer"]["orders"] == 5
    assert asked.shown["order"]["left"] == "$142.00"


def test_a_customers_words_are_data_on_the_page(shop: Shop, ada: Client) -> None:
    evil = (
        '<script>alert(1)</script> refund order #1042 <img src=x onerror="a()"> torn, I want a refund for order #1042'
    )
    ticket = shop.run(shop.ticket(evil, subject="<b>bold</b>"))
    pages = [text(ada.get(f"/tickets/{ticket.pk}/")), text(ada.get("/tickets/"))]
    pages += [text(ada.get(f"/approvals/{found.pk}/")) for found in Approval.objects.filter(ticket=ticket)]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>bold" not in page
    assert "&lt;script&gt;" in pages[0]


@pytest.mark.requirement("T16", part="approve on the page")
def test_yes_on_the_page_refunds_once(shop: Shop, asked: Approval, ada: Client) -> None:
    answer = ada.post(f"/approvals/{asked.pk}/approve/", {"digest": asked.contract_digest}, follow=True)
    assert answer.status_code == 200
    assert "Approved" in text(answer)
    assert shop.run(asked.ticket).state == "replied"
    assert shop.refunds("1042") == [usd(14_200)]
    again = ada.post(f"/approvals/{asked.pk}/approve/", {"digest": asked.contract_digest})
    assert again.status_code == 409
    assert "it is approved already" in text(again)


def test_a_stale_page_says_so_and_keeps_what_was_typed(shop: Shop, asked: Approval, ada: Client) -> None:
    assert ada.post(f"/approvals/{asked.pk}/approve/", {"digest": "0" * 64}).status_code == 409
    answer = ada.post(f"/approvals/{asked.pk}/reply/", {"digest": "0" * 64, "reply": "Dear Dana, typed words."})
    assert answer.status_code == 409
    assert "typed words." in text(answer)
    assert "look at it again" in text(answer)
    assert f'name="digest" value="{asked.contract_digest}"' in text(answer)
    assert shop.refunds("1042") == []


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("-5", "is negative"),
        ("49.99 EUR", "is not an amount"),
        ("142.00", "is not below $142.00"),
        ("9007199254740993", "2^53"),
        ("0", "is not below"),
        ("", "This field is required"),
    ],
)
def test_a_bad_amount_is_told_at_its_field(shop: Shop, asked: Approval, ada: Client, amount: str, said: str) -> None:
    answer = ada.post(f"/approvals/{asked.pk}/lower/", {"digest": asked.contract_digest, "amount": amount})
    assert answer.status_code == 400
    page = text(answer)
    assert 'id="lower_amount_error"' in page
    assert said in page
    assert 'id="lower-dialog" aria-labelledby="lower-title" open' in page
    asked.refresh_from_db()
    assert asked.action.amount_minor == 14_200


def test_lowering_and_rejecting_on_the_page(shop: Shop, asked: Approval, ada: Client) -> None:
    ada.post(f"/approvals/{asked.pk}/lower/", {"digest": asked.contract_digest, "amount": "60"})
    asked.refresh_from_db()
    assert (asked.question, asked.action.amount_minor) == ("Refund $60.00 to Dana for order 1042?", 6_000)
    assert ada.post(f"/approvals/{asked.pk}/reject/", {"reason": " "}).status_code == 400
    ada.post(f"/approvals/{asked.pk}/reject/", {"reason": "photos show another jacket"})
    assert Ticket.objects.get(pk=asked.ticket_id).assigned_to_id == shop.cast.ada.user.pk
    assert Reply.objects.get(ticket=asked.ticket_id).state == "withheld"


def test_the_queue_filters_counts_and_claims(shop: Shop, asked: Approval, ada: Client) -> None:
    page = text(ada.get("/approvals/"))
    assert asked.question in page
    assert "wait" in page
    assert "1 of 1 approvals" in page.replace("\n", "")
    assert asked.question in text(ada.get("/approvals/?q=1042&kind=refund&least=100&most=200&claim=unclaimed"))
    for nothing in ("q=9999", "kind=cancel", "least=142.01", "most=141.99", "claim=mine", "age=1"):
        found = text(ada.get(f"/approvals/?{nothing}"))
        assert asked.question not in found
        assert "Clear the filters" in found
        assert 'class="chip"' in found
    bad = text(ada.get("/approvals/?least=abc"))
    assert "is not an amount" in bad
    assert asked.question in bad
    ada.post(f"/approvals/{asked.pk}/claim/", {"back": "queue"})
    assert asked.question in text(ada.get("/approvals/?claim=mine"))
    assert asked.question not in text(ada.get("/approvals/?claim=unclaimed"))
    assert ">1<" in page.replace('<span class="visually-hidden"> waiting</span>', "")


def test_an_empty_queue_says_why(shop: Shop, ada: Client) -> None:
    assert "Nobody has been asked yet" in text(ada.get("/approvals/"))


def test_pages_by_key_show_each_row_once(shop: Shop, ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        shop.ticket(f"words {number}", subject=f"subject-{number}")
    import functools

    from portal import listing

    monkeypatch.setattr(listing, "keyset", functools.partial(listing.keyset, size=3))
    url, seen = "/tickets/", []
    for _ in range(3):
        context = ada.get(url).context["page"]
        seen += [ticket.subject for ticket in context.rows]
        url = context.older_url
    assert seen == [f"subject-{number}" for number in range(6, -1, -1)]
    assert url == ""
    back = ada.get(context.newer_url).context["page"]
    assert [ticket.subject for ticket in back.rows] == ["subject-3", "subject-2", "subject-1"]


def test_one_ticket_shows_its_course(shop: Shop, ada: Client) -> None:
    ticket = shop.run(shop.ticket(SMALL))
    page = text(ada.get(f"/tickets/{ticket.pk}/"))
    for said in ("Replied", "Run 1", "SUCCESS", "sandbox.createRefund", "AI (auto)", "verified", "refund"):
        assert said in page, said


def test_a_blocked_ticket_can_be_proposed_anew(shop: Shop, ada: Client) -> None:
    ticket = shop.run(shop.ticket(LARGE))
    assert "Propose anew" in text(ada.get(f"/tickets/{ticket.pk}/"))
    form = {"kind": "refund", "order_number": "not one", "amount": "-1", "currency": "EUR", "reply": "Hello Dana"}
    answer = ada.post(f"/tickets/{ticket.pk}/propose/", form)
    assert answer.status_code == 400
    for said in ("`not one` is not an order number", "no ceiling", "Hello Dana"):
        assert said in text(answer)
    form |= {"order_number": "1044", "amount": "150", "currency": "USD"}
    assert ada.post(f"/tickets/{ticket.pk}/propose/", form).status_code == 302
    ticket = shop.run(ticket)
    assert ticket.state == "waiting"
    approval = Approval.objects.get(ticket=ticket)
    page = text(ada.get(f"/approvals/{approval.pk}/"))
    assert "Nobody approves what they proposed" in page
    refused = ada.post(f"/approvals/{approval.pk}/approve/", {"digest": approval.contract_digest})
    assert refused.status_code == 403
    assert "Nobody approves what they proposed" in text(refused)


def test_the_action_log_filters_by_status(shop: Shop, ada: Client) -> None:
    shop.run(shop.ticket(SMALL))
    shop.run(shop.ticket(LARGE))
    page = text(ada.get("/tickets/actions/"))
    assert "order 1043" in page
    assert "order 1044" in page
    assert "Money ceiling" in page
    page = text(ada.get("/tickets/actions/?status=SUCCESS"))
    assert "order 1043" in page
    assert "order 1044" not in page
    assert "No action matches" in text(ada.get("/tickets/actions/?status=UNKNOWN"))
    assert "Nothing was compared yet" in text(ada.get("/tickets/differences/"))


def test_the_status_of_a_moving_ticket_is_polled(shop: Shop, ada: Client) -> None:
    ticket = shop.ticket(SMALL)
    answer = ada.get(f"/tickets/{ticket.pk}/status/")
    assert "every 2s" in text(answer)
    assert "HX-Refresh" not in answer
    shop.run(ticket)
    assert ada.get(f"/tickets/{ticket.pk}/status/")["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    "path",
    ["/approvals/", "/tickets/", "/tickets/actions/", "/tickets/differences/", "/approvals/{a}/", "/tickets/{t}/"],
)
def test_only_those_who_work_the_queue_open_it(shop: Shop, asked: Approval, path: str) -> None:
    path = path.format(a=asked.pk, t=asked.ticket_id)
    assert browser(shop.cast.ada).get(path).status_code == 200
    assert browser(shop.cast.mia).get(path).status_code == 403
    assert browser(shop.cast.paul).get(path).status_code == 403
    cleo = browser(shop.cast.cleo).get(path)
    assert cleo.status_code in (200, 404)
    assert asked.question not in text(cleo)


def test_what_does_not_exist_is_not_found(ada: Client) -> None:
    for path in ("approvals", "tickets"):
        assert ada.get(f"/{path}/{uuid.uuid4()}/").status_code == 404
    assert ada.post(f"/approvals/{uuid.uuid4()}/claim/").status_code == 404
    assert Action.objects.count() == 0
