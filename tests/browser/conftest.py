"""Chromium against the portal served by gunicorn on the test's database, and what every page must keep.

`visit(path, as_=cast.ada)` opens a page and asserts: no error in the console, no violation of the content
security policy, nothing wider than the window, and axe-core clean for WCAG 2.2 AA.
"""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from demo import browser as judged
from tests.clients import browser as session_client
from tests.factories import Cast, Person, make_cast
from tests.servers.portal_process import EVERY_ROLE, Web, web


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives a browser, on the committed database."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True, databases=EVERY_ROLE))
            item.add_marker(pytest.mark.timeout(120))


_thread = ThreadPoolExecutor(1, thread_name_prefix="browser")
"""Playwright keeps an event loop running in its thread, where Django's connections would be other ones."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run the body of a browser test in Playwright's thread; its fixtures stay where Django is."""
    if Path(__file__).parent not in pyfuncitem.path.parents:
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    _thread.submit(contextvars.copy_context().run, _run_and_let_go, pyfuncitem.obj, arguments).result()
    return True


def _run_and_let_go(test: Callable[..., None], arguments: dict[str, Any]) -> None:
    try:
        test(**arguments)
    finally:
        connections.close_all()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; skips with the reason where it is not installed."""
    where = judged.chromium_path()
    if where is None:
        pytest.skip("chromium is not installed: apt-get install chromium, or set COUNTERSIGN_CHROMIUM")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # asked for where a loop runs: in Playwright's thread alone
    manager = sync_playwright()
    playwright = _thread.submit(manager.start).result()
    running = _thread.submit(playwright.chromium.launch, executable_path=where, args=judged.FLAGS).result()
    yield running
    _thread.submit(running.close).result()
    _thread.submit(playwright.stop).result()


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The people, committed, so that the server sees them."""
    return make_cast()


@pytest.fixture(scope="session")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The portal, served for real; it outlives the tests, the people in its database do not."""
    with web(tmp_path_factory.mktemp("server") / "web.log", application="tests.servers.portal_wsgi") as running:
        yield running


@dataclass
class Visitor:
    """Somebody at a browser window of one width and theme."""

    page: Any
    server: Web
    width: str
    theme: str
    complaints: list[str]

    def go(self, path: str, *, status: int = 200) -> Any:
        """Open a page, wait until it is quiet, and judge it; return Playwright's page."""
        self.complaints.clear()
        answer = self.page.goto(self.server.url + path)
        self.page.wait_for_load_state("networkidle")
        assert answer.status == status, f"{path} answered {answer.status} instead of {status}"
        self.judge(path, expected_status=status)
        return self.page

    def judge(self, what: str, *, expected_status: int = 200) -> None:
        """Assert that what stands in the window now keeps what every page must keep."""
        wrong = judged.faults(self.page, self.complaints, status=expected_status)
        assert wrong == [], f"{what} ({self.width}, {self.theme})"

    def picture(self, name: str) -> Path | None:
        """Save a picture where COUNTERSIGN_PICTURES says, for people to look at; nothing without it."""
        folder = os.environ.get("COUNTERSIGN_PICTURES")
        if not folder:
            return None
        path = Path(folder) / f"{name}-{self.width}-{self.theme}.png"
        self.page.screenshot(path=path, full_page=True)
        return path


@pytest.fixture
def open_window(chromium: Any, server: Web) -> Iterator[Callable[..., Visitor]]:
    """A function that opens a window: `open_window(as_=cast.ada, width="narrow", theme="dark")`."""
    contexts = []

    def open_one(as_: Person | None = None, width: str = "wide", theme: str = "light") -> Visitor:
        context = chromium.new_context(viewport=judged.VIEWPORTS[width], color_scheme=theme)
        contexts.append(context)
        if as_ is not None:
            context.add_cookies([_session_cookie(as_, server)])
        page, complaints = judged.open_page(context)
        return Visitor(page, server, width, theme, complaints)

    yield open_one
    for context in contexts:
        _thread.submit(context.close).result()


LOOKS = (("wide", "light"), ("narrow", "dark"))
"""Each width and each theme once: half the time of every pair; `make screenshots` judges all four."""


@pytest.fixture
def visit(open_window: Callable[..., Visitor]) -> Callable[..., Visitor]:
    """`visit(path, as_=cast.ada)`: open a page in each width and theme and judge it; the last window is returned."""

    def visit_everywhere(
        path: str, as_: Person | None = None, *, status: int = 200, name: str = "", then: Any = None
    ) -> Visitor:
        for width, theme in LOOKS:
            visitor = open_window(as_, width, theme)
            page = visitor.go(path, status=status)
            if then is not None:
                then(page)
                visitor.judge(f"{path}, then {then.__name__}", expected_status=status)
            visitor.picture(name or path.strip("/").replace("/", "-") or "home")
        return visitor

    return visit_everywhere


def _session_cookie(person: Person, server: Web) -> dict[str, Any]:
    value = session_client(person).cookies[settings.SESSION_COOKIE_NAME].value
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": value,
        "url": server.url,
        "httpOnly": True,
        "sameSite": "Lax",
    }
