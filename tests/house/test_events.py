"""Every event type: named alike, documented, recorded by somebody; recording an undeclared one is in nobody's code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from audit.catalog import page
from portal import change, trail
from tests.audit.words_of_events import NO_PAST

APPS = ("portal", "guardrails", "audit", "connectors", "questions", "tickets")
AHEAD: dict[str, str] = {}
"""Types declared ahead of what records them, each with its reason; an entry that is recorded by now fails."""
NAME = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
EDITS = ("created", "changed", "removed")


def sources() -> Iterator[Path]:
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            if path.name != "events.py" and "migrations" not in path.parts:
                yield path


def words_in_code() -> set[str]:
    """Return every string constant of the code that records, declarations left out."""
    return {
        node.value
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def edits() -> set[str]:
    return {f"{kind}.{verb}" for kind in change.governed().values() for verb in EDITS}


def test_every_declared_type_is_on_the_page_of_events() -> None:
    written = (settings.BASE_DIR / "docs" / "events.md").read_text()
    assert written == page(), "docs/events.md is out of step: run `.venv/bin/python manage.py event_catalog --write`"


def unused(words: set[str]) -> list[str]:
    """Return the declared types that nothing records."""
    return sorted(name for name in set(trail.declared()) - edits() if name not in words)


def test_every_declared_type_is_recorded_somewhere() -> None:
    found = unused(words_in_code())
    assert set(found) - set(AHEAD) == set(), "these declarations are used nowhere: record them or take them away"
    assert set(AHEAD) - set(found) == set(), "these are recorded (or gone) by now: take them off AHEAD"


def test_a_declaration_nobody_uses_is_seen() -> None:
    assert "person.signed_in" in unused(words_in_code() - {"person.signed_in"})


@pytest.mark.parametrize("name", sorted(trail.declared()))
def test_a_name_is_a_noun_and_what_happened_to_it(name: str) -> None:
    assert NAME.fullmatch(name), name
    verb = name.split(".")[1].split("_")
    assert any(word.endswith(("ed", "ent", "given", "held", "made", "found")) for word in verb) or name in NO_PAST, name


def test_every_exemption_is_used() -> None:
    assert set(NO_PAST) <= set(trail.declared())
    assert all(len(reason) > 10 for reason in NO_PAST.values())


def test_every_declaration_says_a_sentence_and_serves_a_promise() -> None:
    for known in trail.declared().values():
        assert known.sentence[:1].islower() or known.sentence.split()[0] in ("AI", "API"), known.name
        assert not known.sentence.endswith("."), known.name
        assert known.promises, known.name
        assert all(re.fullmatch(r"[IQTASO]\d\d", promise) for promise in known.promises), known.name
        assert not known.fields & known.text_fields, f"{known.name}: a field is either data or text"
