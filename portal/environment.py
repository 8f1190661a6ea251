"""Reads the process environment once, judges it whole, and returns one frozen value; nothing else reads it.

Unset URLs mean the embedded servers (development, demo, tests), whose URLs follow from the state
folder alone. Every missing or wrong variable becomes one sentence that names it and the fix, before anything
starts: `python -m portal.environment` says them and exits 2.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal import urls_of_servers
from portal.embedded import Say, Servers, ensure, servers
from portal.embedded.places import Places, kept_secret

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_MINIMUM_TOKEN_CHARACTERS = 24
_MINIMUM_SECRET_CHARACTERS = 50  # what Django's own deployment check asks for


class SettingsError(Exception):
    """The environment cannot be used. `problems` holds one sentence per variable; `str()` is one per line."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Environment:
    """Everything the portal takes from outside. Secrets do not show in its `repr`."""

    production: bool
    debug: bool
    embedded: bool
    """Whether any server is started from the wheels; never in production."""
    embedded_services: frozenset[str]
    """Which: `postgres`, `broker`, `cache`."""
    state_dir: Path
    secret_key: str = field(repr=False)
    master_key: bytes = field(repr=False)
    database_url: str = field(repr=False)
    database_owner_url: str | None = field(repr=False)
    """None where it was not given: web and workers have no use for it, `migrate` has."""
    database_dispatcher_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    cache_url: str = field(repr=False)
    sandbox_url: str | None = field(repr=False)
    """The sandbox store's own database; None means that no sandbox store is offered."""
    sqlite_folder: Path | None
    """The only folder SQLite connectors may read; None means that there are none."""
    evidence_folder: Path | None
    seals_folder: Path | None
    """Where signed heads are put down for good; None means that no folder keeps them."""
    allowed_hosts: tuple[str, ...]
    ai_halted: bool
    anthropic_api_key: str | None = field(repr=False)
    anthropic_base_url: str | None
    shopify_origin: str | None
    zendesk_origin: str | None
    stripe_origin: str | None
    """Where a local server plays every Shopify shop, in development; None in production."""
    email_url: str | None = field(repr=False)
    """The operator's mail server; None means that no mail is sent."""
    email_from: str
    portal_url: str
    """The address people open the portal under, for links in notices; empty: they carry none."""
    metrics_token: str = field(default="", repr=False)
    """What a monitoring server shows to read `/metrics`; empty: this machine alone may, and in production nobody."""
    worker_metrics: str = ""
    """The `host:port` at which a worker serves its own counts; empty: it serves none."""
    pool_size: int = 16
    """Connections one web process keeps; at least as many as it has threads."""
    worker_slots: int = 2
    log_level: str = "WARNING"
    warnings: tuple[str, ...] = ()

    @property
    def broker_url(self) -> str:
        """The broker's URL in Celery's spelling, which calls a Unix socket `redis+socket`."""
        return urls_of_servers.for_celery(self.redis_url)

    def start(self, say: Say | None = None, *, durable: bool = True) -> tuple[str, ...]:
        """Start the embedded servers this environment counts on; return the names of those it started."""
        if not self.embedded:
            return ()
        return ensure(self.state_dir, durable=durable, services=self.embedded_services, say=say).started

    def require(self, name: str) -> str:
        """Return the optional URL `name`; raise SettingsError when it was not given."""
        value = getattr(self, name)
        if value is None:
            raise SettingsError(_REQUIRED[name])
        return str(value)


_REQUIRED = {
    "database_owner_url": "DATABASE_OWNER_URL is missing: set it to the URL of the role that owns the tables",
    "sandbox_url": "SANDBOX_DATABASE_URL is missing: set it to a database of the sandbox store's own",
    "anthropic_api_key": "ANTHROPIC_API_KEY is missing: set it to a key of the Anthropic console",
}


def load(environ: Mapping[str, str], base_dir: str | os.PathLike[str]) -> Environment:
    """Return the environment, or raise SettingsError with every problem found.

    Effects: in development, makes the keys below the state folder that are not there yet.
    """
    return _Reader(environ, Path(base_dir)).read()


