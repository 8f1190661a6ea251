"""The cast of every test, on the real PostgreSQL as the runtime role.

ada (admin), paul (power user), ana (analyst), mia (member) belong to Northlight; cleo is admin of another
organization, which must stay invisible.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.servers.engines import debian_postgres, mariadb_server

__all__ = ["debian_postgres", "mariadb_server"]  # fixtures of every test


settings.register_profile("loaded", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("loaded")  # how fast the machine is says nothing about the product


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: not (item.get_closest_marker("slow") or item.get_closest_marker("browser")))


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: object,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make the test database as the owner, whichever alias a test names; the others mirror it."""
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, keepdb=django_db_keepdb and not django_db_createdb)
        _flush_the_trail_too(connections["owner"].ops)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        if not django_db_keepdb:
            teardown_databases(made, verbosity=0)


def _flush_the_trail_too(operations: Any) -> None:
    """Let the flush after a transactional test reach the event table, which Django does not manage."""
    plain = type(operations).sql_flush

    def with_cascade(style: Any, tables: Any, *, reset_sequences: bool = False, allow_cascade: bool = False) -> Any:
        return plain(operations, style, tables, reset_sequences=reset_sequences, allow_cascade=True)

    operations.sql_flush = with_cascade


@pytest.fixture(autouse=True)
def _no_context_left() -> Iterator[None]:
    """A test starts and ends outside every organization, and leaves no session with a customer's database behind."""
    from portal import tenancy

    with tenancy.frame("test"):
        yield
    if "connectors.sessions" in sys.modules:
        sys.modules["connectors.sessions"].close_idle()


@pytest.fixture
def cast(db: None):
    """The two organizations and their people; made inside the test's transaction."""
    from tests.factories import make_cast

    return make_cast()


@pytest.fixture
def northlight(cast) -> Iterator[object]:
    """Work in Northlight as ada until the test ends."""
    with cast.ada.inside():
        yield cast
