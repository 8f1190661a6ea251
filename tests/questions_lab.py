"""A customer's databases, a model that speaks the protocol, and short ways to send questions through the flow."""

from __future__ import annotations

import os
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.utils import timezone
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from audit.models import Event, EventText
from connectors import grant, set_up
from connectors.models import Connector
from portal import embedded, work
from portal.roles import Role
from questions import ask as asking
from questions import countersign, memory
from questions.models import MemoryEntry, Question, VerifiedQuery
from tests.factories import Cast, Person, make_person
from tests.servers.messages import MessagesServer

CANARY = "Wilhelmina Canary-Rowe"
"""Stands in a row of the customer's database; must never be found in anything of the portal's."""
CANARY_NUMBER = 918273645
PASSWORD = "canary-of-the-question-reader"
ROLE = "question_reader"
DATABASE = f"customer_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"

TABLES = f"""
    CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text, loyalty int);
    COMMENT ON TABLE customers IS 'people who buy';
    CREATE TABLE orders (
        id int PRIMARY KEY, customer_id int REFERENCES customers (id), placed_at date NOT NULL, total numeric(12, 2)
    );
    CREATE TABLE notes (id int PRIMARY KEY, body text);
    INSERT INTO customers SELECT i, 'Customer ' || i, CASE WHEN i % 2 = 0 THEN 'Oslo' ELSE 'Bergen' END, i
        FROM generate_series(1, 100) i;
    INSERT INTO customers VALUES (500, '{CANARY}', 'Tromso', {CANARY_NUMBER});
    INSERT INTO orders SELECT i, 1 + i % 100, DATE '2026-10-01' + i % 31, i FROM generate_series(1, 300) i;
    INSERT INTO notes VALUES (1, repeat('x', 300000)), (2, 'short');
    GRANT USAGE ON SCHEMA public TO {ROLE};
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE};
"""


def superuser(database: str = "postgres") -> str:
    return make_conninfo(embedded.superuser_url(settings.ENVIRONMENT.state_dir), dbname=database)


def in_database(statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
    with psycopg.connect(superuser(database), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def make_database() -> None:
    """Make the customer's database and its read-only role anew."""
    in_database(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
    in_database(
        f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}' CONNECTION LIMIT 60;"
        " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    in_database(f'CREATE DATABASE "{DATABASE}"')
    in_database(f'GRANT CONNECT ON DATABASE "{DATABASE}" TO {ROLE}')
    in_database(TABLES, DATABASE)


class Lab:
    """Northlight with a production PostgreSQL, a SQLite file and, where asked for, a model."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.server: MessagesServer | None = None
        self._olga: Person | None = None
        with cast.ada.inside():
            self.orders = self._postgresql("orders_prod", is_production=True)
            self.archive = self._sqlite("archive")

    def _postgresql(self, name: str, **fields: Any) -> Connector:
        host = str(conninfo_to_dict(superuser())["host"])
        port = int(str(conninfo_to_dict(superuser()).get("port") or 5432))
        given = {"host": host, "port": port, "database": DATABASE, "user": ROLE}
        connector = Connector(name=name, role="source", adapter="postgresql", settings=given, **fields)
        return set_up.set_up(connector, secret=PASSWORD)

    def _sqlite(self, name: str) -> Connector:
        folder = Path(settings.SQLITE_FOLDER) / self.cast.northlight.slug
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"lab_{os.getpid()}.sqlite"
        file.unlink(missing_ok=True)
        with sqlite3.connect(file) as connection:
            connection.executescript(
                "CREATE TABLE shipments (id INTEGER PRIMARY KEY, carrier TEXT, parcels INTEGER);"
                "INSERT INTO shipments VALUES (1, 'Posten', 3), (2, 'Bring', 4);"
            )
        connection.close()
        given = {"file": file.name}
        return set_up.set_up(Connector(name=name, role="source", adapter="sqlite", settings=given))

    def close(self) -> None:
        if self.server is not None:
            self.server.stop()

    # --- who and what ---

    def grant(self, person: Person, connector: Connector | None = None) -> None:
        with self.cast.ada.inside():
            grant.give(connector or self.orders, to=person.membership)

    def write(self, question: str, sql: str, connector: Connector | None = None, **fields: Any) -> VerifiedQuery:
        """Save a query as ada; nobody has countersigned it."""
        with self.cast.ada.inside():
            row = VerifiedQuery(connector=connector or self.orders, question=question, sql=sql, **fields)
            return memory.save_verified(row)

    def verify(self, question: str, sql: str, connector: Connector | None = None, **fields: Any) -> VerifiedQuery:
        """Save a query as ada, countersigned by olga."""
        return self.sign(self.write(question, sql, connector, **fields))

    def sign(self, row: VerifiedQuery, person: Person | None = None) -> VerifiedQuery:
        with (person or self.olga).inside():
            return countersign.countersign(VerifiedQuery.objects.get(pk=row.pk), revision=row.revision)

    @property
    def olga(self) -> Person:
        """Northlight's second officer, made when she is first asked for."""
        if self._olga is None:
            email = f"olga@{self.cast.northlight.slug}.example"
            self._olga = make_person(self.cast.northlight, "Olga Berg", email, Role.ADMIN)
        return self._olga

    def remember(self, kind: str, name: str, text: str, connector: Connector | None = None) -> MemoryEntry:
        from portal import change

        with self.cast.ada.inside():
            row = MemoryEntry(kind=kind, name=name, text=text, connector=connector)
            change.apply(row)
            return row

    def model(self) -> MessagesServer:
        """Start a server that speaks the Messages protocol and make it the organization's model."""
        self.server = MessagesServer(key="sk-lab-canary-key").start()
        with self.cast.ada.inside():
            given = {"base_url": self.server.url, "model": "claude-sonnet-lab", "timeout_s": 3, "deadline_s": 6}
            row = Connector(name="model", role="provider", adapter="anthropic", settings=given)
            set_up.set_up(row, secret="sk-lab-canary-key")
        return self.server

    # --- questions ---

    def ask(self, person: Person, text: str, connector: Connector | None = None, **more: Any) -> Question:
        """Ask and work on it as a worker would; return it as it stands then."""
        with person.inside():
            made = asking.ask(text=text, connector_id=(connector or self.orders).pk, **more)
        return self.work(made)

    def run_sql(self, person: Person, sql: str, connector: Connector | None = None) -> Question:
        with person.inside():
            made = asking.run_sql(connector_id=(connector or self.orders).pk, sql=sql)
        return self.work(made)

    def work(self, question: Question) -> Question:
        """Work on a question in the background's context, due or not."""
        from portal import tenancy

        with tenancy.scope(question.organization_id, actor=tenancy.SYSTEM):
            Question.objects.filter(pk=question.pk, job_state="ready").update(
                run_after=timezone.now() - timedelta(days=1)
            )
            work.run("question", question.pk, None)
            return Question.objects.select_related("connector").get(pk=question.pk)

    def steps(self, question: Question) -> list[str]:
        return [each["step"] for each in question.timings]


def events_of(question: Question) -> list[Event]:
    """Return the events about a question, oldest first."""
    return list(Event.objects.about("question", str(question.pk)).order_by("id"))


def texts_of(event: Event) -> dict[str, str]:
    return dict(EventText.objects.filter(event_id=event.pk).values_list("field", "text"))
