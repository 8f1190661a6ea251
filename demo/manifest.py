"""Which pages `make screenshots` takes, as whom, and how each is found. Import it when Django is set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from demo import scenes
from demo.people import ADA, ANA, MIA, PAUL, DemoPerson

EVERYBODY = (ADA, PAUL, ANA, MIA)


@dataclass(frozen=True, slots=True)
class Shot:
    """One page of the manifest. `path` is the address, or a function that finds it in Northlight's data.

    `press` names what is pressed on it before the picture. A page that is not kept is judged like the others.
    """

    name: str
    path: str | Callable[[], str]
    people: tuple[DemoPerson, ...]
    press: str = ""
    is_kept: bool = True

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


MANIFEST = (
    Shot("ask", lambda: _reverse("questions:ask"), EVERYBODY),
    Shot("answer", scenes.asked(scenes.CHART), (PAUL,)),
    Shot("answer-table", scenes.asked(scenes.CHART), (PAUL,), press="#tab-table", is_kept=False),
    Shot("answer-counted", scenes.counted, (PAUL,)),
    Shot("answer-empty", scenes.typed(scenes.EMPTY), (PAUL,)),
    Shot("answer-thread", scenes.followed_up, (PAUL,)),
    Shot("answer-refused", scenes.last_question(PAUL, state="refused"), (PAUL,)),
    Shot("answer-without-sql", scenes.asked("Revenue by country last month", by=MIA), (MIA,)),
    Shot("answer-clarifying", scenes.asked(scenes.UNCLEAR, connector=""), (PAUL,)),
    Shot("answer-unanswerable", scenes.last_question(PAUL, state="unanswerable"), (PAUL,)),
    Shot("edit", lambda: _reverse("questions:live"), (PAUL,)),
    Shot("edit-sql", scenes.edited, (PAUL,)),
    Shot("report", scenes.report, (PAUL, MIA)),
    Shot("reports", lambda: _reverse("questions:reports"), EVERYBODY),
    Shot("approvals", "/approvals/", (ADA, PAUL)),
    Shot("approval", _approval, (PAUL,)),
    Shot("approvals-watch", "/approvals/watch/", (ADA,), is_kept=False),
    Shot("tickets", "/tickets/", (PAUL,)),
    Shot("ticket", _ticket("replied"), (PAUL,)),
    Shot("ticket-blocked", _ticket("blocked"), (PAUL,)),
    Shot("actions", "/tickets/actions/", (PAUL,), is_kept=False),
    Shot("admin", "/admin/", (ADA,)),
    Shot("people", "/admin/portal/membership/", (ADA,), is_kept=False),
    Shot("connectors", "/admin/connectors/connector/", (ADA,)),
    Shot("connect-shopify", "/admin/connectors/connector/add/?kind=store.shopify", (ADA,), is_kept=False),
    Shot("connector-warning", _connector("orders_admin"), (ADA,)),
    Shot("guard", _guard("orders_reporting"), (ADA,)),
    Shot("guard-run", _guard("orders_reporting"), (ADA,), press="form[action$='/run/'] button"),
    Shot("data-rules", _data_rules("orders_reporting"), (ADA,)),
    Shot("column-rule", _column_rule("orders_reporting"), (ADA,)),
    Shot("policy", "/admin/guardrails/ticketpolicy/", (ADA,), is_kept=False),
    Shot("rate-policy", "/admin/guardrails/ratepolicy/", (ADA,)),
    Shot("rules", "/admin/guardrails/escalationrule/", (ADA,), is_kept=False),
    Shot("rule", "/admin/guardrails/escalationrule/add/", (ADA,), is_kept=False),
    Shot("reply-test", "/admin/guardrails/outputpolicymodel/reply-test/", (ADA,), is_kept=False),
    Shot("memory", "/admin/questions/verifiedquery/", (ADA,)),
    Shot("verified-query", _first("questions_verifiedquery"), (ADA,)),
    Shot("metrics", "/admin/questions/metric/", (ADA,), is_kept=False),
    Shot("evaluation-cases", "/admin/questions/evaluationcase/", (ADA,), is_kept=False),
    Shot("evaluation-plan", _first("questions_evaluationplan"), (ADA,)),
    Shot("evaluation-runs", "/admin/questions/evaluationrun/", (ADA,)),
    Shot("evaluation-run", scenes.evaluated, (ADA,)),
    Shot("proposed-changes", "/admin/questions/memorychange/", (ADA,), is_kept=False),
    Shot("feedback", "/admin/questions/feedback/", (ADA,), is_kept=False),
    Shot("trail", "/admin/audit/event/", (ADA,)),
    Shot("event", _event, (ADA,)),
)
