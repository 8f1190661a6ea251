"""The approval queue, one approval, tickets and the action log in a browser: every rule, the keys, the dialogs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.factories import Cast
from tests.tickets_shop import Shop, usd
from tickets import plant, reconcile
from tickets.models import Approval

MEDIUM = "Hi, the rain jacket from order #1042 arrived with a torn sleeve. I would like a refund for order #1042."
TORN = "Hi, the jacket you sent me arrived torn. I would like a refund, I want my money back please."
SMALL = "Hello, the cap from order #1043 arrived torn. Please refund my money for order #1043."
LARGE = "The tent from order #1044 arrived broken. Please refund order #1044 in full, I want my money back."
VIP = "The lamp from order #2001 arrived broken. I would like a refund for order #2001, please."


@pytest.fixture
def shop(cast: Cast) -> Iterator[Shop]:
    """A live shop in which two refunds wait, one ran and one was blocked."""
    with cast.ada.inside():
        made = Shop(cast)
        made.run(made.ticket(MEDIUM, subject="Torn sleeve"))
        made.run(made.ticket("The coat from order #1045 came torn, I want a refund for order #1045, my money back."))
        made.run(made.ticket(SMALL))
        made.run(made.ticket(LARGE))
        made.store.refund("order-3001", usd(500), idempotency_key="by-hand", note="by hand at the store")
        reconcile.reconcile(made.connector, timezone.now().date())
        yield made
        made.wipe()


def first(shop: Shop) -> Approval:
    return Approval.objects.waiting().order_by("pk").first()


def test_the_lists_keep_every_rule(shop: Shop, visit: Callable[..., Any]) -> None:
    visit("/approvals/", shop.cast.ada, name="approvals")
    visit("/approvals/?q=nothing-like-it", shop.cast.ada, name="approvals-no-match")
    plant.plant("amount")
    visit("/approvals/watch/", shop.cast.ada, name="approvals-watch")
    visit("/tickets/", shop.cast.ada, name="tickets")
    visit("/tickets/actions/", shop.cast.ada, name="actions")
    visit("/tickets/differences/", shop.cast.ada, name="differences")


def test_one_approval_keeps_every_rule(shop: Shop, visit: Callable[..., Any]) -> None:
    def reject_dialog(page: Any) -> None:
        page.keyboard.press("r")
        page.wait_for_selector("#reject-dialog[open]")

    visit(f"/approvals/{first(shop).pk}/", shop.cast.ada, name="approval")
    visit(f"/approvals/{first(shop).pk}/", shop.cast.ada, name="approval-reject", then=reject_dialog)
    shop.run(shop.ticket(TORN))
    choice = Approval.objects.get(is_grantable=False)
    visit(f"/approvals/{choice.pk}/", shop.cast.ada, name="approval-candidates")


def test_one_ticket_keeps_every_rule(shop: Shop, visit: Callable[..., Any]) -> None:
    from tickets.models import Ticket

    visit(f"/tickets/{Ticket.objects.get(state='replied').pk}/", shop.cast.ada, name="ticket")
    visit(f"/tickets/{Ticket.objects.get(state='blocked').pk}/", shop.cast.ada, name="ticket-blocked")


def test_the_refusal_page_keeps_every_rule(shop: Shop, visit: Callable[..., Any]) -> None:
    visit("/approvals/", shop.cast.mia, status=403, name="approvals-refused")


@pytest.mark.requirement("T16", part="keyboard")
def test_the_queue_is_worked_with_keys_alone(shop: Shop, open_window: Callable[..., Any]) -> None:
    page = open_window(shop.cast.ada).go("/approvals/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator('[data-row][aria-selected="true"]').count() == 1
    page.keyboard.press("c")
    page.get_by_text("Give back").wait_for()
    assert Approval.objects.claimed_by(shop.cast.ada.user.pk).count() == 1
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_selector("dialog#keys[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("h1", has_text="$142.00").wait_for()
    page.keyboard.press("j")
    page.locator("h1", has_text="$30.00").wait_for()
    page.keyboard.press("k")
    page.locator("h1", has_text="$142.00").wait_for()


@pytest.mark.requirement("T16", part="lower and approve with keys")
def test_the_amount_is_lowered_and_approved_with_keys(shop: Shop, open_window: Callable[..., Any]) -> None:
    asked = first(shop)
    page = open_window(shop.cast.ada).go(f"/approvals/{asked.pk}/")
    page.keyboard.press("e")
    page.keyboard.type("400")
    page.keyboard.press("Enter")
    page.wait_for_selector("#lower_amount_error")
    assert page.input_value("#lower_amount") == "400"
    assert page.locator("#lower-dialog").evaluate("(dialog) => dialog.matches(':modal')")
    page.fill("#lower_amount", "60.00")
    page.keyboard.press("Enter")
    page.locator("h1", has_text="$60.00").wait_for()
    assert "refund $60.00" in page.locator("#approve").inner_text()
    page.keyboard.press("a")
    page.wait_for_selector(".banner.pass")
    shop.run(asked.ticket)
    assert shop.refunds("1042") == [usd(6_000)]


def test_a_row_key_opens_the_dialog_it_names(shop: Shop, open_window: Callable[..., Any]) -> None:
    page = open_window(shop.cast.ada).go("/approvals/")
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.wait_for_selector("#reject-dialog[open]")
    page.keyboard.type("the photos show another jacket")
    page.get_by_role("button", name="Reject and take the ticket").click()
    page.wait_for_selector(".banner.block")
    assert "another jacket" in page.locator(".banner.block").inner_text()


def test_a_decided_ticket_is_followed_without_reloading(shop: Shop, open_window: Callable[..., Any]) -> None:
    ticket = shop.ticket(LARGE)
    window = open_window(shop.cast.ada)
    page = window.go(f"/tickets/{ticket.pk}/")
    assert "Received" in page.locator(".bar-line").inner_text()
    shop.run(ticket)
    page.locator(".bar-line", has_text="Blocked").wait_for()
