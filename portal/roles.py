"""The role matrix: one table, from which admin, pages, API and tasks take every permission (I03).

Nothing outside the table is allowed: an unknown role or capability is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any

from portal import tenancy
from portal.refusal import Refused


class Role(StrEnum):
    """What a person is in one organization."""

    ADMIN = "admin"
    POWER_USER = "power_user"
    ANALYST = "analyst"
    MEMBER = "member"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Capability(StrEnum):
    """What a person may be able to do; the wording is the requirement's."""

    MANAGE_CONNECTORS = "manage connectors and grants"
    MANAGE_PEOPLE = "manage users and roles"
    VIEW_GOVERNANCE = "see the governance dashboard, the audit trail and its export"
    EDIT_MEMORY = "edit AI memory"
    SET_POLICY = "set spend limits, rules, thresholds and the kill switch of the organization"
    ASK_ACROSS = "ask across all connectors of the organization"
    EDIT_SQL = "edit SQL live and run it"
    MANAGE_REPORTS = "create, share and schedule reports"
    ASK = "ask on granted connectors"
    SEE_SQL = "see the generated SQL"
    SAVE_ANSWERS = "save answers to reports"
    SEE_SHARED = "see answers and reports shared with them"
    WORK_APPROVALS = "work the approval queue"


class Access(StrEnum):
    """A cell of the matrix: always, only where granted to the person, or never."""

    YES = "yes"
    GRANTED = "granted"
    NO = "no"


_Y, _G, _N = Access.YES, Access.GRANTED, Access.NO
_COLUMNS = (Role.ADMIN, Role.POWER_USER, Role.ANALYST, Role.MEMBER)

MATRIX: Mapping[Capability, Mapping[Role, Access]] = {
    capability: dict(zip(_COLUMNS, cells, strict=True))
    for capability, cells in {
        Capability.MANAGE_CONNECTORS: (_Y, _N, _N, _N),
        Capability.MANAGE_PEOPLE: (_Y, _N, _N, _N),
        Capability.VIEW_GOVERNANCE: (_Y, _N, _N, _N),
        Capability.EDIT_MEMORY: (_Y, _N, _N, _N),
        Capability.SET_POLICY: (_Y, _N, _N, _N),
        Capability.ASK_ACROSS: (_Y, _Y, _N, _N),
        Capability.EDIT_SQL: (_Y, _Y, _N, _N),
        Capability.MANAGE_REPORTS: (_Y, _Y, _N, _N),
        Capability.ASK: (_Y, _Y, _Y, _Y),
        Capability.SEE_SQL: (_Y, _Y, _Y, _N),
        Capability.SAVE_ANSWERS: (_Y, _Y, _Y, _N),
        Capability.SEE_SHARED: (_Y, _Y, _Y, _Y),
        Capability.WORK_APPROVALS: (_Y, _G, _G, _N),
    }.items()
}

VISITS: Mapping[str, frozenset[Capability]] = {
    "auditor": frozenset({Capability.VIEW_GOVERNANCE}),
    "break_glass": frozenset({Capability.VIEW_GOVERNANCE}),
}
"""What the two timed kinds of access may, which are no roles: they look. Which pages is judged at the edge."""

ADMIN_CAPABILITIES = frozenset(
    {
        Capability.MANAGE_CONNECTORS,
        Capability.MANAGE_PEOPLE,
        Capability.VIEW_GOVERNANCE,
        Capability.EDIT_MEMORY,
        Capability.SET_POLICY,
    }
)
"""Any of these opens the admin site."""


def may(capability: Capability, role: str, granted: frozenset[str] = frozenset()) -> bool:
    """Return whether `role` has `capability`, given the capabilities granted to the person."""
    if role in VISITS:
        return capability in VISITS[role]
    row = MATRIX.get(capability)
    if row is None or role not in Role._value2member_map_:
        return False
    access = row[Role(role)]
    return access is Access.YES or (access is Access.GRANTED and capability.name in granted)


def i_may(capability: Capability) -> bool:
    """Return whether the person of the current context has `capability`; False without an organization."""
    context = tenancy.context()
    return context.organization_id is not None and may(capability, context.role, context.granted)


def is_platform_staff() -> bool:
    """Return whether the context is an admin of the platform's own organization."""
    from portal.ids import PLATFORM_ID

    context = tenancy.context()
    return context.organization_id == PLATFORM_ID and context.role == Role.ADMIN


def is_break_glass() -> bool:
    """Return whether the context is platform staff's, looking into somebody else's organization."""
    context = tenancy.context()
    return context.visit is not None and context.role == "break_glass"


def require(capability: Capability) -> None:
    """Raise `Refused` (recorded at the edge) unless the current person has `capability`."""
    if not i_may(capability):
        role = tenancy.context().role
        shown = Role(role).label.lower() if role in Role._value2member_map_ else "no role"
        raise Refused(
            f"Your role ({shown}) may not {_phrase(capability)}. An admin of your organization can change that.",
            capability=capability.name,
        )


def requires(capability: Capability) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a view: the person must be signed in, in an organization, and have `capability`."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            require(capability)
            return view(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]
        return guarded

    return decorate


def _phrase(capability: Capability) -> str:
    return str(capability.value)
