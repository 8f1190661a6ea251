"""The whole story, told over HTTP by the demo's people, and held against its tables: a difference is a failure."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from demo.client import Person
from demo.neighbour_story import NeighbourStory
from demo.organization import acting
from demo.people import ADA, NORTHLIGHT, PASSWORD, SOUTHWIND, DemoPerson
from demo.question_story import QuestionStory
from demo.screen import heading, paint, say, step
from demo.ticket_story import TicketStory


def tell(url: str, telling: int) -> bool:
    """Tell the story; return whether everything came as its tables say. Prints every difference."""
    people = _sign_in(url)
    questions = QuestionStory(people)
    differences = questions.tell()
    tickets = TicketStory(url, telling, ada=people["ada"], paul=people["paul"])
    differences += tickets.tell()
    foreign = [f"questions/{questions.ids['verified']}/"] if questions.ids.get("verified") else []
    foreign += [f"tickets/{each}/" for each in list(tickets.ids.values())[:3]]
    differences += NeighbourStory(people, telling, foreign=foreign).tell()
    _trail()
    return _judge(differences)


def _sign_in(url: str) -> dict[str, Person]:
    """Sign everybody in, side by side: a password takes its time on purpose."""
    everybody = (*NORTHLIGHT.people, *SOUTHWIND.people)

    def sign_in(person: DemoPerson) -> Person:
        return Person(url, person.email, PASSWORD)

    with step("everybody signs in"), ThreadPoolExecutor(len(everybody)) as side_by_side:
        return dict(zip((person.key for person in everybody), side_by_side.map(sign_in, everybody), strict=True))


def _trail() -> None:
    """Say how much of it stands in the trail."""
    from audit.models import Event

    with acting(ADA):
        count, kinds = Event.objects.count(), Event.objects.values("type").distinct().count()
    heading("In the trail")
    say(f"  {paint('✓', 'green')} {count} events of {kinds} types, of Northlight alone")


def _judge(differences: list[str]) -> bool:
    if differences:
        heading(paint(f"{len(differences)} differences from what should have happened:", "red"))
        for difference in differences:
            say(f"  {paint('✕', 'red')} {difference}")
        return False
    say()
    say(paint("✓ Everything came as the tables say.", "green"))
    return True
