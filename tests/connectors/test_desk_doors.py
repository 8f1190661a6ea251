"""Helpdesks set up as connectors: opened with their sealed secret, probed, and dialled at judged addresses alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from connectors import open as doors
from connectors import set_up
from connectors.contracts import HelpdeskUnreachable
from connectors.models import Connector, ConnectorWarning
from tests.connectors.desk_labs import TO
from tests.servers.smtp import SmtpServer
from tests.servers.zendesk import ZendeskServer


@pytest.fixture
def played(settings) -> Iterator[ZendeskServer]:
    with ZendeskServer() as server:
        settings.ZENDESK_ORIGIN = server.origin
        yield server


def zendesk(secret: str, **given: Any) -> Connector:
    given = {"domain": "northlight.zendesk.com", "sign_in": "oauth", **given}
    return set_up.set_up(Connector(name="Desk", role="helpdesk", adapter="zendesk", settings=given), secret=secret)


@pytest.mark.requirement("T22", part="a helpdesk is set up, probed and opened in the portal")
def test_a_zendesk_account_is_opened_with_its_sealed_token_and_probed(northlight, played):
    played.scopes = ["read", "write"]
    connector = zendesk(played.token)
    found = set_up.probe(connector)
    assert (found.engine, found.error_code) == ("Zendesk Ticketing API", "")
    assert [each.code for each in ConnectorWarning.objects.filter(connector=connector)] == ["superfluous_scopes"]
    doors.helpdesk().send("1", TO, "Hello", idempotency_key="k1")
    assert played.replies() == ["Hello"]


@pytest.mark.requirement("S09", part="a helpdesk at a private address")
def test_a_helpdesk_at_a_private_address_is_not_called_in_production(northlight, played, settings):
    connector = zendesk(played.token)
    settings.PRODUCTION = True
    with pytest.raises(HelpdeskUnreachable) as refused:
        doors.helpdesk()
    assert (refused.value.code, played.calls) == ("address_refused", [])
    settings.PRODUCTION = False
    Connector.objects.filter(pk=connector.pk).update(settings=connector.settings | {"domain": "evil.zendesk.com"})
    with pytest.raises(HelpdeskUnreachable) as moved:
        doors.helpdesk()
    assert (moved.value.code, played.calls) == ("secret_for_elsewhere", [])


@pytest.mark.requirement("T22", part="e-mail is set up and opened in the portal")
def test_a_mail_server_is_opened_with_its_sealed_password(northlight):
    with SmtpServer() as server:
        server.demands_sign_in = True
        given = {
            "host": "localhost",
            "port": server.port,
            "security": "none",
            "from_address": "care@northlight.example",
        }
        connector = Connector(name="Mail", role="helpdesk", adapter="smtp", settings={**given, "user": server.user})
        set_up.set_up(connector, secret=server.password)
        assert set_up.probe(connector).error_code == ""
        receipt = doors.helpdesk().send("T-1", TO, "Hello", idempotency_key="k1")
        assert (server.mails[0]["Message-ID"], server.mails[0]["Subject"]) == (receipt.id, "Your request T-1")
        for wrong in ({"host": "mail.example.com"}, {"from_address": "a@b.c\nBcc: x@y.z"}, {"security": "perhaps"}):
            with pytest.raises(ValidationError, match=r"settings\."):
                set_up.set_up(Connector(name="M", role="helpdesk", adapter="smtp", settings=given | wrong))


@pytest.mark.parametrize("given", [{"domain": "evil.example.com"}, {"sign_in": "api_token"}, {"status": "closed"}])
def test_settings_that_cannot_be_are_refused_by_name(northlight, given):
    with pytest.raises(ValidationError, match=r"settings\."):
        zendesk("secret", **given)
