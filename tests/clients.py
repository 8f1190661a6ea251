"""Clients that are somebody: a browser session of a person of the cast, and a program with their bearer token."""

from __future__ import annotations

from typing import Any

from django.test import Client

from portal import tenancy, tokens
from tests.factories import PASSWORD, Person

BACKEND = "portal.sign_in.EmailBackend"
_numbers = iter(range(1, 1_000_000))


def new_address() -> str:
    """Return an address nobody has used yet: lock-outs count by e-mail and address, in a cache all tests share."""
    import os

    number = next(_numbers)
    return f"10.{os.getpid() % 250}.{number // 250 % 250}.{number % 250 + 1}"


def browser(person: Person | None = None, **options: Any) -> Client:
    """Return a client with the person's session, or with none."""
    client = Client(REMOTE_ADDR=new_address(), **options)
    if person is not None:
        with tenancy.frame("sign-in"):
            client.force_login(person.user, backend=BACKEND)
    return client


def program(person: Person) -> Client:
    """Return a client that sends the person's access token with every request."""
    pair = tokens.issue(person.user, person.membership)
    return Client(REMOTE_ADDR=new_address(), headers={"Authorization": f"Bearer {pair.access}"})


def sign_in(client: Client, email: str, password: str = PASSWORD, **fields: str) -> Any:
    """Send the sign-in form as the page does."""
    return client.post("/sign-in/", {"username": email, "password": password, **fields})
