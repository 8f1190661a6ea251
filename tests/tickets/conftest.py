"""A live shop in Northlight, worked on as ada."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories import Cast
from tests.tickets_shop import Shop


@pytest.fixture
def shop(northlight: Cast) -> Iterator[Shop]:
    """A shop whose gates are live: shadow mode off, first executions done."""
    made = Shop(northlight)
    yield made
    made.wipe()
