"""The tickets part of the story: customers write, twelve gates decide, one person approves, one refund happens."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from connectors.adapters.sandbox.helpdesk import SandboxHelpdesk
from connectors.adapters.sandbox.store import SandboxStore
from demo import shops
from demo.admin_page import AdminPage
from demo.client import Person, Portal
from demo.organization import acting
from demo.people import ADA, PASSWORD
from demo.policies import webhook
from demo.screen import NOT_ASKED, heading, paint, say, shape, step
from demo.tickets import BY_WEBHOOK, DURING_THE_HALT, THE_ONE, TICKETS, DemoTicket
from portal.signed import sign

GATES = tuple(f"T{number:02}" for number in range(1, 13))
AT_REST = frozenset({"waiting", "replied", "closed", "handed_over", "blocked", "stopped", "recorded"})
WITHIN_S = 150.0
STEP_S = 0.25
REFUND_MINOR = 14_200


class TicketStory:
    """One telling: what was sent, what became of it, and every difference from the table."""

    def __init__(self, url: str, telling: int, *, ada: Person, paul: Person) -> None:
        self.url, self.telling, self.ada, self.paul = url, telling, ada, paul
        self.began = datetime.now(UTC)
        self.ids: dict[str, str] = {}
        self.differences: list[str] = []

    def tell(self) -> list[str]:
        """Tell it all; return the differences, none when everything came as it should."""
        heading(f"Tickets: {len(TICKETS)} customers write")
        self._send([ticket for ticket in TICKETS if ticket.key != DURING_THE_HALT])
        with step("the worker takes every ticket through the gates"):
            self._wait(set(self.ids))
        self._halt()
        self._show()
        self._approve()
        self._settle()
        return self.differences

    # Sending

    def _send(self, tickets: Iterable[DemoTicket]) -> None:
        tickets = list(tickets)
        with step(f"{len(tickets)} tickets come in"), ThreadPoolExecutor(4) as senders:
            for ticket, found in zip(tickets, senders.map(self._send_one, tickets), strict=True):
                self.ids[ticket.key] = found

    def _send_one(self, ticket: DemoTicket) -> str:
        body = {
            "external_ref": shops.reference(self.telling, ticket.key),
            "body": ticket.text,
            "channel": "form" if ticket.key in BY_WEBHOOK else "email",
            "sender_email": ticket.email,
            "sender_name": ticket.name,
            "sender_is_verified": ticket.is_verified,
        }
        if ticket.key in BY_WEBHOOK:
            return str(self._deliver(body)["ticket"])
        return str(self.ada.post("tickets/", body)["id"])  # an admin's program may vouch for a sender

    def _deliver(self, body: dict[str, Any]) -> Any:
        """Deliver it as the web form would: signed, with an id of its own; a wrong signature gets nothing."""
        with acting(ADA):
            intake = webhook()
            key, secret = intake.key, intake.secret.reveal()
        raw = json.dumps(body).encode()
        headers = {"Countersign-Delivery": str(body["external_ref"])}
        portal, path = Portal(self.url), f"webhook/{key}/"
        forged = {"Countersign-Signature": sign("not the secret", int(time.time()), raw)}
        if portal.call("POST", path, raw, headers | forged).status != 401:
            self.differences.append("the webhook took a delivery with a wrong signature")
        proved = {"Countersign-Signature": sign(secret, int(time.time()), raw)}
        return portal.call("POST", path, raw, headers | proved).expect(202, 200)

    # Waiting

    def _wait(self, keys: set[str], *, until: Callable[[str], bool] = AT_REST.__contains__) -> dict[str, str]:
        """Return the states of these tickets once each is `until`; raise `TimeoutError` naming those that are not."""
        deadline = time.monotonic() + WITHIN_S
        while True:
            states = self._states(keys)
            late = sorted(key for key, state in states.items() if not until(state))
            if not late and len(states) == len(keys):
                return states
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {WITHIN_S:.0f} s these tickets still wait for a worker: {', '.join(late)}")
            time.sleep(STEP_S)

    def _states(self, keys: set[str]) -> dict[str, str]:
        """Return the states of these tickets from the newest of the list."""
        key_of = {self.ids[key]: key for key in keys}
        found: dict[str, str] = {}
        for row in self.paul.every("tickets/?page_size=100"):
            if row["id"] in key_of:
                found[key_of[row["id"]]] = row["state"]
            if len(found) == len(keys):
                break
        return found

    # The parts of the story

    def _halt(self) -> None:
        """Ada halts all AI work at the admin page, one more customer writes, and she lets it run again."""
        browser = AdminPage(self.url)
        browser.sign_in(ADA.email, PASSWORD)
        with acting(ADA):
            from guardrails.models import OrganizationSwitch

            page = f"/admin/guardrails/organizationswitch/{OrganizationSwitch.objects.get().pk}/change/"
        say(paint("  Ada turns the organization's kill switch on, one more customer writes, she turns it off.", "dim"))
        browser.send(page, is_halted="on", reason="The demo shows the kill switch.")
        try:
            self._send([ticket for ticket in TICKETS if ticket.key == DURING_THE_HALT])
            self._wait({DURING_THE_HALT})
        finally:
            browser.send(page, is_halted=None, reason="")

    def _show(self) -> None:
        """Print every ticket with its gates and compare it with the table."""
        say()
        say(paint(f"  {' '.join(gate[1:] for gate in GATES)}", "dim"))
        for ticket in TICKETS:
            shown = self.paul.get(f"tickets/{self.ids[ticket.key]}/")
            verdict = decisive(shown)
            says = verdict["reason"] if verdict else shown["reason"]
            head = f"  {gates_line(shown)}  {shown['state'].replace('_', ' '):<11}"
            say(f"{head} {paint(ticket.key, 'bold')}: {says}")
            self.differences += differences(ticket, shown)

    def _approve(self) -> None:
        """Paul approves exactly what he was shown; the gates are asked again before anything moves."""
        ticket = self.ids[THE_ONE]
        approval = next(row for row in self.paul.every("approvals/?open=1") if row["ticket"] == ticket)
        heading(f"Paul Novak, support lead, is asked: {approval['question']}")
        say(f"  because {approval['why']}")
        say(f"  the call: {json.dumps(approval['contract']['call'])}")
        self.paul.post(f"approvals/{approval['id']}/claim/")
        self.paul.post(f"approvals/{approval['id']}/approve/", {"digest": approval["contract_digest"]})
        with step("the gates are asked again and the store is called"):
            state = self._wait({THE_ONE}, until=(AT_REST - {"waiting"}).__contains__)[THE_ONE]
        shown = self.paul.get(f"tickets/{ticket}/")
        say(f"  {gates_line(shown)}  {state}: {shown['reason']}")
        if state != "replied":
            self.differences.append(f"{THE_ONE}: approved, but it is `{state}` instead of `replied`: {shown['reason']}")

    def _settle(self) -> None:
        """Look into the outside systems: exactly one refund, and a reply for each ticket that was replied to."""
        with acting(ADA):
            shop = shops.shop_of(self.telling)
        dsn = settings.SANDBOX_DATABASE_URL
        effects = SandboxStore(dsn, shop).effects_between(self.began, datetime.now(UTC) + timedelta(minutes=1))
        sent = SandboxHelpdesk(dsn, shop).outbox()
        heading("In the outside systems")
        for effect in effects:
            say(f"  {paint('✓', 'green')} the store: {effect.operation} {effect.amount} on order {effect.order_id}")
        amounts = [(effect.operation, effect.amount.amount_minor) for effect in effects]
        if amounts != [("refund", REFUND_MINOR)]:
            self.differences.append(f"the store executed {amounts} instead of one refund of $142.00")
        say(f"  {paint('✓', 'green')} the helpdesk: {len(sent)} replies")
        replied = {shops.reference(self.telling, t.key) for t in TICKETS if t.state == "replied" or t.key == THE_ONE}
        if {message.ticket_ref for message in sent} != replied or len(sent) != len(replied):
            self.differences.append(
                f"the helpdesk sent {sorted(m.ticket_ref for m in sent)} instead of {sorted(replied)}"
            )


def _last_run(shown: Any) -> list[Any]:
    """Return the gates of a ticket's last run, in order."""
    last = max((gate["run"] for gate in shown["gates"]), default=0)
    return sorted((gate for gate in shown["gates"] if gate["run"] == last), key=lambda gate: gate["position"])


