"""What can be proved of the deployment without a Docker engine."""

from __future__ import annotations

import os
import re
import runpy
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from portal import embedded, environment
from portal.embedded.places import SUPERUSER, Places
from portal.embedded.postgres import binaries

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PASSWORDS = {"POSTGRES_PASSWORD": "a1", "BROKER_PASSWORD": "b2", "CACHE_PASSWORD": "c3"} | {
    f"COUNTERSIGN_{role}_PASSWORD": f"{role.lower()}4" for role in ("OWNER", "RUNTIME", "DISPATCHER")
}
GIVEN = PASSWORDS | {
    "COUNTERSIGN_SECRET_KEY": "correct-horse-battery-staple-" * 2,
    "COUNTERSIGN_MASTER_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "COUNTERSIGN_ALLOWED_HOSTS": "countersign.example.com",
}


def filled_in(part: Any) -> Any:
    """Replace `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as compose does: after it has read the file."""
    if isinstance(part, dict):
        return {key: filled_in(value) for key, value in part.items()}
    if isinstance(part, list):
        return [filled_in(value) for value in part]
    return re.sub(r"\$\{([^}]+)\}", _value, part) if isinstance(part, str) else part


def _value(found: re.Match[str]) -> str:
    name, _, rest = found[1].partition(":")
    return GIVEN.get(name) or (rest[1:] if rest.startswith("-") else "")


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    return filled_in(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))["services"]


@pytest.mark.requirement("O02", part="the compose file's settings pass the portal's own check")
@pytest.mark.parametrize("name", ["web", "worker", "beat", "migrate"])
def test_each_service_has_an_environment_the_portal_accepts(
    services: dict[str, dict], name: str, tmp_path: Path
) -> None:
    given = services[name]["environment"]
    mounted = {volume.split(":")[1] for volume in services[name]["volumes"]}
    folders = ("COUNTERSIGN_EVIDENCE_FOLDER", "COUNTERSIGN_SEALS_FOLDER")
    assert {given[folder] for folder in folders} <= mounted, "packs and heads would be lost with the container"
    found = environment.load(given | dict.fromkeys(folders, str(tmp_path)), tmp_path)
    assert found.production
    assert bool(found.database_owner_url) is (name == "migrate")


def test_only_migrate_and_the_database_know_the_owners_password(services: dict[str, dict]) -> None:
    knowing = {name for name, service in services.items() if PASSWORDS["COUNTERSIGN_OWNER_PASSWORD"] in str(service)}
    assert knowing == {"migrate", "postgres"}


def test_the_cache_keeps_nothing_and_the_broker_everything(services: dict[str, dict]) -> None:
    def options(name: str) -> dict[str, str]:
        words = services[name]["command"][1:]
        return dict(zip(words[::2], words[1::2], strict=True))

    assert (options("cache")["--appendonly"], options("cache")["--save"]) == ("no", "")
    assert services["cache"]["tmpfs"] == ["/data"]
    assert not [volume for volume in services["cache"]["volumes"] if ":/data" in volume]
    assert options("broker")["--appendonly"] == "yes"
    assert options("broker")["--maxmemory-policy"] == "noeviction"
    assert {options(name)["--port"] for name in ("broker", "cache")} == {"0"}  # TLS only


def test_nothing_but_web_is_published_and_that_to_this_host_only(services: dict[str, dict]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_every_variable_of_the_compose_file_is_explained() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    explained = set(re.findall(r"^#? ?([A-Z_]+)=", (DEPLOY / ".env.example").read_text(), re.MULTILINE))
    assert used - explained == set()


def test_the_init_script_makes_the_roles_on_a_server_that_has_none(tmp_path: Path) -> None:
    state = Path(environment.load(os.environ, ROOT).state_dir)
    where = Places.below(state)
    if not environment.load(os.environ, ROOT).embedded:
        pytest.skip("needs the embedded PostgreSQL: DATABASE_URL names another")
    names = ["countersign_runtime", "countersign_dispatcher"]
    run = {
        "PATH": f"{binaries()}:{os.environ['PATH']}",
        "PGHOST": str(where.sockets),
        "PGPASSWORD": where.password(SUPERUSER),
        "POSTGRES_USER": SUPERUSER,
        "ROLES_SQL": str(ROOT / "portal" / "roles.sql"),
    }
    script = DEPLOY / "postgres" / "10-roles.sh"
    refused = subprocess.run([script], env=run, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr == "COUNTERSIGN_OWNER_PASSWORD is missing: set it in deploy/.env\n"
    # The same passwords as before, so that the servers beside this test go on.
    same = {
        f"COUNTERSIGN_{role}_PASSWORD": where.password(f"countersign_{role.lower()}")
        for role in ("OWNER", "RUNTIME", "DISPATCHER")
    }
    done = subprocess.run([script], env=run | same, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with psycopg.connect(embedded.superuser_url(state)) as connection:
        rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND rolcanlogin", [names])
        assert len(rows.fetchall()) == len(names)


@pytest.mark.requirement("S05", part="the compose file's certificates")
def test_the_certificates_serve_their_own_name_and_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    command = [sys.executable, str(DEPLOY / "certificates.py"), str(folder), "postgres", "cache"]
    subprocess.run(command, check=True)
    before = (folder / "ca.pem").read_bytes()
    subprocess.run(command, check=True)
    assert (folder / "ca.pem").read_bytes() == before
    assert (folder / "postgres" / "key.pem").stat().st_mode & 0o777 == 0o600
    assert handshake(folder, serving="postgres", asking_for="postgres") in {"TLSv1.2", "TLSv1.3"}
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(folder, serving="cache", asking_for="postgres")


def handshake(folder: Path, *, serving: str, asking_for: str) -> str | None:
    """Shake hands over a socket pair as a strict client; return the protocol's version."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / serving / "cert.pem", folder / serving / "key.pem")
    client = ssl.create_default_context(cafile=folder / "ca.pem")
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    near, far = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(far, server_side=True).close()
        except (ssl.SSLError, OSError):
            far.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(near, server_hostname=asking_for) as line:
            return line.version()
    finally:
        near.close()
        thread.join()


def test_gunicorns_configuration_wants_a_connection_for_every_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUNTERSIGN_POOL_SIZE", raising=False)
    monkeypatch.setenv("WEB_THREADS", "8")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/nowhere")
    found = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    assert (found["worker_class"], found["threads"], found["preload_app"]) == ("gthread", 8, False)
    monkeypatch.setenv("COUNTERSIGN_POOL_SIZE", "4")
    with pytest.raises(SystemExit, match="COUNTERSIGN_POOL_SIZE is smaller than WEB_THREADS"):
        runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))


def test_static_files_are_collected_as_the_image_does_it(tmp_path: Path) -> None:
    line = re.search(r"RUN (DATABASE_URL=.*?collectstatic --noinput)", (DEPLOY / "Dockerfile").read_text(), re.DOTALL)
    assert line
    command = line[1].replace("\\\n", " ") + " --dry-run"
    environ = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "static files" in done.stdout
