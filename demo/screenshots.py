"""`make screenshots`: pictures of every page in the roles that may open it, at two widths and in two themes.

The same run judges each page: no sideways scroll, no error in the console, no violation of the content security
policy, axe-core clean. A page of the manifest that a person may not open, and any fault, exits 1.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from demo import house, processes
from demo.browser import THEMES, VIEWPORTS, Window, chromium
from demo.people import ADA, ANA, MIA, PASSWORD, PAUL, DemoPerson
from demo.screen import say, step

PICTURES = processes.ROOT / "docs" / "img"
EVERYBODY = (ADA, PAUL, ANA, MIA)


@dataclass(frozen=True, slots=True)
class Shot:
    """One page of the manifest. `path` is the address, or a function that finds it in Northlight's data."""

    name: str
    path: str | Callable[[], str]
    people: tuple[DemoPerson, ...]

    def address(self) -> str:
        return self.path if isinstance(self.path, str) else self.path()


def _reverse(name: str, *args: Any) -> str:
    from django.urls import reverse

    return reverse(name, args=args)


def _approval() -> str:
    from tickets.models import Approval

    found = Approval.objects.waiting().filter(action__kind="refund", ticket__subject="").order_by("id").first()
    found = found or Approval.objects.waiting().order_by("id").first()
    return _reverse("tickets:approval", found.pk)


def _ticket(state: str) -> Callable[[], str]:
    def find() -> str:
        from tickets.models import Ticket

        return _reverse("tickets:ticket", Ticket.objects.filter(state=state).order_by("id").first().pk)

    return find


def _question(person: DemoPerson, **wanted: object) -> Callable[[], str]:
    def find() -> str:
        from questions.models import Question

        rows = Question.objects.filter(asked_by__email=person.email, **wanted).order_by("-id")
        return _reverse("questions:question", rows.first().pk)

    return find


def _question_id(person: DemoPerson) -> str:
    return _question(person, state="answered", row_count__gt=2)().strip("/").split("/")[-1]


def _connector(name: str) -> Callable[[], str]:
    def find() -> str:
        from connectors.models import Connector

        return _reverse("admin:connectors_connector_change", Connector.objects.get(name=name).pk)

    return find


def _guard(name: str) -> Callable[[], str]:
    def find() -> str:
        from connectors.models import Connector

        return _reverse("admin:connectors_connector_guard", Connector.objects.get(name=name).pk)

    return find


def _data_rules(name: str) -> Callable[[], str]:
    def find() -> str:
        from connectors.models import Connector

        return _reverse("admin:connectors_connector_data_policy", Connector.objects.get(name=name).pk)

    return find


def _column_rule(name: str) -> Callable[[], str]:
    def find() -> str:
        from connectors.models import Connector

        found = Connector.objects.get(name=name)
        return f"{_reverse('admin:connectors_columnrule_add')}?connector={found.pk}"

    return find


def _first(app_and_model: str) -> Callable[[], str]:
    """Return what finds the change page of a model's first row."""

    def find() -> str:
        from django.apps import apps

        model = apps.get_model(app_and_model.replace("_", ".", 1))
        return _reverse(f"admin:{app_and_model}_change", model._default_manager.order_by("id").first().pk)

    return find


def _event() -> str:
    from audit.models import Event

    return _reverse(
        "admin:audit_event_change", Event.objects.filter(type="action.succeeded").order_by("-id").first().pk
    )


def _report() -> str:
    """Paul's report of an answer: shared with Mia and every analyst, refreshed each Monday, run a moment ago."""
    from portal import tenancy
    from portal.memberships import context_for, membership_of
    from portal.models import User
    from questions import ask, report, schedule
    from questions.models import Question, Report

    paul = User.objects.get_by_natural_key(PAUL.email)
    with tenancy.enter(context_for(paul, membership_of(paul, None))):
        kept = Report.objects.filter(owner=paul).first()
        if kept is None:
            answered = Question.objects.mine().filter(state="answered", row_count__gt=2).order_by("-id").first()
            kept = report.save(answered, title="For the Monday round")
            report.share(kept, with_email=MIA.email)
            report.share(kept, with_role="analyst")
            schedule.set_schedule(kept, every="weekly", hour=7, day=1)
        ask.run_report(kept)
    return _reverse("questions:report", kept.pk)


