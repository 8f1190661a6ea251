"""Plays Stripe: customers, charges, disputes, early fraud warnings, pages, restricted keys, and signed events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from portal.signed import sign
from tests.servers.rest import Query, RestServer

PLACES = {
    "/v1/customers": "customers",
    "/v1/charges": "charges",
    "/v1/disputes": "disputes",
    "/v1/radar/early_fraud_warnings": "warnings",
}


class StripeServer(RestServer):
    """One account with the restricted key `rk_live_canary` and the customer `cus_dana`."""

    key, secret = "rk_live_canary", "whsec_canary-of-the-risk-webhook"

    def __init__(self) -> None:
        super().__init__()
        self.forbidden: set[str] = set()
        self.page_size = 100
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in PLACES.values()}
        self.rows["customers"].append({"id": "cus_dana", "email": "dana@example.com"})

    def charge(self, key: str, *, risk: str = "normal", customer: str = "cus_dana", **fraud: str) -> str:
        made = {"id": key, "customer": customer, "disputed": False, "created": self.seconds}
        self.rows["charges"].append(made | {"outcome": {"risk_level": risk}, "fraud_details": fraud})
        return key

    def dispute(self, charge: str, status: str, reason: str = "fraudulent", key: str = "dp_1") -> dict[str, Any]:
        for row in self.rows["charges"]:
            row["disputed"] = row["disputed"] or row["id"] == charge
        self.rows["disputes"] = [row for row in self.rows["disputes"] if row["id"] != key]
        made = {"id": key, "charge": charge, "status": status, "reason": reason, "created": self.seconds}
        self.rows["disputes"].append(made)
        return made

    def warn(self, charge: str, key: str = "issfr_1", *, actionable: bool = True) -> dict[str, Any]:
        kind = "made_with_stolen_card"
        made = {"id": key, "charge": charge, "actionable": actionable, "fraud_type": kind, "created": self.seconds}
        self.rows["warnings"].append(made)
        return made

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())

    def answer(self, method: str, path: str, query: Query, headers: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if headers.get("authorization") != f"Bearer {self.key}":
            return 401, {"error": {"type": "invalid_request_error"}}
        name = PLACES.get(path)
        if name in self.forbidden:
            return 403, {"error": {"type": "invalid_request_error"}}
        if method != "GET" or name is None:
            return 404, {"error": {"type": "invalid_request_error"}}
        wanted = {field: query[field][0] for field in ("email", "customer", "charge") if field in query}
        found = [row for row in self.rows[name] if all(row.get(field) == value for field, value in wanted.items())]
        if after := query.get("starting_after"):
            found = found[[row["id"] for row in found].index(after[0]) + 1 :]
        size = min(self.page_size, int(query.get("limit", ["10"])[0]))
        return 200, {"object": "list", "data": found[:size], "has_more": len(found) > size}


def event(kind: str, about: dict[str, Any], *, key: str, at: int) -> bytes:
    """Return the body of an event."""
    made = {"id": key, "object": "event", "type": kind, "created": at, "data": {"object": about}}
    return json.dumps(made).encode()


def signed(body: bytes, at: float, secret: str = StripeServer.secret) -> str:
    return sign(secret, int(at), body)
