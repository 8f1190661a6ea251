"""`manage.py describe_events`: every event the trail can hold, as the page docs/events.md."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal import trail

HEAD = """# Events

Every kind of event the [trail](mechanisms/trail.md) can hold. *Fields* stand in the event itself; *texts* are personal
or free text, kept beside it and erasable. *Promises* are those it serves; `make requirements` lists their tests.
Written by `manage.py describe_events`; a test compares this page with the code.
"""


def page() -> str:
    """Return the whole page: one table for each thing events are about, in alphabetical order."""
    by_noun: dict[str, list[trail.EventType]] = {}
    for kind in sorted(trail.declared().values(), key=lambda kind: kind.name):
        by_noun.setdefault(kind.name.partition(".")[0], []).append(kind)
    return HEAD + "".join(_section(noun, kinds) for noun, kinds in by_noun.items())


def _section(noun: str, kinds: list[trail.EventType]) -> str:
    title = noun.replace("_", " ").capitalize()
    lines = [f"\n## {title}\n", "| Event | Says | Fields | Texts | Promises |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *(_line(kind) for kind in kinds)]) + "\n"


def _line(kind: trail.EventType) -> str:
    fields, texts = (", ".join(sorted(names)) for names in (kind.fields, kind.text_fields))
    return f"| `{kind.name}` | {kind.sentence} | {fields} | {texts} | {', '.join(kind.promises)} |"


class Command(BaseCommand):
    help = "Print docs/events.md: every event type with its sentence, fields, texts and promises."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")
