"""What a model is told is built anew for each request from one organization's data, under its own key (S08).

Two organizations ask and receive tickets at once, each with a model of its own; both models write down every byte
they get, and neither may find anything of the other organization in it.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections

from connectors import set_up
from connectors.models import Connector
from portal import change, tenancy
from portal.models import Organization
from questions.models import MemoryEntry, Question
from tests.factories import Cast, Person
from tests.questions_lab import Lab, make_database
from tests.servers import messages
from tests.servers.messages import MessagesServer, Recorded, Reply
from tests.tickets_shop import Shop
from tests.unscoped import unscope
from tickets.models import ReplyMacro, Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])

ROUNDS = 3


def model_answer(request: Recorded) -> Reply:
    """Answer as a model would, whatever is asked of it."""
    answers = {
        "answer_with_sql": messages.sql("SELECT count(*) AS orders FROM orders"),
        "classify_ticket": messages.intent("refund"),
        "propose_action": messages.proposal("refund", order_number="1043", amount="49.99", reply="We refund you."),
    }
    chosen = answers.get(request.tool_name) or messages.cannot(request.tool_name)
    return chosen if isinstance(chosen, Reply) else chosen(request)


@dataclass
class House:
    """An organization with its own data, its own shop, its own model and its own word in everything."""

    person: Person
    word: str
    lab: Lab
    shop: Shop
    server: MessagesServer

    def question(self, number: int) -> Question:
        return self.lab.ask(self.person, f"How many orders has {self.word} number {number}?")

    def ticket(self, number: int) -> Ticket:
        with self.person.inside():
            body = f"{self.word} {number}: the cap from order #1043 arrived torn. Please refund order #1043."
            return self.shop.run(self.shop.ticket(body, subject=self.word))


def make_house(cast: Cast, person: Person, organization: Organization, word: str) -> House:
    own = dataclasses.replace(cast, northlight=organization, ada=person)
    lab, shop = Lab(own), Shop(own)
    server = MessagesServer(key=f"sk-{word}-key", default=model_answer).start()
    with person.inside():
        given = {"base_url": server.url, "model": "claude-sonnet-lab", "timeout_s": 10, "deadline_s": 30}
        set_up.set_up(Connector(name="model", role="provider", adapter="anthropic", settings=given), secret=server.key)
        for kind in ("glossary", "instruction"):
            change.apply(MemoryEntry(kind=kind, name=f"{word} {kind}", text=f"{word} means orders"))
        change.apply(ReplyMacro(name=word, action="refund", text=f"{word} refunds {{order_number}}."))
    return House(person, word, lab, shop, server)


@pytest.fixture
def houses(cast: Cast) -> Iterator[tuple[House, House]]:
    make_database()
    made = (
        make_house(cast, cast.ada, cast.northlight, "qznorth7"),
        make_house(cast, cast.cleo, cast.southwind, "qzsouth7"),
    )
    yield made
    for house in made:
        house.server.stop()
        house.lab.close()
        house.shop.wipe()


def at_once(houses: tuple[House, House]) -> None:
    """Let both organizations ask and receive tickets at the same time, each in threads of its own."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(4)

    def run(each: Any) -> None:
        try:
            with tenancy.frame("test"):
                for number in range(ROUNDS):
                    barrier.wait(60)
                    each(number)
        except BaseException as error:
            failures.append(error)
            barrier.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(each,)) for h in houses for each in (h.question, h.ticket)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []


def strangers_in(mine: House, other: House) -> list[str]:
    """Return what of the other organization stood in the requests to this organization's model."""
    marks = (other.word, other.server.key, str(other.person.membership.organization_id), other.person.email)
    found = []
    for request in mine.server.requests:
        text = request.raw.decode() + repr(dict(request.headers))
        found += [f"{request.tool_name}: {mark}" for mark in marks if mark in text]
        if request.credential != mine.server.key:
            found.append(f"{request.tool_name}: another key")
    return found


@pytest.mark.requirement("S08")
def test_two_organizations_at_once_never_meet_in_a_request(houses: tuple[House, House]) -> None:
    at_once(houses)
    for mine, other in (houses, houses[::-1]):
        tools = {request.tool_name for request in mine.server.requests}
        assert len(tools) == 3, f"the control: the model was asked for everything, not only {tools}"
        asked = [request for request in mine.server.requests if mine.word in request.raw.decode()]
        assert len(asked) >= 3 * ROUNDS, "the control: its own canaries reach its own model"
        assert strangers_in(mine, other) == []


@pytest.mark.requirement("S08")
def test_row_level_security_alone_keeps_the_prompts_apart(
    houses: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:

    unscope(monkeypatch)
    for house in houses:
        house.question(0)
        house.ticket(0)
    for mine, other in (houses, houses[::-1]):
        assert strangers_in(mine, other) == []


@pytest.mark.requirement("S08")
def test_control_a_memory_that_is_shared_is_noticed(
    houses: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:

    unscope(monkeypatch)
    with connections["owner"].cursor() as cursor:
        try:
            cursor.execute("ALTER TABLE questions_memoryentry DISABLE ROW LEVEL SECURITY")
            houses[0].question(0)
        finally:
            cursor.execute("ALTER TABLE questions_memoryentry ENABLE ROW LEVEL SECURITY")
    assert strangers_in(*houses) != []
