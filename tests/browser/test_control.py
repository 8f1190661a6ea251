"""The judge of the pages sees what it is meant to see: each thing it forbids is planted once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import Cast

PLANTS = {
    "an inline script": ("add('script', {textContent: 'window.planted = 1'})", "console"),
    "an inline style": ("add('style', {textContent: 'a { color: red }'})", "console"),
    "an image from elsewhere": ("add('img', {src: 'https://evil.example/i.png', alt: ''})", "console"),
    "an error": ("setTimeout(() => { throw new Error('planted') })", "console"),
    "a wide element": (
        "add('pre', {textContent: 'x'.repeat(900)}).style.overflow = 'visible'",
        "too wide",
    ),
    "a field without a label": ("add('input', {})", "accessibility"),
    "faint text": ("document.querySelector('h1').style.color = '#dddddd'", "accessibility"),
}
ADD = "const add = (tag, given) => document.body.appendChild(Object.assign(document.createElement(tag), given));"


def test_control_each_planted_fault_is_seen(cast: Cast, open_window: Callable[..., Any]) -> None:
    window = open_window()
    for name, (script, expected) in PLANTS.items():
        window.go("/sign-in/")
        window.page.evaluate(f"() => {{ {ADD} {script} }}")
        window.page.wait_for_timeout(100)
        with pytest.raises(AssertionError, match=expected):
            window.judge(name)
