"""Eight threads, two organizations, pooled connections, streams: every answer is one's own (I01, I02).

Through real HTTP against gunicorn, unfiltered by Django: what the database shows is what is answered. With the
binding taken out, or done once per connection, the same load shows wrong answers.
"""

from __future__ import annotations

import http.client
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from tests.clients import browser
from tests.factories import Cast, Person
from tests.servers.portal_process import EVERY_ROLE, Web, web

THREADS, ROUNDS = 8, 60
ROUTES = ("rows", "stream", "atomic", "rows", "fails", "stream")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(170),
    pytest.mark.django_db(transaction=True, databases=EVERY_ROLE),
]


def session_of(person: Person) -> str:
    return str(browser(person).cookies[settings.SESSION_COOKIE_NAME].value)


def ask(connection: http.client.HTTPConnection, route: str, session: str) -> tuple[int, list[str]]:
    """Return the status, and the organization of every row that was answered."""
    connection.request("GET", f"/test/{route}/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
    answer = connection.getresponse()
    body = answer.read().decode()
    if answer.status != 200:
        return answer.status, []
    if route != "stream":
        return 200, json.loads(body)["seen"]
    begin, *lines, again = body.splitlines()
    assert begin == "begin"
    return 200, lines if lines == again.split()[1:] else ["the end of the stream saw something else", *lines]


def judge(route: str, status: int, seen: list[str], own: list[str]) -> str:
    """Return what is wrong with an answer: `foreign`, `missing`, `failed`, or nothing."""
    if route == "fails":
        return "" if status == 500 else "answered"
    if status != 200:
        return "failed"
    if set(seen) - set(own):
        return "foreign"
    return "" if seen == own else "missing"


def load(server: Web, people: dict[str, list[str]]) -> Counter[str]:
    """Send the whole load; every thread alternates between the people. Return the counts of each judgement."""

    def one_thread(number: int) -> Counter[str]:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
        found: Counter[str] = Counter()
        sessions = list(people.items())
        for turn in range(ROUNDS):
            session, own = sessions[(turn + number) % len(sessions)]
            route = ROUTES[(turn // 2 + number) % len(ROUTES)]
            status, seen = ask(connection, route, session)
            found[judge(route, status, seen, own)] += 1
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(one_thread, range(THREADS)), Counter())


def expected(cast: Cast) -> dict[str, list[str]]:
    return {
        session_of(cast.ada): [str(cast.northlight.pk)] * 4,
        session_of(cast.cleo): [str(cast.southwind.pk)],
    }


@pytest.mark.requirement("I01", part="through HTTP")
@pytest.mark.requirement("I02", part="through HTTP")
def test_no_answer_of_hundreds_is_wrong(cast: Cast, tmp_path: Path) -> None:
    with web(tmp_path / "web.log", application="tests.servers.tenancy_wsgi", threads=THREADS) as server:
        found = load(server, expected(cast))
    assert found == {"": THREADS * ROUNDS}


@pytest.mark.requirement("I02", part="through HTTP")
def test_control_without_the_binding_nothing_is_seen(cast: Cast, tmp_path: Path) -> None:
    """Fail closed: an organization nobody told of sees no row, and nobody can even sign in."""
    people = expected(cast)
    with web(tmp_path / "web.log", application="tests.servers.tenancy_wsgi", BINDING="none") as server:
        found = load(server, people)
    assert found["foreign"] == 0
    assert found[""] == 0


@pytest.mark.requirement("I02", part="through HTTP")
def test_control_a_binding_that_is_done_once_is_caught(cast: Cast, tmp_path: Path) -> None:
    people = expected(cast)
    with web(tmp_path / "web.log", application="tests.servers.tenancy_wsgi", BINDING="once") as server:
        found = load(server, people)
    assert found["foreign"] + found["missing"] + found["failed"] > 50
