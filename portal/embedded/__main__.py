"""`python -m portal.embedded start|stop|status`: the embedded servers by hand."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from portal import embedded


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code (0 done, 1 a server does not run, 2 cannot)."""
    default = os.environ.get("COUNTERSIGN_STATE_DIR") or Path(__file__).resolve().parents[2] / ".state"
    parser = argparse.ArgumentParser(prog="python -m portal.embedded", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "status"])
    parser.add_argument("--state-dir", default=default, type=Path)
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen.command, chosen.state_dir)
    except embedded.EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _run(command: str, state_dir: Path) -> int:
    if command == "start":
        started = embedded.ensure(state_dir, say=_say).started
        sys.stdout.write(f"started: {', '.join(started)}\n" if started else "already running\n")
        return 0
    if command == "stop":
        stopped = embedded.stop(state_dir, say=_say)
        sys.stdout.write(f"stopped: {', '.join(stopped)}\n" if stopped else "nothing was running\n")
        return 0
    found = embedded.status(state_dir)
    for name, pid in found.items():
        sys.stdout.write(f"{name:<9} {'running, pid ' + str(pid) if pid else 'stopped'}\n")
    return 0 if all(found.values()) else 1


def _say(line: str) -> None:
    sys.stderr.write(f"  {line} …\n")


if __name__ == "__main__":
    sys.exit(main())
