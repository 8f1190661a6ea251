"""What the tests of connectors share: making them, and calling the API and the admin as somebody of the cast."""

from __future__ import annotations

import logging
from typing import Any

from django.test import Client
from psycopg.conninfo import conninfo_to_dict
from rest_framework.test import APIClient

from audit.models import Event
from connectors import set_up
from connectors.models import Connector
from portal import tokens
from tests.connectors.conftest import READER_PASSWORD, PostgresServer
from tests.factories import Person

API = "/api/v1/connectors/"


def make_source(name: str = "Warehouse", *, secret: str = "", **fields: Any) -> Connector:
    """Set up a PostgreSQL connector of the current organization that nobody needs to reach."""
    settings = {"host": "localhost", "port": 1, "database": "shop", "user": "reader", **fields.pop("settings", {})}
    connector = Connector(name=name, role="source", adapter="postgresql", settings=settings, **fields)
    return set_up.set_up(connector, secret=secret)


def real_settings(server: PostgresServer, database: str, user: str = "countersign_reader") -> dict[str, Any]:
    """Return the settings of a connector to the throw-away server."""
    host = str(conninfo_to_dict(server.superuser)["host"])
    return {"host": host, "port": 5432, "database": database, "user": user}


def make_real_source(server: PostgresServer, database: str, **fields: Any) -> Connector:
    """Set up a connector that reaches the throw-away server with the reader's credential."""
    fields.setdefault("settings", real_settings(server, database))
    return make_source(fields.pop("name", "Warehouse"), secret=fields.pop("secret", READER_PASSWORD), **fields)


def api_as(person: Person) -> APIClient:
    """Return an API client that carries the person's access token."""
    client = APIClient(raise_request_exception=False)
    with person.inside():
        pair = tokens.issue(person.user, person.membership)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    return client


def browser_as(person: Person) -> Client:
    """Return a browser in which the person is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(person.user, backend="portal.sign_in.EmailBackend")
    return client


def events(kind: str) -> list[Event]:
    """Return the current organization's events of a type, oldest first."""
    return list(Event.objects.filter(type=kind).order_by("id"))


class Heard(logging.Handler):
    """Keeps everything that is logged while it listens."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
