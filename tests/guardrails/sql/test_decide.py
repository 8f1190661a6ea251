"""The guard's answer on the plain cases, one a promise; the corpora hold the rest."""

import pytest

from guardrails.sql import DIALECTS, decide


@pytest.mark.requirement("Q03", part="statement kinds")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_select_runs(dialect):
    passed = decide("SELECT id, name FROM customers WHERE id = 3", dialect)
    refused = decide("DELETE FROM customers WHERE id = 3", dialect)
    assert passed.verdict == "pass"
    assert passed.tables == ("customers",)
    assert refused.verdict == "block"
    assert refused.sql == ""
    assert refused.reasons[0].code == "statement.kind"


def test_a_refusal_names_the_part_and_says_what_to_do():
    decision = decide("SELECT pg_sleep(10)", "postgres")
    assert decision.reasons[0].message == (
        "`pg_sleep` is not on the list of functions this connector may use. Ask an admin to allow it, or leave it out."
    )
    assert decision.reasons[0].fragment == "pg_sleep"


@pytest.mark.parametrize("dialect", ["oracle", "", None, 7, b"postgres"])
def test_an_unknown_dialect_is_refused(dialect):
    assert decide("SELECT 1", dialect).reasons[0].code == "dialect.unknown"
