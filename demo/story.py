"""The whole story, told over HTTP by the demo's people, and held against its tables: a difference is a failure."""

from __future__ import annotations

from demo.client import Person
from demo.organization import acting
from demo.people import ADA, PASSWORD, PAUL
from demo.screen import heading, paint, say
from demo.ticket_story import TicketStory


def tell(url: str, telling: int) -> bool:
    """Tell the story; return whether everything came as its tables say. Prints every difference."""
    differences: list[str] = []
    ada, paul = (Person(url, person.email, PASSWORD) for person in (ADA, PAUL))
    differences += TicketStory(url, telling, ada=ada, paul=paul).tell()
    _trail()
    if differences:
        heading(paint(f"{len(differences)} differences from what should have happened:", "red"))
        for difference in differences:
            say(f"  {paint('✕', 'red')} {difference}")
        return False
    say()
    say(paint("✓ Everything came as the tables say.", "green"))
    return True


def _trail() -> None:
    """Say how much of it stands in the trail."""
    from audit.models import Event

    with acting(ADA):
        count, kinds = Event.objects.count(), Event.objects.values("type").distinct().count()
    say(f"  {paint('✓', 'green')} the trail: {count} events of {kinds} types, in Northlight alone")
