"""Fifty questions of five organizations at once, a worker killed in the middle: nothing is lost, held or mixed."""

from __future__ import annotations

import os
import re
import signal
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connections

from connectors import sessions, set_up
from connectors.models import Connector
from guardrails.models import SpendReservation
from portal import tenancy, work
from portal.models import Organization
from portal.roles import Role
from questions import ask as asking
from questions import memory, rows
from questions.models import AnswerBudget, Question, QuestionState, VerifiedQuery
from tests.factories import Person, make_organization, make_person
from tests.questions_lab import DATABASE, PASSWORD, ROLE, in_database, superuser
from tests.servers import messages
from tests.servers.messages import MessagesServer, Recorded, Reply

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"]),
    pytest.mark.timeout(120),
]

ORGANIZATIONS, WORKERS = 5, 3
LONGEST_S = 60


@dataclass(frozen=True)
class House:
    """One organization, whose rows alone say whose they are."""

    number: int
    organization: Organization
    person: Person
    connector: Connector

    @property
    def mark(self) -> str:
        return f"row-of-{self.number}-only"


def answer_for(request: Recorded) -> Reply:
    """Play the model: write SQL for whichever schema the request tells of, and fail now and then."""
    schemas = set(re.findall(rb"house_(\d)", request.raw))
    assert len(schemas) == 1, f"a prompt tells of the schemas {sorted(schemas)}"
    statement = f"SELECT owner, count(*) AS n FROM house_{schemas.pop().decode()}.things GROUP BY owner"
    return messages.sql(statement)(request)


@pytest.fixture
def houses(transactional_db: None, customer_database: None) -> Iterator[list[House]]:
    from psycopg.conninfo import conninfo_to_dict

    with MessagesServer(key="sk-many-key", default=answer_for) as server:
        found = conninfo_to_dict(superuser())
        given = {"host": found["host"], "port": int(str(found.get("port") or 5432)), "database": DATABASE, "user": ROLE}
        made = [_house(number, given, server.url) for number in range(ORGANIZATIONS + 1)]
        for organization, job in [(made[-1].organization.pk, job) for job in ask_ten(made[-1])[2:4]]:
            with tenancy.scope(organization, actor=tenancy.SYSTEM):
                work.run("question", job, None)  # what a worker loads once is loaded before the forks
        with made.pop().person.inside():
            Question.objects.update(job_state="idle")
        yield made
    for number in range(ORGANIZATIONS + 1):
        in_database(f"DROP SCHEMA IF EXISTS house_{number} CASCADE", DATABASE)


def _house(number: int, given: dict, model_url: str) -> House:
    in_database(
        f"DROP SCHEMA IF EXISTS house_{number} CASCADE; CREATE SCHEMA house_{number};"
        f" CREATE TABLE house_{number}.things (id int, owner text);"
        f" INSERT INTO house_{number}.things SELECT i, 'row-of-{number}-only' FROM generate_series(1, 30) i;"
        f" GRANT USAGE ON SCHEMA house_{number} TO {ROLE}; GRANT SELECT ON house_{number}.things TO {ROLE}",
        DATABASE,
    )
    organization = make_organization(f"House {number}", f"house-{number}")
    person = make_person(organization, "Ann", f"ann@house-{number}.example", Role.ADMIN)
    with person.inside():
        source = {**given, "schemas": [f"house_{number}"]}
        connector = Connector(name="things", role="source", adapter="postgresql", settings=source)
        set_up.set_up(connector, secret=PASSWORD)
        model = {"base_url": model_url, "model": "claude-sonnet-many", "timeout_s": 10, "deadline_s": 20}
        set_up.set_up(
            Connector(name="model", role="provider", adapter="anthropic", settings=model), secret="sk-many-key"
        )
        sql = f"SELECT owner FROM house_{number}.things ORDER BY id"
        memory.save_verified(VerifiedQuery(connector=connector, question="Who owns the things here?", sql=sql))
    return House(number, organization, person, connector)


def ask_ten(house: House) -> list[uuid.UUID]:
    """Ask what is verified, what a model has to write, what one writes oneself, and what is refused."""
    own = f"SELECT a.owner, a.id FROM house_{house.number}.things a JOIN house_{house.number}.things b ON a.id <= b.id"
    theirs = f"SELECT owner FROM house_{(house.number + 1) % ORGANIZATIONS}.things"
    with house.person.inside():
        here = house.connector.pk
        made = [asking.ask(text="Who owns the things here?", connector_id=here) for _ in range(3)]
        made += [asking.ask(text=f"How many has each owner, look {n}?", connector_id=here) for n in range(4)]
        made += [asking.run_sql(connector_id=here, sql=sql) for sql in (own, theirs, "DELETE FROM things")]
    return [each.pk for each in made]


