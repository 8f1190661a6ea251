"""Opens doors: builds an adapter from a connector's settings and its secret, at the moment of use.

The flows call this and nothing below it. A secret is revealed here, in memory, for the destination it was set
for and no other; nothing here logs, raises or returns one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from psycopg.conninfo import make_conninfo

from connectors import addresses, prices
from connectors.adapters.providers.contracts import ModelProvider, NotConfigured, Prices
from connectors.contracts import (
    AdapterError,
    Helpdesk,
    HelpdeskUnreachable,
    RiskFeed,
    RiskUnavailable,
    SourceAdapter,
    SourceMisconfigured,
    Store,
    StoreUnreachable,
)
from connectors.models import Connector, ConnectorRole
from connectors.secrets_of import secret_of

if TYPE_CHECKING:
    from connectors.adapters.providers.anthropic import AnthropicProvider


@dataclass(frozen=True, slots=True)
class ModelDoor:
    """A model provider and what its calls cost. `connector` is None for the operator's own key and for local."""

    provider: ModelProvider
    model: str
    prices: Prices
    connector: Connector | None = None


# --- data sources ---------------------------------------------------------------------------------


def source(connector: Connector) -> SourceAdapter:
    """Return a source for the time of one job; close it afterwards. Opens nothing yet.

    Raises `SourceMisconfigured` when the connector cannot be used as it is.
    """
    if connector.role != ConnectorRole.SOURCE:
        raise SourceMisconfigured("not_a_source", f"connector: `{connector.name}` is not a data source")
    if not connector.is_active:
        raise SourceMisconfigured("inactive", f"connector: `{connector.name}` is deactivated; ask an admin")
    build = _SOURCES.get(connector.adapter)
    if build is None:
        raise SourceMisconfigured("no_adapter", f"adapter: `{connector.adapter}` is none this version has")
    return build(connector)


def _postgresql(connector: Connector) -> SourceAdapter:
    from connectors.adapters.sources.postgresql import PostgreSQLSource

    given = connector.settings
    found = _judged_addresses(given)
    parameters: dict[str, Any] = {
        "host": ",".join([given["host"]] * max(1, len(found))),
        "hostaddr": ",".join(found),  # what was judged is dialled; the name is for TLS
        "port": given["port"],
        "dbname": given["database"],
        "user": given["user"],
        "sslmode": given["sslmode"],
    }
    return PostgreSQLSource(
        make_conninfo("", **{name: value for name, value in parameters.items() if value != ""}),
        secret_of(connector).reveal(),
        schemas=tuple(given["schemas"]),
        root_certificates="system" if given["sslmode"] == "verify-full" else "",
    )


def _mysql(connector: Connector) -> SourceAdapter:
    from connectors.adapters.sources.mysql import MySQLSource

    given = connector.settings
    return MySQLSource(
        given["host"],
        given["database"],
        given["user"],
        secret_of(connector).reveal(),
        port=given["port"],
        addresses=_judged_addresses(given),
        tls=given["sslmode"],
        schemas=tuple(given["schemas"]),
    )


def _judged_addresses(given: dict[str, Any]) -> tuple[str, ...]:
    """Return the addresses of a server's host, each judged; these are dialled and the name is not resolved again."""
    try:
        return addresses.resolve(given["host"], given["port"])
    except addresses.AddressRefused as error:
        raise SourceMisconfigured("address_refused", str(error)) from None


def _sqlite(connector: Connector) -> SourceAdapter:
    from connectors.adapters.sources.sqlite import SQLiteSource

    return SQLiteSource(connector.settings["file"], folder=sqlite_folder(connector))


def _duckdb(connector: Connector) -> SourceAdapter:
    from connectors.adapters.sources.duckdb import DuckDBSource

    return DuckDBSource(connector.settings["file"], folder=sqlite_folder(connector))


_SOURCES: dict[str, Callable[[Connector], SourceAdapter]] = {
    "postgresql": _postgresql,
    "mysql": _mysql,
    "sqlite": _sqlite,
    "duckdb": _duckdb,
}


def sqlite_folder(connector: Connector) -> str:
    """Return the only folder the organization's database files may be in: its slug, below the operator's folder.

    One organization's admin must not be able to name another's file. Empty where the operator gave no folder.
    """
    return str(Path(settings.SQLITE_FOLDER) / connector.organization.slug) if settings.SQLITE_FOLDER else ""


# --- model providers ------------------------------------------------------------------------------


def model() -> ModelDoor:
    """Return the model the organization asks: its own provider connector, else the operator's key, else local.

    Raises a `ProviderError` that says what an admin has to fix. At most four queries.
    """
    connector = Connector.objects.active().with_role(ConnectorRole.PROVIDER).first()
    if connector is not None:
        return _own_model(connector)
    if settings.ANTHROPIC_API_KEY:
        given = {"base_url": settings.ANTHROPIC_BASE_URL or ""}
        return _priced(*_anthropic(given, settings.ANTHROPIC_API_KEY), connector=None)
    return ModelDoor(_local(), "local", prices.NOTHING)


