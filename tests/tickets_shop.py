"""A sandbox shop for the tests of the tickets flow: a database of its own, its connectors, its people."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings

from audit.models import Event
from connectors.adapters.sandbox import schema
from connectors.adapters.sandbox.door import connect
from connectors.adapters.sandbox.helpdesk import SandboxHelpdesk
from connectors.adapters.sandbox.store import SandboxStore
from connectors.contracts import Customer, Order, OrderLine
from connectors.first_execution import fingerprint_of, record_first
from connectors.models import Connector
from guardrails.gates.fingerprint import of_policy
from guardrails.models import TicketPolicy
from guardrails.policy import ticket_policy_facts
from portal import change, tenancy, work
from portal.money import Money
from tests.factories import Cast
from tickets import intake
from tickets.models import Ticket

NOW = datetime.now(UTC)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def order(
    number: str, customer: str, minor: int, *, days: int = 5, status: str = "fulfilled", refunded: int = 0
) -> Order:
    """Make an order of one line placed `days` ago."""
    return Order(
        id=f"order-{number}",
        number=number,
        customer_ref=customer,
        placed_at=NOW - timedelta(days=days),
        status=status,
        total=usd(minor),
        paid=usd(minor),
        refunded=usd(refunded),
        lines=(OrderLine(f"line-{number}", f"SKU-{number}", "Storm jacket", 1, usd(minor)),),
    )


class Shop:
    """One organization's sandbox shop, its adapters, and short ways to run tickets through it."""

    def __init__(self, cast: Cast, *, live: bool = True) -> None:
        self.dsn = settings.SANDBOX_DATABASE_URL
        self.cast = cast
        self.is_live = False
        schema.ensure_schema(self.dsn)
        with cast.ada.inside():
            shop = f"t{uuid.uuid4().hex[:12]}"
            for role in ("store", "helpdesk", "risk_feed"):
                change.apply(Connector(name=role, role=role, adapter="sandbox", settings={"shop": shop}))
            self.connector = Connector.objects.get(role="store")
            if live:
                self.go_live()
        self.name = f"{cast.northlight.slug}/{shop}"
        self.store = SandboxStore(self.dsn, self.name)
        self.helpdesk = SandboxHelpdesk(self.dsn, self.name)
        self.reload()

    def reload(self, **changes: object) -> None:
        """Load the shop's customers and orders anew."""
        schema.wipe(self.dsn, self.name)
        data = {
            "currency": "USD",
            "customers": (
                Customer("dana", "dana@example.com", "Dana Whitfield"),
                Customer("vera", "vera@example.com", "Vera Park", is_vip=True),
                Customer("max", "max@example.com", "Max Stone"),
                Customer("rita", "rita@example.com", "Rita Vale"),
            ),
            "orders": (
                order("1042", "dana", 14_200),
                order("1043", "dana", 4_999),
                order("1044", "dana", 20_001),
                order("1045", "dana", 3_000, days=400),
                order("1046", "dana", 3_500, status="open"),
                order("2001", "vera", 9_900),
                order("3001", "max", 4_000),
                order("4001", "rita", 4_000),
            ),
        }
        schema.load(self.dsn, self.name, schema.ShopData(**(data | changes)))

    def leave_shadow(self) -> None:
        """Let shadow mode be off from the start; the first of each action still needs a person.

        Not the product's road, which needs two officers and has tests of its own (`tests/tickets/test_go_live.py`).
        """
        live = dict.fromkeys(("shadow_refund", "shadow_cancel", "shadow_exchange", "shadow_reply"), False)
        TicketPolicy.objects.update(**live)

    def policy(self, **changes: object) -> None:
        """Change the ticket policy as an officer does."""
        rules = TicketPolicy.objects.get()
        for name, value in changes.items():
            setattr(rules, name, value)
        change.apply(rules)

    def go_live(self) -> None:
        """Switch shadow mode off and pass the first-time gate, as an officer would after a while."""
        self.leave_shadow()
        self.is_live = True
        self.settle_in()

    def settle_in(self) -> None:
        """Pass the first-time gate for the policy, connector and model as they stand, whatever a test changed."""
        rules = ticket_policy_facts()
        for kind in ("refund", "cancel", "exchange"):
            under = fingerprint_of(of_policy(rules, kind), self.connector)
            record_first(kind, self.connector, fingerprint=under)

    def ticket(
        self, body: str, *, sender: str = "dana@example.com", subject: str = "", verified: bool = True
    ) -> Ticket:
        """Take a ticket in and classify nothing yet."""
        message = intake.checked(
            {
                "external_ref": str(uuid.uuid4()),
                "subject": subject,
                "body": body,
                "channel": "email",
                "sender_email": sender,
                "sender_name": sender.split("@")[0].capitalize(),
            }
        )
        made, _ = intake.receive(message, source="api", sender_is_verified=verified)
        return made

    def run(self, ticket: Ticket, *, rounds: int = 1) -> Ticket:
        """Work on the ticket as a worker would, due or not; return it as it stands then."""
        if self.is_live:
            self.settle_in()
        for _ in range(rounds):
            Ticket.objects.filter(pk=ticket.pk, job_state="ready").update(run_after=NOW - timedelta(days=1))
            with tenancy.acting_as(tenancy.AI):
                work.run("ticket", ticket.pk, None)
        return Ticket.objects.get(pk=ticket.pk)

    def pay_in(self, order_id: str, currency: str) -> None:
        """Let the order turn out to be in another currency."""
        with connect(self.dsn) as connection:
            connection.execute(
                "UPDATE sale_order SET currency = %s WHERE shop = %s AND id = %s", (currency, self.name, order_id)
            )

    def jobs_are_due(self) -> None:
        """Let the time come for every job that the shop took on."""
        with connect(self.dsn) as connection:
            connection.execute("UPDATE job SET due_at = clock_timestamp() WHERE shop = %s", (self.name,))

    def lose_patience(self, ticket: Ticket) -> None:
        """Let the ticket have waited for two hours for whatever does not answer."""
        Ticket.objects.filter(pk=ticket.pk).update(held_since=NOW - timedelta(hours=2))

    def fault(self, operation: str, kind: str, **options: int) -> None:
        schema.set_fault(self.dsn, self.name, operation, kind, **options)

    def refunds(self, number: str) -> list[Money]:
        """Return what was refunded on an order at the store."""
        return [each.amount for each in self.store.effects(f"order-{number}") if each.operation == "refund"]

    def refunds_unseen(self) -> int:
        """Return how many effects the shop has in all, past every fault."""
        with connect(self.dsn) as connection:
            return connection.execute("SELECT count(*) AS n FROM refund WHERE shop = %s", (self.name,)).fetchone().n

    def helpdesk_connector(self) -> Connector:
        return Connector.objects.get(role="helpdesk")

    def events(self, prefix: str) -> list[Event]:
        """Return the trail's events of a kind, oldest first."""
        return list(Event.objects.filter(type__startswith=prefix).order_by("id"))

    def wipe(self) -> None:
        schema.wipe(self.dsn, self.name)

    def clear_faults(self) -> None:
        schema.clear_faults(self.dsn, self.name)