def fork_worker(jobs: list[tuple[uuid.UUID, uuid.UUID]]) -> int:
    """Fork a worker that goes on taking jobs until all are done; return its process id."""
    connections.close_all()
    sessions.close_idle()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        until = time.monotonic() + LONGEST_S
        while time.monotonic() < until and (waiting := _ids("job_state <> 'idle'")):
            for organization, job in jobs:
                if job in waiting:
                    with tenancy.scope(organization, actor=tenancy.SYSTEM):
                        work.run("question", job, None)
            time.sleep(0.05)
        code = 0 if not waiting else 2
    finally:
        os._exit(code)


def under_way(victim: int, done: int) -> bool:
    """Wait until a third is answered, then kill one worker; return whether it was killed with work in its hands."""
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until and _count("job_state = 'idle'") < done:
        time.sleep(0.02)
    os.kill(victim, signal.SIGKILL)
    os.waitpid(victim, 0)
    return _count("job_state <> 'idle'") > 0


def _count(condition: str) -> int:
    return len(_ids(condition))


def _ids(condition: str) -> set[uuid.UUID]:
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute(f"SELECT id FROM questions_question WHERE {condition}")
        return {row[0] for row in cursor.fetchall()}


def sweep_the_dead(killed_at: float) -> None:
    """Let the leases that are older than the kill run out, as they would by themselves, and sweep."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE questions_question SET lease_expires_at = now() - interval '1 s'"
            " WHERE job_state = 'leased' AND lease_started_at < to_timestamp(%s)",
            [killed_at],
        )
    work.sweep()


@pytest.mark.requirement("S07", part="fifty questions and a killed worker")
@pytest.mark.requirement("S08", part="fifty questions at once")
def test_fifty_questions_of_five_organizations_survive_a_killed_worker(houses: list[House]) -> None:
    already = _count("true")
    jobs = [(house.organization.pk, job) for house in houses for job in ask_ten(house)]
    mixed = [jobs[index] for start in range(10) for index in range(start, len(jobs), 10)]
    assert len(mixed) == 50
    workers = [fork_worker(mixed[turn * 16 :] + mixed[: turn * 16]) for turn in range(WORKERS)]
    killed_at = time.time()
    assert under_way(workers[0], already + len(jobs) // 3), "the control: the worker was killed in the middle"
    killed_at = max(killed_at, time.time())
    until = time.monotonic() + LONGEST_S
    while _count("job_state <> 'idle'") and time.monotonic() < until:
        sweep_the_dead(killed_at)
        time.sleep(0.5)
    assert _count("job_state <> 'idle'") == 0
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in workers[1:]] == [0, 0]
    for house in houses:
        _judge(house, houses)


def _judge(house: House, houses: list[House]) -> None:
    """Every question ended, nothing is held, and no row of another organization is anywhere to be read."""
    others = {each.mark for each in houses} - {house.mark}
    with house.person.inside():
        asked = list(Question.objects.all())
        assert len(asked) == 10
        states = [each.state for each in asked]
        assert all(each.is_ended for each in asked), states
        assert states.count(QuestionState.ANSWERED) >= 8, [(each.text, each.failure, each.reasons) for each in asked]
        assert states.count(QuestionState.REFUSED) == 2
        for each in asked:
            answer = rows.read(each.pk)
            if each.state == QuestionState.ANSWERED:
                assert answer is not None
                assert house.mark in str(answer.rows)
                assert not others & set(re.findall(r"row-of-\d-only", str(answer)))
            else:
                assert answer is None
        assert not SpendReservation.objects.exclude(state__in=["settled", "released"]).exists()
        assert not Question.objects.filter(held_rows__gt=0).exists()
        assert not Question.objects.exclude(spend_hold=None).exists()
        assert AnswerBudget.objects.get().used_rows == sum(each.row_count or 0 for each in asked)
    with houses[(house.number + 1) % ORGANIZATIONS].person.inside():
        assert all(rows.read(each.pk) is None for each in asked), "another organization opens none of them"
