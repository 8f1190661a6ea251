"""Wiring of the tickets flow."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = "Tickets"

    def ready(self) -> None:
        from portal import change, work
        from tickets import events, pipeline  # noqa: F401
        from tickets.models import FlaggedCustomer, Intake, ReplyMacro, Ticket

        work.register("ticket", Ticket, pipeline.handle, pipeline.give_up)
        change.govern(ReplyMacro, "reply_macro", "a reply macro")
        change.govern(FlaggedCustomer, "flagged_customer", "a flag on a customer")
        change.govern(Intake, "intake", "a webhook intake")
