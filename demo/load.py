"""Brings the portal's database up to date and the demo into it, step by step; what stands already is left alone."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.management import call_command

from demo import memory, organization, policies, shops
from demo.people import ADA, CLEO, OLGA
from demo.screen import say, step
from portal.environment import Environment


def load(found: Environment, *, has_story: bool) -> int:
    """Migrate as the owner, then load organizations, data and policies as the runtime role.

    Returns the number of the story's next telling, 0 without a story.
    """
    with step("bringing the database up to date"):
        call_command("migrate", verbosity=0)
    has_postgres = "postgres" in found.embedded_services
    if not has_postgres:
        say(
            "The customers' PostgreSQL is left out, because the demo makes it in its embedded server alone: unset DATABASE_URL."
        )
    with step("loading the demo organization and its shop's 127,000 rows"):
        organization.load(state_dir=found.state_dir, has_postgres=has_postgres, today=datetime.now(UTC).date())
        with organization.acting(ADA):
            policies.set_policies()
            policies.webhook()
            memory.remember_northlight()
            asked = policies.ask_to_go_live()
        with organization.acting(OLGA):
            policies.confirm_going_live(asked)
            memory.countersign_northlight()
        with organization.acting(CLEO):
            memory.remember_southwind()
    if not has_story:
        return 0
    with step("opening a fresh shop for the story"):
        return shops.fresh_telling()