def gates_line(shown: Any) -> str:
    """Return twelve shapes, one for each gate in its order; previews are dim, gates nobody asked are a dash."""
    asked = {gate["promise"]: gate for gate in _last_run(shown)}
    return "  ".join(
        shape(asked[gate]["outcome"], is_preview=asked[gate]["is_preview"])
        if gate in asked
        else paint(NOT_ASKED, "dim")
        for gate in GATES
    )


def decisive(shown: Any) -> Any | None:
    """Return the gate that decided: the first that did not pass; in shadow mode the one that said so."""
    for gate in _last_run(shown):
        is_over = gate["outcome"] not in ("pass", "record") or (
            gate["outcome"] == "record" and shown["state"] == "recorded"
        )
        if is_over and not gate["is_preview"] and not gate["is_satisfied"]:
            return gate
    return None


def differences(ticket: DemoTicket, shown: Any) -> list[str]:
    """Return in words where a ticket did not come to what the table says."""
    gate = decisive(shown)
    found = (shown["state"], gate["promise"] if gate else "", gate["outcome"] if gate else "pass")
    wanted = (ticket.state, ticket.gate, ticket.outcome)
    problems = []
    if found != wanted:
        why = gate["reason"] if gate else shown["reason"]
        problems.append(
            f"{ticket.key}: came to {' '.join(filter(None, found))} instead of {' '.join(filter(None, wanted))} ({why})"
        )
    said = {row["disposition"] for row in _last_run(shown)}
    if ticket.disposition and ticket.disposition not in said:
        problems.append(f"{ticket.key}: no gate said `{ticket.disposition}`")
    return problems
