"""Logs are JSON lines with request, organization and task, and hold no secret, whoever wrote them (O03, S03)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.test import Client

from portal import tenancy
from portal.celery import app
from portal.logs import JsonLines, scrub
from portal.tasks import TenantTask
from tests.clients import browser, program
from tests.factories import Cast

pytestmark = pytest.mark.requirement("O03")


@pytest.fixture
def lines() -> Iterator[Any]:
    """Return a function that gives every line logged since, as the console shows it."""
    heard = io.StringIO()
    handler, root = logging.StreamHandler(heard), logging.getLogger()
    handler.setFormatter(JsonLines())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in heard.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_request_is_one_line_with_its_ids(cast: Cast, lines: Any) -> None:
    answer = browser(cast.ada).get("/admin/?q=somebody@example.com")
    (line,) = [each for each in lines() if each["event"] == "request.answered"]
    assert line["request"] == answer["X-Request-Id"]
    assert line["organization"] == str(cast.northlight.pk)
    assert line["person"] == str(cast.ada.user.pk)
    assert (line["method"], line["route"], line["status"]) == ("GET", "admin:index", 200)
    assert isinstance(line["duration_ms"], int)
    assert "somebody" not in json.dumps(line), "what a person typed is in no line"


def test_a_program_and_a_stranger_are_told_apart(cast: Cast, lines: Any) -> None:
    program(cast.paul).get("/api/v1/me/")
    Client().get("/admin/")
    mine, theirs = [each for each in lines() if each["event"] == "request.answered"]
    assert mine["organization"] == str(cast.northlight.pk)
    assert "organization" not in theirs
    assert (theirs["route"], theirs["status"]) == ("admin:index", 302)


def test_what_asks_every_second_is_logged_only_where_it_fails(db: None, lines: Any) -> None:
    Client().get("/healthz")
    Client().get("/metrics", REMOTE_ADDR="10.0.0.9")
    assert [each["route"] for each in lines() if each["event"] == "request.answered"] == ["portal:metrics"]


def test_a_task_names_itself_its_organization_and_the_request_that_sent_it(cast: Cast, lines: Any) -> None:
    @app.task(base=TenantTask, name="tests.say_so", bind=True)
    def say_so(self: Any) -> None:
        structlog.get_logger("tests").warning("said")
        logging.getLogger("a.library").warning("said by a library")

    said_about = {"task_id": "task-of-the-test", "task": say_so}
    say_so.push_request(organization=str(cast.northlight.pk), request="0123456789abcdef", id="task-of-the-test")
    task_prerun.send(sender=say_so, **said_about)
    say_so()
    task_postrun.send(sender=say_so, **said_about)
    say_so.pop_request()
    app.tasks.pop("tests.say_so")
    said = [each for each in lines() if each["event"].startswith("said")]
    assert len(said) == 2
    for line in said:
        assert line["organization"] == str(cast.northlight.pk)
        assert line["request"] == "0123456789abcdef"
        assert (line["task"], line["task_id"]) == ("tests.say_so", "task-of-the-test")
    structlog.get_logger("tests").warning("after")
    assert "task" not in lines()[-1], "and nothing of it stays behind"


@pytest.mark.parametrize(
    "written",
    [
        "postgresql://runtime:hunter2secret@db.example/countersign",
        "redis://:hunter2secret@cache:6379/0",
        "Authorization: Bearer hunter2secret",
        "Basic hunter2secret==",
        "password=hunter2secret host=db",
        "https://hooks.example/x?api_key=hunter2secret&n=1",
        "access_token=hunter2secret",
        '{"client_secret": "hunter2secret"}',
        '{"refresh_token":"hunter2secret","n":1}',
        "eyJhbGciOiJI.hunter2secret.hunter2secret",
        "sk-ant-hunter2secret-hunter2secret",
    ],
)
def test_what_looks_like_a_credential_is_removed_whoever_logs_it(lines: Any, written: str) -> None:
    logging.getLogger("a.library").error("it failed: %s", written)
    structlog.get_logger("ours").error("ours.failed", detail=written)
    try:
        raise ValueError(written)
    except ValueError:
        logging.getLogger("a.library").exception("it failed")
        structlog.get_logger("ours").error("ours.failed", exc_info=True)
    assert len(lines()) == 4
    assert "hunter2secret" not in json.dumps(lines())


def test_a_named_field_is_removed_and_an_id_is_not() -> None:
    line = json.dumps({"event": "x", "api_key": "hunter2", "job": "0198-42", "route": "api:token"})
    assert json.loads(scrub(line)) == {"event": "x", "api_key": "[removed]", "job": "0198-42", "route": "api:token"}


def test_a_line_of_many_lines_stays_one(lines: Any) -> None:
    logging.getLogger("a.library").error('one\ntwo\r\n{"event": "forged"}')
    assert [each["event"] for each in lines()] == ['one\ntwo\r\n{"event": "forged"}']


def test_the_console_of_every_process_has_this_formatter() -> None:
    assert settings.LOGGING["handlers"]["console"]["formatter"] == "json"
    assert settings.LOGGING["formatters"]["json"]["()"] == "portal.logs.JsonLines"
    assert tenancy.context().organization_id is None
