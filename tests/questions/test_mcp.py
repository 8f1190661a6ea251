"""The MCP server: the caller's own token, role, grants, limits and audit; both eras of the protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from audit.models import Event
from questions.models import Question
from tests.clients import browser, program
from tests.factories import Person
from tests.guardrails.test_rates import set_policy
from tests.questions_lab import CANARY, Lab

META = "io.modelcontextprotocol/"
NEW = "2026-07-28"


class Caller:
    """A program that speaks MCP by hand, in the handshake's era or (`is_new`) without one."""

    def __init__(self, person: Person, *, is_new: bool = False) -> None:
        self.client, self.is_new = program(person), is_new

    def send(self, method: str, params: dict[str, Any] | None = None, **headers: str) -> Any:
        params = dict(params or {})
        given = {"Accept": "application/json, text/event-stream"}
        if self.is_new:
            params["_meta"] = {f"{META}protocolVersion": NEW, f"{META}clientCapabilities": {}}
            given |= {"MCP-Protocol-Version": NEW, "Mcp-Method": method}
            given |= {"Mcp-Name": params["name"]} if "name" in params else {}
        body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        return self.client.post("/mcp/", body, content_type="application/json", headers={**given, **headers})

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = self.send("tools/call", {"name": tool, "arguments": arguments})
        assert answer.status_code == 200, answer.content
        return answer.json()["result"]


def raw(lab: Lab, body: Any, **headers: str) -> Any:
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return program(lab.cast.paul).post("/mcp/", content, content_type="application/json", headers=headers)


@pytest.mark.parametrize("is_new", [False, True], ids=["handshake", "stateless"])
def test_an_answer_is_given_with_its_warning_rows_and_confidence_and_nothing_of_it_is_kept(
    lab: Lab, is_new: bool
) -> None:
    lab.verify("Who lives in Tromso?", "SELECT name FROM customers WHERE city = 'Tromso'")
    paul = Caller(lab.cast.paul, is_new=is_new)
    asked = paul.call("ask", question="Who lives in Tromso?", connector=str(lab.orders.pk), wait=0)
    assert asked["structuredContent"]["is_under_way"] is True
    with lab.cast.ada.inside():
        row = Question.objects.get(pk=asked["structuredContent"]["id"])
        assert (row.origin, row.asked_by_id) == ("mcp", lab.cast.paul.user.pk)
    lab.work(row)
    found = paul.call("ask", question_id=str(row.pk), wait=0)
    told = found["structuredContent"]
    assert (told["state"], told["rows"], told["confidence"]) == ("answered", [[CANARY]], "high")
    assert "SELECT" in told["sql"]
    assert found["content"][0]["text"].startswith("WARNING: ")
    assert json.loads(found["content"][1]["text"]) == told
    with lab.cast.ada.inside():
        assert Event.objects.filter(type="question.viewed", data__way="mcp").count() == 1
        kept = str(list(Question.objects.values())) + str(list(Event.objects.values()))
    assert CANARY not in kept


def test_a_member_sees_granted_connectors_no_sql_and_no_tool_for_it(lab: Lab) -> None:
    mia = Caller(lab.cast.mia)
    assert mia.call("list_connectors")["structuredContent"] == {"connectors": []}
    lab.grant(lab.cast.mia)
    (only,) = mia.call("list_connectors")["structuredContent"]["connectors"]
    assert (only["name"], only["is_production"]) == ("orders_prod", True)
    names = [tool["name"] for tool in mia.send("tools/list").json()["result"]["tools"]]
    assert names == ["list_connectors", "describe", "ask"]
    lab.verify("How many orders are there?", "SELECT count(*) AS orders FROM orders")
    asked = mia.call("ask", question="How many orders are there?", connector=str(lab.orders.pk), wait=0)
    with lab.cast.ada.inside():
        lab.work(Question.objects.get(pk=asked["structuredContent"]["id"]))
    told = mia.call("ask", question_id=asked["structuredContent"]["id"], wait=0)["structuredContent"]
    assert told["rows"] == [[300]]
    assert "sql" not in told
    refused = mia.call("check_sql", sql="SELECT 1", dialect="postgres")
    assert refused["isError"]
    assert "may not edit SQL" in refused["content"][0]["text"]
    foreign = mia.call("describe", connector=str(lab.archive.pk))
    assert "there is none with this id that you may use" in foreign["content"][0]["text"]
    with lab.cast.ada.inside():
        assert Event.objects.filter(type="access.refused").count() == 2


