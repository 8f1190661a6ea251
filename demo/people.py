"""The demo's two organizations and their people. The password is for the demo alone: it is printed on the screen."""

from __future__ import annotations

from dataclasses import dataclass

from portal.roles import Role

PASSWORD = "open-the-demo-door"  # noqa: S105 - printed at every start; never loaded in production


@dataclass(frozen=True)
class DemoPerson:
    """Somebody with a log-in, and what they are there to show."""

    key: str
    name: str
    email: str
    role: Role
    shows: str


@dataclass(frozen=True)
class DemoOrganization:
    """An organization and its people, the admin first."""

    name: str
    slug: str
    time_zone: str
    people: tuple[DemoPerson, ...]


ADA = DemoPerson("ada", "Ada Lindqvist", "ada@northlight.example", Role.ADMIN, "sets policies, sees the whole trail")
PAUL = DemoPerson(
    "paul", "Paul Novak", "paul@northlight.example", Role.POWER_USER, "support lead: asks anything, approves"
)
ANA = DemoPerson("ana", "Ana Reyes", "ana@northlight.example", Role.ANALYST, "asks where she was granted a connector")
MIA = DemoPerson("mia", "Mia Chen", "mia@northlight.example", Role.MEMBER, "asks and reads answers, never SQL")
OLGA = DemoPerson(
    "olga", "Olga Berg", "olga@northlight.example", Role.ADMIN, "second officer: countersigns what Ada writes"
)
CLEO = DemoPerson("cleo", "Cleo Wind", "cleo@southwind.example", Role.ADMIN, "another organization: sees none of this")

NORTHLIGHT = DemoOrganization("Northlight Outfitters", "northlight", "America/New_York", (ADA, PAUL, ANA, MIA, OLGA))
SOUTHWIND = DemoOrganization("Southwind Traders", "southwind", "Europe/Lisbon", (CLEO,))
