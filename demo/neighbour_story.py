"""The other organization: Cleo sees her own things everywhere, and nothing of Northlight anywhere."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from demo import shops
from demo.client import Person
from demo.customers_database import SOUTHWIND_CANARY
from demo.screen import heading, paint, say

LISTS = ("connectors/", "questions/", "tickets/", "actions/", "approvals/", "verified-queries/")
OWN_IN = frozenset({"connectors/", "questions/", "tickets/", "actions/", "verified-queries/"})
"""Where Cleo has something of her own, so that an empty list proves nothing; in shadow mode nothing waits for a yes."""
WITHIN_S = 60.0


class NeighbourStory:
    """What another organization sees. `foreign` names addresses of Northlight's own rows."""

    def __init__(self, people: Mapping[str, Person], telling: int, *, foreign: list[str]) -> None:
        self.cleo, self.ada = people["cleo"], people["ada"]
        self.telling, self.foreign = telling, foreign
        self.differences: list[str] = []

    def tell(self) -> list[str]:
        """Tell it; return what Cleo saw and should not have, or missed."""
        heading("Southwind Traders: Cleo looks around")
        self._ticket()
        answer = self.cleo.get("questions/")["results"]
        for path in LISTS:
            own, theirs = ({row["id"] for row in who.every(f"{path}?page_size=100")} for who in (self.cleo, self.ada))
            say(
                f"  {paint('✓', 'green')} {path.rstrip('/').replace('-', ' ')}: {len(own)} of her own, none of the {len(theirs)} of Northlight"
            )
            if own & theirs or (not own and path in OWN_IN) or not theirs:
                self.differences.append(
                    f"Cleo's {path} holds {len(own)} rows, {len(own & theirs)} of them Northlight's"
                )
        for address in self.foreign:
            if (status := self.cleo.call("GET", address).status) != 404:
                self.differences.append(f"Cleo got {status} instead of 404 at {address}")
        say(f"  {paint('✓', 'green')} {len(self.foreign)} addresses of Northlight's answer her: there is nothing here")
        self._canary(answer)
        return self.differences

    def _ticket(self) -> None:
        """A customer writes to Southwind: a new organization is in shadow mode, so it is only recorded."""
        text = (
            "Hello, the storm jacket from order #1042 arrived damaged. Please refund order #1042, I want my money back."
        )
        body = {
            "external_ref": shops.reference(self.telling, "southwind"),
            "body": text,
            "sender_email": "dana@customers.example",
            "sender_is_verified": True,
        }
        ticket = self.cleo.post("tickets/", body)
        deadline = time.monotonic() + WITHIN_S
        while (ticket := self.cleo.get(f"tickets/{ticket['id']}/"))["state"] != "recorded":
            if time.monotonic() > deadline:
                self.differences.append(
                    f"Southwind's ticket is `{ticket['state']}` instead of `recorded`: {ticket['reason']}"
                )
                return
            time.sleep(0.3)
        say(f"  {paint('◎', 'blue')} her one ticket is recorded, nothing is refunded: {ticket['reason']}")

    def _canary(self, questions: list[dict[str, object]]) -> None:
        """Her own product's name stands in her answer and in nothing that Northlight's admin can list."""
        mine = self.cleo.get(f"questions/{questions[0]['id']}/") if questions else {}
        if SOUTHWIND_CANARY not in json.dumps(mine.get("answer")):
            self.differences.append(f"Cleo's own answer does not hold `{SOUTHWIND_CANARY}`")
        everything = json.dumps([list(self.ada.every(f"{path}?page_size=100")) for path in LISTS])
        if SOUTHWIND_CANARY in everything or "southwind" in everything.lower():
            self.differences.append("Northlight's admin can list something of Southwind")
