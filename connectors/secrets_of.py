"""Opens a connector's sealed secret, in memory, at the moment of use, for the destination it was set for alone."""

from __future__ import annotations

from connectors.contracts import SourceMisconfigured
from connectors.models import Connector, Credential
from portal.vault import Secret, VaultError


def secret_of(connector: Connector) -> Secret:
    """Return the connector's secret in memory; empty where none is set and none is needed.

    INVARIANT: a secret that was set for another destination is not opened, whoever changed the settings how.
    """
    credential = Credential.objects.filter(connector_id=connector.pk).first()
    if credential is None or not credential.secret:
        if connector.kind.needs_secret:
            raise SourceMisconfigured("no_secret", f"secret: `{connector.name}` has none; an admin has to set it")
        return Secret("")
    if credential.destination != connector.destination:
        raise SourceMisconfigured(
            "secret_for_elsewhere", f"secret: `{connector.name}` now leads elsewhere; an admin has to set it again"
        )
    try:
        return Secret(credential.secret.reveal())
    except VaultError:
        raise SourceMisconfigured(
            "secret_unreadable", f"secret: the one of `{connector.name}` does not open; an admin has to set it again"
        ) from None
