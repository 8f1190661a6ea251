"""The role matrix, cell by cell against the requirement's own table (I03)."""

from __future__ import annotations

import pytest

from portal import people, tenancy
from portal.memberships import context_for
from portal.refusal import Refused
from portal.roles import MATRIX, Access, Capability, Role, i_may, may, require
from tests.factories import Cast

REQUIREMENT = """
| Capability | Admin | Power user | Analyst | Member |
|---|:-:|:-:|:-:|:-:|
| manage connectors and grants | ✓ | | | |
| manage users and roles | ✓ | | | |
| governance (GRC) dashboard, audit trail, CSV export | ✓ | | | |
| edit AI memory | ✓ | | | |
| set spend limits, rules, thresholds, kill switch of the organization | ✓ | | | |
| ask across all connectors of the organization | ✓ | ✓ | | |
| edit SQL live and run it | ✓ | ✓ | | |
| create, share and schedule reports | ✓ | ✓ | | |
| ask on granted connectors | ✓ | ✓ | ✓ | ✓ |
| see the generated SQL | ✓ | ✓ | ✓ | |
| save answers to reports | ✓ | ✓ | ✓ | |
| see answers and reports shared with them | ✓ | ✓ | ✓ | ✓ |
| work the approval queue | ✓ | granted per user | granted per user | |
"""
"""The table of the requirement, word for word (the remark in brackets of *ask across* left out)."""

NAMED = {
    "manage connectors and grants": Capability.MANAGE_CONNECTORS,
    "manage users and roles": Capability.MANAGE_PEOPLE,
    "governance (GRC) dashboard, audit trail, CSV export": Capability.VIEW_GOVERNANCE,
    "edit AI memory": Capability.EDIT_MEMORY,
    "set spend limits, rules, thresholds, kill switch of the organization": Capability.SET_POLICY,
    "ask across all connectors of the organization": Capability.ASK_ACROSS,
    "edit SQL live and run it": Capability.EDIT_SQL,
    "create, share and schedule reports": Capability.MANAGE_REPORTS,
    "ask on granted connectors": Capability.ASK,
    "see the generated SQL": Capability.SEE_SQL,
    "save answers to reports": Capability.SAVE_ANSWERS,
    "see answers and reports shared with them": Capability.SEE_SHARED,
    "work the approval queue": Capability.WORK_APPROVALS,
}
CELL = {"✓": Access.YES, "": Access.NO, "granted per user": Access.GRANTED}


def required_cells() -> list[tuple[Capability, Role, Access]]:
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in REQUIREMENT.strip().splitlines()
    ]
    roles = [Role(name.lower().replace(" ", "_")) for name in head[1:]]
    return [(NAMED[row[0]], role, CELL[cell]) for row in rows for role, cell in zip(roles, row[1:], strict=True)]


CELLS = required_cells()


@pytest.mark.requirement("I03")
@pytest.mark.parametrize(("capability", "role", "access"), CELLS, ids=[f"{c.name}-{r}" for c, r, _ in CELLS])
def test_each_cell_is_the_requirements(capability: Capability, role: Role, access: Access) -> None:
    assert MATRIX[capability][role] is access
    assert may(capability, role) is (access is Access.YES)
    assert may(capability, role, frozenset({capability.name})) is (access is not Access.NO)


@pytest.mark.requirement("I03")
def test_nothing_stands_outside_the_table() -> None:
    assert {capability for capability, _, _ in CELLS} == set(Capability) == set(MATRIX)
    assert {role for _, role, _ in CELLS} == set(Role)
    assert len(CELLS) == 13 * 4


@pytest.mark.requirement("I03")
@pytest.mark.parametrize("role", ["", "owner", "Admin", "superuser", "admin "])
def test_a_role_nobody_knows_may_nothing(role: str) -> None:
    everything = frozenset(capability.name for capability in Capability)
    assert not any(may(capability, role, everything) for capability in Capability)


@pytest.mark.requirement("I03")
def test_a_capability_nobody_knows_is_refused() -> None:
    assert not may("fly", Role.ADMIN, frozenset({"fly", "FLY"}))  # type: ignore[arg-type]


@pytest.mark.requirement("I03")
def test_without_an_organization_nobody_may_anything(cast: Cast) -> None:
    with tenancy.enter(context_for(cast.ada.user, None)):
        assert not any(i_may(capability) for capability in Capability)
        with pytest.raises(Refused):
            require(Capability.ASK)


@pytest.mark.requirement("I03", part="granted per user")
def test_the_approval_queue_is_granted_to_a_person_and_taken_back(cast: Cast) -> None:
    def may_ana() -> bool:
        with cast.ana.inside():
            return i_may(Capability.WORK_APPROVALS)

    assert not may_ana()
    with cast.ada.inside():
        people.grant(cast.ana.membership, Capability.WORK_APPROVALS)
    assert may_ana()
    with cast.paul.inside():
        assert not i_may(Capability.WORK_APPROVALS), "a grant is to one person"
    with cast.ada.inside():
        people.revoke(cast.ana.membership, Capability.WORK_APPROVALS)
    assert not may_ana()


@pytest.mark.requirement("I03", part="granted per user")
def test_a_grant_ends_with_the_role_that_could_hold_it(cast: Cast) -> None:
    with cast.ada.inside():
        people.grant(cast.ana.membership, Capability.WORK_APPROVALS)
        people.set_role(cast.ana.membership, role=Role.MEMBER)
    cast.ana.membership.role = Role.MEMBER
    with cast.ana.inside():
        assert not i_may(Capability.WORK_APPROVALS)


@pytest.mark.requirement("I03", part="granted per user")
@pytest.mark.parametrize("capability", [c for c in Capability if c is not Capability.WORK_APPROVALS])
def test_no_other_capability_can_be_granted(cast: Cast, capability: Capability) -> None:
    from django.core.exceptions import ValidationError

    with cast.ada.inside(), pytest.raises(ValidationError, match="may not be granted"):
        people.grant(cast.mia.membership, capability)
