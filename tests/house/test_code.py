"""House rules, proved by walking the code: what may be imported where, what every model, task, action, setting has.

An exemption carries its reason, and one that nothing needs any more fails.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from portal.admin_site import TenantAdmin, site
from portal.celery import SYSTEM_TASKS, app
from portal.isolation import IsolateTenants, is_tenant
from portal.roles import Capability
from portal.tasks import TenantTask
from tests.factories import Cast

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "guardrails", "audit", "connectors", "questions", "tickets")
DOORS = {
    "anthropic": ("connectors/adapters/",),
    "httpx": ("connectors/adapters/",),
    "requests": (),
    "urllib3": (),
    "urllib.request": (),
    "http.client": (),
    "smtplib": ("connectors/adapters/smtp/",),
    "aiohttp": (),
    "pymysql": ("connectors/adapters/",),
    "duckdb": ("connectors/adapters/",),
    "sqlite3": ("connectors/adapters/",),
    "psycopg": ("connectors/", "portal/postgresql/", "portal/embedded/", "portal/urls_of_servers.py"),
    "redis": ("portal/", "questions/rows.py", "questions/stop.py"),
    "socket": ("connectors/", "portal/embedded/", "portal/urls_of_servers.py"),
}
"""What opens a door to the outside, and below which paths it may be imported. The flows' two modules that name
`redis` catch its errors; the clients of our own Valkeys are made in `portal/valkey.py`."""


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield (path, tree) of every module of the product but migrations."""
    for folder in folders or APPS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(node: ast.AST) -> str:
    return ast.unparse(node)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# --- judges: each returns what breaks the rule -----------------------------------------------------


def late_imports(tree: ast.Module) -> list[str]:
    """Imports by a string, which no linter sees."""
    wanted = ("apps.get_model", "import_module", "import_string", "__import__")
    found = [name_of(call.func) for call in calls(tree)]
    return [name for name in found if name.split(".")[-1] in wanted or name.endswith("apps.get_model")]


def doors_opened(path: str, tree: ast.Module) -> list[str]:
    """Imports that open a door to the outside where there should be none."""
    return [
        f"{path}: {name}"
        for name in imported(tree)
        for door, allowed in DOORS.items()
        if (name == door or name.startswith(f"{door}.")) and not path.startswith(allowed or ("nowhere",))
    ]


def naive_times(tree: ast.Module) -> list[str]:
    """Times without a zone: `datetime.now()`, `utcnow()`, `today()` and the like."""
    found = []
    for call in calls(tree):
        name = name_of(call.func)
        if re.search(r"\bdatetime\.(utcnow|today|utcfromtimestamp)$|\bdate\.today$", name):
            found.append(name)
        elif re.search(r"\bdatetime\.(now|fromtimestamp)$", name):
            wanted = 1 if name.endswith("now") else 2
            if len(call.args) < wanted and not any(each.arg in ("tz", None) for each in call.keywords):
                found.append(name)
    return found


def float_money(model: type[models.Model]) -> list[str]:
    """Fields that hold money otherwise than as whole minor units or millionths, or without a currency."""
    fields = {each.name: each for each in model._meta.concrete_fields}
    money = re.compile(r"(^|_)(amount|price|total|cost|refund|money|cap|ceiling|paid)(_|$)")
    found = []
    for name, each in fields.items():
        if isinstance(each, models.FloatField | models.DecimalField) and money.search(name):
            found.append(f"{model._meta.label}.{name} is no whole number")
        if name.endswith("_minor"):
            has_currency = any(other == "currency" or other.endswith("_currency") for other in fields)
            if not isinstance(each, models.IntegerField) or not has_currency:
                found.append(f"{model._meta.label}.{name} is no whole number with a currency")
        if name.endswith("_microusd") and not isinstance(each, models.IntegerField):
            found.append(f"{model._meta.label}.{name} is no whole number")
    return found


def task_arguments(task: Any) -> list[str]:
    """Arguments of a task that are neither ids nor plain words about which row is meant."""
    allowed = re.compile(r"(^|_)(id|kind|token|day|month)$")
    parameters = inspect.signature(task.run).parameters
    return [
        f"{task.name}({name}: {each.annotation})"
        for name, each in parameters.items()
        if not allowed.search(name) or each.annotation not in ("str", str, "uuid.UUID")
    ]


