"""What the portal takes from the environment, and the sentence it says when that is missing or wrong."""

from __future__ import annotations

import base64
import os
import re
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from kombu import Connection

from portal import urls_of_servers
from portal.environment import Environment, SettingsError, database_settings, load

ROOT = Path(__file__).resolve().parents[2]
MASTER_KEY = base64.b64encode(bytes(range(32))).decode()
SECRET_KEY = "correct-horse-battery-staple-" * 2
TLS = "?sslmode=verify-full"
GIVEN = {
    "DATABASE_URL": f"postgresql://run:CANARY-A@db.example.com/countersign{TLS}",
    "DATABASE_DISPATCHER_URL": f"postgresql://dispatch:CANARY-B@db.example.com/countersign{TLS}",
    "REDIS_URL": "rediss://:CANARY-C@broker.example.com:6379/0",
    "CACHE_URL": "rediss://:CANARY-D@cache.example.com:6379/0",
    "COUNTERSIGN_SECRET_KEY": SECRET_KEY,
    "COUNTERSIGN_MASTER_KEY": MASTER_KEY,
    "COUNTERSIGN_ALLOWED_HOSTS": "countersign.example.com",
}
DEVELOPMENT = {"COUNTERSIGN_PRODUCTION": "0"}


def problems(environ: dict[str, str], base: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        load(environ, base)
    return refused.value.problems


def test_nothing_set_means_embedded_servers_and_keys_made_once(tmp_path: Path) -> None:
    first, second = load({}, tmp_path), load({}, tmp_path)
    assert first == second
    assert first.embedded
    assert first.embedded_services == {"postgres", "broker", "cache"}
    assert not first.production
    assert not first.ai_halted
    assert len(first.master_key) == 32
    assert first.state_dir == tmp_path / ".state"
    for name in ("secret_key", "master_key", "postgres_seed"):
        assert (tmp_path / ".state" / "keys" / name).stat().st_mode & 0o777 == 0o600
    assert load({"COUNTERSIGN_STATE_DIR": "other"}, tmp_path).master_key != first.master_key


def test_two_processes_that_make_the_keys_together_agree(tmp_path: Path) -> None:
    script = "import sys\nfrom portal.environment import load\nprint(load({}, sys.argv[1]).master_key.hex())"
    command = [sys.executable, "-c", script, str(tmp_path)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert len({process.communicate(timeout=60)[0] for process in running}) == 1


@pytest.mark.requirement("O02", part="settings")
def test_what_is_set_is_used_as_it_is_and_nothing_is_embedded(tmp_path: Path) -> None:
    found = load(GIVEN, tmp_path)
    assert found.production
    assert not found.embedded
    assert found.start() == ()
    assert found.database_url == GIVEN["DATABASE_URL"]
    assert found.redis_url == GIVEN["REDIS_URL"]
    assert found.master_key == bytes(range(32))
    assert found.database_owner_url is None
    assert found.sandbox_url is None
    assert not (tmp_path / ".state").exists()


def test_an_optional_url_is_asked_for_where_it_is_needed(tmp_path: Path) -> None:
    found = load(GIVEN, tmp_path)
    with pytest.raises(SettingsError, match=r"^DATABASE_OWNER_URL is missing: set it to the URL of the role"):
        found.require("database_owner_url")
    with_owner = GIVEN | {"DATABASE_OWNER_URL": f"postgresql://own:x@db.example.com/countersign{TLS}"}
    assert load(with_owner, tmp_path).require("database_owner_url") == with_owner["DATABASE_OWNER_URL"]


def test_every_problem_is_said_at_once_and_each_names_its_variable(tmp_path: Path) -> None:
    said = problems({"COUNTERSIGN_PRODUCTION": "1"}, tmp_path)
    assert [sentence.split()[0] for sentence in said] == [
        "DATABASE_URL",
        "REDIS_URL",
        "CACHE_URL",
        "COUNTERSIGN_SECRET_KEY",
        "COUNTERSIGN_MASTER_KEY",
        "COUNTERSIGN_ALLOWED_HOSTS",
    ]
    assert all(re.search(r" is missing: .*\bset\b", sentence) for sentence in said)
    assert not (tmp_path / ".state").exists()


SAME_ROLE = "signs in as the role of DATABASE_URL"
WRONG = [
    ("COUNTERSIGN_SECRET_KEY", "", "is missing"),
    ("COUNTERSIGN_SECRET_KEY", "short", "is too easily guessed"),
    ("COUNTERSIGN_SECRET_KEY", "a" * 60, "is too easily guessed"),
    ("COUNTERSIGN_MASTER_KEY", "", "is missing"),
    ("COUNTERSIGN_MASTER_KEY", "bm90IDMyIGJ5dGVz", "is not 32 bytes in base64"),
    ("COUNTERSIGN_MASTER_KEY", "é" * 44, "is not 32 bytes in base64"),
    ("DATABASE_URL", "mysql://run:x@db/countersign", "is not a PostgreSQL URL"),
    ("DATABASE_URL", "postgresql://run:x@db/countersign?color=red", "is not a PostgreSQL URL"),
    ("DATABASE_URL", f"postgresql://db.example.com/{TLS}", "names no user and no dbname"),
    ("DATABASE_URL", "postgresql://run:x@db.example.com/countersign", "without TLS: add sslmode=verify-full"),
    ("DATABASE_URL", "postgresql://run:x@db/countersign?sslmode=prefer", "without TLS"),
    ("DATABASE_URL", "postgresql://run:x@/countersign?host=localhost,db", "without TLS"),
    ("DATABASE_URL", "postgresql://run:x@localhost/countersign?hostaddr=10.0.0.1", "without TLS"),
    ("DATABASE_URL", f"postgresql://run:x@db/c{TLS}&ssl_min_protocol_version=TLSv1", "older than 1.2"),
    ("DATABASE_DISPATCHER_URL", "", "is missing"),
    (
        "DATABASE_DISPATCHER_URL",
        f"postgresql://run:x@db/countersign{TLS}",
        "signs in as the role of DATABASE_URL",
    ),
    ("DATABASE_OWNER_URL", f"postgresql://run:x@db/countersign{TLS}", SAME_ROLE),
    ("REDIS_URL", "", "is missing"),
    ("REDIS_URL", "redis://broker.example.com:6379", "without TLS: write rediss://"),
    ("REDIS_URL", "amqp://broker.example.com", "is not a Valkey URL"),
    ("REDIS_URL", "redis://localhost:notaport", "is not a Valkey URL"),
    ("REDIS_URL", "rediss://", "names no host"),
    ("REDIS_URL", "unix://", "names no socket"),
    (
        "REDIS_URL",
        "rediss://broker.example.com?ssl_cert_reqs=none",
        "does not check the server's certificate",
    ),
    ("REDIS_URL", "rediss://broker.example.com?ssl_check_hostname=false", "remove ssl_check_hostname"),
    ("CACHE_URL", "", "is missing"),
    ("CACHE_URL", "rediss://broker.example.com:6379/1", "is the broker's server"),
    (
        "SANDBOX_DATABASE_URL",
        f"postgresql://x:x@db.example.com/countersign{TLS}",
        "is the portal's own database",
    ),
    ("ANTHROPIC_BASE_URL", "http://models.example.com", "without TLS"),
    ("ANTHROPIC_BASE_URL", "models.example.com", "is not an address"),
    ("SHOPIFY_ORIGIN", "http://127.0.0.1:9000", "is for development"),
    ("ZENDESK_ORIGIN", "http://127.0.0.1:9001", "is for development"),
    ("STRIPE_ORIGIN", "http://127.0.0.1:9002", "is for development"),
    ("COUNTERSIGN_ALLOWED_HOSTS", "*", "is `*`"),
    ("COUNTERSIGN_DEBUG", "1", "is on in production"),
    ("COUNTERSIGN_DEBUG", "perhaps", "is `perhaps`: set it to 1 or 0"),
    ("COUNTERSIGN_PRODUCTION", "maybe", "is `maybe`: set it to 1 or 0"),
    ("COUNTERSIGN_SQLITE_FOLDER", "relative", "set it to the full path of a folder"),
]


@pytest.mark.requirement("S05", part="TLS to PostgreSQL and Valkey is demanded of the settings")
@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_variable_is_named_with_its_fix(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    load(GIVEN, tmp_path)  # nothing else is wrong
    said = problems(GIVEN | {name: value}, tmp_path)
    assert len(said) == 1
    assert said[0].startswith(f"{name} ")
    assert sentence in said[0]
    assert "\n" not in said[0]


def test_no_sentence_quotes_a_secret(tmp_path: Path) -> None:
    wrong = GIVEN | {
        "DATABASE_URL": "postgresql://run:CANARY-A@db:port/x",
        "REDIS_URL": "redis://:CANARY-C@[broken",
        "COUNTERSIGN_MASTER_KEY": "CANARY-K",
        "COUNTERSIGN_SECRET_KEY": "CANARY-S",
    }
    said = problems(wrong, tmp_path)
    assert len(said) == 4
    assert "CANARY" not in "".join(said)


def test_a_repr_shows_no_secret(tmp_path: Path) -> None:
    found = load(GIVEN | {"ANTHROPIC_API_KEY": "CANARY-E"}, tmp_path)
    assert found.anthropic_api_key == "CANARY-E"
    assert "CANARY" not in repr(found)
    assert repr(found.master_key) not in repr(found)
    assert SECRET_KEY not in repr(found)


def test_a_database_of_ones_own_makes_production_unless_said_otherwise(tmp_path: Path) -> None:
    plain = GIVEN | {"DATABASE_URL": "postgresql://run:x@db.example.com/countersign"}
    assert "without TLS" in problems(plain, tmp_path)[0]
    found = load(plain | DEVELOPMENT, tmp_path)
    assert not found.production
    assert found.embedded_services == {"postgres"}  # the sandbox store's
    assert found.sandbox_url
    assert "countersign_sandbox" in found.sandbox_url


def test_with_a_database_of_ones_own_keys_are_never_made_up(tmp_path: Path) -> None:
    given = {name: value for name, value in GIVEN.items() if name != "COUNTERSIGN_MASTER_KEY"}
    assert problems(given | DEVELOPMENT, tmp_path) == (
        "COUNTERSIGN_MASTER_KEY is missing: a database of your own needs a key of your own, so set it",
    )


@pytest.mark.parametrize("name", ["DATABASE_OWNER_URL", "DATABASE_DISPATCHER_URL"])
def test_half_a_database_is_refused(tmp_path: Path, name: str) -> None:
    said = problems({name: "postgresql://own:x@localhost/countersign"}, tmp_path)
    assert said == (f"{name} is set but DATABASE_URL is not: set both, or neither",)


def test_only_the_broker_of_ones_own_leaves_the_rest_embedded(tmp_path: Path) -> None:
    found = load({"REDIS_URL": "redis://localhost:6379/0"}, tmp_path)
    assert found.embedded_services == {"postgres", "cache"}
    assert found.redis_url == "redis://localhost:6379/0"


def test_web_and_worker_can_be_started_without_the_owners_url(tmp_path: Path) -> None:
    assert load({}, tmp_path).database_owner_url
    assert load({"COUNTERSIGN_WITHOUT_OWNER": "1"}, tmp_path).database_owner_url is None


@pytest.mark.requirement("T01", part="the environment flag is read fail-closed")
@pytest.mark.parametrize(
    ("value", "is_halted", "warns"),
    [
        ("", False, 0),
        ("0", False, 0),
        ("off", False, 0),
        ("1", True, 0),
        ("TRUE", True, 0),
        ("halt", True, 1),
    ],
)
def test_a_kill_switch_nobody_understands_halts(tmp_path: Path, value: str, is_halted: bool, warns: int) -> None:
    found = load(GIVEN | {"COUNTERSIGN_AI_HALTED": value}, tmp_path)
    assert found.ai_halted is is_halted
    assert len(found.warnings) == warns
    assert all("COUNTERSIGN_AI_HALTED" in warning and f"`{value}`" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("url", "celery"),
    [
        ("unix:///run/a.sock?db=3", "redis+socket:///run/a.sock?virtual_host=3"),
        ("unix:///run/a.sock", "redis+socket:///run/a.sock?virtual_host=0"),
        ("redis://h:1/2", "redis://h:1/2"),
        ("rediss://h:1/2", "rediss://h:1/2?ssl_cert_reqs=required"),
        ("rediss://h:1/2?ssl_ca_certs=/a", "rediss://h:1/2?ssl_ca_certs=/a&ssl_cert_reqs=required"),
    ],
)
def test_celery_gets_its_own_spelling(url: str, celery: str) -> None:
    assert urls_of_servers.for_celery(url) == celery


def test_celery_checks_the_brokers_certificate() -> None:
    with Connection(urls_of_servers.for_celery("rediss://broker.example.com")) as broker:
        assert broker.ssl == {"ssl_cert_reqs": ssl.CERT_REQUIRED}


def test_djangos_settings_are_read_as_libpq_reads_the_url() -> None:
    assert database_settings("postgresql://a:p%40w@/d?host=%2Frun%2Fx%20y&sslmode=require") == {
        "NAME": "d",
        "USER": "a",
        "PASSWORD": "p@w",
        "HOST": "/run/x y",
        "PORT": "",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("host", "local"),
    [("", True), ("/run", True), ("localhost", True), ("127.0.0.9", True), ("[::1]", True), ("::1", True),
     ("localhost.example.com", False), ("10.0.0.1", False), ("127.0.0.1.example.com", False)],
)  # fmt: skip
def test_local_means_this_machine(host: str, local: bool) -> None:
    assert urls_of_servers.is_local(host) is local


def test_the_command_says_the_sentences_and_exits_2(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgresql://a:b@h/d", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "portal.environment"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[0].startswith("DATABASE_DISPATCHER_URL is missing: ")


def test_every_variable_is_explained_in_the_example() -> None:
    source = (ROOT / "portal" / "environment.py").read_text()
    names = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', source))
    example = (ROOT / "deploy" / ".env.example").read_text()
    explained = set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE))
    assert {"DATABASE_URL", "COUNTERSIGN_MASTER_KEY"} <= names
    assert names <= explained, f"not explained in deploy/.env.example: {sorted(names - explained)}"


def test_every_secret_of_the_environment_is_kept_from_its_repr() -> None:
    hidden = {name for name, made in Environment.__dataclass_fields__.items() if not made.repr}
    assert {name for name in Environment.__dataclass_fields__ if re.search("key|url", name)} - hidden == {
        "anthropic_base_url",
        "portal_url",
    }
