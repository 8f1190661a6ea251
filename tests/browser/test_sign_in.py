"""Signing in with a browser, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import PASSWORD, Cast


def fill(page: Any, email: str, password: str) -> None:
    page.fill("[name=username]", email)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.click("button.primary")
    page.wait_for_load_state("networkidle")


def test_the_sign_in_page_keeps_every_rule(cast: Cast, visit: Callable[..., Any]) -> None:
    visit("/sign-in/", name="sign-in")


def test_a_wrong_password_is_said_and_what_was_typed_stays(cast: Cast, visit: Callable[..., Any]) -> None:
    def wrong_password(page: Any) -> None:
        fill(page, cast.ada.email, "not the password")
        assert page.get_by_role("alert").inner_text().startswith("E-mail and password do not belong together")
        assert page.input_value("[name=username]") == cast.ada.email

    visit("/sign-in/", name="sign-in-refused", then=wrong_password)


@pytest.mark.requirement("I05", part="e-mail and password")
def test_signing_in_leads_back_and_signing_out_ends_it(cast: Cast, open_window: Callable[..., Any]) -> None:
    window = open_window()
    page = window.go("/password/?from=here")
    assert "/sign-in/?next=" in page.url
    fill(page, cast.mia.email, PASSWORD)
    assert page.url.endswith("/password/?from=here")
    window.judge("after signing in")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    assert page.url.endswith("/sign-in/")
    page.goto(window.server.url + "/password/")
    assert "/sign-in/?next=" in page.url


def test_the_theme_is_remembered_and_shared_with_admin(cast: Cast, open_window: Callable[..., Any]) -> None:
    window = open_window(cast.ada)
    page = window.go("/password/")
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page = window.go("/password/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page = window.go("/admin/")
    assert "dark" in page.locator("html").get_attribute("class")


def test_the_menu_opens_on_a_phone(cast: Cast, open_window: Callable[..., Any]) -> None:
    window = open_window(cast.ada, width="narrow")
    page = window.go("/password/")
    assert not page.get_by_role("button", name="Sign out").is_visible()
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    window.judge("the open menu")
    window.picture("menu")


def test_the_skip_link_is_the_first_stop_of_the_keyboard(cast: Cast, open_window: Callable[..., Any]) -> None:
    page = open_window(cast.mia).go("/no/such/page/", status=404)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_pages_that_say_no_keep_every_rule(cast: Cast, visit: Callable[..., Any]) -> None:
    visit("/no/such/page/", cast.mia, status=404, name="not-found")
    visit("/admin/", cast.mia, status=403, name="refused")
    visit("/password/", cast.ada, name="password")
