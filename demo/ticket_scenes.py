"""What pictures of the tickets flow show and its story does not leave behind, set once through the product's verbs."""

from __future__ import annotations

import io

from demo.organization import acting
from demo.people import ADA, PAUL

CLOSED_TICKETS = b"""\
reference,received_at,subject,body,sender_email,sender_verified,order_number,order_customer_email,order_paid,\
order_currency,order_placed_at,order_status,did,did_amount,did_currency
DEMO-1,2026-09-01T10:14:00Z,Torn sleeve,"The jacket from order #7001 arrived torn. I want my money back.",\
rosa@example.com,yes,7001,rosa@example.com,39.00,USD,2026-08-20T09:00:00Z,delivered,refund,39.00,USD
DEMO-2,2026-09-02T08:01:00Z,Broken lamp,"The lamp from order #7002 is broken, please refund order #7002.",\
theo@example.com,yes,7002,theo@example.com,180.00,USD,2026-08-25T09:00:00Z,delivered,refund,90.00,USD
DEMO-3,2026-09-03T12:40:00Z,Where is it,"Where is my parcel? Order #7003 should have arrived last week.",\
ines@example.com,yes,7003,ines@example.com,55.00,USD,2026-08-27T09:00:00Z,shipped,reply,,
DEMO-4,yesterday,No moment,"This line has no date that can be read.",ines@example.com,yes,,,,,,,reply,,
"""


def rehearsed() -> str:
    """A rehearsal by Ada: refunds by themselves up to $150.00 instead of $50.00."""
    from django.urls import reverse

    from guardrails.models import ActionCeiling
    from tickets import rehearse
    from tickets.models import Rehearsal

    row = Rehearsal.objects.filter(state="done").order_by("-id").first()
    if row is None:
        draft = ActionCeiling.objects.get(action="refund", currency="USD")
        draft.auto_minor = 15_000
        row = rehearse.start(draft, tickets=500, reason="Half of the queue is refunds of $50.00 to $150.00.", now=True)
    return reverse("tickets:rehearsal", args=[row.pk])


def imported() -> str:
    """The imports, with a file of closed tickets one line of which cannot be read."""
    from django.urls import reverse

    from tickets import importing

    importing.take("closed-tickets.csv", io.BytesIO(CLOSED_TICKETS))
    return reverse("tickets:imports")


def asked_to_go_live() -> str:
    """The shadow report, with Ada's request to take exchanges live waiting for a second officer."""
    from django.urls import reverse

    from tickets import go_live
    from tickets.models import GoLive

    if not GoLive.objects.filter(action="exchange", state="asked").exists():
        go_live.ask("exchange", reason="Three weeks of agreement with the team.")
    return reverse("tickets:shadow")


def versions() -> str:
    """The versions of the ticket policy, of which there are two at least."""
    from django.urls import reverse

    from guardrails import versions as kept
    from guardrails.models import TicketPolicy
    from portal import change

    policy = TicketPolicy.objects.get()
    if len(kept.of(change.kind_of(TicketPolicy), policy.pk)) < 2:
        for days in (policy.abuse_window_days + 30, policy.abuse_window_days):
            policy.abuse_window_days = days
            change.apply(policy, reason="Returns of the winter sale count for longer.")
            policy.refresh_from_db()
    return reverse("tickets:versions", args=[change.kind_of(TicketPolicy), policy.pk])


def planted() -> str:
    """The rubber stamps' page, with a planted test that is out."""
    from django.urls import reverse

    from tickets import plant
    from tickets.models import PlantedTest

    if not PlantedTest.objects.exists():
        plant.plant("amount")
    return reverse("tickets:watch")


def saved_view() -> str:
    """Paul's saved view of the queue: refunds, the largest first."""
    from tickets import saved_views
    from tickets.models import SavedView

    with acting(PAUL):
        row = SavedView.objects.filter(owner__email=PAUL.email).first()
        row = row or saved_views.save(name="Large refunds", query="kind=refund&sort=amount", is_shared=True)
    return f"/approvals/views/{row.pk}/"


def recipient() -> str:
    """A recipient of notices: the support team's mailbox."""
    from django.urls import reverse

    from connectors import notify
    from connectors.models import Recipient

    with acting(ADA):
        if not Recipient.objects.exists():
            mailbox = "support@northlight.example"
            notify.set_up(Recipient(name="Support team", channel="email", email=mailbox, topics=["approval.overdue"]))
    return reverse("admin:connectors_recipient_changelist")
