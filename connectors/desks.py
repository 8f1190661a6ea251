"""Builds helpdesks from connectors: where they are dialled, judged, and with which secret, at the moment of use."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings

from connectors import addresses, secrets_of
from connectors.adapters.smtp.helpdesk import Server, SmtpHelpdesk
from connectors.adapters.smtp.message import Sender
from connectors.adapters.transport import Place
from connectors.adapters.zendesk.client import SignIn, closed
from connectors.adapters.zendesk.helpdesk import ZendeskHelpdesk
from connectors.contracts import AdapterError, HelpdeskUnreachable, ProbeReport
from connectors.models import Connector


def zendesk(connector: Connector) -> ZendeskHelpdesk:
    """Return a Zendesk account. Opens nothing yet; raises `HelpdeskUnreachable` when it cannot be used as it is."""
    given = connector.settings
    token = _secret(connector)
    return ZendeskHelpdesk(
        _place(given["domain"], settings.ZENDESK_ORIGIN),
        SignIn.by_api_token(given["email"], token) if given["sign_in"] == "api_token" else SignIn.by_oauth(token),
        status="" if given["status"] == "unchanged" else given["status"],
        timeout_s=float(given["timeout_s"]),
    )


def smtp(connector: Connector) -> SmtpHelpdesk:
    """Return a mail server. Opens nothing yet; raises `HelpdeskUnreachable` when it cannot be used as it is."""
    given = connector.settings
    password = _secret(connector) if given["user"] else ""
    if given["user"] and not password:
        raise closed("no_secret", f"secret: `{connector.name}` has a user and no password; an admin has to set it")
    return SmtpHelpdesk(
        Server(
            given["host"],
            given["port"],
            given["security"],
            given["user"],
            password,
            judged(given["host"], given["port"], "host"),
        ),
        Sender(given["from_address"], given["from_name"], given["reply_to"], given["subject"]),
        timeout_s=float(given["timeout_s"]),
    )


HELPDESKS: dict[str, Callable[[Connector], ZendeskHelpdesk | SmtpHelpdesk]] = {"zendesk": zendesk, "smtp": smtp}
"""Builders by adapter; the sandbox's is beside the other sandbox doors."""


def probe(connector: Connector) -> ProbeReport:
    """Say what the credential of a helpdesk may do. Raises an `AdapterError`."""
    return HELPDESKS[connector.adapter](connector).probe()


def _place(domain: str, played: str | None) -> Place:
    """Return where an account is dialled, its addresses judged (S09). A development server may play every one."""
    parts = urlsplit(played or f"https://{domain}")
    return Place(domain, played or "", judged(parts.hostname or "", parts.port or 443, "domain"))


def judged(host: str, port: int, field: str) -> tuple[str, ...]:
    """Return the addresses a host may be dialled at; raise `HelpdeskUnreachable` where it may not (S09)."""
    try:
        return addresses.resolve(host, port, field=field)
    except addresses.NameUnknown as error:
        raise HelpdeskUnreachable("name_unknown", str(error)) from None
    except addresses.AddressRefused as error:
        raise closed("address_refused", str(error)) from None


def _secret(connector: Connector) -> str:
    try:
        return secrets_of.secret_of(connector).reveal()
    except AdapterError as error:
        raise closed(error.code, error.message) from None
