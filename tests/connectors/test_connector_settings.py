"""Settings are judged as the adapter declares them: unknown names and bad values are refused by name."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from connectors import set_up
from connectors.models import Connector
from tests.connectors.doors import events, make_source

GOOD = {"host": "db.example.com", "database": "shop", "user": "reader"}


def refused(adapter: str, settings: object, role: str = "source") -> list[str]:
    """Return the messages that name what is wrong, as (field → messages)."""
    with pytest.raises(ValidationError) as caught:
        set_up.set_up(Connector(name="X", role=role, adapter=adapter, settings=settings))
    assert not Connector.objects.filter(name="X").exists()
    return [message for found in caught.value.message_dict.values() for message in found]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"port": 70000}, "settings.port: `70000` is not a whole number from 1 to 65535"),
        ({"port": "12a"}, "settings.port: `12a` is not a whole number"),
        ({"port": True}, "settings.port: `True` is not a whole number"),
        ({"port": 2**60}, "settings.port:"),
        ({"host": ""}, "settings.host: is missing"),
        ({"host": "a,b"}, "settings.host: `a,b` is not one"),
        ({"host": "x y"}, "settings.host:"),
        ({"host": ["x"]}, "settings.host:"),
        ({"host": "-x"}, "settings.host:"),
        ({"user": "a\x00b"}, "settings.user:"),
        ({"sslmode": "allow"}, "settings.sslmode: `allow` is not one of `disable`"),
        ({"schemas": [1]}, "settings.schemas: `1` is not a name"),
        ({"options": "-c x"}, "settings.options: is no setting of PostgreSQL"),
        ({"password": "canary-in-settings"}, "settings.password: is no setting of PostgreSQL"),
    ],
)
def test_a_bad_setting_is_refused_by_name(northlight, change: dict, expected: str) -> None:
    (message,) = refused("postgresql", GOOD | change)
    assert expected in message
    assert "canary-in-settings" not in message


def test_a_value_that_may_carry_a_secret_is_not_quoted(northlight) -> None:
    (message,) = refused("postgresql", GOOD | {"host": "postgres://u:canary-word@h/x"})
    assert "canary-word" not in message


@pytest.mark.parametrize("url", ["ftp://x", "https://u:p@x", "https://", "https://x?key=1", "https://x y", "x", 5])
def test_a_base_url_is_a_plain_address(northlight, url: object) -> None:
    (message,) = refused("anthropic", {"base_url": url}, role="provider")
    assert message.startswith("settings.base_url: is not an address")


def test_an_adapter_of_another_role_is_refused(northlight) -> None:
    (message,) = refused("sandbox", {})
    there_are = "`postgresql`, `mysql`, `sqlite`, `duckdb`"
    assert message == f"adapter: `sandbox` is no adapter for the role `source`; there are {there_are}"


def test_settings_that_are_no_object_are_refused(northlight) -> None:
    assert refused("postgresql", ["host"]) == ["settings: give an object of names and values"]


def test_defaults_are_filled_in_and_one_event_tells_what_was_set(northlight) -> None:
    connector = make_source(settings={"host": "db.example.com"})
    assert connector.settings["port"] == 1
    assert connector.settings["schemas"] == []
    (event,) = events("connector.created")
    assert event.after["settings"]["host"] == "db.example.com"


def test_names_are_unique_in_an_organization_and_free_in_another(cast) -> None:
    with cast.ada.inside():
        make_source("Warehouse")
        with pytest.raises(ValidationError, match="another connector has this name"):
            make_source("warehouse ")
    with cast.cleo.inside():
        assert make_source("Warehouse").revision == 1


def test_a_connector_stays_what_it_is(northlight) -> None:
    connector = make_source()
    connector.adapter, connector.settings = "sqlite", {"file": "x.sqlite"}
    with pytest.raises(ValidationError, match="stays what it is"):
        set_up.set_up(connector)


def test_one_provider_at_a_time(northlight) -> None:
    set_up.set_up(Connector(name="A", role="provider", adapter="local"))
    with pytest.raises(ValidationError, match="another active connector has this role"):
        set_up.set_up(Connector(name="B", role="provider", adapter="local"))


def test_an_edit_raises_the_revision_and_keeps_before_and_after(northlight) -> None:
    connector = make_source()
    connector.is_production = True
    set_up.set_up(connector, reason="it went live")
    (event,) = events("connector.changed")
    assert (event.before, event.after) == ({"is_production": False}, {"is_production": True})
    assert (event.policy_revision, event.data["reason"]) == (2, "it went live")
