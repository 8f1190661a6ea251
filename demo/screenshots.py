"""`make screenshots`: pictures of every page in the roles that may open it, at two widths and in two themes.

The same run judges each page: no sideways scroll, no error in the console, no violation of the content security
policy, axe-core clean. A page of the manifest that a person may not open, and any fault, exits 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from demo import house, processes
from demo.browser import THEMES, VIEWPORTS, Window, chromium
from demo.people import ADA, PASSWORD
from demo.screen import say, step

if TYPE_CHECKING:
    from demo.manifest import Shot

PICTURES = processes.ROOT / "docs" / "img"


def take(url: str, wanted: set[str]) -> list[str]:
    """Take the wanted pictures of the manifest from the portal at `url`; return what is wrong, a line each."""
    from demo.manifest import EVERYBODY, MANIFEST

    if unknown := wanted - {shot.name for shot in MANIFEST}:
        raise house.CannotStart(f"there is no page `{sorted(unknown)[0]}` in demo/manifest.py: see the names there")
    wrong: list[str] = []
    with chromium() as browser, ThreadPoolExecutor(1) as beside:
        for person in EVERYBODY:
            shots = [shot for shot in MANIFEST if person in shot.people and (not wanted or shot.name in wanted)]
            addresses = beside.submit(_addresses, shots).result()
            for width, theme in _looks():
                context = browser.new_context(viewport=VIEWPORTS[width], color_scheme=theme)
                window = Window(context, url)
                window.sign_in(person.email, PASSWORD)
                for shot in shots:
                    picture = PICTURES / f"{shot.name}-{person.key}-{width}-{theme}.png"
                    found = window.visit(addresses[shot.name], picture if shot.is_kept else None, press=shot.press)
                    said = [f"{shot.name} as {person.key} ({width}, {theme}): {fault}" for fault in found]
                    sys.stderr.writelines(f"{line}\n" for line in said)
                    wrong += said
                context.close()
            say(f"  {len(shots)} pages as {person.name}; faults so far: {len(wrong)}")
    return wrong


def _looks() -> Iterator[tuple[str, str]]:
    for width in VIEWPORTS:
        for theme in THEMES:
            yield width, theme


def main() -> int:
    """Run the demo's story, then take the pictures; `--no-story` takes them of what an earlier one left."""
    parser = argparse.ArgumentParser(prog="python -m demo.screenshots", description=main.__doc__)
    parser.add_argument("--no-story", action="store_true", help="of what an earlier story left")
    parser.add_argument("names", nargs="*", metavar="name", help="pages of the manifest; all without one")
    chosen = parser.parse_args()
    has_story, wanted = not chosen.no_story, set(chosen.names)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from portal.environment import load

    found = load(os.environ, processes.ROOT)
    with house.alone(found.state_dir), house.servers(found):
        telling = house.load(found, has_story=has_story)
        url = f"http://127.0.0.1:{processes.free_port(None)}"
        with processes.running(found.state_dir, int(url.rsplit(":", 1)[1]), slots=found.worker_slots) as children:
            with step("starting web, worker and beat"):
                processes.wait_until_ready(url, children)
            from demo import story

            if has_story and not story.tell(url, telling):
                return 1
            wrong = take(url, wanted)
    say(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES.relative_to(processes.ROOT)}, {len(wrong)} faults")
    return 1 if wrong else 0


def _addresses(shots: list[Shot]) -> dict[str, str]:
    """Find pages in Northlight's data, setting their scenes; in a thread of its own, as the browser's has a loop."""
    from django.db import connections

    from demo.organization import acting

    try:
        with acting(ADA):
            return {shot.name: shot.address() for shot in shots}
    finally:
        connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
