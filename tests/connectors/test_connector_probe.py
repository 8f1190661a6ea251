"""On set-up a credential is probed; what it may do beyond reading is a warning until fixed or accepted (Q02)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.html import escape

from connectors import open as doors
from connectors import set_up
from connectors.adapters.guardrail import TransactionOpen
from connectors.contracts import Finding, Limits, SourceRefused, SourceTimeout
from connectors.models import Connector, ConnectorProbe, ConnectorWarning, SchemaSnapshot
from guardrails.sql import decide
from portal import work
from portal.models import JobState
from tests.connectors.conftest import CANARY, PostgresServer
from tests.connectors.doors import (
    API,
    api_as,
    browser_as,
    events,
    make_real_source,
    make_source,
    real_settings,
)

WRITER_PASSWORD = "canary-of-the-writer-role"


@pytest.fixture
def writer(postgres_server: PostgresServer, postgres_database: str):
    """A role that can write one table, until the test takes that from it."""
    server, database = postgres_server, postgres_database
    server.run(
        database,
        f"CREATE ROLE writer LOGIN PASSWORD '{WRITER_PASSWORD}'; GRANT CONNECT ON DATABASE {database} TO writer;"
        " GRANT USAGE ON SCHEMA public TO writer; GRANT SELECT, DELETE ON customer TO writer",
    )
    yield "writer"
    server.run(database, "DROP OWNED BY writer; DROP ROLE writer")


@pytest.fixture
def strong(northlight, writer, postgres_server, postgres_database) -> Connector:
    """A connector whose credential can write."""
    settings = real_settings(postgres_server, postgres_database, writer)
    return make_real_source(postgres_server, postgres_database, settings=settings, secret=WRITER_PASSWORD)


def standing(connector: Connector) -> dict[str, ConnectorWarning]:
    return {warning.code: warning for warning in ConnectorWarning.objects.standing().filter(connector=connector)}


@pytest.mark.requirement("Q02", part="probe warning")
def test_a_credential_that_only_reads_draws_no_warning(northlight, postgres_server, postgres_database) -> None:
    connector = make_real_source(postgres_server, postgres_database)
    row = set_up.probe(connector)
    assert row.is_reached
    assert row.engine == "PostgreSQL"
    assert not [w for w in standing(connector).values() if w.severity != "info"]
    (event,) = events("connector.probed")
    assert (event.verdict, event.connector_id) == ("pass", connector.pk)


@pytest.mark.requirement("Q02", part="probe warning")
def test_a_credential_that_can_write_is_warned_of_until_it_is_fixed(
    strong: Connector, postgres_server, postgres_database
) -> None:
    set_up.probe(strong)
    warning = standing(strong)["can_write"]
    assert warning.severity == "critical"
    assert "customer" in warning.message
    assert warning.fix_sql
    set_up.probe(strong)
    assert standing(strong)["can_write"].pk == warning.pk
    postgres_server.run(postgres_database, "REVOKE DELETE ON customer FROM writer")
    set_up.probe(strong)
    assert "can_write" not in standing(strong)
    warning.refresh_from_db()
    assert warning.fixed_at is not None
    assert [e.data["code"] for e in events("warning.raised")].count("can_write") == 1
    assert [e.data["code"] for e in events("warning.fixed")] == ["can_write"]


@pytest.mark.requirement("Q02", part="probe warning")
def test_a_superuser_is_warned_of(northlight, postgres_server, postgres_database) -> None:
    from psycopg.conninfo import conninfo_to_dict

    given = conninfo_to_dict(postgres_server.superuser)
    settings = real_settings(postgres_server, postgres_database, str(given["user"]))
    connector = make_real_source(postgres_server, postgres_database, settings=settings, secret=str(given["password"]))
    set_up.probe(connector)
    assert "critical" in {warning.severity for warning in standing(connector).values()}


@pytest.mark.requirement("Q02", part="probe warning")
def test_an_accepted_warning_stays_visible_and_covers_only_what_was_accepted(
    strong: Connector, northlight, postgres_server, postgres_database
) -> None:
    set_up.probe(strong)
    warning = standing(strong)["can_write"]
    for reason in ("", "too short", "x" * 401, "a reason with \x00 in it"):
        with pytest.raises(ValidationError, match="reason: say in 10 to 400 characters"):
            set_up.accept_warning(warning, reason=reason)
    set_up.accept_warning(warning, reason="The reader role comes next week.")
    assert standing(strong)["can_write"].accepted_by_id == northlight.ada.user.pk
    (event,) = events("warning.accepted")
    assert event.data["reason"] == "The reader role comes next week."
    set_up.probe(strong)
    assert standing(strong)["can_write"].accepted_at is not None
    postgres_server.run(postgres_database, "GRANT INSERT ON purchase TO writer")
    set_up.probe(strong)
    assert standing(strong)["can_write"].accepted_at is None  # it can do more than was accepted
    with pytest.raises(ValidationError, match="changed meanwhile"):
        set_up.accept_warning(warning, reason="The reader role comes next week.")


def test_a_source_that_is_not_reached_says_so_and_keeps_its_warnings(strong: Connector) -> None:
    set_up.probe(strong)
    before = set(standing(strong))
    strong.settings = strong.settings | {"database": "nowhere"}
    set_up.set_up(strong)
    row = set_up.probe(strong)
    assert not row.is_reached
    assert row.error_message
    assert set(standing(strong)) == before
    assert events("connector.probed")[-1].verdict == "failed"


def test_findings_of_one_code_are_joined(northlight) -> None:
    connector = make_source()
    findings = (Finding("a", "warning", "one", "X"), Finding("a", "critical", "two", "Y"))
    set_up._keep_findings(connector, findings)
    found = standing(connector)["a"]
    assert (found.severity, found.message, found.fix_sql) == ("critical", "two; one", "Y\nX")


def test_two_probes_at_once_cannot_keep_one_warning_twice(northlight) -> None:
    from django.db import IntegrityError

    connector = make_source()
    ConnectorWarning(connector=connector, code="a", severity="warning", message="m").save()
    with pytest.raises(IntegrityError), transaction.atomic():
        ConnectorWarning(connector=connector, code="a", severity="warning", message="m").save()


def test_a_probe_is_refused_inside_a_transaction_and_for_what_is_no_source(northlight) -> None:
    with pytest.raises(TransactionOpen), transaction.atomic():
        set_up.probe(make_source())
    with pytest.raises(ValidationError, match="nothing that could be probed"):
        set_up.probe(set_up.set_up(Connector(name="L", role="provider", adapter="local")))


def test_setting_up_a_source_makes_its_probe_due_and_the_job_comes_back_daily(
    northlight, postgres_server, postgres_database
) -> None:
    connector = make_real_source(postgres_server, postgres_database)
    row = ConnectorProbe.objects.get(connector=connector)
    assert (row.job_state, row.probed_at) == (JobState.READY, None)
    assert work.run("probe", row.pk, None)
    row.refresh_from_db()
    assert row.is_reached
    assert (row.job_state, row.attempts) == (JobState.READY, 0)
    assert (row.run_after - row.probed_at).total_seconds() > 23 * 3600


@pytest.mark.requirement("Q02", part="daily, and one that fails stops no other")
def test_every_source_is_looked_at_daily_and_one_that_fails_stops_no_other(
    strong: Connector, postgres_server, postgres_database, monkeypatch
) -> None:
    dead, broken = make_source("Dead"), make_source("Broken")
    plain = doors.source

    def opening(connector: Connector):
        if connector.pk == broken.pk:
            raise ZeroDivisionError("a mistake of ours")
        return plain(connector)

    monkeypatch.setattr(doors, "source", opening)
    jobs = {each.pk: ConnectorProbe.objects.get(connector=each) for each in (broken, dead, strong)}
    for job in jobs.values():
        assert work.run("probe", job.pk, None)
    for job in jobs.values():
        job.refresh_from_db()
    assert (jobs[dead.pk].error_code, jobs[strong.pk].is_reached) == ("unreachable", True)
    assert all(job.job_state == JobState.READY for job in jobs.values()), "each comes back by itself"
    assert jobs[broken.pk].run_after < jobs[dead.pk].run_after, "our own mistake is tried again sooner"
    assert "can_write" in standing(strong)
    postgres_server.run(postgres_database, "GRANT INSERT ON purchase TO writer")
    ConnectorProbe.objects.filter(pk=jobs[strong.pk].pk).update(run_after=timezone.now() - timedelta(seconds=1))
    assert work.run("probe", jobs[strong.pk].pk, None), "the next day"
    assert [event.data["code"] for event in events("warning.raised")].count("can_write") == 2, "the finding changed"
    strong.is_active = False
    set_up.set_up(strong)
    before = len(events("connector.probed"))
    assert work.run("probe", jobs[strong.pk].pk, None)
    assert len(events("connector.probed")) == before, "what is deactivated is not dialled"


def test_the_schema_is_kept_for_minutes_and_holds_no_value(northlight, postgres_server, postgres_database) -> None:
    connector = make_real_source(postgres_server, postgres_database)
    schema = set_up.describe(connector)
    assert [t.name for t in schema.tables if t.name == "customer"] == ["customer"]
    assert set_up.describe(connector) == schema
    snapshot = SchemaSnapshot.objects.get(connector=connector)
    assert CANARY not in str(snapshot.content)
    assert "customer" in str(snapshot.content)
    with connection.execute_wrapper(_no_more_than(1)):
        set_up.describe(connector)
    connector.environment = "copy"
    set_up.set_up(connector)
    set_up.describe(connector)
    snapshot.refresh_from_db()
    assert snapshot.connector_revision == connector.revision == 2


def _no_more_than(most: int):
    count = 0

    def wrapper(execute, sql, params, many, context):
        nonlocal count
        count += 1
        assert count <= most, sql
        return execute(sql, params, many, context)

    return wrapper


@pytest.mark.requirement("Q02", part="probe warning")
def test_the_admin_shows_the_warning_with_its_sql_and_takes_a_reason(strong: Connector, northlight) -> None:
    browser = browser_as(northlight.ada)
    page = f"/admin/connectors/connector/{strong.pk}/change/"
    answer = browser.post(f"/admin/connectors/connector/{strong.pk}/probe/", follow=True)
    assert answer.status_code == 200
    warning = standing(strong)["can_write"]
    html = answer.content.decode()
    assert "Critical: the role `writer` can write" in html
    assert '<pre class="door-sql"' in html
    assert escape(warning.fix_sql) in html
    accept = f"/admin/connectors/connector/{strong.pk}/warnings/{warning.pk}/accept/"
    assert browser.get(accept).status_code == 405
    assert browser.get(f"/admin/connectors/connector/{strong.pk}/probe/").status_code == 405
    refused = browser.post(accept, {"message": warning.message, "reason": "short"}, follow=True)
    assert "say in 10 to 400 characters" in refused.content.decode()
    stale = browser.post(accept, {"message": "something else", "reason": "a good long reason"}, follow=True)
    assert "changed meanwhile" in stale.content.decode()
    assert standing(strong)["can_write"].accepted_at is None
    browser.post(accept, {"message": warning.message, "reason": "known, a role is on its way"})
    assert standing(strong)["can_write"].accepted_reason == "known, a role is on its way"
    assert "Critical, accepted" in browser.get(page).content.decode()


@pytest.mark.requirement("Q02", part="probe warning")
def test_the_api_probes_and_tells_admins_what_stands(strong: Connector, northlight) -> None:
    answer = api_as(northlight.ada).post(f"{API}{strong.pk}/probe/").json()
    assert answer["probe"]["is_reached"] is True
    assert "can_write" in {warning["code"] for warning in answer["warnings"]}
    seen = api_as(northlight.paul).get(f"{API}{strong.pk}/").json()
    assert not {"warnings", "settings", "probe", "has_secret"} & set(seen)


@pytest.mark.requirement("Q02")
def test_a_write_is_refused_three_times_over(strong: Connector, postgres_server, postgres_database) -> None:
    """The guard refuses it; a read-only session refuses it too; the credential that could is warned of."""
    statement = "DELETE FROM customer"
    assert decide(statement, "postgres").verdict == "block"
    source = doors.source(strong)
    try:
        with pytest.raises(SourceRefused):
            source.run("SELECT lo_create(0)", Limits())
        with pytest.raises(SourceTimeout):
            source.run("SELECT pg_sleep(5)", Limits(timeout_s=0.3))
    finally:
        source.close()
    assert postgres_server.run(postgres_database, "SELECT count(*) FROM customer")[0][0] > 0
    set_up.probe(strong)
    assert standing(strong)["can_write"].severity == "critical"
