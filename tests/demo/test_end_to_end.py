"""The whole demo as a person starts it: it tells its story, again and quicker, and leaves no process behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]


def left_behind(state: Path) -> list[str]:
    """Return the command lines of every process of this state folder, by its environment, place or arguments."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            place = os.readlink(entry / "cwd")
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        mine = os.fsencode(state)
        if command and (mine in command or os.fsencode(place).startswith(mine) or mine in environment):
            found.append(command.replace(b"\0", b" ").decode())
    return found


class Demo:
    """A demo in a state folder of its own, started as `python -m demo`."""

    def __init__(self, state: Path) -> None:
        self.state = state
        given = {"COUNTERSIGN_STATE_DIR": str(state), "COUNTERSIGN_PRODUCTION": "0", "NO_COLOR": "1"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("COUNTERSIGN_", "DJANGO_"))}
        self.environment = kept | given

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "demo", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def told(self, *arguments: str) -> tuple[str, float]:
        """Run it to its end; return what it printed and how many seconds it took."""
        began = time.monotonic()
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=280)
        assert process.returncode == 0, said
        return said, time.monotonic() - began

    def serving(self) -> tuple[subprocess.Popen[str], str]:
        """Start it without the story; return it with its address once it serves."""
        process = self.start("--no-story")
        said = ""
        for line in process.stdout or ():
            said += line
            if found := re.search(r"The portal is at (http\S+)", line):
                return process, found[1]
        raise AssertionError(f"it ended before it served: {said}")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path / "state")
    yield made
    subprocess.run(
        [sys.executable, "-m", "portal.embedded", "stop", "--state-dir", str(made.state)], cwd=ROOT, check=True
    )


@pytest.mark.requirement("O01")
def test_the_story_is_told_twice_and_nothing_is_left_behind(demo: Demo) -> None:
    first, took = demo.told("--no-serve")
    assert "✓ Everything came as the tables say." in first
    assert first.count("the store: refund $142.00") == 1
    assert "\x1b[" not in first
    assert left_behind(demo.state) == []
    again, took_again = demo.told("--no-serve")
    assert "✓ Everything came as the tables say." in again
    assert again.count("the store: refund $142.00") == 1
    assert took_again < took
    assert left_behind(demo.state) == []


@pytest.mark.requirement("O01", part="serving, ending and healing")
def test_it_serves_until_told_and_heals_after_a_crash(demo: Demo) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        process, url = demo.serving()
        with urllib.request.urlopen(f"{url}/sign-in/", timeout=20) as page:
            assert page.status == 200
        assert len(left_behind(demo.state)) > 5, "the control: they are seen while they run"
        second = demo.start("--no-story")
        assert "a demo already runs" in second.communicate(timeout=60)[0]
        assert second.returncode == 2
        process.send_signal(number)
        assert process.wait(60) == 0
        assert left_behind(demo.state) == []
    process, _ = demo.serving()
    process.kill()
    process.wait(10)
    deadline = time.monotonic() + 30
    while any("celery" in line or "gunicorn" in line for line in left_behind(demo.state)):
        assert time.monotonic() < deadline, "web, worker and beat end with the demo that was killed"
        time.sleep(0.2)
    (demo.state / "postgres" / "data" / "postmaster.pid").write_text("1\n")
    demo.told("--no-story", "--no-serve")
    assert left_behind(demo.state) == []


@pytest.mark.requirement("O01", part="never in production")
def test_it_is_never_loaded_in_production(demo: Demo) -> None:
    demo.environment |= {"COUNTERSIGN_PRODUCTION": "1"}
    process = demo.start("--no-serve")
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 2
    assert said.strip()
    assert not (demo.state / "demo.lock").exists()
