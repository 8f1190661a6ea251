"""A browser window on the portal, and what every page must keep: for the pictures and for the browser tests.

A page is judged by four things: no error in the console, no violation of the content security policy, nothing
wider than the window, and axe-core clean for WCAG 2.2 AA.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
VIEWPORTS = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 390, "height": 844}}
THEMES = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_LISTEN = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content security policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`));
"""
_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const end = (e) => Math.round(e.getBoundingClientRect().right);
  const wide = [...document.body.querySelectorAll("*")].filter((e) => end(e) > width);
  return wide.slice(0, 5).map((e) => `${e.tagName.toLowerCase()}.${e.className} ends at ${end(e)}`);
}"""


def chromium_path() -> str | None:
    """Return where Chromium is, or None where it is not installed."""
    return os.environ.get("COUNTERSIGN_CHROMIUM") or shutil.which("chromium")


@contextmanager
def chromium() -> Iterator[Any]:
    """Run Chromium for the length of the block; raise `FileNotFoundError` where it is not installed."""
    where = chromium_path()
    if where is None:
        raise FileNotFoundError("chromium is not installed: apt-get install chromium, or set COUNTERSIGN_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=where, args=FLAGS)
        try:
            yield running
        finally:
            running.close()


def open_page(context: Any) -> tuple[Any, list[str]]:
    """Open a page in a browser context; return it and the list its console's errors go to."""
    complaints: list[str] = []
    context.add_init_script(_LISTEN)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    return page, complaints


def findings(page: Any) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 AA, one line for each element."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def faults(page: Any, complaints: list[str], *, status: int = 200) -> list[str]:
    """Return everything that is wrong with the page in the window now."""
    said = [c for c in complaints if not (status >= 400 and f"status of {status}" in c)]
    return [
        *(f"console: {complaint}" for complaint in said),
        *(f"too wide: {element}" for element in page.evaluate(_TOO_WIDE)),
        *(f"accessibility: {finding}" for finding in findings(page)),
    ]


@dataclass
class Window:
    """Somebody's window of one width and theme on a running portal."""

    context: Any
    url: str
    page: Any = None
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page, self.complaints = open_page(self.context)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the form, as a person does."""
        self.page.goto(f"{self.url}/sign-in/")
        self.page.fill("input[name=username]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_load_state("networkidle")
        if "/sign-in/" in self.page.url:
            raise RuntimeError(f"`{email}` could not sign in")

    def visit(self, path: str, picture: Path | None, *, press: str = "") -> list[str]:
        """Open a page, press what `press` names, wait until it is quiet, take its picture, return what is wrong."""
        self.complaints.clear()
        answer = self.page.goto(self.url + path)
        self.page.wait_for_load_state("networkidle")
        if press:
            self.page.click(press)
            self.page.wait_for_load_state("networkidle")
        if picture is not None:
            self.take(picture)
        wrong = faults(self.page, self.complaints, status=answer.status)
        return wrong if answer.status == 200 else [f"status {answer.status}", *wrong]

    def take(self, picture: Path) -> None:
        """Save a picture of the whole page, in a window as tall as the page: a bar that sticks covers nothing then."""
        picture.parent.mkdir(parents=True, exist_ok=True)
        size = self.page.viewport_size
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height, 4000))})
        self.page.screenshot(path=picture)
        self.page.set_viewport_size(size)
