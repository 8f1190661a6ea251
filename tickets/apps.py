"""Wiring of the tickets flow."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = "Tickets"

    def ready(self) -> None:
        from guardrails import reply_cases
        from portal import change, work
        from tickets import events, pipeline, reply_facts  # noqa: F401
        from tickets.models import FlaggedCustomer, Intake, ReplyMacro, Ticket

        work.register("ticket", Ticket, pipeline.handle, pipeline.give_up)
        change.govern(ReplyMacro, "reply_macro", "a reply macro")
        change.govern(FlaggedCustomer, "flagged_customer", "a flag on a customer")
        change.govern(Intake, "intake", "a webhook intake")
        reply_cases.own_words_from(reply_facts.macros)
        _navigate()
        _show()


def _navigate() -> None:
    from portal.navigation import Entry, add_admin, add_page
    from portal.roles import Capability
    from tickets.approvals import waiting_count

    work = Capability.WORK_APPROVALS
    add_page(Entry("Work", "Approvals", "tickets:approvals", work, order=30, count=waiting_count))
    add_page(Entry("Work", "Tickets", "tickets:tickets", work, order=40))
    entries = (
        ("Tickets", "Tickets", "ticket", Capability.VIEW_GOVERNANCE, "confirmation_number"),
        ("Tickets", "Action log", "action", Capability.VIEW_GOVERNANCE, "receipt_long"),
        ("Tickets", "Differences", "difference", Capability.VIEW_GOVERNANCE, "difference"),
        ("Tickets", "Reply macros", "replymacro", Capability.SET_POLICY, "quickreply"),
        ("Tickets", "Webhook intakes", "intake", Capability.SET_POLICY, "webhook"),
        ("Tickets", "Flagged customers", "flaggedcustomer", Capability.SET_POLICY, "flag"),
        ("Approvals", "Approvals", "approval", Capability.VIEW_GOVERNANCE, "fact_check"),
    )
    for order, (group, title, name, capability, icon) in enumerate(entries):
        add_admin(Entry(group, title, f"admin:tickets_{name}_changelist", capability, icon, order))


def _show() -> None:
    """Say where a subject of this flow is looked at, and what of it the dashboard counts."""
    from django.urls import reverse

    from portal import figures, subjects
    from portal.roles import Capability
    from tickets.approvals import waiting_count

    subjects.link("ticket", "tickets:ticket")
    subjects.link("approval", "tickets:approval")
    subjects.link("action", "admin:tickets_action_change")
    figures.add(
        figures.Figure(
            "Approvals",
            "Waiting now",
            lambda period: waiting_count(),
            lambda period: reverse("tickets:approvals"),
            Capability.WORK_APPROVALS,
            order=10,
        )
    )
