"""Another organization's rows through every page, list, filter, select, export, verb, API route and task: none.

Cleo sees her own canaries first, so that an empty page proves nothing. The walk is repeated with the ORM's scoping
taken away, where row-level security alone holds, and fails for each table whose policy is taken away too.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, models

from audit.models import DetectorSetting, Event
from connectors.models import Connector
from guardrails import drill
from portal import tenancy, work
from portal.admin_site import ReadOnlyAdmin, site
from portal.celery import app
from portal.isolation import is_tenant
from portal.models import User
from portal.tasks import TenantTask, run_job
from tests.factories import Cast
from tests.house.canaries import World, digest, plant, tenant_models
from tests.house.walk import HARMLESS, Walk, addresses, admin_name
from tests.unscoped import unscope
from tickets.models import Action, Approval, Ticket

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"]),
    pytest.mark.timeout(600),
    pytest.mark.slow,
]

TAKES = {"day": "2026-01-05"}
"""What tasks take that is no id."""
SHOWING = ("plain_pages", "lists", "selects", "exports", "details")
CHANGING = ("verbs", "creations", "actions")
SILENT = {
    "admin:app_list": "names classes, not rows",
    "admin:view_on_site": "no model has an address of its own",
    "tickets_api:webhook": "takes deliveries; GET is refused",
    "connectors_api:risk-webhook": "takes events of a risk feed; GET is refused",
    "portal:switch": "POST only",
}
"""Routes with an id in them that show a person nothing even of their own rows."""
NOT_BY_ROW = {
    "admin:app_list",
    "tickets_api:webhook",
    "connectors_api:risk-webhook",
    "tickets:ask_live",
    "tickets:back_to_shadow",
}
"""Routes whose hole is no row's id: an app, the key of a signed webhook, a kind of action."""
BY_OTHER_ROADS = {
    Event: "its list asks a definer function that filters by itself: tests/audit/test_trail_page.py",
    DetectorSetting: "its list shows the product's detectors, each with the reader's own setting",
}
"""Models whose list shows no stranger's row even without the policy of their table."""
UNREACHED = {
    "admin:app_list": "shows, changes nothing",
    "admin:view_on_site": "no model has an address of its own",
    "tickets_api:webhook": "an unsigned delivery is refused; signed ones: tests/tickets",
    "connectors_api:risk-webhook": "an unsigned event is refused; signed ones: tests/connectors/test_risk_feed.py",
    "admin:audit_detectorsetting_detector": "takes the name of a detector: tests/audit/test_detectors.py",
    "admin:audit_legalhold_change": "a hold is released, never changed: tests/audit/test_retention.py",
    "portal:enter_access": "only whom the grant names may enter: tests/portal/test_break_glass.py",
    "portal:confirm_change": "nobody confirms what they proposed: tests/portal/test_second_officer.py",
    "portal:recall_change": "only who proposed it takes it back: tests/portal/test_second_officer.py",
    "admin:questions_verifiedquery_countersign": "nobody signs what is their own: tests/questions/test_countersign.py",
}
"""Routes with an id in them whose verbs refuse their own people in this walk too."""


@pytest.fixture
def worlds(cast: Cast) -> tuple[World, World]:
    """Northlight and Southwind, each with rows in every tenant table."""
    ours = plant(cast, cast.ada, cast.northlight, "qznorth7")
    return ours, plant(cast, cast.cleo, cast.southwind, "qzsouth7")


@contextmanager
def unscoped() -> Iterator[None]:
    """Take the ORM's scoping away, as if nobody had thought of it."""
    with pytest.MonkeyPatch.context() as patch:
        unscope(patch)
        yield


@contextmanager
def without_policy(*unprotected: type[models.Model]) -> Iterator[None]:
    """Take row-level security off some tables; put it back whatever happens."""
    tables = [model._meta.db_table for model in unprotected]
    with connections["owner"].cursor() as cursor:
        try:
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
            yield
        finally:
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')


def leaks_without_policy(cast: Cast, theirs: World, *unprotected: type[models.Model]) -> list[str]:
    """Let Ada walk through the list of a model while tables have no policy; return what leaked."""
    with without_policy(*unprotected):
        walk = Walk(cast.ada, theirs)
        walk.list_of(unprotected[0])
    return walk.leaks


def stranger_walks(cast: Cast, theirs: World) -> Walk:
    """Let Ada ask for everything of Cleo's; return what she was answered. Nothing of Cleo's may change."""
    before = digest(cast.southwind)
    walk = Walk(cast.ada, theirs)
    for step in SHOWING + CHANGING:
        getattr(walk, step)()
    after = digest(cast.southwind)
    changed = [label for label in after if after[label] != before[label]]
    assert changed == [], "rows of another organization were changed"
    return walk


def unharmed(walk: Walk) -> list[str]:
    """Return the routes with ids in them that answered a stranger otherwise than with a refusal."""
    named = {address.name for address in addresses() if address.holes}
    return [
        f"{name}: {sorted(found - HARMLESS)}"
        for name, found in sorted(walk.statuses.items())
        if name.split(" ")[0] in named - NOT_BY_ROW and found - HARMLESS
    ]


def broken(walk: Walk) -> list[str]:
    """Return the routes that failed on something they were asked."""
    return [name for name, found in walk.statuses.items() if any(status >= 500 for status in found)]


def lists_and_details() -> set[str]:
    """Return the routes that must tell their own people something: lists of rows, and every address with an id."""
    found = {address.name for address in addresses() if address.holes}
    found |= {address.name for address in addresses() if address.name.endswith("-list")}
    found |= {admin_name(model, "changelist") for model in site._registry if is_tenant(model)}
    return found


