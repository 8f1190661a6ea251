"""A secret is written once and never comes back: not by page, API, trail, log or error, in success or failure (S03)."""

from __future__ import annotations

import base64
import json
import logging
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from connectors import open as doors
from connectors import set_up
from connectors.adapters.providers.contracts import NotConfigured
from connectors.contracts import SourceMisconfigured
from connectors.models import Connector, Credential
from tests.connectors.doors import API, Heard, api_as, browser_as, make_source

CANARY = "canary/Secret+7f3a ünd"
SETTINGS = {"host": "localhost", "port": 1, "database": "shop", "user": "reader"}


def spellings(secret: str) -> list[str]:
    raw = secret.encode()
    return [secret, base64.b64encode(raw).decode(), raw.hex(), quote(secret), json.dumps(secret).strip('"')]


def whole_database() -> str:
    """Return every row of every table of the product that this organization's session sees, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND has_table_privilege(c.oid, 'SELECT')"
        )
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.fixture
def heard():
    """Everything that is logged during the test, at every level."""
    handler, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


def assert_silent(*texts: str) -> None:
    for text in texts:
        for spelling in spellings(CANARY):
            assert spelling not in text


@pytest.mark.requirement("S03", part="secret write-only in admin and API")
def test_the_api_takes_a_secret_and_never_gives_it_back(northlight, heard: Heard) -> None:
    api = api_as(northlight.ada)
    body = {"name": "W", "role": "source", "adapter": "postgresql", "settings": SETTINGS, "secret": CANARY}
    made = api.post(API, body, format="json")
    assert made.status_code == 201, made.content
    path = f"{API}{made.json()['id']}/"
    answers = [
        made,
        api.get(API),
        api.get(path),
        api.patch(path, {"secret": CANARY, "reason": "rotated"}, format="json"),
        api.post(f"{path}probe/"),
    ]
    assert [a.status_code for a in answers] == [201, 200, 200, 200, 200]
    assert answers[2].json()["has_secret"] is True
    assert Credential.objects.get().secret.reveal() == CANARY  # the control: it is there, sealed
    planted = f"{whole_database()} {CANARY}"
    assert any(spelling in planted for spelling in spellings(CANARY))
    assert_silent(whole_database(), *heard.lines, *(a.content.decode() for a in answers))


@pytest.mark.requirement("S03", part="secret write-only in admin and API")
@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"adapter": "nothing"},
        {"settings": {"host": "h"}},
        {"settings": SETTINGS | {"port": "x"}},
        {"settings": SETTINGS | {"password": CANARY}},
        {"extra": CANARY},
        {"secret": CANARY * 400},
        {"secret": f"{CANARY}\x00"},
        {"secret": [CANARY]},
        {"secret": {"x": CANARY}},
        {"settings": CANARY},
        {"adapter": "sqlite", "settings": {"file": "x.sqlite"}},
    ],
)
def test_a_refused_call_does_not_quote_the_secret(northlight, heard: Heard, change: dict) -> None:
    body = {"name": "W", "role": "source", "adapter": "postgresql", "settings": SETTINGS, "secret": CANARY}
    answer = api_as(northlight.ada).post(API, body | change, format="json")
    assert answer.status_code == 400, answer.content
    assert all(error["field"] for error in answer.json()["errors"])
    assert not Connector.objects.exists()
    assert_silent(answer.content.decode(), whole_database(), *heard.lines)


@pytest.mark.requirement("S03", part="secret write-only in admin and API")
def test_the_admin_takes_a_secret_and_never_shows_it(northlight, heard: Heard) -> None:
    browser = browser_as(northlight.ada)
    add = "/admin/connectors/connector/add/?kind=source.postgresql"
    given = {f"setting_{name}": value for name, value in SETTINGS.items()}
    given |= {"name": "W", "is_active": "on", "setting_sslmode": "", "setting_schemas": "", "secret": CANARY}
    refused = browser.post(add, given | {"setting_port": "x"})
    assert refused.status_code == 200
    assert "is not a whole number from 1 to 65535" in refused.content.decode()
    made = browser.post(add, given)
    assert made.status_code == 302, made.content.decode()
    connector = Connector.objects.get()
    assert Credential.objects.get().secret.reveal() == CANARY
    page = f"/admin/connectors/connector/{connector.pk}/change/"
    shown = browser.get(page)
    assert "set, sealed, never shown" in shown.content.decode()
    kept = browser.post(page, given | {"secret": "", "environment": "staging"})
    assert kept.status_code == 302
    assert Credential.objects.get().secret.reveal() == CANARY
    probed = browser.post(f"/admin/connectors/connector/{connector.pk}/probe/", follow=True)
    assert "The probe failed" in probed.content.decode()
    listed = browser.get("/admin/connectors/connector/")
    pages = [answer.content.decode() for answer in (refused, made, shown, kept, probed, listed)]
    assert_silent(whole_database(), *heard.lines, *pages)


@pytest.mark.requirement("S03", part="secret write-only in admin and API")
def test_a_secret_is_not_carried_to_another_address(northlight) -> None:
    connector = make_source(secret=CANARY)
    connector.settings = connector.settings | {"host": "evil.example.com"}
    with pytest.raises(ValidationError, match="the address changed; give the secret again"):
        set_up.set_up(connector)
    path = f"{API}{connector.pk}/"
    answer = api_as(northlight.ada).patch(path, {"settings": connector.settings}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "secret")
    # and where somebody gets round the verb, the door does not open
    Connector.objects.filter(pk=connector.pk).update(settings=connector.settings | {"host": "127.0.0.1"})
    with pytest.raises(SourceMisconfigured, match="leads elsewhere") as caught:
        doors.source(Connector.objects.get(pk=connector.pk))
    assert_silent(repr(caught.value))
    # the control: the address it was set for
    Connector.objects.filter(pk=connector.pk).update(settings=SETTINGS | {"sslmode": "", "schemas": []})
    assert "localhost" in repr(doors.source(Connector.objects.get(pk=connector.pk)))


@pytest.mark.requirement("S03", part="secret write-only in admin and API")
def test_nothing_that_holds_a_secret_shows_it(northlight) -> None:
    from connectors.models import ConnectorRole

    connector = make_source(secret=CANARY)
    opened = doors.source(connector)
    key = CANARY.encode().hex()
    own = Connector(name="Model", role=ConnectorRole.PROVIDER, adapter="anthropic")
    set_up.set_up(own, secret=key)
    door = doors.model()
    assert door.connector == own
    for shown in (repr(opened), str(opened), repr(door), repr(door.provider), repr(Credential.objects.all())):
        assert_silent(shown)
        assert key not in shown


@pytest.mark.requirement("S03", part="secret write-only in admin and API")
def test_a_secret_that_does_not_open_is_told_without_it(northlight) -> None:
    connector = make_source(secret=CANARY)
    Credential.objects.update(secret=b"not a sealed value")
    row = set_up.probe(connector)
    assert (row.error_code, row.is_reached) == ("secret_unreadable", False)
    assert_silent(row.error_message)


def test_a_provider_needs_a_key_and_a_file_takes_none(northlight) -> None:
    with pytest.raises(ValidationError, match="needs one; give the API key"):
        set_up.set_up(Connector(name="M", role="provider", adapter="anthropic"))
    with pytest.raises(ValidationError, match="SQLite takes none"):
        set_up.set_up(Connector(name="F", role="source", adapter="sqlite", settings={"file": "x"}), secret=CANARY)
    assert not Connector.objects.exists()


def test_a_provider_without_its_key_never_falls_back_to_another(northlight, settings) -> None:
    settings.ANTHROPIC_API_KEY = "the-operators-key"
    set_up.set_up(Connector(name="M", role="provider", adapter="anthropic"), secret="own-key")
    Credential.objects.all().delete()
    with pytest.raises(NotConfigured, match="an admin has to set it"):
        doors.provider()