def provider() -> ModelProvider:
    """Return the provider of `model()`."""
    return model().provider


def _own_model(connector: Connector) -> ModelDoor:
    if connector.adapter == "local":
        return ModelDoor(_local(), "local", prices.NOTHING, connector)
    if connector.adapter != "anthropic":
        raise NotConfigured(f"adapter: `{connector.adapter}` is none this version has; an admin has to choose another")
    given = dict(connector.settings)
    if given.get("base_url"):
        given["addresses"] = _judge_url(given["base_url"])
    try:
        key = secret_of(connector).reveal()
    except AdapterError as error:
        raise NotConfigured(error.message) from None
    return _priced(*_anthropic(given, key), connector=connector)


def _judge_url(base_url: str) -> tuple[str, ...]:
    """Return the addresses of a base URL's host, each judged: these are dialled, and no other."""
    parts = urlsplit(base_url)
    try:
        return addresses.resolve(parts.hostname or "", parts.port or 443, field="base_url")
    except addresses.AddressRefused as error:
        raise NotConfigured(str(error)) from None


def _anthropic(given: dict[str, Any], key: str) -> tuple[AnthropicProvider, str]:
    from connectors.adapters.providers.anthropic import AnthropicProvider, AnthropicSettings

    chosen = AnthropicSettings(api_key=key, **{name: value for name, value in given.items() if value != ""})
    return AnthropicProvider(chosen), chosen.model


def _priced(built: AnthropicProvider, model_name: str, *, connector: Connector | None) -> ModelDoor:
    return ModelDoor(built, model_name, prices.prices_of("anthropic", model_name), connector)


def _local() -> ModelProvider:
    from connectors.adapters.providers.local import LocalProvider

    return LocalProvider()


# --- stores, helpdesks, risk feeds ----------------------------------------------------------------


def store(connector: Connector | None = None) -> Store:
    """Return the store of a connector, or of the organization's only one; raise `StoreUnreachable` without one."""
    found = connector or _only(ConnectorRole.STORE, StoreUnreachable)
    if found.adapter == "shopify" and found.role == ConnectorRole.STORE and found.is_active:
        from connectors import shops

        return shops.store(found)
    from connectors.adapters.sandbox.store import SandboxStore

    return SandboxStore(*_sandbox(found, ConnectorRole.STORE, StoreUnreachable))


def helpdesk(connector: Connector | None = None) -> Helpdesk:
    """Return the helpdesk of a connector, or the organization's; raise `HelpdeskUnreachable` without one."""
    from connectors import desks
    from connectors.adapters.sandbox.helpdesk import SandboxHelpdesk

    found = connector or _only(ConnectorRole.HELPDESK, HelpdeskUnreachable)
    if found.role == ConnectorRole.HELPDESK and found.is_active and found.adapter in desks.HELPDESKS:
        return desks.HELPDESKS[found.adapter](found)
    return SandboxHelpdesk(*_sandbox(found, ConnectorRole.HELPDESK, HelpdeskUnreachable))


def risk_feed(connector: Connector | None = None) -> RiskFeed:
    """Return a risk feed, or the organization's; raise `RiskUnavailable` without one: unknown is not none (T06)."""
    from connectors.adapters.sandbox.risk import SandboxRiskFeed

    found = connector or _only(ConnectorRole.RISK_FEED, RiskUnavailable)
    if found.role == ConnectorRole.RISK_FEED and found.is_active and found.adapter == "stripe":
        from connectors.risk import KnownFeed

        return KnownFeed(found)
    return SandboxRiskFeed(*_sandbox(found, ConnectorRole.RISK_FEED, RiskUnavailable))


def store_connector() -> Connector:
    """Return the organization's only active store connector; raise `StoreUnreachable` when none or several stand."""
    return _only(ConnectorRole.STORE, StoreUnreachable)


def sandbox_shop(connector: Connector) -> str:
    """Return the sandbox's name of a connector's shop: the organization's slug, and the shop where one is named.

    Bound to the organization, so that nobody can name another's shop by typing it.
    """
    shop = connector.settings.get("shop", "")
    return f"{connector.organization.slug}/{shop}" if shop else connector.organization.slug


def _only(role: ConnectorRole, failure: type[AdapterError]) -> Connector:
    found = list(Connector.objects.active().with_role(role).select_related("organization")[:2])
    if len(found) == 1:
        return found[0]
    if not found:
        raise failure("none_set_up", f"{role.label.lower()}: none is set up; an admin has to add a connector")
    raise failure("several", f"{role.label.lower()}: several are active; name the one that is meant")


def _sandbox(connector: Connector, role: ConnectorRole, failure: type[AdapterError]) -> tuple[str, str]:
    if connector.role != role or connector.adapter != "sandbox" or not connector.is_active:
        raise failure("wrong_connector", f"connector: `{connector.name}` is no active {role.label.lower()}")
    if not settings.SANDBOX_DATABASE_URL:
        raise failure("no_sandbox", "sandbox: the operator has configured none; set SANDBOX_DATABASE_URL")
    return settings.SANDBOX_DATABASE_URL, sandbox_shop(connector)
