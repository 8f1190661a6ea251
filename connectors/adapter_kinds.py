"""What kinds of connector there are, and which settings each takes: declared once, judged in one place.

An unknown setting or a bad value is refused naming the setting. Holds no secret; a value that could carry
one is not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from connectors.adapters.tls import is_local_name

_HOST = re.compile(r"(?!-)[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}|/[^\x00-\x1f,@]{1,200}")
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,128}")
_SHOP_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com")
_ZENDESK_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\.zendesk\.com")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])")
_DNS_NAME = re.compile(r"(?!-)[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of an adapter. `kind` is text, integer, number, choice, names or url.

    A destination is part of where the secret is sent: changing it asks for the secret again.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    pattern: re.Pattern[str] = _NAME
    minimum: float = 0
    maximum: float = 0
    help: str = ""
    is_destination: bool = False


@dataclass(frozen=True, slots=True)
class AdapterKind:
    """An adapter the product has: what it is for, what it takes, and what its sealed secret is called (empty: none).

    `dialect` is the SQL a data source speaks, in the guard's words.
    """

    role: str
    adapter: str
    label: str
    settings: tuple[Setting, ...] = ()
    sealed_label: str = ""
    needs_secret: bool = False
    dialect: str = ""
    is_probed: bool = False
    judge: Callable[[Mapping[str, Any]], str] | None = None
    """Returns what is wrong between settings that are right each by itself: `name: sentence`, or nothing."""


def _judge_zendesk(given: Mapping[str, Any]) -> str:
    if given["sign_in"] == "api_token" and not given["email"]:
        return "email: is missing; give the e-mail of the user whose API token it is"
    return ""


def _judge_smtp(given: Mapping[str, Any]) -> str:
    if given["security"] == "none" and not is_local_name(given["host"]):
        return "security: only a local server is spoken to without TLS; choose starttls or tls"
    return ""


def _judge_shopify(given: Mapping[str, Any]) -> str:
    if given["sign_in"] != "token" and not given["client_id"]:
        return "client_id: is missing; give the client ID of the app, or sign in by token"
    return ""


_SHOP = Setting("shop", "Shop", pattern=_WORD, help="A shop of the sandbox; empty for the organization's own.")

PATIENCE = (
    Setting(
        "breaker_failures",
        "Failures before it is left alone",
        "integer",
        default=5,
        minimum=1,
        maximum=100,
        help="So many calls in a row without an answer, and nothing is sent for a while: the breaker.",
    ),
    Setting(
        "breaker_wait_s",
        "Left alone for (s)",
        "integer",
        default=30,
        minimum=1,
        maximum=600,
        help="Then one call finds out; each further failure doubles the wait, up to ten minutes.",
    ),
    Setting(
        "patience_s",
        "Tickets wait for it (s)",
        "integer",
        default=3600,
        minimum=0,
        maximum=86400,
        help="How long a ticket waits for a system that does not answer before a person takes it.",
    ),
)
"""What every store, helpdesk and risk feed takes: how its failing is borne."""


def _server(port: int, schemas: Setting) -> tuple[Setting, ...]:
    """Return the settings of a database server: where it is, who signs in, how it is encrypted, what it is for."""
    return (
        Setting("host", "Host", required=True, pattern=_HOST, is_destination=True),
        Setting("port", "Port", "integer", default=port, minimum=1, maximum=65535, is_destination=True),
        Setting("database", "Database", required=True),
        Setting("user", "User", required=True, help="One that may only read."),
        Setting(
            "sslmode",
            "TLS",
            "choice",
            default="",
            choices=("", "disable", "prefer", "require", "verify-full"),
            help="Empty: required to every host that is not local.",
        ),
        schemas,
    )


KINDS: tuple[AdapterKind, ...] = (
    AdapterKind(
        "source",
        "postgresql",
        "PostgreSQL",
        _server(5432, Setting("schemas", "Schemas", "names", default=(), help="Empty: all that the role may read.")),
        sealed_label="Password",
        dialect="postgres",
        is_probed=True,
    ),
    AdapterKind(
        "source",
        "mysql",
        "MySQL or MariaDB",
        _server(3306, Setting("schemas", "Databases", "names", default=(), help="Empty: the database above alone.")),
        sealed_label="Password",
        dialect="mysql",
        is_probed=True,
    ),
    AdapterKind(
        "source",
        "sqlite",
        "SQLite",
        (Setting("file", "File", required=True, help="Below the organization's own folder, such as `orders.sqlite`."),),
        dialect="sqlite",
        is_probed=True,
    ),
    AdapterKind(
        "source",
        "duckdb",
        "DuckDB",
        (Setting("file", "File", required=True, help="Below the organization's own folder, such as `orders.duckdb`."),),
        dialect="duckdb",
        is_probed=True,
    ),
    AdapterKind(
        "provider",
        "anthropic",
        "Anthropic (Messages API)",
        (
            Setting("model", "Model", pattern=_MODEL, default="", help="Empty: the product's default."),
            Setting("base_url", "Base URL", "url", default="", is_destination=True, help="Empty: Anthropic's own."),
            Setting("max_tokens", "Most tokens of a reply", "integer", default=4096, minimum=256, maximum=64000),
            Setting("timeout_s", "Wait for the server (s)", "number", default=60.0, minimum=1, maximum=200),
            Setting("deadline_s", "Whole call (s)", "number", default=120.0, minimum=1, maximum=210),
            Setting(
                "auth_header",
                "Header of the key",
                "choice",
                default="authorization",
                choices=("authorization", "x-api-key"),
            ),
        ),
        sealed_label="API key",
        needs_secret=True,
    ),
    AdapterKind("provider", "local", "Local (no model, no key)"),
    AdapterKind("store", "sandbox", "Sandbox store", (_SHOP, *PATIENCE)),
    AdapterKind(
        "store",
        "shopify",
        "Shopify (Admin GraphQL)",
        (
            Setting(
                "shop",
                "Shop domain",
                required=True,
                pattern=_SHOP_DOMAIN,
                is_destination=True,
                help="The shop's own, such as `northlight.myshopify.com`, not the one customers see.",
            ),
            Setting(
                "sign_in",
                "How it signs in",
                "choice",
                default="connect",
                choices=("connect", "client_credentials", "token"),
                is_destination=True,
                help="connect: the shop's owner says yes once. client_credentials: an app of the shop's own "
                "organization. token: one that does not expire, of an app made in the shop's admin.",
            ),
            Setting(
                "client_id",
                "Client ID of the app",
                pattern=_WORD,
                default="",
                is_destination=True,
                help="From the app's settings at Shopify; empty where it signs in by token.",
            ),
            Setting("vip_tag", "Customer tag of VIPs", default="vip", help="Customers with this tag count as VIP."),
            Setting("timeout_s", "Wait for the shop (s)", "number", default=15.0, minimum=1, maximum=60),
            *PATIENCE,
        ),
        sealed_label="Client secret, or access token",
        needs_secret=True,
        is_probed=True,
        judge=_judge_shopify,
    ),
    AdapterKind("helpdesk", "sandbox", "Sandbox helpdesk", (_SHOP, *PATIENCE)),
    AdapterKind(
        "helpdesk",
        "zendesk",
        "Zendesk (Ticketing API)",
        (
            Setting(
                "domain",
                "Account domain",
                required=True,
                pattern=_ZENDESK_DOMAIN,
                is_destination=True,
                help="The account's own, such as `northlight.zendesk.com`; a host-mapped name is not called.",
            ),
            Setting(
                "sign_in",
                "How it signs in",
                "choice",
                default="oauth",
                choices=("oauth", "api_token"),
                is_destination=True,
                help="oauth: an access token with the scopes `read tickets:write`. api_token: one of the user below, "
                "which may do all that this user may.",
            ),
            Setting("email", "E-mail of the user", pattern=_MAILBOX, default="", help="For an API token only."),
            Setting(
                "status",
                "Status after a reply",
                "choice",
                default="pending",
                choices=("pending", "solved", "open", "unchanged"),
                help="pending: it waits for the customer.",
            ),
            Setting("timeout_s", "Wait for the helpdesk (s)", "number", default=15.0, minimum=1, maximum=60),
            *PATIENCE,
        ),
        sealed_label="Access token, or API token",
        needs_secret=True,
        is_probed=True,
        judge=_judge_zendesk,
    ),
    AdapterKind(
        "helpdesk",
        "smtp",
        "E-mail (SMTP)",
        (
            Setting("host", "Mail server", required=True, pattern=_DNS_NAME, is_destination=True),
            Setting("port", "Port", "integer", default=587, minimum=1, maximum=65535, is_destination=True),
            Setting(
                "security",
                "TLS",
                "choice",
                default="starttls",
                choices=("starttls", "tls", "none"),
                is_destination=True,
                help="starttls: demanded, port 587. tls: from the first byte, port 465. none: a local server only.",
            ),
            Setting("user", "User", default="", help="Empty: it takes mail without signing in."),
            Setting("from_address", "From", required=True, pattern=_MAILBOX, help="The mailbox customers see."),
            Setting("from_name", "Name of the sender", default=""),
            Setting("reply_to", "Reply to", pattern=_MAILBOX, default="", help="Empty: the sender."),
            Setting(
                "subject",
                "Subject",
                default="Your request {reference}",
                help="`{reference}` becomes the ticket's reference, unless that is the customer's own mail.",
            ),
            Setting("timeout_s", "Whole talk with the server (s)", "number", default=30.0, minimum=1, maximum=120),
            *PATIENCE,
        ),
        sealed_label="Password",
        is_probed=True,
        judge=_judge_smtp,
    ),
    AdapterKind("risk_feed", "sandbox", "Sandbox risk feed", (_SHOP, *PATIENCE)),
    AdapterKind(
        "risk_feed",
        "stripe",
        "Stripe (disputes, early fraud warnings, Radar)",
        (
            Setting("days", "Payments of the last (days)", "integer", default=180, minimum=1, maximum=730),
            Setting(
                "known_for_s",
                "Known for (s)",
                "integer",
                default=900,
                minimum=0,
                maximum=86400,
                help="What is older is asked for anew; where that fails the risk is unknown and a person is asked.",
            ),
            Setting(
                "strangers",
                "A customer Stripe does not know",
                "choice",
                default="unknown",
                choices=("unknown", "none"),
                help="unknown: a person is asked. none: no risk, for shops where guests pay otherwise.",
            ),
            Setting("timeout_s", "Wait for Stripe (s)", "number", default=10.0, minimum=1, maximum=60),
            *PATIENCE,
        ),
        sealed_label="Restricted key",
        needs_secret=True,
        is_probed=True,
    ),
)


def kind_of(role: str, adapter: str) -> AdapterKind:
    """Return what an adapter is; raise `LookupError` with a sentence that names those there are."""
    for kind in KINDS:
        if (kind.role, kind.adapter) == (role, adapter):
            return kind
    there_are = ", ".join(f"`{kind.adapter}`" for kind in KINDS if kind.role == role) or "none"
    raise LookupError(f"adapter: `{adapter[:40]}` is no adapter for the role `{role[:40]}`; there are {there_are}")


def destination(kind: AdapterKind, settings: Mapping[str, Any]) -> str:
    """Return where the secret goes, as one text: the settings that are part of the destination."""
    parts = [(setting.name, settings.get(setting.name)) for setting in kind.settings if setting.is_destination]
    return " ".join(f"{name}={value if value is not None else ''}" for name, value in parts)


def clean_settings(kind: AdapterKind, given: Any) -> dict[str, Any]:
    """Return the settings with defaults filled in; raise `ValidationError` naming each that is wrong."""
    if not isinstance(given, dict):
        raise ValidationError({"settings": "settings: give an object of names and values"})
    known = {setting.name: setting for setting in kind.settings}
    problems = [
        f"settings.{str(name)[:60]}: is no setting of {kind.label}; "
        + (f"there are {', '.join(f'`{each}`' for each in known)}" if known else "it takes none")
        for name in given
        if name not in known
    ]
    cleaned: dict[str, Any] = {}
    for setting in kind.settings:
        try:
            cleaned[setting.name] = _clean(setting, given.get(setting.name))
        except ValueError as error:
            problems.append(f"settings.{setting.name}: {error}")
    if not problems and kind.judge is not None and (found := kind.judge(cleaned)):
        problems = [f"settings.{found}"]
    if problems:
        raise ValidationError({"settings": problems})
    return cleaned


def _clean(setting: Setting, value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "" or value == []:
        if setting.required:
            raise ValueError("is missing; give one")
        default = setting.default if setting.default is not None else ""
        return list(default) if setting.kind == "names" else default
    return _READERS[setting.kind](setting, value)


def _text(setting: Setting, value: Any) -> str:
    if not isinstance(value, str) or not setting.pattern.fullmatch(value):
        raise ValueError(f"{_quoted(value)} is not one; give a plain {setting.label.lower()}")
    return value


def _integer(setting: Setting, value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not setting.minimum <= value <= setting.maximum:
        raise ValueError(f"{_quoted(value)} is not a whole number from {setting.minimum:g} to {setting.maximum:g}")
    return value


def _number(setting: Setting, value: Any) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else float("nan")
    except (ValueError, OverflowError):
        number = float("nan")
    if not setting.minimum <= number <= setting.maximum:
        raise ValueError(f"{_quoted(value)} is not a number from {setting.minimum:g} to {setting.maximum:g}")
    return number


def _choice(setting: Setting, value: Any) -> str:
    if value not in setting.choices:
        there_are = ", ".join(f"`{choice}`" for choice in setting.choices if choice)
        raise ValueError(f"{_quoted(value)} is not one of {there_are}")
    return str(value)


def _names(setting: Setting, value: Any) -> list[str]:
    given = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if not isinstance(given, list) or len(given) > 50:
        raise ValueError("give at most 50 names, separated by commas")
    for name in given:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(f"{_quoted(name)} is not a name")
    return given


def _url(setting: Setting, value: Any) -> str:
    try:
        parts = urlsplit(value) if isinstance(value, str) and len(value) <= 300 else None
        good = parts is not None and parts.scheme in ("https", "http") and bool(parts.hostname)
        clean = parts is not None and not (parts.username or parts.password or parts.query or parts.fragment)
        _ = parts.port if parts is not None else None
    except ValueError:
        good = clean = False
    if not good or not clean or re.search(r"[\s\\]", value):
        raise ValueError("is not an address; write `https://host/path` without user name, password or query")
    return str(value).rstrip("/")


_READERS = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "choice": _choice,
    "names": _names,
    "url": _url,
}


def _quoted(value: Any) -> str:
    """Quote a value that was refused, unless it might carry a secret."""
    shown = str(value)
    return f"`{shown}`" if len(shown) <= 60 and not re.search(r"[@=]|://", shown) else "the value"
