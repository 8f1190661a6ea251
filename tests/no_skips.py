"""A pytest plugin: with COUNTERSIGN_NO_SKIPS=1 a test that is skipped fails, with the reason it gave.

`make test` says what it could not run; `.ci/run` may not accept that. An expected failure (`xfail`) is no
skip.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

_ON = os.environ.get("COUNTERSIGN_NO_SKIPS") == "1"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a test was skipped, as pytest's summary would say it."""
    told = report.longrepr
    return str(told[2] if isinstance(told, tuple) else told).removeprefix("Skipped: ")


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    report.outcome = "failed"
    report.longrepr = f"skipped, and skips are failures here (COUNTERSIGN_NO_SKIPS=1): {_reason(report)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one."""
    report = yield
    if _ON and report.skipped and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a whole file that skips itself while it is read into a failure."""
    report = yield
    if _ON and report.skipped:
        _fail(report)
    return report
