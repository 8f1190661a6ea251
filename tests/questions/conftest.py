"""A lab of questions in Northlight; nobody is signed in unless a test enters somebody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories import Cast
from tests.questions_lab import Lab, make_database


@pytest.fixture(scope="session")
def customer_database() -> None:
    make_database()


@pytest.fixture
def lab(cast: Cast, customer_database: None) -> Iterator[Lab]:
    made = Lab(cast)
    yield made
    made.close()
