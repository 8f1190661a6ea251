"""The official MCP client talks to the portal's own web process over real HTTP, in both eras of the protocol."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from portal import tokens
from questions.models import Question
from tests.factories import make_cast
from tests.questions_lab import Lab, make_database
from tests.servers.portal_process import EVERY_ROLE, web

pytestmark = [pytest.mark.timeout(120), pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)]


async def converse(url: str, token: str, mode: str, connector: str, asked: str) -> dict[str, Any]:
    """List, describe, check, and read an answer, as a program of somebody's would."""
    async with (
        create_mcp_http_client(headers={"Authorization": f"Bearer {token}"}) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        listed = await client.list_tools()
        sources = await client.call_tool("list_connectors", {})
        described = await client.call_tool("describe", {"connector": connector, "about": "orders"})
        checked = await client.call_tool("check_sql", {"sql": "DROP TABLE orders", "connector": connector})
        answered = await client.call_tool("ask", {"question_id": asked, "wait": 1})
        wrong = await client.call_tool("ask", {"question": ""})
    return {
        "tools": {tool.name: tool.annotations.read_only_hint for tool in listed.tools},
        "sources": [each["name"] for each in sources.structured_content["connectors"]],
        "described": described.structured_content["tables"][0]["name"],
        "verdict": checked.structured_content["verdict"],
        "rows": answered.structured_content["rows"],
        "warning": answered.content[0].text,
        "wrong": (wrong.is_error, wrong.content[0].text),
    }


def test_the_official_client_lists_describes_checks_and_reads_an_answer(transactional_db: None, tmp_path: Path) -> None:
    cast = make_cast()
    make_database()
    lab = Lab(cast)
    lab.verify("How many orders are there?", "SELECT count(*) AS orders FROM orders")
    question: Question = lab.ask(cast.paul, "How many orders are there?")
    token = tokens.issue(cast.paul.user, cast.paul.membership).access
    with web(tmp_path / "web.log") as server:
        for mode in ("auto", "legacy"):
            told = asyncio.run(converse(f"{server.url}/mcp/", token, mode, str(lab.orders.pk), str(question.pk)))
            assert told == {
                "tools": dict.fromkeys(("list_connectors", "describe", "ask", "check_sql"), True),
                "sources": ["archive", "orders_prod"],
                "described": "public.orders",
                "verdict": "block",
                "rows": [[300]],
                "warning": f"WARNING: {lab.orders.production_warning}",
                "wrong": (True, "question: it is empty; write it in 1 to 2,000 characters"),
            }
