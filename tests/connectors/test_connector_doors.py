"""Doors open only where the configuration and the environment allow, for one organization's own (S09, S08)."""

from __future__ import annotations

import socket

import pytest
from django.db import connection, transaction

from connectors import addresses, first_execution, prices, set_up, transactions
from connectors import open as doors
from connectors.adapters.providers.contracts import NotConfigured
from connectors.contracts import RiskUnavailable, SourceMisconfigured, StoreUnreachable
from connectors.models import Connector, ModelPrice
from tests.connectors.doors import API, api_as, events, make_source

PRIVATE = ["127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.0.1", "100.64.0.1", "0.0.0.0", "::1", "fd12::1", "fe80::1"]
METADATA = ["169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "169.254.0.7"]


@pytest.mark.requirement("S09")
@pytest.mark.parametrize("address", METADATA)
@pytest.mark.parametrize("production", [False, True])
def test_metadata_addresses_are_never_called(settings, address: str, production: bool) -> None:
    settings.PRODUCTION = production
    with pytest.raises(addresses.AddressRefused, match="metadata or link-local"):
        addresses.resolve(address, 80)


@pytest.mark.requirement("S09", part="connector addresses")
@pytest.mark.parametrize("address", [*PRIVATE, "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2130706433"])
def test_private_addresses_are_refused_in_production(settings, address: str) -> None:
    settings.PRODUCTION = True
    with pytest.raises(addresses.AddressRefused):
        addresses.resolve(address, 5432)


@pytest.mark.requirement("S09", part="connector addresses")
def test_a_name_is_judged_by_every_address_it_has(settings, monkeypatch) -> None:
    settings.PRODUCTION = True
    answers = [(0, 0, 0, "", ("93.184.216.34", 5432)), (0, 0, 0, "", ("10.0.0.1", 5432))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: answers)
    with pytest.raises(addresses.AddressRefused, match="private address"):
        addresses.resolve("two-faced.example", 5432)
    answers.pop()
    assert addresses.resolve("two-faced.example", 5432) == ("93.184.216.34",)


@pytest.mark.requirement("S09", part="connector addresses")
def test_production_refuses_sockets_and_development_does_not(settings) -> None:
    assert addresses.resolve("/run/postgresql", 5432) == ()
    settings.PRODUCTION = True
    with pytest.raises(addresses.AddressRefused, match="socket"):
        addresses.resolve("/run/postgresql", 5432)


@pytest.mark.requirement("S09", part="connector addresses")
def test_a_source_and_a_provider_that_lead_inside_are_not_opened_in_production(northlight, settings) -> None:
    source = make_source(settings={"host": "127.0.0.1"})
    own = Connector(name="M", role="provider", adapter="anthropic", settings={"base_url": "https://127.0.0.1:9/v1"})
    set_up.set_up(own, secret="a-key")
    assert doors.provider().name == "anthropic"
    settings.PRODUCTION = True
    with pytest.raises(SourceMisconfigured, match="private address"):
        doors.source(source)
    with pytest.raises(NotConfigured, match="private address"):
        doors.provider()


def test_what_was_judged_is_what_is_dialled(northlight, monkeypatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", ("93.184.216.34", 1))])
    opened = doors.source(make_source(settings={"host": "db.example.com"}))
    assert opened._parameters["hostaddr"] == "93.184.216.34"
    assert (opened._parameters["host"], opened._parameters["sslmode"]) == ("db.example.com", "require")
    given = {"host": "db.example.com", "database": "shop", "user": "reader"}
    mysql = set_up.set_up(Connector(name="My", role="source", adapter="mysql", settings=given))
    opened = doors.source(mysql)
    assert (opened._host, opened._addresses, opened._tls) == ("db.example.com", ("93.184.216.34",), "require")
    own = Connector(name="M", role="provider", adapter="anthropic", settings={"base_url": "https://m.example.com/v1"})
    set_up.set_up(own, secret="a-key")
    assert doors.provider()._settings.addresses == ("93.184.216.34",)


@pytest.mark.requirement("S09")
@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.5", "127.0.0.1", "/run/mysqld/mysqld.sock", "[::1]"])
def test_a_mysql_that_leads_inside_is_not_opened_in_production(northlight, settings, host) -> None:
    given = {"host": host.strip("[]"), "database": "shop", "user": "reader"}
    connector = set_up.set_up(Connector(name="My", role="source", adapter="mysql", settings=given))
    settings.PRODUCTION = True
    with pytest.raises(SourceMisconfigured) as refusal:
        doors.source(connector)
    assert refusal.value.code == "address_refused"


def test_a_sqlite_file_is_below_the_organizations_own_folder(cast, settings, tmp_path) -> None:
    import sqlite3

    settings.SQLITE_FOLDER = tmp_path
    for slug in ("northlight", "southwind"):
        (tmp_path / slug).mkdir()
        sqlite3.connect(tmp_path / slug / "orders.sqlite").execute(f"CREATE TABLE {slug} (id int)").connection.close()
    with cast.cleo.inside():
        mine = set_up.set_up(_sqlite("orders.sqlite"))
        assert [table.name for table in set_up.describe(mine).tables] == ["southwind"]
        for path in ("../northlight/orders.sqlite", str(tmp_path / "northlight" / "orders.sqlite"), "nothing.sqlite"):
            with pytest.raises(SourceMisconfigured):
                doors.source(set_up.set_up(_sqlite(path)))
        settings.SQLITE_FOLDER = None
        with pytest.raises(SourceMisconfigured, match="no folder"):
            doors.source(mine)


def _sqlite(path: str) -> Connector:
    return Connector(name=f"file {path}"[:60], role="source", adapter="sqlite", settings={"file": path})


def test_an_inactive_connector_and_one_of_another_role_are_not_opened_as_source(northlight) -> None:
    connector = make_source()
    connector.is_active = False
    with pytest.raises(SourceMisconfigured, match="deactivated"):
        doors.source(connector)
    with pytest.raises(SourceMisconfigured, match="not a data source"):
        doors.source(set_up.set_up(Connector(name="S", role="store", adapter="sandbox")))


def test_a_sandbox_shop_is_the_organizations_own(cast) -> None:
    with cast.cleo.inside():
        named = set_up.set_up(Connector(name="S", role="store", adapter="sandbox", settings={"shop": "northlight"}))
        assert doors.sandbox_shop(named) == "southwind/northlight"
    with cast.ada.inside():
        own = set_up.set_up(Connector(name="S", role="store", adapter="sandbox"))
        assert (doors.sandbox_shop(own), doors.store_connector()) == ("northlight", own)
        assert repr(doors.store()) == "SandboxStore(shop='northlight')"


def test_what_is_not_set_up_is_said(northlight, settings) -> None:
    with pytest.raises(StoreUnreachable, match="none is set up"):
        doors.store()
    with pytest.raises(RiskUnavailable, match="none is set up"):
        doors.risk_feed()
    shop = set_up.set_up(Connector(name="S", role="store", adapter="sandbox"))
    set_up.set_up(Connector(name="T", role="store", adapter="sandbox", settings={"shop": "outlet"}))
    with pytest.raises(StoreUnreachable, match="several"):
        doors.store()
    settings.SANDBOX_DATABASE_URL = None
    with pytest.raises(StoreUnreachable, match="SANDBOX_DATABASE_URL"):
        doors.store(shop)


def test_the_provider_is_the_own_one_then_the_operators_then_local(northlight, settings) -> None:
    settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL = "", ""
    assert (doors.model().model, doors.model().prices) == ("local", prices.NOTHING)
    settings.ANTHROPIC_API_KEY = "the-operators-key"
    door = doors.model()
    assert (door.provider.name, door.connector) == ("anthropic", None)
    own = Connector(name="M", role="provider", adapter="anthropic", settings={"model": "claude-haiku-9"})
    set_up.set_up(own, secret="a-key")
    door = doors.model()
    assert (door.model, door.connector, door.prices.input_microusd) == ("claude-haiku-9", own, 1_000_000)


@pytest.mark.requirement("Q16", part="a model without a price is not called")
def test_a_model_without_a_price_is_not_called(northlight) -> None:
    own = Connector(name="M", role="provider", adapter="anthropic", settings={"model": "another-model"})
    set_up.set_up(own, secret="a-key")
    with pytest.raises(NotConfigured, match="no price is set for `another-model`"):
        doors.model()
    ModelPrice.objects.filter(model="claude-opus").update(model="another")
    assert doors.model().prices.output_microusd == 25_000_000


def test_the_transaction_of_a_test_case_is_not_ours_and_any_other_is(northlight) -> None:
    assert connection.in_atomic_block
    assert not transactions.is_open()
    with transaction.atomic():
        assert transactions.is_open()
    assert not transactions.is_open()


@pytest.mark.requirement("T11", part="memory of first executions")
def test_the_first_execution_is_remembered_once_for_each_action_and_connector(cast) -> None:
    with cast.ada.inside():
        store = set_up.set_up(Connector(name="S", role="store", adapter="sandbox"))
        other = set_up.set_up(Connector(name="T", role="store", adapter="sandbox", settings={"shop": "outlet"}))
        assert not first_execution.has_executed("refund", store)
        assert first_execution.record_first("refund", store, fingerprint="p1")
        assert not first_execution.record_first("refund", store, fingerprint="p1")
        assert first_execution.has_executed("refund", store)
        assert not first_execution.has_executed("refund", store, fingerprint="p2")
        assert not first_execution.has_executed("cancel", store)
        assert not first_execution.has_executed("refund", other)
        assert len(events("action.first_executed")) == 1
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            store.first_executions.all().delete()
    with cast.cleo.inside():
        assert not first_execution.has_executed("refund", store.pk)


@pytest.mark.requirement("Q13", part="API response")
def test_the_api_warns_of_production_wherever_the_connector_is_shown(northlight) -> None:
    live = make_source("Live", is_production=True)
    calm = make_source("Copy")
    api = api_as(northlight.paul)
    listed = {row["name"]: row for row in api.get(API).json()["results"]}
    shown = api.get(f"{API}{live.pk}/").json()
    for row in (listed["Live"], shown):
        assert row["is_production"] is True
        assert row["production_warning"].startswith("PRODUCTION: `Live` is a live production system")
    assert listed["Copy"]["production_warning"] == api.get(f"{API}{calm.pk}/").json()["production_warning"] == ""
