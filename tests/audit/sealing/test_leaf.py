"""The sealed bytes of an event: published texts that must never change, and nothing that is lost on the way."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from audit.sealing.leaf import COLUMNS, JSON_COLUMNS, SELECT, leaf_bytes
from portal import trail
from tests.factories import Cast

ROW: dict[str, Any] = {
    "id": uuid.UUID("019aaf30-6c00-7000-8000-000000000001"),
    "organization_id": uuid.UUID("00000000-0000-7000-8000-000000000002"),
    "recorded_at": datetime(2026, 11, 24, 6, 30, 0, 5, tzinfo=timezone(timedelta(hours=2))),
    "type": "action.approved",
    "actor_kind": "person",
    "actor_id": "019aaf30-6c00-7000-8000-0000000000aa",
    "actor_name": 'Zoë "Z" O\u2019Neil\u2028',
    "subject_kind": "action",
    "subject_id": "a\tb",
    "connector_id": None,
    "verdict": "human",
    "confidence": "",
    "amount_minor": 4999,
    "currency": "EUR",
    "cost_microusd": None,
    "rows": None,
    "bytes": 9007199254740993,
    "duration_ms": 0,
    "policy_revision": 3,
    "request_id": "",
    "data": '{"b": 1.10, "a": [0.0000001, 12345678901234567890.5, true, null], "": {"\\u00e4": 1}}',
    "before": None,
    "after": '{"ceiling": 50.00}',
    "commitments": "{}",
}
LEAF = (
    '{"actor_id":"019aaf30-6c00-7000-8000-0000000000aa","actor_kind":"person",'
    '"actor_name":"Zoë \\"Z\\" O\u2019Neil\u2028","after":{"ceiling":50.00},"amount_minor":4999,"before":null,'
    '"bytes":9007199254740993,"commitments":{},"confidence":"","connector_id":null,"cost_microusd":null,'
    '"currency":"EUR","data":{"":{"ä":1},"a":[0.0000001,12345678901234567890.5,true,null],"b":1.10},"duration_ms":0,'
    '"id":"019aaf30-6c00-7000-8000-000000000001","organization_id":"00000000-0000-7000-8000-000000000002",'
    '"policy_revision":3,"recorded_at":"2026-11-24T04:30:00.000005Z","request_id":"","rows":null,'
    '"subject_id":"a\\tb","subject_kind":"action","type":"action.approved","v":1,"verdict":"human"}'
)


def test_the_published_leaf() -> None:
    assert leaf_bytes(ROW).decode() == LEAF
    assert (
        hashlib.sha256(b"\x00" + LEAF.encode()).hexdigest()
        == "ef8fe21376ddc39c4a23e4d5544bd85c8180315fe5bd47ff69351533fcae5378"
    )


def test_the_fast_and_the_exact_road_write_the_same() -> None:
    fast, exact = (leaf_bytes({**ROW, "data": f'{{"a": {number}}}'}).decode() for number in ("1", "1.5"))
    assert fast == exact.replace('"a":1.5', '"a":1')


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, places=7)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_any_data_is_one_line_of_sorted_json_and_stable(data: dict[str, Any]) -> None:
    leaf = leaf_bytes({**ROW, "data": json.dumps(data, default=float)})
    assert b"\n" not in leaf
    assert b"\r" not in leaf
    read = json.loads(leaf)
    assert list(read) == sorted(read)
    assert list(read["data"]) == sorted(data)
    assert read["v"] == 1
    again = leaf_bytes({**ROW, "data": leaf[leaf.index(b'"data":') + 7 : leaf.index(b',"duration_ms"')].decode()})
    assert json.loads(again) == read


def test_what_loses_digits_or_a_zone_is_refused() -> None:
    for name, value, said in (
        ("data", {"a": 0.1}, r"data::text"),
        ("amount_minor", 1.5, "amount_minor"),
        ("rows", True, "rows"),
        ("recorded_at", datetime(2026, 1, 1), "recorded_at"),
    ):
        with pytest.raises(TypeError, match=said):
            leaf_bytes({**ROW, name: value})
    with pytest.raises(KeyError, match="verdict"):
        leaf_bytes({name: value for name, value in ROW.items() if name != "verdict"})
    assert leaf_bytes({**ROW, "recorded_at": datetime(999, 1, 1, tzinfo=UTC)}).count(b'"0999-01-01T00:00:00.000000Z"')


DERIVED: frozenset[str] = frozenset({"xact_id"})
"""Columns of the event table that are not sealed: who may change them changes nothing that is proved."""


def test_every_column_of_an_event_is_sealed(northlight: Cast) -> None:
    made = trail.record(trail.Event("person.sign_in_refused", trail.Subject("person", "x"), data={"way": "page"}))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'audit_event'::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = ''"
        )
        assert {row[0] for row in cursor.fetchall()} - DERIVED == set(COLUMNS)
        cursor.execute(f"SELECT {SELECT} FROM audit_event WHERE id = %s", [made])
        leaf = json.loads(leaf_bytes(dict(zip(COLUMNS, cursor.fetchone(), strict=True))))
    assert (leaf["id"], leaf["data"], leaf["before"]) == (str(made), {"way": "page"}, None)
    assert set(JSON_COLUMNS) < set(COLUMNS)
