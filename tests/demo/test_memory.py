"""The demo's AI memory: each verified query is found by every way of asking it, and passes the guard."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.adapters.providers import bind, matching
from connectors.adapters.providers.contracts import VerifiedQuery
from demo.memory import GLOSSARY, INSTRUCTIONS, METRICS
from demo.organization import WEB
from demo.verified_queries import VERIFIED, Verified
from guardrails import sql as guard
from questions.memory import read_parameters

TODAY = date(2026, 11, 23)


def of(connector: str) -> list[VerifiedQuery]:
    return [
        VerifiedQuery(each.question, each.question, each.sql, read_parameters(list(each.parameters)), each.phrasings)
        for each in VERIFIED
        if each.connector == connector
    ]


def test_there_is_enough_of_it() -> None:
    assert len(VERIFIED) >= 25
    assert len(GLOSSARY) >= 8
    assert METRICS
    assert INSTRUCTIONS
    assert len({(each.connector, each.question) for each in VERIFIED}) == len(VERIFIED)


@pytest.mark.parametrize("query", VERIFIED, ids=lambda query: query.question)
def test_every_way_of_asking_finds_the_query_and_the_guard_lets_it_run(query: Verified) -> None:
    for phrasing in (query.question, *query.phrasings):
        asked = phrasing.replace("{period}", "last month").replace("{n}", "7").replace("{number}", "N100042")
        found = matching.match(asked, of(query.connector), TODAY)
        assert found is not None, asked
        assert found.query.question == query.question, asked
        dialect = "sqlite" if query.connector == WEB else "postgres"
        assert guard.decide(bind.fill(query.sql, dialect, found.values), dialect).passes
