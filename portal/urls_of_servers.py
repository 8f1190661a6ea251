"""Reads and judges the URLs of outside servers: PostgreSQL, Valkey, HTTP. It connects to nothing.

A judge returns sentences, one per problem, that name the variable and never quote the URL,
which holds a password.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
_OLD_TLS = frozenset({"TLSv1", "TLSv1.1"})
_VALKEY_SCHEMES = frozenset({"redis", "rediss", "unix"})


def is_local(host: str) -> bool:
    """Tell whether `host` is this machine: a socket folder, an empty name, or a loopback name or address."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def parameters(url: str) -> dict[str, str]:
    """Return a PostgreSQL URL's parameters as libpq reads them; raise ValueError when it cannot."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError("not a postgresql:// URL")
    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError as error:
        raise ValueError("not a PostgreSQL URL") from error


def for_django(url: str) -> dict[str, object]:
    """Return Django's NAME, USER, PASSWORD, HOST, PORT and OPTIONS for a PostgreSQL URL."""
    found = parameters(url)
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    settings: dict[str, object] = {key: found.pop(name, "") for key, name in named.items()}
    return settings | {"OPTIONS": found}


def for_celery(url: str) -> str:
    """Return a redis-py URL in Celery's spelling: a socket is `redis+socket`, a database `virtual_host`.

    Where the URL does not say so, the server's certificate is demanded: Celery's default is not to look.
    """
    parts = urlsplit(url)
    if parts.scheme == "rediss" and "ssl_cert_reqs" not in parse_qs(parts.query):
        return f"{url}{'&' if parts.query else '?'}ssl_cert_reqs=required"
    if parts.scheme != "unix":
        return url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def judge_postgres(name: str, url: str, *, tls_required: bool) -> list[str]:
    """Return what is wrong with a PostgreSQL URL."""
    example = "write it like postgresql://role:password@host/database?sslmode=verify-full"
    try:
        found = parameters(url)
    except ValueError:
        return [f"{name} is not a PostgreSQL URL: {example}"]
    missing = [part for part in ("user", "dbname") if not found.get(part)]
    if missing:
        return [f"{name} names no {' and no '.join(missing)}: {example}"]
    hosts = found.get("host", "").split(",") + found.get("hostaddr", "").split(",")
    if not tls_required or all(is_local(host) for host in hosts):
        return []
    if found.get("sslmode") not in _ENCRYPTED:
        return [f"{name} reaches another host without TLS: add sslmode=verify-full to it"]
    if found.get("ssl_min_protocol_version") in _OLD_TLS:
        return [f"{name} allows TLS older than 1.2: remove ssl_min_protocol_version from it"]
    return []


def judge_valkey(name: str, url: str, *, tls_required: bool) -> list[str]:
    """Return what is wrong with a Valkey URL."""
    example = "write it like rediss://:password@host:6379/0"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return [f"{name} is not a Valkey URL: {example}"]
    if parts.scheme not in _VALKEY_SCHEMES or port == 0:
        return [f"{name} is not a Valkey URL: {example}"]
    if parts.scheme == "unix":
        sentence = f"{name} names no socket: write it like unix:///run/valkey.sock"
        return [] if parts.path.startswith("/") else [sentence]
    if not host:
        return [f"{name} names no host: {example}"]
    if not tls_required or is_local(host):
        return []
    if parts.scheme != "rediss":
        return [f"{name} reaches another host without TLS: write rediss:// instead of redis://"]
    asked = parse_qs(parts.query, keep_blank_values=True)
    wanted = {"ssl_cert_reqs": "required", "ssl_check_hostname": "true"}
    loose = [option for option, value in wanted.items() if set(asked.get(option, [value])) != {value}]
    return [f"{name} does not check the server's certificate: remove {option} from it" for option in loose]


def judge_http(name: str, url: str, *, tls_required: bool) -> list[str]:
    """Return what is wrong with an HTTP base URL."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"}:
        return [f"{name} is not an address: write it like https://host/path"]
    if tls_required and parts.scheme != "https" and not is_local(host):
        return [f"{name} reaches another host without TLS: write https:// instead of http://"]
    return []


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server as Django's settings name it."""

    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    is_tls: bool = False
    is_starttls: bool = False


_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def for_mail(url: str | None) -> Mail:
    """Return a mail server's URL as Django's settings: `smtp+tls://user:password@host:587` (STARTTLS), `smtps://`."""
    if not url:
        return Mail()
    parts = urlsplit(url)
    return Mail(
        parts.hostname or "localhost",
        parts.port or _MAIL_PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "smtps",
        parts.scheme == "smtp+tls",
    )


def judge_mail(name: str, url: str, *, tls_required: bool) -> list[str]:
    """Return what is wrong with a mail server's URL."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in _MAIL_PORTS:
        return [f"{name} is no mail server: write it like smtp+tls://user:password@host:587"]
    if tls_required and parts.scheme == "smtp" and not is_local(host):
        return [f"{name} reaches another host without TLS: write smtp+tls:// or smtps:// instead of smtp://"]
    return []


def judge_together(named: Mapping[str, str]) -> list[str]:
    """Return what is wrong between URLs: roles that must differ, stores that must not be one."""
    problems = []
    databases: dict[str, dict[str, str]] = {}
    for name, url in named.items():
        if "DATABASE" in name:
            try:
                databases[name] = parameters(url)
            except ValueError:
                continue
    roles = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DISPATCHER_URL")
    for index, name in enumerate(roles):
        for other in roles[index + 1 :]:
            user = databases.get(name, {}).get("user")
            if user and user == databases.get(other, {}).get("user"):
                problems.append(f"{other} signs in as the role of {name}: give each of them a role of its own")
    if _store(databases.get("DATABASE_URL")) == _store(databases.get("SANDBOX_DATABASE_URL")) is not None:
        problems.append("SANDBOX_DATABASE_URL is the portal's own database: give the sandbox one of its own")
    if _server(named.get("REDIS_URL")) == _server(named.get("CACHE_URL")) is not None:
        problems.append("CACHE_URL is the broker's server: give the cache one of its own, without persistence")
    return problems


def _store(found: Mapping[str, str] | None) -> tuple[str, str, str] | None:
    if not found:
        return None
    return found.get("host", ""), found.get("port", "5432"), found.get("dbname", "")


def _server(url: str | None) -> tuple[str, int, str] | None:
    """Return what tells one Valkey server from another: the number of a database in it does not."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        socket = unquote(parts.path) if parts.scheme == "unix" else ""
        return parts.hostname or "", parts.port or 6379, socket
    except ValueError:
        return None