def load_or_exit(base_dir: str | os.PathLike[str]) -> Environment:
    """Return this process's environment; print what is wrong with it, a sentence a line, and exit 2."""
    try:
        return load(os.environ, base_dir)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from error


def database_settings(url: str) -> dict[str, object]:
    """Return Django's NAME, USER, PASSWORD, HOST, PORT, OPTIONS for a PostgreSQL URL, read as libpq does."""
    return urls_of_servers.for_django(url)


class _Reader:
    """Collects problems while it reads, so that a person fixes them in one go."""

    def __init__(self, environ: Mapping[str, str], base_dir: Path) -> None:
        self.environ = {name: value.strip() for name, value in environ.items()}
        self.base_dir = base_dir
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.production = self.flag("COUNTERSIGN_PRODUCTION", default="DATABASE_URL" in self.given)
        chosen = self.environ.get("COUNTERSIGN_STATE_DIR") or base_dir / ".state"
        self.state_dir = Places.below(base_dir / Path(chosen).expanduser()).state

    @property
    def given(self) -> set[str]:
        return {name for name, value in self.environ.items() if value}

    def read(self) -> Environment:
        """Read everything, then raise once for all that is wrong."""
        databases, valkeys, sandbox = self.database_urls(), self.valkey_urls(), self.sandbox_url()
        self.judge_urls({**databases, **valkeys, "SANDBOX_DATABASE_URL": sandbox})
        found = Environment(
            production=self.production,
            debug=self.debug(),
            embedded=bool(self.embedded_services()),
            embedded_services=self.embedded_services(),
            state_dir=self.state_dir,
            secret_key=self.secret_key(),
            master_key=self.master_key(),
            database_url=databases["DATABASE_URL"] or "",
            database_owner_url=databases["DATABASE_OWNER_URL"],
            database_dispatcher_url=databases["DATABASE_DISPATCHER_URL"] or "",
            redis_url=valkeys["REDIS_URL"] or "",
            cache_url=valkeys["CACHE_URL"] or "",
            sandbox_url=sandbox,
            sqlite_folder=self.folder("COUNTERSIGN_SQLITE_FOLDER", "sqlite"),
            evidence_folder=self.folder("COUNTERSIGN_EVIDENCE_FOLDER", "evidence"),
            seals_folder=self.folder("COUNTERSIGN_SEALS_FOLDER", "seals"),
            allowed_hosts=self.allowed_hosts(),
            ai_halted=self.ai_halted(),
            anthropic_api_key=self.environ.get("ANTHROPIC_API_KEY") or None,
            anthropic_base_url=self.anthropic_base_url(),
            shopify_origin=self.played("SHOPIFY_ORIGIN"),
            zendesk_origin=self.played("ZENDESK_ORIGIN"),
            stripe_origin=self.played("STRIPE_ORIGIN"),
            email_url=self.email_url(),
            email_from=self.environ.get("EMAIL_FROM", "") or "countersign@localhost",
            portal_url=self.portal_url(),
            metrics_token=self.metrics_token(),
            worker_metrics=self.worker_metrics(),
            pool_size=self.count("COUNTERSIGN_POOL_SIZE", default=16),
            worker_slots=self.count("COUNTERSIGN_WORKER_SLOTS", default=2),
            log_level=self.log_level(),
            warnings=tuple(self.warnings),
        )
        if self.problems:
            raise SettingsError(*self.problems)
        return found

    def problem(self, sentence: str) -> None:
        self.problems.append(sentence)

    def flag(self, name: str, *, default: bool) -> bool:
        """Read a yes-or-no variable; anything else is a problem, never a guess."""
        value = self.environ.get(name, "").lower()
        if value in _TRUE | _FALSE:
            return value in _TRUE
        if value:
            self.problem(f"{name} is `{value[:40]}`: set it to 1 or 0")
        return default

    def count(self, name: str, *, default: int) -> int:
        """Read a whole number from 1 to 1000."""
        value = self.environ.get(name, "")
        if not value:
            return default
        if not value.isdecimal() or not 1 <= int(value) <= 1000:
            self.problem(f"{name} is `{value[:40]}`: set it to a whole number from 1 to 1000")
            return default
        return int(value)

    def log_level(self) -> str:
        value = self.environ.get("COUNTERSIGN_LOG_LEVEL", "WARNING").upper()
        if value not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            self.problem(f"COUNTERSIGN_LOG_LEVEL is `{value[:40]}`: set it to DEBUG, INFO, WARNING or ERROR")
        return value

    # Keys

    def secret_key(self) -> str:
        value = self.environ.get("COUNTERSIGN_SECRET_KEY", "")
        if not value:
            return self.kept("COUNTERSIGN_SECRET_KEY", "secret_key", lambda: secrets.token_urlsafe(64))
        if len(value) < _MINIMUM_SECRET_CHARACTERS or len(set(value)) < 5:
            self.problem(
                f"COUNTERSIGN_SECRET_KEY is too easily guessed: give it {_MINIMUM_SECRET_CHARACTERS} or more "
                "random characters"
            )
        return value

    def master_key(self) -> bytes:
        value = self.environ.get("COUNTERSIGN_MASTER_KEY", "")
        where = "COUNTERSIGN_MASTER_KEY"
        if not value:
            value = self.kept(where, "master_key", lambda: base64.b64encode(secrets.token_bytes(32)).decode())
            where = f"the file `{self.state_dir / 'keys' / 'master_key'}`"
        try:
            key = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if value and len(key) != 32:
            self.problem(f"{where} is not 32 bytes in base64: make one with `openssl rand -base64 32`")
        return key

    def kept(self, name: str, file: str, make: Callable[[], str]) -> str:
        """Return the key kept in the state folder; whoever brings a database brings the keys too."""
        if self.production or "DATABASE_URL" in self.given:
            self.problem(f"{name} is missing: a database of your own needs a key of your own, so set it")
            return ""
        return kept_secret(self.state_dir / "keys" / file, make)

    # Servers

    def embedded_services(self) -> frozenset[str]:
        """Say which services run from the wheels: none in production, elsewhere what has no URL."""
        if self.production:
            return frozenset()
        needed = {
            "postgres": {"DATABASE_URL", "SANDBOX_DATABASE_URL"},
            "broker": {"REDIS_URL"},
            "cache": {"CACHE_URL"},
        }
        return frozenset(service for service, names in needed.items() if names - self.given)

    def own(self) -> Servers:
        return servers(self.state_dir)

    def database_urls(self) -> dict[str, str | None]:
        names = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DISPATCHER_URL")
        given = {name: self.environ.get(name) or None for name in names}
        if given["DATABASE_URL"]:
            if not given["DATABASE_DISPATCHER_URL"]:
                self.problem(f"{names[2]} is missing: set it to the URL of the role that hands out the jobs")
            return given
        for name in names[1:]:
            if given[name]:
                self.problem(f"{name} is set but DATABASE_URL is not: set both, or neither")
        if self.production:
            self.problem("DATABASE_URL is missing: set it to the URL of the runtime role")
            return given
        own = self.own()
        without_owner = self.flag("COUNTERSIGN_WITHOUT_OWNER", default=False)
        owner = None if without_owner else own.database_owner_url
        return dict(zip(names, (own.database_url, owner, own.database_dispatcher_url), strict=True))

    def valkey_urls(self) -> dict[str, str | None]:
        uses = {"REDIS_URL": "the broker", "CACHE_URL": "a Valkey that keeps nothing on disk"}
        given = {name: self.environ.get(name) or None for name in uses}
        missing = [name for name in uses if not given[name]]
        if not self.production:
            own = self.own()
            embedded_urls = {"REDIS_URL": own.redis_url, "CACHE_URL": own.cache_url}
            return given | {name: embedded_urls[name] for name in missing}
        for name in missing:
            self.problem(f"{name} is missing: set it to the URL of {uses[name]}")
        return given

    def sandbox_url(self) -> str | None:
        given = self.environ.get("SANDBOX_DATABASE_URL")
        return given or (None if self.production else self.own().sandbox_url)

    def judge_urls(self, urls: Mapping[str, str | None]) -> None:
        """Collect what is wrong with each URL by itself, and with two that must not be one."""
        named = {name: url for name, url in urls.items() if url}
        for name, url in named.items():
            judge = urls_of_servers.judge_postgres if "DATABASE" in name else urls_of_servers.judge_valkey
            self.problems += judge(name, url, tls_required=self.production)
        self.problems += urls_of_servers.judge_together(named)

    # The rest

    def debug(self) -> bool:
        wanted = self.flag("COUNTERSIGN_DEBUG", default=False)
        if wanted and self.production:
            self.problem("COUNTERSIGN_DEBUG is on in production: unset it, its error pages show settings")
        return wanted

    def folder(self, name: str, below_state: str) -> Path | None:
        """Return the folder a variable names; in development one below the state folder, in production none."""
        value = self.environ.get(name)
        if not value:
            return None if self.production else self.state_dir / below_state
        folder = Path(value).expanduser()
        if not folder.is_absolute() or not folder.is_dir():
            self.problem(f"{name} is `{value[:200]}`: set it to the full path of a folder")
        return folder.resolve()

    def allowed_hosts(self) -> tuple[str, ...]:
        value = self.environ.get("COUNTERSIGN_ALLOWED_HOSTS", "")
        hosts = tuple(host.strip() for host in value.split(",") if host.strip())
        if self.production and not hosts:
            self.problem("COUNTERSIGN_ALLOWED_HOSTS is missing: set it to the host names people use, with commas")
        if self.production and "*" in hosts:
            self.problem("COUNTERSIGN_ALLOWED_HOSTS is `*`: name the hosts, or links in mail can be forged")
        return hosts or ("localhost", "127.0.0.1", "[::1]", "testserver")

    def ai_halted(self) -> bool:
        """Read the kill switch (T01): what is neither yes nor no halts, and says so."""
        value = self.environ.get("COUNTERSIGN_AI_HALTED", "").lower()
        if value in _TRUE | _FALSE | {""}:
            return value in _TRUE
        self.warnings.append(f"COUNTERSIGN_AI_HALTED is `{value[:40]}`, so all AI work is halted: set it to 1 or 0")
        return True

    def anthropic_base_url(self) -> str | None:
        value = self.environ.get("ANTHROPIC_BASE_URL") or None
        if value:
            self.problems += urls_of_servers.judge_http("ANTHROPIC_BASE_URL", value, tls_required=self.production)
        return value

    def played(self, name: str) -> str | None:
        """Return where a local server plays an outside system; a problem in production."""
        value = self.environ.get(name) or None
        if value and self.production:
            self.problem(f"{name} is for development: unset it, so that each system is called at its own domain")
        return value

    def portal_url(self) -> str:
        value = self.environ.get("COUNTERSIGN_URL", "")
        if value:
            self.problems += urls_of_servers.judge_http("COUNTERSIGN_URL", value, tls_required=self.production)
        return value

    def metrics_token(self) -> str:
        value = self.environ.get("COUNTERSIGN_METRICS_TOKEN", "")
        if value and (len(value) < _MINIMUM_TOKEN_CHARACTERS or not value.isascii() or not value.isprintable()):
            self.problem(
                f"COUNTERSIGN_METRICS_TOKEN is too easily guessed: give it {_MINIMUM_TOKEN_CHARACTERS} or more "
                "random characters"
            )
        return value

    def worker_metrics(self) -> str:
        value = self.environ.get("COUNTERSIGN_WORKER_METRICS", "")
        host, _, port = value.rpartition(":")
        if value and not (host and port.isdecimal() and 0 < int(port) < 65536):
            self.problem(f"COUNTERSIGN_WORKER_METRICS is `{value[:60]}`: write it like `127.0.0.1:9101`")
            return ""
        return value

    def email_url(self) -> str | None:
        value = self.environ.get("EMAIL_URL") or None
        if value:
            self.problems += urls_of_servers.judge_mail("EMAIL_URL", value, tls_required=self.production)
        return value


def main() -> int:
    """Say what is wrong with this process's environment; return 0 when nothing is, else 2."""
    try:
        found = load(os.environ, Path(__file__).resolve().parent.parent)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for warning in found.warnings:
        sys.stderr.write(f"{warning}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
