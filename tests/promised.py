"""A pytest plugin: `--promise T09` runs only the tests that prove the whole of a promise."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--promise", default="", help="run only the tests marked as proving this whole promise")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--promise")
    if not wanted:
        return
    proving, others = [], []
    for item in items:
        marks = [m for m in item.iter_markers("requirement") if wanted in m.args and not m.kwargs.get("part")]
        (proving if marks else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = proving