@pytest.mark.requirement("I01")
def test_cleo_sees_her_own_rows_and_ada_none_of_them(cast: Cast, worlds: tuple[World, World]) -> None:
    theirs = worlds[1]
    own = Walk(cast.cleo, theirs)
    for step in SHOWING:
        getattr(own, step)()
    answered = {name for name, found in own.statuses.items() if 200 in found}
    untold = {name for name in lists_and_details() & answered if not own.told[name]}
    assert untold - set(SILENT) == set(), "these pages show Cleo nothing of hers, so they prove nothing"
    assert len([name for name in own.told if own.told[name]]) > 40
    assert broken(own) == []

    walk = stranger_walks(cast, theirs)
    assert walk.leaks == []
    assert unharmed(walk) == []
    assert broken(walk) == []
    assert walk.asked > 1000


@pytest.mark.requirement("I02")
def test_row_level_security_alone_holds(cast: Cast, worlds: tuple[World, World]) -> None:
    with unscoped():
        with cast.ada.inside():
            assert all(model._default_manager.count() > 0 for model in tenant_models())
        walk = stranger_walks(cast, worlds[1])
    assert walk.leaks == []
    assert unharmed(walk) == []


def referenced(model: type[models.Model]) -> set[type[models.Model]]:
    """Return the tables with a policy that a model refers to."""
    targets = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
    return {target for target in targets if target is User or is_tenant(target)} - {model}


@pytest.mark.requirement("I02")
def test_the_walk_fails_for_each_table_without_its_policy(cast: Cast, worlds: tuple[World, World]) -> None:
    theirs = worlds[1]
    with unscoped():
        listed = [model for model in tenant_models() if model in site._registry]
        silent = {model for model in listed if not leaks_without_policy(cast, theirs, model)}
        assert len(silent) < len(listed) / 2
        # A list that joins another table shows no row whose other half that table's policy hides: a second wall.
        assert [
            m for m in silent - set(BY_OTHER_ROADS) if not leaks_without_policy(cast, theirs, m, *referenced(m))
        ] == []
        for model in (Ticket, Action, Approval, Connector):
            with without_policy(model):
                walk = Walk(cast.ada, theirs)
                walk.api_lists()
            assert walk.leaks, model
        walk = Walk(cast.ada, theirs)
        walk.lists()
        walk.api_lists()
        assert walk.leaks == [], "the policies are back"


@pytest.mark.requirement("I01")
def test_the_same_verbs_reach_ones_own_rows(cast: Cast, worlds: tuple[World, World]) -> None:
    """A refusal of Ada is about whose row it is: Cleo's own hands get through with the same body."""
    own = Walk(cast.cleo, worlds[1])
    own.verbs()
    reached: dict[str, set[int]] = {}
    for name, found in own.statuses.items():
        reached.setdefault(name.split(" ")[0], set()).update(found)
    refused = {name for name, found in reached.items() if found <= {403, 404, 405} and found != {405}}
    reads_only = {address.name for address in addresses() if address.name.endswith(("-detail", "_delete"))}
    reads_only |= {admin_name(m, "change") for m, admin in site._registry.items() if isinstance(admin, ReadOnlyAdmin)}
    assert sorted(refused - reads_only - set(UNREACHED)) == []


@pytest.mark.requirement("I01", "S07", part="tasks")
def test_a_job_named_in_another_organizations_task_is_not_worked_on(cast: Cast, worlds: tuple[World, World]) -> None:
    theirs = worlds[1]
    jobs = [(name, str(row)) for name, kind in work.kinds().items() for row in ready_jobs(kind, theirs)]
    assert {name for name, _ in jobs} == set(work.kinds())
    before = digest(cast.southwind)
    for scoped in (True, False):
        for name, job in jobs:
            with pytest.MonkeyPatch.context() as patch:
                if not scoped:
                    unscope(patch)
                assert call(run_job, cast.northlight.pk, name, job, "") is None
    assert digest(cast.southwind) == before
    call(run_job, cast.southwind.pk, *jobs[0], "")
    assert digest(cast.southwind) != before, "the control: in its own organization the job is worked on"


@pytest.mark.requirement("I01", "S07", part="tasks")
def test_every_tenant_task_leaves_other_organizations_alone(
    cast: Cast, worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each task is given ids of Cleo's in Ada's organization, in every place it takes one."""
    monkeypatch.setattr(drill, "_WATCH_S", 0.0)  # nobody turns a switch for it to see
    theirs = worlds[1]
    app.loader.import_default_modules()
    tasks = [
        task
        for task in app.tasks.values()
        if isinstance(task, TenantTask) and task.name != run_job.name and not task.name.startswith("tests.")
    ]
    assert tasks
    ids = [each for label in theirs.rows for each in theirs.ids(label, 1)]
    before = digest(cast.southwind)
    for task in tasks:
        for each in ids:
            call(task, cast.northlight.pk, *[TAKES.get(name, each) for name in inspect.signature(task.run).parameters])
    assert digest(cast.southwind) == before


def ready_jobs(kind: work.Kind, world: World) -> list[Any]:
    """Make the organization's jobs of a kind due; return their ids."""
    with world.admin.inside():
        kind.model._base_manager.update(job_state="ready", lease_token=None, lease_started_at=None, attempts=0)
        return list(kind.model._base_manager.values_list("pk", flat=True)[:2])


def call(task: Any, organization: Any, *arguments: str) -> Any:
    """Run a task as a worker does: its message names the organization in a header."""
    task.push_request(organization=str(organization), id="test")
    try:
        with tenancy.frame("test"):
            return task(*arguments)
    finally:
        task.pop_request()
