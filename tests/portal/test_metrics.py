"""`/metrics`: requests, jobs, queues, gates and health as numbers, for whoever shows the token, of no tenant (O03)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.test.utils import override_settings
from prometheus_client.parser import text_string_to_metric_families

from portal import metrics
from tests.clients import browser
from tests.factories import Cast

pytestmark = [
    pytest.mark.requirement("O03"),
    pytest.mark.django_db(databases=["default", "owner", "dispatcher"]),
]
TOKEN = "scrape-token-of-the-test-1234567890"
LABELS = {"method", "route", "status", "le", "kind", "state", "outcome", "gate", "verdict", "check"}
"""Every label there is; a tenant, a person or an id in one would tell whoever scrapes."""


def scraped() -> str:
    with override_settings(METRICS_TOKEN=TOKEN):
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return answer.content.decode()


def value_of(text: str, name: str, **labels: str) -> float:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return float(sample.value)
    return 0.0


def test_a_request_is_counted_by_route_never_by_its_address(cast: Cast) -> None:
    named = {"method": "GET", "route": "admin:audit_event_change", "status": "404"}
    before = value_of(scraped(), "countersign_requests_total", **named)
    browser(cast.ada).get("/admin/audit/event/00000000-0000-7000-8000-000000000001/change/")
    text = scraped()
    assert value_of(text, "countersign_requests_total", **named) == before + 1
    assert value_of(text, "countersign_request_seconds_count", route="admin:audit_event_change") >= 1
    Client().generic("BREW", "/healthz")
    assert 'method="other"' in scraped()


def test_queues_outbox_and_health_are_told(cast: Cast) -> None:
    text = scraped()
    kinds = set(re.findall(r'countersign_queue_age_seconds\{kind="([^"]+)"\}', text))
    assert {"ticket", "question", "notice"} <= kinds, kinds
    assert value_of(text, "countersign_up", check="database") == 1
    assert value_of(text, "countersign_up", check="migrations") == 1


def test_no_label_names_a_tenant_a_person_or_an_id(cast: Cast) -> None:
    browser(cast.ana).get("/ask/")
    text = scraped()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            assert set(sample.labels) <= LABELS, sample
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", text)
    assert "northlight" not in text.lower()
    assert "@" not in text


def test_only_the_token_or_this_machine_reads_them() -> None:
    def status(**headers: str) -> int:
        return Client(REMOTE_ADDR=headers.pop("address", "127.0.0.1")).get("/metrics", headers=headers).status_code

    assert status() == 200
    assert status(address="10.1.2.3") == 401
    assert status(**{"X-Forwarded-For": "198.51.100.7"}) == 401, "somebody else, through a proxy on this machine"
    with override_settings(PRODUCTION=True, SECURE_SSL_REDIRECT=False):
        assert status() == 401, "in production loopback is the proxy"
    with override_settings(METRICS_TOKEN=TOKEN):
        assert status() == 401
        assert status(Authorization="Bearer wrong") == 401
        assert status(Authorization=f"Bearer {TOKEN}", address="10.1.2.3") == 200


def test_a_queue_that_cannot_be_asked_takes_no_other_number_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: object) -> None:
        raise RuntimeError("postgresql://user:hunter2@db")

    monkeypatch.setattr(metrics.Queues, "collect", fails)
    text = scraped()
    assert "# Queues could not be asked: RuntimeError" in text
    assert "countersign_up" in text
    assert "hunter2" not in text


COUNT = """
import os, sys
from portal import counters
counters.GATES.labels("T09", "pass").inc(int(sys.argv[1]))
"""
ADD_UP = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


@pytest.mark.timeout(60)
def test_processes_count_together_and_a_successor_counts_on_in_the_same_file(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def run(code: str, *arguments: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], env=environment | more, capture_output=True, text=True, check=True
        )
        return done.stdout

    for slot, count in (("web0", "2"), ("web1", "3"), ("web0", "5")):
        run(COUNT, count, METRICS_SLOT=slot)
    assert value_of(run(ADD_UP), "countersign_gate_verdicts_total", gate="T09", verdict="pass") == 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["counter_web0.db", "counter_web1.db"]
