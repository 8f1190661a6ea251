"""The examples of docs/api.md run as they stand, against the portal's own web process; only the constants differ."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal import change, tenancy, work
from questions.models import Question
from tests.factories import PASSWORD, Cast, make_cast
from tests.questions_lab import Lab, make_database
from tests.servers.portal_process import EVERY_ROLE, web
from tests.tickets_shop import Shop
from tickets.models import Intake, Ticket

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "api.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SECRET = "canary-of-the-documented-webhook"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(170),
    pytest.mark.django_db(transaction=True, databases=EVERY_ROLE),
]


@pytest.fixture
def shop(transactional_db: None) -> Iterator[tuple[Cast, Shop]]:
    cast = make_cast()
    made = Shop(cast)
    yield cast, made
    made.wipe()


def work_off(cast: Cast) -> None:
    """Do what a worker would do with everything that is due."""
    with tenancy.scope(cast.northlight.pk, actor=tenancy.SYSTEM):
        for kind, model in (("ticket", Ticket), ("question", Question)):
            for job in model.objects.filter(job_state="ready").exclude(state="waiting"):
                work.run(kind, job.pk, None)


def test_the_examples_run_as_they_stand(
    shop: tuple[Cast, Shop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cast, made = shop
    with cast.ada.inside():
        intake = change.apply(Intake(name="helpdesk", secret=SECRET))
        key = Intake.objects.get(pk=intake.pk).key
    make_database()
    lab = Lab(cast)
    lab.verify("How many orders are there?", "SELECT count(*) AS orders FROM orders")
    sleep = time.sleep

    def sleep_and_work(seconds: float) -> None:
        work_off(cast)
        sleep(0.05)

    with web(tmp_path / "web.log", application="tests.servers.portal_wsgi") as server:
        monkeypatch.setattr(time, "sleep", sleep_and_work)
        constants = {"PORTAL": server.url, "KEY": key, "SECRET": SECRET, "EMAIL": cast.ada.email, "PASSWORD": PASSWORD}
        names: dict[str, Any] = {}
        for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
            exec(compile(with_constants(block, constants), str(PAGE), "exec"), names)
    said = capsys.readouterr().out
    assert "answered high PRODUCTION" in said
    assert "Orders: 300. [[300]]" in said
    assert "waiting" in said
    assert "Refund $142.00 to Dana for order 1042?" in said
    assert [money.amount_minor for money in made.refunds("1042")] == [9900]


def with_constants(block: str, constants: dict[str, str]) -> str:
    """Replace the values of the capital names a block begins with; everything else stays as printed."""

    def replaced(match: re.Match[str]) -> str:
        values = ", ".join(repr(constants[name.strip()]) for name in match.group(1).split(","))
        return f"{match.group(1)}= {values}"

    return re.sub(r"^([A-Z]+(?:, [A-Z]+)* )= .*$", replaced, block, flags=re.MULTILINE)
