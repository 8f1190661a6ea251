"""The admin shell in a browser: its start, and the people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.factories import Cast


def test_the_start_of_admin_keeps_every_rule(cast: Cast, visit: Callable[..., Any]) -> None:
    visit("/admin/", cast.ada, name="admin")


def test_the_people_keep_every_rule(cast: Cast, visit: Callable[..., Any]) -> None:
    visit("/admin/portal/membership/", cast.ada, name="people")
    visit(f"/admin/portal/membership/{cast.mia.membership.pk}/change/", cast.ada, name="person")
    visit("/admin/portal/membership/add/", cast.ada, name="invite")


def test_people_are_invited_through_the_form(cast: Cast, open_window: Callable[..., Any]) -> None:
    window = open_window(cast.ada)
    page = window.go("/admin/portal/membership/add/")
    page.fill("[name=email]", "lena@northlight.example")
    page.fill("[name=name]", "Lena Vogt")
    page.select_option("[name=role]", "analyst")
    page.fill("[name=password]", "a long first password")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state("networkidle")
    assert "lena@northlight.example" in page.content()
    window.judge("after inviting")
