"""`/readyz` tells the truth: each thing it leans on, 503 where a needed one fails, nothing secret (O03)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from portal import health
from portal.health import Found

pytestmark = [pytest.mark.requirement("O03"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    health.forget()
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    yield
    health.forget()


def test_a_ready_process_says_what_it_asked_and_what_is_embedded() -> None:
    answer = Client().get("/readyz")
    told = answer.json()
    assert (answer.status_code, told["status"]) == (200, "ready"), told
    assert {"database", "migrations", "broker", "cache"} <= set(told["checks"])
    assert all(each["ok"] for each in told["checks"].values())
    assert told["embedded"] == ["broker", "cache", "postgres"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["database", "broker", "cache", "migrations"])
def test_what_is_needed_and_fails_is_503_told_by_its_kind_alone(name: str) -> None:
    def fails() -> Found:
        raise OperationalError('connection to "postgresql://user:hunter2@db.example" failed')

    health.add(name, fails, is_needed=True)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    told = answer.json()
    assert told["status"] == "not ready"
    assert told["checks"][name] == {"ok": False, "needed": True, "said": "OperationalError"}
    assert sum(not each["ok"] for each in told["checks"].values()) == 1
    assert b"hunter2" not in answer.content


def test_a_sealer_that_lags_is_told_and_takes_no_page_away() -> None:
    health.add("sealing", lambda: Found(False, "late", {"lag_seconds": 90.0}), is_needed=False)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["sealing"]["numbers"] == {"lag_seconds": 90.0}


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0"])
def test_a_broker_that_is_not_there_is_found_by_asking_it(url: str) -> None:
    from portal import valkey

    valkey.broker.cache_clear()
    try:
        with override_settings(REDIS_URL=url):
            assert Client().get("/readyz").json()["checks"]["broker"]["ok"] is False
    finally:
        valkey.broker.cache_clear()


def test_a_migration_that_did_not_run_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.loader import MigrationLoader

    monkeypatch.setattr(health, "_migrated", False)
    loaded = MigrationLoader.load_disk

    def with_one_more(self: MigrationLoader) -> None:
        loaded(self)
        self.disk_migrations[("audit", "9999_tomorrow")] = next(iter(self.disk_migrations.values()))

    monkeypatch.setattr(MigrationLoader, "load_disk", with_one_more)
    monkeypatch.setattr(MigrationLoader, "build_graph", lambda self: self.load_disk())
    assert health.migrations() == Found(False, "1 migrations have not run: run `manage.py migrate`")


def test_asking_again_within_a_second_asks_no_server() -> None:
    Client().get("/readyz")
    with CaptureQueriesContext(connection) as queries:
        assert Client().get("/readyz").status_code == 200
    assert len(queries) == 0


def test_alive_is_alive_also_where_nothing_answers() -> None:
    health.add("database", lambda: Found(False), is_needed=True)
    assert Client().get("/healthz").status_code == 200
