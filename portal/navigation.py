"""The navigation of both shells: apps add entries in `ready()`, each shows only what the person may open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from portal import tenancy
from portal.roles import Capability, i_may, is_platform_staff
from portal.visits import may_open

GROUPS = ("Work", "Govern")
ADMIN_GROUPS = (
    "People",
    "Connectors",
    "AI memory",
    "Policies",
    "Questions",
    "Tickets",
    "Approvals",
    "Audit",
    "Platform",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: where it stands, what it says, what opens it, and an optional count of what waits.

    `under` names the other addresses whose pages belong to it.
    """

    group: str
    title: str
    url_name: str
    capability: Capability
    icon: str = "chevron_right"
    order: int = 50
    count: Callable[[], int] | None = None
    platform_only: bool = False
    under: tuple[str, ...] = ()


_pages: list[Entry] = []
_admin: list[Entry] = []


def add_page(entry: Entry) -> None:
    """Add a link to the shell of the pages."""
    if entry.group not in GROUPS:
        raise ValueError(f"navigation group `{entry.group}` is not one of {GROUPS}")
    _pages.append(entry)


def add_admin(entry: Entry) -> None:
    """Add a link to the admin shell."""
    if entry.group not in ADMIN_GROUPS:
        raise ValueError(f"navigation group `{entry.group}` is not one of {ADMIN_GROUPS}")
    _admin.append(entry)


def _visible(entries: list[Entry]) -> list[Entry]:
    allowed = [
        e for e in entries if (is_platform_staff() if e.platform_only else i_may(e.capability)) and may_open(e.url_name)
    ]
    return sorted(allowed, key=lambda entry: (entry.order, entry.title))


def admin_sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return Unfold's sidebar for the current person."""
    groups: list[dict[str, Any]] = [
        {"items": [{"title": "Back to work", "icon": "arrow_back", "link": reverse("portal:home"), "active": False}]}
    ]
    visible = _visible(_admin)
    for group in ADMIN_GROUPS:
        items = [
            {"title": entry.title, "icon": entry.icon, "link": reverse(entry.url_name)}
            for entry in visible
            if entry.group == group
        ]
        if items:
            groups.append({"title": group, "separator": True, "items": items})
    return groups


DOORS = ("People", "Connectors", "AI memory", "Policies", "Audit", "Platform")
"""Groups of the admin shell that the pages link to; the others have pages of their own."""


def _doors_to_admin() -> list[dict[str, Any]]:
    """Return the first link of each admin group the person may open, and the admin's start before them."""
    visible = _visible(_admin)
    doors = [
        {"title": group, "url": reverse(first.url_name), "current": False, "count": 0}
        for group in DOORS
        if (first := next((entry for entry in visible if entry.group == group), None))
    ]
    return (
        [{"title": "Dashboard", "url": reverse("admin:index"), "current": False, "count": 0}, *doors]
        if doors and may_open("admin:index")
        else doors
    )


def shell(request: HttpRequest) -> Mapping[str, Any]:
    """Return what the shell of the pages draws; nothing for people who are not in an organization."""
    context = tenancy.context()
    if context.organization_id is None or request.path.startswith("/admin/"):
        return {}
    groups = []
    visible = _visible(_pages)
    for group in GROUPS:
        entries: list[dict[str, Any]] = [
            {
                "title": entry.title,
                "url": (url := reverse(entry.url_name)),
                "current": request.path == url or (url != "/" and request.path.startswith((url, *entry.under))),
                "count": entry.count() if entry.count else 0,
            }
            for entry in visible
            if entry.group == group
        ]
        if group == "Govern":
            entries += _doors_to_admin()
        if entries:
            groups.append({"title": group, "entries": entries})
    return {
        "navigation": groups,
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
        "visit": getattr(request, "visit", None),
        "role": context.role,
    }
