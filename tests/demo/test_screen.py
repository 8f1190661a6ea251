"""What the demo prints: shapes that need no colour, and no colour where nobody sees any."""

from __future__ import annotations

import sys

import pytest

from demo import processes, screen


def test_every_outcome_has_a_shape_of_its_own() -> None:
    assert len({sign for sign, _ in screen.SHAPES.values()} | {screen.NOT_ASKED}) == 6


@pytest.mark.parametrize(
    ("terminal", "no_color", "is_painted"), [(True, "", True), (True, "1", False), (False, "", False)]
)
def test_colour_only_on_a_terminal_that_wants_it(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, no_color: str, is_painted: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm")
    assert ("\x1b[" in screen.paint("x", "red")) is is_painted


def test_a_port_that_is_taken_is_not_chosen() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(processes.ChildFailed, match=f"PORT is {port}, which is taken"):
            processes.free_port(port)
        assert processes.free_port(None) != port
