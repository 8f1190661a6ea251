"""One fresh sandbox shop for each telling of the story, so that it comes to the same end every time.

First executions are remembered per store connector (T11): each telling has a connector and a shop of its own,
and what an earlier telling left waiting is rejected by the support lead, as at the end of a shift.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from django.conf import settings

from connectors import set_up
from connectors.adapters.sandbox import schema
from connectors.models import Connector
from connectors.open import sandbox_shop
from demo.organization import acting
from demo.people import ADA, CLEO, PAUL
from demo.shop import shop_data
from tickets import approve
from tickets.models import Approval, Ticket

STORE = "Northlight shop"


def fresh_telling() -> int:
    """Open the shop of the next telling and return its number. Call it with web and worker at rest."""
    schema.ensure_schema(settings.SANDBOX_DATABASE_URL)
    _reject_leftovers()
    with acting(ADA):
        number = Connector.objects.with_role("store").count()
        if number == 0 or Ticket.objects.filter(external_ref__startswith=reference(number, "")).exists():
            number += 1
            _open_shop(number)
        _fill(Connector.objects.active().with_role("store").get(), number)
    with acting(CLEO):
        for role in ("store", "helpdesk", "risk_feed"):
            _single(role, f"Southwind {role.replace('_', ' ')}", {})
        _fill(Connector.objects.active().with_role("store").get(), 1)
    return number


def reference(number: int, key: str) -> str:
    """Return the outside reference of a ticket in one telling."""
    return f"story-{number}/{key}"


def shop_of(number: int) -> str:
    """Return the sandbox's name of a telling's shop, as the receipts there know it. Inside Northlight."""
    return sandbox_shop(Connector.objects.get(name=_store_name(number)))


def _store_name(number: int) -> str:
    return STORE if number == 1 else f"{STORE} {number}"


def _open_shop(number: int) -> None:
    shop = {"shop": f"telling-{number}"}
    for former in Connector.objects.active().with_role("store"):
        former.is_active = False
        set_up.set_up(former, reason="the demo's story is told anew", source="demo")
    set_up.set_up(
        Connector(name=_store_name(number), role="store", adapter="sandbox", settings=shop),
        reason="demo",
        source="demo",
    )
    _single("helpdesk", "Northlight helpdesk", shop)
    _single("risk_feed", "Northlight risk feed", shop)


def _single(role: str, name: str, given: dict[str, str]) -> None:
    connector = Connector.objects.with_role(role).first() or Connector(name=name, role=role, adapter="sandbox")
    connector.settings = {"shop": "", **given}
    set_up.set_up(connector, reason="demo", source="demo")


def _fill(store: Connector, number: int) -> None:
    """Load customers and orders; an order's key names the telling, so that tellings do not add up on one order."""
    data = shop_data(datetime.now(UTC))
    name = f"{store.organization.slug}-{number}"

    def own(key: str) -> str:
        return f"{key}@{name}"

    schema.load(
        settings.SANDBOX_DATABASE_URL,
        sandbox_shop(store),
        replace(
            data,
            orders=[replace(order, id=own(order.id)) for order in data.orders],
            claims=[replace(claim, order_id=own(claim.order_id)) for claim in data.claims],
            refunds=[replace(refund, order_id=own(refund.order_id)) for refund in data.refunds],
        ),
    )


def _reject_leftovers() -> None:
    with acting(PAUL):
        for approval in Approval.objects.waiting().select_related("ticket"):
            approve.reject(approval.pk, reason="The demo's story is told anew.")
