"""Which pages `make screenshots` takes, as whom, and how each is found. Import it when Django is set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from demo import access_scenes, scenes, ticket_scenes
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


def _approval_that(**is_so: Any) -> Callable[[], str]:
    def find() -> str:
        from tickets.models import Approval

        rows = Approval.objects.filter(**is_so) if "state" in is_so else Approval.objects.waiting().filter(**is_so)
        return _reverse("tickets:approval", rows.order_by("id").first().pk)

    return find


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


def _connect(kind: str) -> str:
    """Return the address of the form that adds a connector of one kind."""
    return f"/admin/connectors/connector/add/?kind={kind}"


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
    Shot("approvals-decided", "/approvals/?state=decided", (PAUL,), is_kept=False),
    Shot("approvals-no-match", "/approvals/?q=nothing-like-it", (PAUL,), is_kept=False),
    Shot("approvals-view", ticket_scenes.saved_view, (PAUL,), is_kept=False),
    Shot("approval", _approval, (PAUL,)),
    Shot("approval-reject", _approval, (PAUL,), press="#reject", is_kept=False),
    Shot("approval-choice", _approval_that(is_grantable=False), (PAUL,)),
    Shot("approval-decided", _approval_that(state="approved"), (PAUL,), is_kept=False),
    Shot("approvals-watch", ticket_scenes.planted, (ADA,)),
    Shot("tickets", "/tickets/", (PAUL,)),
    Shot("tickets-no-match", "/tickets/?q=nothing-like-it", (PAUL,), is_kept=False),
    Shot("ticket", _ticket("replied"), (PAUL,)),
    Shot("ticket-waiting", _ticket("waiting"), (PAUL,), is_kept=False),
    Shot("ticket-blocked", _ticket("blocked"), (PAUL,)),
    Shot("ticket-handed-over", _ticket("handed_over"), (PAUL,), is_kept=False),
    Shot("actions", "/tickets/actions/", (PAUL,)),
    Shot("differences", "/tickets/differences/", (PAUL,), is_kept=False),
    Shot("shadow-report", ticket_scenes.asked_to_go_live, (ADA,)),
    Shot("imports", ticket_scenes.imported, (ADA,), is_kept=False),
    Shot("rehearsals", lambda: _reverse("tickets:rehearsals"), (ADA,), is_kept=False),
    Shot("rehearsal", ticket_scenes.rehearsed, (ADA,)),
    Shot("versions", ticket_scenes.versions, (ADA,), is_kept=False),
    Shot("all-versions", lambda: _reverse("tickets:all_versions"), (ADA,), is_kept=False),
    Shot("gate-health", lambda: _reverse("tickets:health"), (ADA,)),
    Shot("access-review", access_scenes.review, (ADA,)),
    Shot("access-reviews", "/reviews/", (ADA,), is_kept=False),
    Shot("access", "/access/", (ADA,), is_kept=False),
    Shot("second-officer", "/changes/", (ADA,), is_kept=False),
    Shot("access-policy", _first("portal_accesspolicy"), (ADA,), is_kept=False),
    Shot("admin", "/admin/", (ADA,)),
    Shot("people", "/admin/portal/membership/", (ADA,), is_kept=False),
    Shot("connectors", "/admin/connectors/connector/", (ADA,)),
    Shot("connect", "/admin/connectors/connector/add/", (ADA,), is_kept=False),
    Shot("connect-shopify", _connect("store.shopify"), (ADA,), is_kept=False),
    Shot("connect-zendesk", _connect("helpdesk.zendesk"), (ADA,), is_kept=False),
    Shot("connect-smtp", _connect("helpdesk.smtp"), (ADA,), is_kept=False),
    Shot("connect-stripe", _connect("risk_feed.stripe"), (ADA,), is_kept=False),
    Shot("risk-webhook", "/admin/connectors/riskhook/add/", (ADA,), is_kept=False),
    Shot("recipients", ticket_scenes.recipient, (ADA,), is_kept=False),
    Shot("recipient", _first("connectors_recipient"), (ADA,), is_kept=False),
    Shot("outbox", "/admin/portal/outboxmessage/", (ADA,), is_kept=False),
    Shot("connector-warning", _connector("orders_admin"), (ADA,)),
    Shot("guard", _guard("orders_reporting"), (ADA,)),
    Shot("guard-run", _guard("orders_reporting"), (ADA,), press="form[action$='/run/'] button"),
    Shot("data-rules", _data_rules("orders_reporting"), (ADA,)),
    Shot("column-rule", _column_rule("orders_reporting"), (ADA,)),
    Shot("policy", _first("guardrails_ticketpolicy"), (ADA,), is_kept=False),
    Shot("ceilings", "/admin/guardrails/actionceiling/", (ADA,), is_kept=False),
    Shot("ceiling", _first("guardrails_actionceiling"), (ADA,), is_kept=False),
    Shot("caps", "/admin/guardrails/actioncap/", (ADA,), is_kept=False),
    Shot("money-caps", "/admin/guardrails/actionmoneycap/", (ADA,), is_kept=False),
    Shot("currency-rates", "/admin/guardrails/currencyrate/", (ADA,), is_kept=False),
    Shot("currency-rate", "/admin/guardrails/currencyrate/add/", (ADA,), is_kept=False),
    Shot("rate-policy", "/admin/guardrails/ratepolicy/", (ADA,)),
    Shot("queue-policy", _first("guardrails_queuepolicy"), (ADA,), is_kept=False),
    Shot("rules", "/admin/guardrails/escalationrule/", (ADA,), is_kept=False),
    Shot("rule", "/admin/guardrails/escalationrule/add/", (ADA,), is_kept=False),
    Shot("rule-kept", _first("guardrails_escalationrule"), (ADA,)),
    Shot("output-policy", _first("guardrails_outputpolicymodel"), (ADA,), is_kept=False),
    Shot("reply-test", "/admin/guardrails/outputpolicymodel/reply-test/", (ADA,), is_kept=False),
    Shot("reply-cases", "/admin/guardrails/replycase/", (ADA,), is_kept=False),
    Shot("kill-switch", _first("guardrails_organizationswitch"), (ADA,), is_kept=False),
    Shot("reply-macros", "/admin/tickets/replymacro/", (ADA,), is_kept=False),
    Shot("intakes", "/admin/tickets/intake/", (ADA,), is_kept=False),
    Shot("flagged-customers", "/admin/tickets/flaggedcustomer/", (ADA,), is_kept=False),
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
    Shot("seals", "/admin/audit/head/", (ADA,)),
    Shot("evidence-packs", "/admin/audit/evidencepack/", (ADA,)),
    Shot("samples", "/admin/audit/sample/", (ADA,)),
    Shot("controls", "/admin/audit/evidencepack/controls/", (ADA,)),
    Shot("event", _event, (ADA,)),
    Shot("risk-signals", "/admin/audit/risksignal/", (ADA,)),
    Shot("detectors", "/admin/audit/detectorsetting/", (ADA,)),
    Shot("detector", "/admin/audit/detectorsetting/of/blocked_sql/?threshold=5&least=1&severity=high&is_on=on", (ADA,)),
    Shot("alerts", "/admin/audit/alertpolicy/", (ADA,), is_kept=False),
)
