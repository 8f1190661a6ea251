"""Wiring of the tickets flow."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = "Tickets"

    def ready(self) -> None:
        from guardrails import reply_cases
        from guardrails.models import TicketPolicy
        from portal import change, work
        from tickets import events, go_live, own_access, pipeline, reply_facts  # noqa: F401
        from tickets.models import FlaggedCustomer, Intake, ReplyMacro, Ticket

        work.register("ticket", Ticket, pipeline.handle, pipeline.give_up)
        change.govern(ReplyMacro, "reply_macro", "a reply macro")
        change.govern(FlaggedCustomer, "flagged_customer", "a flag on a customer")
        change.govern(Intake, "intake", "a webhook intake")
        reply_cases.own_words_from(reply_facts.macros)
        _learn()
        change.condition(TicketPolicy, go_live.only_by_two)
        change.followed(TicketPolicy, go_live.keep_in_step)
        own_access.register()
        _navigate()
        _show()


def _learn() -> None:
    from django.urls import reverse

    from guardrails import rehearsal
    from portal import work
    from tickets import rehearse, shadow_run
    from tickets.models import Rehearsal, TicketImport

    work.register("ticket_import", TicketImport, shadow_run.work_on, shadow_run.give_up)
    work.register("rehearsal", Rehearsal, rehearse.work_on, rehearse.give_up)
    rehearsal.install(
        lambda draft, reason: reverse("tickets:rehearsal", args=[rehearse.start(draft, reason=reason).pk])
    )


def _navigate() -> None:
    from portal.navigation import Entry, add_admin, add_page
    from portal.roles import Capability
    from tickets.approvals import waiting_count

    work = Capability.WORK_APPROVALS
    add_page(Entry("Work", "Approvals", "tickets:approvals", work, order=30, count=waiting_count))
    add_page(Entry("Work", "Tickets", "tickets:tickets", work, order=40))
    under = ("tickets:rehearsals", "tickets:rehearsal", "tickets:imports", "tickets:health", "tickets:all_versions")
    add_page(Entry("Govern", "Learning", "tickets:shadow", Capability.SET_POLICY, order=30, under=under))
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

    subjects.relate("ticket", _family)
    subjects.relate("action", lambda pk: _family_of("Action", pk))
    subjects.relate("approval", lambda pk: _family_of("Approval", pk))
    subjects.link("ticket", "tickets:ticket")
    subjects.link("approval", "tickets:approval")
    subjects.link("rehearsal", "tickets:rehearsal")
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
    from tickets import overdue

    figures.add(
        figures.Figure(
            "Approvals",
            "The oldest waits for",
            lambda period: overdue.oldest_age(),
            lambda period: reverse("tickets:approvals"),
            Capability.WORK_APPROVALS,
            order=11,
        )
    )


def _family(ticket_id: object) -> list[tuple[str, str]]:
    """Return what belongs to a ticket's story: actions, approvals, differences with the store. Three queries."""
    from tickets.models import Action, Approval, Difference

    rows = (
        ("action", Action.objects.filter(ticket=ticket_id)),
        ("approval", Approval.objects.filter(ticket=ticket_id)),
        ("difference", Difference.objects.filter(action__ticket=ticket_id)),
    )
    return [(kind, str(pk)) for kind, found in rows for pk in found.values_list("pk", flat=True)]


def _family_of(model: str, pk: str) -> list[tuple[str, str]]:
    from tickets import models

    ticket = getattr(models, model).objects.filter(pk=pk).values_list("ticket_id", flat=True).first()
    return [("ticket", str(ticket)), *_family(ticket)] if ticket else []
