"""Masks and row filters on real engines: in every disguise the answer is that of a database which holds no more."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.sql import GuardPolicy, decide
from guardrails.sql.policy import Mask, RowFilter
from tests.guardrails.sql import masked_shop
from tests.guardrails.sql.masked_shop import MASKS, OPEN, POLICY, Engine, schema_of


@pytest.fixture(scope="module")
def engines(django_db_setup):
    postgres, close = masked_shop.postgres_engine()
    found = {each.dialect: each for each in (masked_shop.sqlite_engine(), masked_shop.duckdb_engine(), postgres)}
    yield found
    close()


EVERYWHERE = [
    "SELECT * FROM users",
    "SELECT users.* FROM users",
    "SELECT email FROM users",
    "SELECT U.EMAIL FROM Users U",
    'SELECT "u"."email" FROM "users" AS "u"',
    "SELECT name || email FROM users",
    "SELECT id FROM users WHERE email = 'rowe@secret.example'",
    "SELECT id FROM users WHERE email = '****mple'",
    "SELECT id FROM users WHERE email LIKE 'maja%'",
    "SELECT count(*) FROM users",
    "SELECT count(email), max(email), min(name) FROM users",
    "SELECT region, count(*) FROM users GROUP BY region",
    "SELECT count(*) FROM users GROUP BY email",
    "SELECT count(*) FROM users GROUP BY id HAVING max(email) > 'a'",
    "SELECT id FROM users ORDER BY email DESC, id LIMIT 2",
    "SELECT DISTINCT pin FROM users",
    "SELECT u.email, o.total FROM users u, orders o WHERE u.id = o.user_id",
    "SELECT u.email FROM orders o JOIN users u ON u.id = o.user_id",
    "SELECT u.email, o.id FROM orders o LEFT JOIN users u ON u.id = o.user_id",
    "SELECT * FROM users NATURAL JOIN orders",
    "SELECT u.email FROM users u JOIN (SELECT 'maja.lind@canary.example' AS email) x USING (email)",
    "SELECT u.id FROM users u JOIN (SELECT '****mple' AS email) x USING (email)",
    "SELECT a.id, b.id FROM users a JOIN users b ON a.pin = b.pin",
    "SELECT a.id, b.id FROM users a JOIN users b ON a.born = b.born",
    "SELECT id FROM orders WHERE user_id IN (SELECT id FROM users WHERE pin = 4444)",
    "SELECT id FROM orders WHERE user_id NOT IN (SELECT id FROM users)",
    "SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = o.user_id)",
    "SELECT id, (SELECT email FROM users u WHERE u.id = o.user_id) FROM orders o",
    "SELECT (SELECT max(email) FROM users)",
    "SELECT id FROM orders UNION SELECT id FROM users",
    "SELECT email FROM users EXCEPT SELECT 'x'",
    "SELECT email FROM users INTERSECT SELECT 'rowe@secret.example'",
    "SELECT s.email FROM (SELECT * FROM users) AS s",
    "SELECT s.email FROM (SELECT * FROM (SELECT * FROM users) AS t) AS s",
    "WITH s AS (SELECT * FROM users) SELECT email FROM s",
    "WITH s AS (SELECT email AS e FROM users), t AS (SELECT e FROM s) SELECT * FROM t",
    "WITH users AS (SELECT 'mine' AS email) SELECT email FROM users",
    "WITH s AS (SELECT 1 AS x) SELECT email FROM users, s",
    "SELECT * FROM (WITH users AS (SELECT 1 AS x) SELECT x FROM users) AS a, (SELECT email FROM users) AS b",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 6) "
    "SELECT n, email FROM r JOIN users ON users.id = n",
    "WITH RECURSIVE r AS (SELECT id, email, 1 AS n FROM users WHERE id = 1 UNION ALL "
    "SELECT u.id, u.email, r.n + 1 FROM users u JOIN r ON u.id = r.id + 1 WHERE r.n < 9) SELECT id, email FROM r",
    "SELECT sum(total) OVER (PARTITION BY u.email) FROM users u JOIN orders o ON o.user_id = u.id",
    "SELECT CASE WHEN email = 'rowe@secret.example' THEN 'found' ELSE 'no' END FROM users",
    "SELECT count(*) FROM orders WHERE total > (SELECT min(total) FROM orders)",
    "SELECT j.email FROM (SELECT * FROM users u CROSS JOIN (SELECT 1 AS one) AS w) AS j",
    "SELECT count(*) FROM users u FULL JOIN orders o ON o.user_id = u.id",
]
WHOLE_ROWS = [
    "SELECT CAST(u AS text) FROM users u",
    "SELECT CAST(users AS text) FROM users",
    "SELECT count(u) FROM users u",
    "SELECT CAST(row_to_json(u) AS text) FROM users u",
    "SELECT x.email FROM orders o CROSS JOIN LATERAL (SELECT * FROM users u WHERE u.id = o.user_id) x",
    "SELECT x.e FROM users u CROSS JOIN LATERAL (SELECT u.email AS e) x",
    "SELECT e FROM users AS u(i, n, e, r, b, p)",
]
ONLY_POSTGRES = [
    "SELECT the_schema.users.email FROM the_schema.users",
    "SELECT the_schema.users.* FROM the_schema.users",
    "SELECT * FROM ONLY users",
    "SELECT u.*::text FROM users u",
    "SELECT array_agg(u)::text FROM (SELECT * FROM users ORDER BY id) u",
    "SELECT j.email FROM (users u LEFT JOIN orders o ON o.user_id = u.id AND false) AS j(i, name, email)",
    "SELECT (SELECT u.email) FROM users u",
    "SELECT to_jsonb(users) ->> 'email' FROM users",
    "SELECT DISTINCT ON (email) id FROM users ORDER BY email, id",
    "(SELECT email FROM users) UNION ALL (SELECT email FROM users)",
    "SELECT unnest(ARRAY(SELECT email FROM users ORDER BY id))",
]
ONLY_DUCKDB = [
    "SELECT u FROM users u",
    "SELECT users FROM users",
    "SELECT * EXCLUDE (id) FROM users",
    "SELECT COLUMNS('e.*') FROM users",
    "SELECT main.users.email FROM main.users",
    "SELECT list(email ORDER BY id) FROM users",
]
SHAPES = (
    [(dialect, sql) for dialect in ("sqlite", "duckdb", "postgres") for sql in EVERYWHERE]
    + [(dialect, sql) for dialect in ("duckdb", "postgres") for sql in WHOLE_ROWS]
    + [("postgres", sql) for sql in ONLY_POSTGRES]
    + [("duckdb", sql) for sql in ONLY_DUCKDB]
)


@pytest.mark.requirement("Q03", part="masks and row filters")
@pytest.mark.parametrize(("dialect", "sql"), SHAPES)
def test_in_every_disguise_the_answer_is_that_of_the_ruled_database(engines, dialect, sql):
    engine = engines[dialect]
    assert engine.through_the_guard(sql) == engine.on_the_ruled_shop(sql)


def test_each_disguise_would_show_more_without_the_rules(engines):
    """The control: a shape that answers the same with and without rules would prove nothing."""
    alike = [
        (dialect, sql)
        for dialect, sql in SHAPES
        if engines[dialect].through_the_guard(sql, OPEN) == engines[dialect].through_the_guard(sql)
    ]
    assert {sql for _, sql in alike} <= {"WITH users AS (SELECT 'mine' AS email) SELECT email FROM users"}


RAW = re.compile(r"(?:FROM|JOIN|,) (?:users|orders)\b|[`\"](?:users|orders)[`\"](?! AS guarded_row\b)", re.IGNORECASE)


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "mariadb", "sqlite", "duckdb"])
@pytest.mark.parametrize("sql", [sql for sql in EVERYWHERE if "users AS (" not in sql])
def test_on_every_engine_a_table_stands_only_in_what_the_guard_put_in_its_place(dialect, sql):
    decision = decide(sql, dialect, schema_of("main"), POLICY)
    if not decision.passes:
        assert dialect in ("mysql", "mariadb")
        assert "FULL JOIN" in sql or '"u"' in sql, decision.reasons
        return
    assert "guarded_row" in decision.sql
    assert not RAW.search(decision.sql), decision.sql


@pytest.mark.parametrize(
    ("dialect", "sql", "code"),
    [
        ("postgres", 'WITH "Users" AS (SELECT 1 AS id) SELECT id FROM users', "rule.name"),
        ("postgres", "WITH üsers AS (SELECT 1 AS id) SELECT id FROM users", "rule.name"),
        (
            "mysql",
            "WITH RECURSIVE a AS (SELECT email FROM users), users AS (SELECT 1 AS email) SELECT * FROM a",
            "rule.name",
        ),
        ("duckdb", "WITH RECURSIVE users AS (SELECT email FROM users LIMIT 5) SELECT * FROM users", "rule.name"),
        ("sqlite", "WITH a AS (SELECT email FROM users), users AS (SELECT 1 AS email) SELECT * FROM a", "rule.name"),
        ("postgres", "SELECT guarded_row.email FROM users AS guarded_row", "rule.name"),
        ("postgres", "SELECT email AS guarded_row FROM users", "rule.name"),
        ("postgres", "SELECT count(*) FROM users TABLESAMPLE SYSTEM (10)", "rule.sample"),
        ("duckdb", "SELECT count(*) FROM users USING SAMPLE 3", None),
    ],
)  # fmt: skip
def test_what_two_readers_could_take_for_two_things_is_refused(dialect, sql, code):
    decision = decide(sql, dialect, schema_of("main"), POLICY)
    if code is None:
        assert "guarded_row" in decision.sql
    else:
        assert code in [reason.code for reason in decision.reasons], decision


def test_a_hidden_column_of_a_ruled_table_is_in_no_derived_table():
    policy = GuardPolicy(masks=MASKS, hidden=frozenset({("users", "region")}))
    assert "region" not in decide("SELECT email FROM users", "postgres", schema_of("public"), policy).sql


@pytest.mark.parametrize("name", ["rowid", "oid", "_rowid_", "ROWID"])
def test_a_key_behind_another_name_is_hidden_too(name):
    policy = GuardPolicy(hidden=frozenset({("users", "id")}))
    assert decide(f"SELECT {name} FROM users", "sqlite", schema_of(""), policy).verdict == "block"


def test_what_is_not_known_never_passes():
    ask = "SELECT email FROM users"
    assert decide(ask, "postgres", None, POLICY).reasons[0].code == "rule.schema"
    assert decide("SELECT 1 FROM others", "postgres", None, POLICY).passes
    gone = GuardPolicy(masks=(Mask("users", "e_mail", "null"),))
    assert decide(ask, "postgres", schema_of("public"), gone).reasons[0].code == "rule.stale"
    nobody = GuardPolicy(filters=(RowFilter("users", "email = {{user.email}}"),))
    assert decide(ask, "postgres", schema_of("public"), nobody).reasons[0].code == "filter.value"
    broken = GuardPolicy(filters=(RowFilter("users", "email ="),))
    assert decide(ask, "postgres", schema_of("public"), broken).verdict == "block"
    token = GuardPolicy(masks=(Mask("users", "email", "hash", "salt"),))
    assert decide(ask, "sqlite", schema_of(""), token).reasons[0].code == "mask.kind"
    assert decide(ask, "postgres", schema_of("public"), GuardPolicy(masks=("users",))).verdict == "block"


def test_a_table_of_another_schema_is_not_ruled_and_a_bare_name_of_two_is_refused():
    both = masked_shop.Schema((*schema_of("a").tables, *schema_of("b").tables))
    policy = GuardPolicy(masks=(Mask("a.users", "email", "null"),))
    assert not decide("SELECT email FROM b.users", "postgres", both, policy).is_rewritten
    assert decide("SELECT email FROM a.users", "postgres", both, policy).masked == ("users.email",)
    assert decide("SELECT email FROM users", "postgres", both, policy).reasons[0].code == "rule.name"
    mixed = decide("SELECT x.email FROM b.users AS x JOIN a.users AS y ON x.id = y.id", "postgres", both, policy)
    assert mixed.sql.count("guarded_row.") == len(schema_of("a").tables[0].columns)


def test_the_decision_says_what_was_done_and_tells_tables_as_they_were_written():
    decision = decide("SELECT name FROM users JOIN orders ON true", "postgres", schema_of("public"), POLICY)
    assert decision.is_rewritten
    assert decision.masked == ("users.name",)
    assert decision.filtered == ("users", "orders")
    assert decision.tables == ("users", "orders")
    assert "`name` of `users` is masked: only the first letter" in decision.changes
    assert "rows of `users` are limited to region = 'EU'" in decision.changes
    assert "LIMIT 2001" in decision.sql


@pytest.mark.parametrize("value", ["o'brien@x.example", "a\\' OR 1=1 --", '"; DROP', "{{user.id}}", "x') OR ('1'='1"])
@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite", "duckdb"])
def test_a_value_of_the_person_stays_a_value(engines, dialect, value):
    policy = GuardPolicy(filters=(RowFilter("users", "email = {{user.email}}", (("user.email", value),)),))
    decision = decide("SELECT id FROM users", dialect, schema_of("" if dialect == "sqlite" else "main"), policy)
    if decision.passes and dialect in ("sqlite", "duckdb"):
        assert engines[dialect].ask(decision.sql, False) == []
    assert decision.passes or decision.reasons[0].code in ("text.unstable", "engine.syntax")


PROBES = ["1 / (id - 4) > -5", "CAST(region AS INTEGER) IS NULL"]
SLOW = "reverse(reverse(lower(upper(reverse(reverse(coalesce(name, 'none'))))))) = 'zoe'"
"""A filter that costs more than the probes, so that an engine which is free to choose tries them first."""


@pytest.mark.requirement("Q03", part="masks and row filters")
@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("dialect", ["postgres", "duckdb"])
def test_an_error_of_the_engine_tells_nothing_of_a_row_that_is_left_out(engines, dialect, probe):
    rules = GuardPolicy(filters=(RowFilter("users", SLOW),))
    for sql in (f"SELECT id FROM users WHERE {probe}", f"SELECT id FROM (SELECT * FROM users) s WHERE {probe}"):
        assert engines[dialect].through_the_guard(sql, rules) == [(5,)]


@pytest.mark.parametrize(
    ("kind", "raw", "left"),
    [
        ("domain", "maja@canary.example", "***@canary.example"),
        ("domain", "odd@name@canary.example", "***@canary.example"),
        ("domain", "none", "***"),
        ("last4", "1234567", "****"),
        ("last4", "4111111111111111", "****1111"),
        ("first1", "x", "***"),
        ("constant", "anything", "gone"),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres"])
def test_each_mask_leaves_what_it_says(engines, dialect, kind, raw, left):
    engine: Engine = engines[dialect]
    policy = GuardPolicy(masks=(Mask("users", "email", kind, "gone" if kind == "constant" else ""),))
    decision = decide("SELECT email FROM users WHERE id = 1", dialect, engine.schema, policy)
    assert decision.passes, decision.reasons
    name = "the_schema." if dialect == "postgres" else ""
    engine.ask(f"UPDATE {name}users SET email = '{raw}' WHERE id = 1 RETURNING id", False)
    try:
        assert engine.ask(decision.sql, False) == [(left,)]
    finally:
        engine.ask(f"UPDATE {name}users SET email = 'maja.lind@canary.example' WHERE id = 1 RETURNING id", False)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_token_is_the_same_for_the_same_value_and_salted(engines, dialect):
    def tokens(salt):
        return dict(engines[dialect].through_the_guard(
            "SELECT id, pin FROM users", GuardPolicy(masks=(Mask("users", "pin", "hash", salt),))
        ))  # fmt: skip

    one, other = tokens("salt"), tokens("pepper")
    assert one[1] == one[6] != one[2]
    assert one[3] is None
    assert one[1] != other[1]
    assert len(one[1]) == 16


# --- generated queries ----------------------------------------------------------------------------

VALUES = st.sampled_from(["'EU'", "'US'", "'****mple'", "'M***'", "'rowe@secret.example'", "'Bo'"])
TEXTS = st.sampled_from(["name", "email", "region"])
NUMBERS = st.sampled_from(["id", "pin"])


@st.composite
def conditions(draw, alias):
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return f"{alias}.{draw(TEXTS)} {draw(st.sampled_from(['=', '<>', '<', '>=']))} {draw(VALUES)}"
    if kind == 1:
        return f"{alias}.{draw(NUMBERS)} > {draw(st.sampled_from([0, 2, 1111]))}"
    if kind == 2:
        return f"{alias}.{draw(TEXTS)} IS {draw(st.sampled_from(['', 'NOT ']))}NULL"
    if kind == 3:
        return (
            f"{alias}.id {draw(st.sampled_from(['IN', 'NOT IN']))} (SELECT w.user_id FROM orders w WHERE w.total > 15)"
        )
    if kind == 4:
        return f"EXISTS (SELECT 1 FROM users v WHERE v.{draw(TEXTS)} = {alias}.{draw(TEXTS)} AND v.id <> {alias}.id)"
    return f"{alias}.{draw(TEXTS)} = (SELECT max(v.{draw(TEXTS)}) FROM users v)"


@st.composite
def users_of(draw):
    """Return (a WITH clause, a source that has the columns of users)."""
    inner = draw(
        st.sampled_from(["users", "(SELECT * FROM users)", "(SELECT * FROM users WHERE id < 5)", "s", "users2"])
    )
    if inner == "s":
        return "WITH s AS (SELECT * FROM users) ", "s"
    if inner == "users2":
        return "WITH t AS (SELECT id, name, email, region, born, pin FROM users), s AS (SELECT * FROM t) ", "s"
    return "", inner


@st.composite
def queries(draw):
    clause, source = draw(users_of())
    where = " AND ".join(draw(st.lists(conditions("u"), max_size=2))) or "1 = 1"
    shape = draw(st.integers(0, 6))
    items = ", ".join(f"u.{draw(TEXTS)}" for _ in range(draw(st.integers(1, 2)))) + ", u.born"
    if shape == 0:
        return f"{clause}SELECT {items} FROM {source} AS u WHERE {where}"
    if shape == 1:
        join = draw(st.sampled_from(["JOIN", "LEFT JOIN"]))
        return f"{clause}SELECT {items}, o.total FROM {source} AS u {join} orders o ON o.user_id = u.id WHERE {where}"
    if shape == 2:
        column = draw(TEXTS)
        return f"{clause}SELECT u.{column}, count(*), max(u.pin) FROM {source} AS u WHERE {where} GROUP BY u.{column}"
    if shape == 3:
        word = draw(st.sampled_from(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]))
        column = draw(TEXTS)
        other = draw(TEXTS)
        return f"{clause}SELECT u.{column} FROM {source} AS u WHERE {where} {word} SELECT x.{other} FROM users x"
    if shape == 4:
        return f"{clause}SELECT * FROM {source} AS u, orders o WHERE o.region = u.region AND {where}"
    if shape == 5:
        column = draw(TEXTS)
        return f"{clause}SELECT a.id, u.id FROM {source} AS u JOIN users a USING ({column}) WHERE {where}"
    scalar = "(SELECT max(x.email) FROM users x WHERE x.region = u.region)"
    return f"{clause}SELECT u.id, {scalar} FROM {source} AS u WHERE {where}"


@pytest.mark.requirement("Q03")
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres"])
def test_over_generated_queries_the_guard_answers_as_the_ruled_database_would(engines, dialect):
    engine = engines[dialect]

    @given(queries())
    @settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def compare(sql):
        through = engine.through_the_guard(sql)
        assert isinstance(through, list), (sql, through)
        assert through == engine.on_the_ruled_shop(sql), sql

    compare()
