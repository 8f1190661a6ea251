"""Tickets in the admin: macros, intakes whose secret is never shown, tickets taken in by hand, read-only views."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import Event
from tests.clients import browser
from tests.factories import Cast
from tests.tickets.texts import LARGE, MEDIUM
from tests.tickets_shop import Shop
from tickets.models import Intake, ReplyMacro, Ticket

SECRET = "canary-admin-secret-0123456789"


def test_an_intakes_secret_is_written_and_never_shown(northlight: Cast) -> None:
    ada = browser(northlight.ada)
    form = {"name": "shop front", "is_active": "on", "secret": SECRET}
    assert ada.post("/admin/tickets/intake/add/", form).status_code == 302
    door = Intake.objects.get()
    assert door.secret.reveal() == SECRET
    page = ada.get(f"/admin/tickets/intake/{door.pk}/change/").content.decode()
    assert f"/api/v1/webhook/{door.key}/" in page
    assert SECRET not in page
    ada.post(f"/admin/tickets/intake/{door.pk}/change/", {**form, "secret": SECRET[::-1]})
    door = Intake.objects.get()
    assert (door.secret.reveal(), door.previous_secret.reveal()) == (SECRET[::-1], SECRET)
    ada.post(f"/admin/tickets/intake/{door.pk}/change/", {"name": "renamed", "is_active": "on", "secret": ""})
    door = Intake.objects.get()
    assert (door.name, door.secret.reveal()) == ("renamed", SECRET[::-1])
    for event in Event.objects.filter(type__startswith="intake."):
        assert SECRET not in str(event.__dict__)
        assert SECRET[::-1] not in str(event.__dict__)


@pytest.mark.parametrize("secret", ["", "short"])
def test_an_intake_needs_a_long_secret(northlight: Cast, secret: str) -> None:
    answer = browser(northlight.ada).post(
        "/admin/tickets/intake/add/", {"name": "front", "is_active": "on", "secret": secret}, follow=True
    )
    assert "secret:" in answer.content.decode()
    assert Intake.objects.count() == 0


@pytest.mark.requirement("T21", part="admin")
def test_a_ticket_is_taken_in_by_hand(northlight: Cast) -> None:
    ada = browser(northlight.ada)
    form = {
        "subject": "Call",
        "body": "Wants a refund for #1042",
        "channel": "phone",
        "sender_email": "dana@example.com",
    }
    answer = ada.post("/admin/tickets/ticket/add/", form)
    assert answer.status_code == 302, answer.content.decode()
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.state, ticket.sender_is_verified) == ("admin", "received", False)
    assert Event.objects.get(type="ticket.received").actor_name == "Ada Lindqvist"
    bad = ada.post("/admin/tickets/ticket/add/", {**form, "body": "", "sender_email": "nobody"})
    assert bad.status_code == 200
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["ticket", "action", "approval", "difference", "replymacro", "flaggedcustomer", "intake"]
)
def test_lists_open_for_officers_alone(shop: Shop, name: str) -> None:
    shop.run(shop.ticket(MEDIUM))
    shop.run(shop.ticket(LARGE))
    assert browser(shop.cast.ada).get(f"/admin/tickets/{name}/").status_code == 200
    assert browser(shop.cast.paul).get(f"/admin/tickets/{name}/").status_code == 403


def test_what_the_flow_wrote_is_not_edited_by_hand(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(MEDIUM))
    ada = browser(shop.cast.ada)
    for name, pk in (
        ("ticket", ticket.pk),
        ("action", ticket.actions.get().pk),
        ("approval", ticket.approvals.get().pk),
    ):
        assert ada.get(f"/admin/tickets/{name}/{pk}/change/").status_code == 200
        assert ada.post(f"/admin/tickets/{name}/{pk}/change/", {"state": "replied"}).status_code == 403
        assert ada.post(f"/admin/tickets/{name}/{pk}/delete/", {"post": "yes"}).status_code == 403
    assert ada.get("/admin/tickets/action/add/").status_code == 403


def test_macros_are_imported_whole_or_not_at_all(northlight: Cast) -> None:
    ada = browser(northlight.ada)
    good = "name,action,text,is_active\nthanks,refund,Hello {customer_name},yes\n"

    def upload(text: str) -> str:
        file = SimpleUploadedFile("macros.csv", text.encode(), content_type="text/csv")
        shown = ada.post("/admin/tickets/replymacro/import/", {"import_file": file, "format": "0", "resource": ""})
        page = shown.content.decode()
        confirm = shown.context.get("confirm_form") if shown.context else None
        if confirm is not None:
            ada.post("/admin/tickets/replymacro/process_import/", confirm.initial)
        return page

    page = upload(good + "odd,refund,Hello {nobody},yes\n")
    assert "is no field" in page
    assert ReplyMacro.objects.count() == 0
    upload(good)
    assert ReplyMacro.objects.get().text == "Hello {customer_name}"
    assert Event.objects.filter(type="reply_macro.created").count() == 1