# --- the rules -------------------------------------------------------------------------------------


BY_STRING: dict[str, str] = {}
"""Modules that import by a string, with the reason."""


def test_nothing_is_imported_by_a_string() -> None:
    found = {path: late for path, tree in modules() if (late := late_imports(tree))}
    assert {path: late for path, late in found.items() if path not in BY_STRING} == {}
    assert set(BY_STRING) <= set(found), "an exemption that nothing needs any more"


def test_doors_to_the_outside_are_opened_below_connectors_alone() -> None:
    assert [found for path, tree in modules() for found in doors_opened(path, tree)] == []


def test_every_time_has_a_zone() -> None:
    assert {path: found for path, tree in modules() if (found := naive_times(tree))} == {}


def unguarded_tables(migrations: list[tuple[str, list[Any]]]) -> set[str]:
    """Return the models that some migration makes and no operation behind it isolates; in order, per app."""
    waiting: set[str] = set()
    for label, operations in migrations:
        for operation in operations:
            if type(operation).__name__ == "CreateModel":
                waiting.add(f"{label}.{operation.name}")
            elif isinstance(operation, IsolateTenants):
                waiting = {name for name in waiting if not name.startswith(f"{operation.app_label}.")}
    return waiting


def test_every_table_of_a_tenant_is_isolated_by_the_migrations_that_make_it() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ordered = [(key[0], migration.operations) for key, migration in sorted(loader.disk_migrations.items())]
    tenants = {model._meta.label for model in apps.get_models() if is_tenant(model)}
    assert unguarded_tables(ordered) & tenants == set()
    without = [(label, [o for o in found if not isinstance(o, IsolateTenants)]) for label, found in ordered]
    assert unguarded_tables(without) >= tenants, "the control: without the operations every table is seen"


def test_a_system_task_is_listed_and_every_other_carries_its_organization() -> None:
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith(("celery.", "tests."))}
    assert {name for name, task in ours.items() if not isinstance(task, TenantTask)} == SYSTEM_TASKS
    assert all(not inspect.signature(ours[name].run).parameters for name in SYSTEM_TASKS)


@pytest.mark.requirement("S03", part="task arguments")
def test_tasks_take_ids_and_nothing_that_could_be_a_secret() -> None:
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith(("celery.", "tests."))]
    assert [found for task in ours for found in task_arguments(task)] == []


def test_every_admin_class_asks_the_role_matrix() -> None:
    for model, admin in site._registry.items():
        assert isinstance(admin, TenantAdmin), model
        asks = isinstance(admin.see, Capability) or isinstance(admin.edit, Capability)
        overrides = type(admin).has_view_permission is not TenantAdmin.has_view_permission
        assert asks or overrides, f"{model._meta.label}: its admin class names no capability"


UNFOLD_ACTIONS = ("actions_list", "actions_row", "actions_detail", "actions_submit_line")


def test_no_admin_action_runs_on_a_plain_get() -> None:
    """Unfold's own actions run on GET: there are none. List actions are sent by POST and ask for a permission."""
    for model, admin in site._registry.items():
        assert not [name for name in UNFOLD_ACTIONS if getattr(admin, name, ())], model
        for action in admin.actions or ():
            function = getattr(admin, action) if isinstance(action, str) else action
            assert getattr(function, "allowed_permissions", ()), f"{model._meta.label}: {function} asks for nothing"


READ_BY_GET = {"changelist", "add", "history", "delete", "change", "export", "import", "reply", ""}


@pytest.mark.django_db
def test_every_own_admin_route_that_changes_something_refuses_get(cast: Cast) -> None:
    from tests.clients import browser
    from tests.house.url_map import routes

    names = {f"admin:{m._meta.app_label}_{m._meta.model_name}_": m for m in site._registry}
    own = [
        route
        for route in routes()
        for prefix in names
        if route.name.startswith(prefix) and route.name.removeprefix(prefix) not in READ_BY_GET
    ]
    assert len(own) >= 4
    client = browser(cast.ada)
    shown = {route.name: client.get(route.path).status_code for route in own}
    assert {name: code for name, code in shown.items() if code not in (403, 404, 405)} == {}


