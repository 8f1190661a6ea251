"""The questions part of the story: people ask their databases, and each answer is held against the table."""

from __future__ import annotations

import time
from collections.abc import Mapping

from demo.client import Answer, Person
from demo.organization import OVER_POWERFUL
from demo.people import DemoPerson
from demo.questions import QUESTIONS, DemoQuestion
from demo.screen import heading, paint, say, shape, step

WAIT_S = 20
WITHIN_S = 60.0
_UNDER_WAY = frozenset({"asked", "matching", "generating", "guarding", "running"})
_LOOKS = {"high": "green", "medium": "yellow", "low": "yellow", "uncertain": "red"}


class QuestionStory:
    """One telling of the questions; `skipped` says which are left out because their connector is not there."""

    def __init__(self, people: Mapping[str, Person]) -> None:
        self.people = people
        self.connectors = {
            row["name"]: row["id"] for key in ("ada", "cleo") for row in people[key].every("connectors/?page_size=100")
        }
        self.differences: list[str] = []
        self.ids: dict[str, str] = {}

    def tell(self) -> list[str]:
        """Tell it all; return the differences, none when everything came as it should."""
        there = [question for question in QUESTIONS if self._is_there(question)]
        heading(f"Questions: {len(there)} are asked, no model and no key")
        self._warm(there[0])
        for question in there:
            self._ask(question)
        if OVER_POWERFUL in self.connectors:
            self._probe()
        return self.differences

    def _is_there(self, question: DemoQuestion) -> bool:
        return (question.connector or question.found) in self.connectors

    def _warm(self, first: DemoQuestion) -> None:
        """Let the worker read its embeddings before the first answer is waited for: a line for what takes long."""
        with step("the worker reads its embeddings"):
            self._finished(first.who, self._send(first))

    def _ask(self, question: DemoQuestion) -> None:
        answer = self._finished(question.who, self._send(question))
        self.differences += differences(question, answer)
        body = answer.body if isinstance(answer.body, dict) else {}
        self.ids[question.key] = str(body.get("id", ""))
        text = question.sql or question.text
        at = question.connector or f"{body.get('connector', {}).get('name', 'nowhere')}, found by the portal"
        say(f"  {paint(question.who.name, 'bold')} asks {at}: {paint(text, 'bold')}")
        for line in said(answer):
            say(f"      {line}")
        say(paint(f"      ({question.shows})", "dim"))

    def _send(self, question: DemoQuestion) -> Answer:
        connector = self.connectors.get(question.connector)
        person = self.people[question.who.key]
        if question.sql:
            return person.call("POST", "questions/sql/", {"sql": question.sql, "connector": connector, "wait": WAIT_S})
        return person.call("POST", "questions/", {"question": question.text, "connector": connector, "wait": WAIT_S})

    def _finished(self, who: DemoPerson, answer: Answer) -> Answer:
        """Return the answer when its question has ended; raise `TimeoutError` when it does not."""
        deadline = time.monotonic() + WITHIN_S
        while answer.status == 202 and answer.body["state"] in _UNDER_WAY:
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"after {WITHIN_S:.0f} s a question still waits for a worker: {answer.body['question']}"
                )
            time.sleep(0.3)
            answer = self.people[who.key].call("GET", f"questions/{answer.body['id']}/")
        return answer

    def _probe(self) -> None:
        """Ada looks at the over-powerful credential: its warnings stay on the connector until they are fixed."""
        path = f"connectors/{self.connectors[OVER_POWERFUL]}"
        with step("the over-powerful credential is looked at"):
            shown = self.people["ada"].post(f"{path}/probe/")
        heading(f"Ada looks at the connector {OVER_POWERFUL}")
        for warning in shown["warnings"]:
            say(f"  {paint('!', 'red')} {warning['severity']}: {warning['message']}")
        if "can_write" not in {warning["code"] for warning in shown["warnings"]}:
            self.differences.append(f"{OVER_POWERFUL}: no warning says that its credential can write")


def said(answer: Answer) -> list[str]:
    """Return what a person reads of an answer, line by line."""
    body = answer.body
    if answer.status >= 400:
        return [f"{paint('■', 'violet')} {answer.status}: {error['message']}" for error in body["errors"]]
    lines = [paint(body["production_warning"], "red")] if body["production_warning"] else []
    if body["state"] != "answered":
        sign = shape("block") if body["state"] == "refused" else paint("–", "dim")
        reasons = [reason["message"] for reason in body["reasons"]] or [body["failure"]]
        return [*lines, *(f"{sign} {body['state']}: {reason}" for reason in reasons if reason)]
    level = paint(body["confidence"].capitalize(), _LOOKS.get(body["confidence"], "bold"))
    cut = ", cut: there are more" if body["rows_cut"] or body["bytes_cut"] else ""
    lines.append(f"{shape('pass')} {body['answer']['text']}" if body["answer"] else f"{shape('pass')} answered")
    lines.append(f"confidence {level}; {body['row_count']} rows{cut}; {body['duration_ms']} ms")
    if body["connector_reason"]:
        lines.append(f"asked here because {body['connector_reason']}")
    if sql := body.get("executed_sql"):
        lines.append(paint(f"the guard let run: {sql}", "dim"))
    return lines


def differences(question: DemoQuestion, answer: Answer) -> list[str]:
    """Return in words where a question did not come to what the table says."""
    if answer.status != question.status:
        return [f"{question.key}: was answered with {answer.status} instead of {question.status}: {answer.body}"]
    if question.status >= 400:
        return []
    body = answer.body
    found = body.get("connector") or {}
    looked_at = (
        ("state", body["state"], question.state),
        ("confidence", body["confidence"], question.confidence or body["confidence"]),
        ("connector", found.get("name"), question.found or question.connector),
        ("rows", body["row_count"], body["row_count"] if question.rows is None else question.rows),
        ("cut", body["rows_cut"], question.is_cut),
        ("production warning", bool(body["production_warning"]), question.warns),
        ("SQL in sight", "executed_sql" in body, question.sees_sql),
        ("executed SQL", bool(body.get("executed_sql")), question.sees_sql and question.state == "answered"),
    )
    problems = [
        f"{question.key}: {what} is `{is_}` instead of `{wanted}`" for what, is_, wanted in looked_at if is_ != wanted
    ]
    reasons = " ".join(reason["message"] for reason in body["reasons"])
    if question.reason not in reasons:
        problems.append(f"{question.key}: no reason names `{question.reason}`: {reasons}")
    return problems