def test_describe_tells_names_alone_and_those_a_question_is_about(lab: Lab) -> None:
    ana = Caller(lab.cast.ana)
    lab.grant(lab.cast.ana)
    whole = ana.call("describe", connector=str(lab.orders.pk))["structuredContent"]
    assert [table["name"].split(".")[-1] for table in whole["tables"]] == ["customers", "notes", "orders"]
    customers = whole["tables"][0]
    assert customers["comment"] == "people who buy"
    assert [column["name"] for column in customers["columns"]] == ["id", "name", "city", "loyalty"]
    about = ana.call("describe", connector=str(lab.orders.pk), about="orders by date")["structuredContent"]
    assert about["tables"][0]["name"].endswith("orders")
    assert CANARY not in str(whole)


def test_check_sql_says_what_the_guard_says(lab: Lab) -> None:
    paul = Caller(lab.cast.paul)
    refused = paul.call("check_sql", sql="DELETE FROM orders", connector=str(lab.orders.pk))["structuredContent"]
    assert (refused["verdict"], refused["sql"]) == ("block", "")
    assert refused["reasons"][0]["message"]
    passed = paul.call("check_sql", sql="SELECT id FROM orders", connector=str(lab.orders.pk))["structuredContent"]
    assert passed["verdict"] == "pass"
    assert "LIMIT" in passed["sql"]


@pytest.mark.requirement("S06", part="MCP")
def test_too_many_calls_are_answered_by_429(lab: Lab) -> None:
    set_policy(lab.cast, calls_of_person=2, asks_of_person=1)
    paul = Caller(lab.cast.paul)
    for _ in range(2):
        paul.call("list_connectors")
    refused = paul.send("tools/call", {"name": "list_connectors", "arguments": {}})
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "calls of tools" in refused.json()["error"]["message"]
    assert paul.send("tools/list").status_code == 200
    set_policy(lab.cast, calls_of_person=99)
    body = {"name": "ask", "arguments": {"question": "How many?", "connector": str(lab.orders.pk), "wait": 0}}
    assert [paul.send("tools/call", body).status_code for _ in range(2)] == [200, 429]
    with lab.cast.ada.inside():
        assert Question.objects.count() == 1


def test_only_a_token_opens_it_and_no_page_of_another_site(lab: Lab) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for client in (browser(), browser(lab.cast.ada)):
        answer = client.post("/mcp/", body, content_type="application/json")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert raw(lab, body, Origin="https://evil.example").status_code == 403
    assert raw(lab, body, Origin="http://testserver").status_code == 200
    assert raw(lab, body, Accept="text/html").status_code == 406
    for method in ("get", "delete", "put"):
        assert getattr(program(lab.cast.paul), method)("/mcp/").status_code == 405


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", {}, 400, -32700),
        (b"\xff\xfe\x00", {}, 400, -32700),
        ("[" * 100_000, {}, 400, -32700),
        ([{"jsonrpc": "2.0", "id": 1, "method": "ping"}], {}, 400, -32600),
        ({"jsonrpc": "2.0", "id": 1}, {}, 400, -32600),
        ({"jsonrpc": "2.0", "id": True, "method": "ping"}, {}, 400, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}, {}, 400, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "resources/list"}, {}, 200, -32601),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "drop"}}, {}, 400, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"MCP-Protocol-Version": "1999-01-01"}, 400, -32022),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, {"MCP-Protocol-Version": NEW}, 400, -32602),
        ("x" * 1_600_000, {}, 413, -32600),
    ],
)
def test_what_is_no_message_is_a_clear_error(
    lab: Lab, body: Any, headers: dict[str, str], status: int, code: int
) -> None:
    answer = raw(lab, body, **headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]


def test_headers_that_disagree_with_the_body_are_refused(lab: Lab) -> None:
    paul = Caller(lab.cast.paul, is_new=True)
    assert paul.send("tools/list", **{"Mcp-Method": "tools/call"}).json()["error"]["code"] == -32020
    wrong = paul.send("tools/call", {"name": "list_connectors"}, **{"Mcp-Name": "ask"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, -32020)
    old = paul.send("tools/list", **{"MCP-Protocol-Version": "2025-11-25"})
    assert old.json()["error"]["code"] == -32020


def test_arguments_are_judged_at_their_name_and_a_notification_is_taken(lab: Lab) -> None:
    paul = Caller(lab.cast.paul)
    unknown = paul.call("ask", question="x", rows=1000)
    assert unknown["isError"]
    assert "rows: `ask` takes no such argument" in unknown["content"][0]["text"]
    assert "question: give text, not int" in paul.call("ask", question=3)["content"][0]["text"]
    assert "wait: `99` is not a whole number" in paul.call("ask", question="x", wait=99)["content"][0]["text"]
    assert "no question of yours" in paul.call("ask", question_id="7")["content"][0]["text"]
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert (raw(lab, note).status_code, raw(lab, note).content) == (202, b"")


def test_the_pages_say_how_to_connect() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "mcp.md").read_text(encoding="utf-8")
    for word in ("/mcp/", "list_connectors", "describe", "check_sql", "Authorization", "429"):
        assert word in page