BY_ITS_VERB = {
    "connectors.Breaker": "breaker",
    "connectors.FirstExecution": "record_first",
    "guardrails.CapLock": "caps",
    "portal.OrganizationUserPermission": "WORK_APPROVALS",
    "questions.ReportShare": "share",
    "tickets.ComparedDay": "measured",
}
"""Models that tests meet by what makes their rows."""


def test_every_model_has_a_test_that_names_it() -> None:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("*.py") if path.parent.name != "house"]
    named = set(re.findall(r"\w+", "\n".join(texts)))
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
    assert len(ours) > 30
    assert {
        model._meta.label
        for model in ours
        if not named & {model.__name__, model._meta.db_table, BY_ITS_VERB.get(model._meta.label, model.__name__)}
    } == set()


def test_money_is_whole_minor_units_with_a_currency() -> None:
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
    assert [found for model in ours for found in float_money(model)] == []


def variables_read() -> set[str]:
    """Return every environment variable that the portal's own code reads."""
    text = (ROOT / "portal" / "environment.py").read_text()
    names = set(re.findall(r'"((?:COUNTERSIGN|ANTHROPIC|DATABASE|REDIS|CACHE|SANDBOX)_[A-Z_]+)"', text))
    return names | set(re.findall(r'"([A-Z]+_URL)"', text))


@pytest.mark.parametrize("document", ["docs/settings.md", "deploy/.env.example"])
def test_every_variable_is_described(document: str) -> None:
    text = (ROOT / document).read_text()
    assert len(variables_read()) > 15
    assert {name for name in variables_read() if not re.search(rf"\b{name}\b", text)} == set()


def test_nothing_else_reads_the_environment() -> None:
    allowed = ("portal/environment.py", "portal/embedded/", "portal/settings.py")
    found = [
        f"{path}: {name_of(node)}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and name_of(node) in ("os.environ", "os.getenv")
        if not path.startswith(allowed)
    ]
    assert set(found) <= ENVIRONMENT_READERS.keys(), found
    assert ENVIRONMENT_READERS.keys() <= set(found), "an exemption that nothing needs any more"


ENVIRONMENT_READERS = {
    "portal/counters.py: os.environ": "the folder of shared counts must be known before prometheus_client is imported",
    "portal/celery.py: os.environ": "says where the settings are, as Django's own files do",
    "portal/wsgi.py: os.environ": "says where the settings are, as Django's own files do",
}


# --- the controls: each judge sees its break --------------------------------------------------------


@pytest.mark.parametrize(
    ("judge", "broken", "sound"),
    [
        (late_imports, "django.apps.apps.get_model('tickets', 'Ticket')", "get_model_price('x')"),
        (late_imports, "import importlib\nimportlib.import_module('tickets')", "import importlib"),
        (naive_times, "datetime.now()", "datetime.now(UTC)"),
        (naive_times, "dt.datetime.fromtimestamp(1)", "dt.datetime.fromtimestamp(1, UTC)"),
        (naive_times, "date.today()", "timezone.now()"),
        (lambda tree: doors_opened("questions/ask.py", tree), "import httpx", "import html"),
        (lambda tree: doors_opened("tickets/x.py", tree), "from urllib import request", "from urllib import parse"),
        (lambda tree: doors_opened("audit/x.py", tree), "def f():\n    from psycopg import sql", "import re"),
    ],
)
def test_control_the_judges_see_a_break(judge: Callable[[ast.Module], list[str]], broken: str, sound: str) -> None:
    assert judge(ast.parse(broken)) != []
    assert judge(ast.parse(sound)) == []


def test_control_money_that_is_no_whole_number_is_seen() -> None:
    fields = [models.FloatField(name="amount"), models.BigIntegerField(name="fee_minor")]
    purse = SimpleNamespace(_meta=SimpleNamespace(label="portal.Purse", concrete_fields=fields))
    assert len(float_money(purse)) == 2  # type: ignore[arg-type]


def test_control_a_task_that_takes_more_than_ids_is_seen() -> None:
    class Task:
        name = "leaky"

        def run(self, connector_id: str, password: str, body: dict) -> None:
            raise NotImplementedError

    assert [found.split("(")[1].split(":")[0] for found in task_arguments(Task())] == ["password", "body"]
