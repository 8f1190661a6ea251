"""`python -m demo`: start everything, load the demo organization, tell the story, serve.

Servers, web, worker and beat run below the state folder and end with this process, however it ends.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from types import FrameType

from demo import house, processes
from demo.client import Unexpected
from demo.people import CLEO, NORTHLIGHT, PASSWORD
from demo.screen import heading, paint, say, step
from portal import embedded
from portal.environment import SettingsError, load

EXIT_DIFFERENT, EXIT_CANNOT = 1, 2


class Ended(BaseException):
    """Somebody asked the demo to end; `number` is the signal that said so."""

    def __init__(self, number: int) -> None:
        self.number = number


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; return 0 when everything came as it should, 1 when not, 2 when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--no-serve", action="store_true", help="stop everything after the story")
    parser.add_argument("--no-story", action="store_true", help="serve without the story")
    chosen = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    is_serving: list[bool] = []
    try:
        return _run(chosen, is_serving)
    except Ended as ended:
        say()
        return 0 if is_serving else 128 + ended.number
    except (embedded.EmbeddedError, SettingsError, processes.ChildFailed, house.CannotStart) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_CANNOT
    except (Unexpected, TimeoutError) as error:
        sys.stderr.write(f"the story broke off: {error}\n")
        return EXIT_DIFFERENT


def _end(number: int, frame: FrameType | None) -> None:
    """End in order; from now on nothing interrupts the stopping."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise Ended(number)


def _run(chosen: argparse.Namespace, is_serving: list[bool]) -> int:
    began = time.monotonic()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    found = load(os.environ, processes.ROOT)
    if found.production:
        raise house.CannotStart(
            "the demo has known passwords and is never loaded in production: set COUNTERSIGN_PRODUCTION=0"
        )
    with house.alone(found.state_dir), house.servers(found):
        telling = house.load(found, has_story=not chosen.no_story)
        port = processes.free_port(_wanted_port())
        url = f"http://127.0.0.1:{port}"
        with processes.running(found.state_dir, port, slots=found.worker_slots) as children:
            with step("starting web, worker and beat"):
                processes.wait_until_ready(url, children)
            is_fine = chosen.no_story or _tell(url, telling, began)
            if not chosen.no_serve:
                is_serving.append(True)
                _serve(url, children)
    return 0 if is_fine else EXIT_DIFFERENT


def _tell(url: str, telling: int, began: float) -> bool:
    from demo import story

    is_fine = story.tell(url, telling)
    say(paint(f"  told in {time.monotonic() - began:.0f} s, the start included", "dim"))
    return is_fine


def _wanted_port() -> int | None:
    given = os.environ.get("PORT", "")
    if given and not (given.isdecimal() and 0 < int(given) < 65_536):
        raise house.CannotStart(f"PORT is `{given[:20]}`: set it to a number from 1 to 65535, or leave it out")
    return int(given) if given else None


def _serve(url: str, children: list[processes.Child]) -> None:
    """Say where the portal is and who may sign in, and stay until somebody ends it."""
    heading(f"The portal is at {paint(url, 'blue')}")
    say(f"  sign in with the password {paint(PASSWORD, 'bold')} as")
    for person in (*NORTHLIGHT.people, CLEO):
        say(f"    {person.email:<26} {person.role.label:<11} {person.shows}")
    say(paint("  Ctrl-C ends everything.", "dim"))
    while True:
        for child in children:
            child.require_alive()
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
