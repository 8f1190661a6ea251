"""Builds a Shopify store from a connector: where it is dialled, and which of three ways its token comes."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from connectors import addresses, secrets_of
from connectors.adapters.shopify.client import StaticToken, Tokens, closed
from connectors.adapters.shopify.oauth import App
from connectors.adapters.shopify.pinned import is_shop_domain
from connectors.adapters.shopify.store import ShopifyStore
from connectors.adapters.transport import Place
from connectors.contracts import AdapterError, ProbeReport, StoreUnreachable
from connectors.models import Connector
from connectors.oauth_tokens import ConnectorTokens

BY_CODE, BY_CLIENT_CREDENTIALS, BY_TOKEN = "connect", "client_credentials", "token"


def store(connector: Connector) -> ShopifyStore:
    """Return the store of a connector. Opens nothing yet; raises `StoreUnreachable` when it cannot be used as it is."""
    given = connector.settings
    return ShopifyStore(
        place_of(connector), _tokens(connector), vip_tag=given["vip_tag"], timeout_s=float(given["timeout_s"])
    )


def probe(connector: Connector) -> ProbeReport:
    """Say what the shop's app may do. Raises `StoreUnreachable`."""
    return store(connector).probe()


def place_of(connector: Connector) -> Place:
    """Return where a shop is dialled, its addresses judged (S09). A development server may play every shop."""
    domain = connector.settings["shop"]
    if not is_shop_domain(domain):
        raise closed("bad_domain", "its domain is not one of Shopify's; write `<shop>.myshopify.com`")
    origin = settings.SHOPIFY_ORIGIN or f"https://{domain}"
    parts = urlsplit(origin)
    try:
        found = addresses.resolve(parts.hostname or "", parts.port or 443, field="shop")
    except addresses.NameUnknown as error:
        raise StoreUnreachable("name_unknown", str(error)) from None
    except addresses.AddressRefused as error:
        raise closed("address_refused", str(error).removeprefix("shop: ")) from None
    return Place(domain, settings.SHOPIFY_ORIGIN or "", found)


def app_of(connector: Connector) -> App:
    """Return the merchant's app with its secret, in memory, at the moment of use."""
    if not connector.settings["client_id"]:
        raise closed("no_client_id", "the connector lacks the app's client ID; give it")
    return App(connector.settings["client_id"], _secret(connector))


def is_connected_by_code(connector: Connector) -> bool:
    """Return whether the shop's owner has to say yes to the connector's app."""
    return (connector.role, connector.adapter) == ("store", "shopify") and connector.settings["sign_in"] == BY_CODE


def _tokens(connector: Connector) -> Tokens:
    if connector.settings["sign_in"] == BY_TOKEN:
        return StaticToken(_secret(connector))
    return ConnectorTokens(
        connector,
        place_of(connector),
        lambda: app_of(connector),
        by_client_credentials=connector.settings["sign_in"] == BY_CLIENT_CREDENTIALS,
    )


def _secret(connector: Connector) -> str:
    try:
        return secrets_of.secret_of(connector).reveal()
    except AdapterError as error:
        raise closed(error.code, error.message.removeprefix("secret: ")) from None