MANIFEST = (
    Shot("ask", lambda: _reverse("questions:ask"), EVERYBODY),
    Shot("answer", _question(PAUL, state="answered", confidence="high"), (PAUL,)),
    Shot("answer-refused", _question(PAUL, state="refused"), (PAUL,)),
    Shot("answer-without-sql", _question(MIA, state="answered"), (MIA,)),
    Shot("answer-unanswerable", _question(PAUL, state="unanswerable"), (PAUL,)),
    Shot("edit", lambda: _reverse("questions:live"), (PAUL,)),
    Shot("edit-sql", lambda: _reverse("questions:live") + "?question=" + _question_id(PAUL), (PAUL,)),
    Shot("report", _report, (PAUL, MIA)),
    Shot("reports", lambda: _reverse("questions:reports"), EVERYBODY),
    Shot("approvals", "/approvals/", (ADA, PAUL)),
    Shot("approval", _approval, (PAUL,)),
    Shot("tickets", "/tickets/", (PAUL,)),
    Shot("ticket", _ticket("replied"), (PAUL,)),
    Shot("ticket-blocked", _ticket("blocked"), (PAUL,)),
    Shot("actions", "/tickets/actions/", (PAUL,)),
    Shot("admin", "/admin/", (ADA,)),
    Shot("people", "/admin/portal/membership/", (ADA,)),
    Shot("connectors", "/admin/connectors/connector/", (ADA,)),
    Shot("connector-warning", _connector("orders_admin"), (ADA,)),
    Shot("guard", _guard("orders_reporting"), (ADA,)),
    Shot("data-rules", _data_rules("orders_reporting"), (ADA,)),
    Shot("column-rule", _column_rule("orders_reporting"), (ADA,)),
    Shot("policy", "/admin/guardrails/ticketpolicy/", (ADA,)),
    Shot("rules", "/admin/guardrails/escalationrule/", (ADA,)),
    Shot("memory", "/admin/questions/verifiedquery/", (ADA,)),
    Shot("verified-query", _first("questions_verifiedquery"), (ADA,)),
    Shot("metrics", "/admin/questions/metric/", (ADA,)),
    Shot("evaluation-cases", "/admin/questions/evaluationcase/", (ADA,)),
    Shot("evaluation-plan", _first("questions_evaluationplan"), (ADA,)),
    Shot("evaluation-runs", "/admin/questions/evaluationrun/", (ADA,)),
    Shot("proposed-changes", "/admin/questions/memorychange/", (ADA,)),
    Shot("feedback", "/admin/questions/feedback/", (ADA,)),
    Shot("trail", "/admin/audit/event/", (ADA,)),
    Shot("event", _event, (ADA,)),
)


def take(url: str, addresses: dict[str, str]) -> list[str]:
    """Take every picture of the manifest from the portal at `url`; return what is wrong, a line each."""
    wrong: list[str] = []
    with chromium() as browser:
        for person in EVERYBODY:
            shots = [(shot, addresses[shot.name]) for shot in MANIFEST if person in shot.people]
            for width, theme in _looks():
                context = browser.new_context(viewport=VIEWPORTS[width], color_scheme=theme)
                window = Window(context, url)
                window.sign_in(person.email, PASSWORD)
                for shot, address in shots:
                    picture = PICTURES / f"{shot.name}-{person.key}-{width}-{theme}.png"
                    found = window.visit(address, picture)
                    wrong += [f"{shot.name} as {person.key} ({width}, {theme}): {fault}" for fault in found]
                context.close()
            say(f"  {len(shots)} pages as {person.name}")
    return wrong


def _looks() -> Iterator[tuple[str, str]]:
    for width in VIEWPORTS:
        for theme in THEMES:
            yield width, theme


def main() -> int:
    """Run the demo's story, then take the pictures; `--no-story` takes them of what an earlier one left."""
    has_story = "--no-story" not in sys.argv
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from portal.environment import load

    found = load(os.environ, processes.ROOT)
    with house.alone(found.state_dir), house.servers(found):
        telling = house.load(found, has_story=has_story)
        url = f"http://127.0.0.1:{processes.free_port(None)}"
        with processes.running(found.state_dir, int(url.rsplit(":", 1)[1]), slots=found.worker_slots) as children:
            with step("starting web, worker and beat"):
                processes.wait_until_ready(url, children)
            from demo import story

            if has_story and not story.tell(url, telling):
                return 1
            wrong = take(url, _addresses())
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    say(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES.relative_to(processes.ROOT)}, {len(wrong)} faults")
    return 1 if wrong else 0


def _addresses() -> dict[str, str]:
    """Find every page of the manifest in Northlight's data, before a browser runs."""
    from django.db import connections

    from portal import tenancy

    with tenancy.enter(_as_ada()):
        found = {shot.name: shot.address() for shot in MANIFEST}
    connections.close_all()
    return found


def _as_ada() -> Any:
    from portal.memberships import context_for, membership_of
    from portal.models import User

    ada = User.objects.get_by_natural_key(ADA.email)
    return context_for(ada, membership_of(ada, None))


if __name__ == "__main__":
    sys.exit(main())
