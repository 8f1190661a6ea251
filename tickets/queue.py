"""Reading the approval queue: its filters, pages by key in three orders, and its numbers. Changes nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from guardrails.models import queue_policy
from portal import compiled, listing, tenancy
from tickets.forms import DECIDED as DECIDED_STATES
from tickets.forms import ApprovalFilters
from tickets.models import Approval, ApprovalState, Category

DECIDED = ("decided", *(state.value for state in DECIDED_STATES))
PAGE = 25
DAYS = 30
"""Over how many days the decisions are counted."""
BY_AMOUNT = ("currency", "-amount_minor", "pk")
BY_EXPIRY = ("expires_at", "pk")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the queue is like: now, and over the last thirty days. Planted tests that were decided are in none."""

    waiting: int
    overdue: int
    oldest: datetime | None
    sla_minutes: int
    decided: int
    median: timedelta | None
    rejections: tuple[tuple[str, str, int], ...]

    @property
    def median_words(self) -> str:
        """The median as people say it: the largest unit and the one below."""
        if self.median is None:
            return ""
        return in_words(int(self.median.total_seconds()))

    @property
    def sla_words(self) -> str:
        """The time after which one is overdue, as people say it."""
        return in_words(self.sla_minutes * 60)


def in_words(seconds: int) -> str:
    """Return a length of time by its largest unit and the one below, which is left out where it is nothing."""
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    at = next((index for index, (_, size) in enumerate(units) if seconds >= size), len(units) - 1)
    shown: list[str] = []
    for name, size in units[at : at + 2]:
        count, seconds = divmod(seconds, size)
        if count or not shown:
            shown.append(f"{count} {name}")
    return " ".join(shown)


def numbers() -> Numbers:
    """Return the queue's numbers. Four queries."""
    late = Q(due_at__lte=Now())
    now = Approval.objects.waiting().aggregate(
        waiting=Count("pk"), overdue=Count("pk", filter=late), oldest=Min("created_at")
    )
    since = timezone.now() - timedelta(days=DAYS)
    [(decided, median)] = compiled.run(
        "SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM decided_at - created_at))"
        " FROM tickets_approval WHERE organization_id = %s AND decided_at >= %s"
        " AND state IN ('approved', 'rejected', 'superseded') AND NOT is_test",
        [tenancy.organization_id(), since],
    )
    rejected = (
        Approval.objects.filter(state=ApprovalState.REJECTED, decided_at__gte=since, is_test=False)
        .values_list("category")
        .annotate(rows=Count("pk"))
        .order_by("-rows", "category")
    )
    words = dict(Category.choices)
    return Numbers(
        waiting=now["waiting"],
        overdue=now["overdue"],
        oldest=now["oldest"],
        sla_minutes=queue_policy().sla_minutes,
        decided=decided,
        median=timedelta(seconds=int(median)) if median is not None else None,
        rejections=tuple((name or "other", words.get(name, "Other"), rows) for name, rows in rejected),
    )


def page(request: HttpRequest, form: ApprovalFilters) -> listing.Listed:
    """Return one page of the queue; two queries, constant cost however deep."""
    is_decided = form.given("state") in DECIDED
    rows = Approval.objects.select_related("ticket", "action", "claimed_by", "decided_by", "assigned_to")
    rows = filtered(rows.filter(state__in=DECIDED_STATES) if is_decided else rows.waiting(), form)
    order = {"amount": BY_AMOUNT, "expiry": BY_EXPIRY}.get(form.given("sort") or "", ())
    if not order or is_decided:
        return listing.keyset(request, rows, oldest_first=not is_decided, size=PAGE)
    return _sorted(request, rows, order)


def filtered(rows: QuerySet[Any], form: ApprovalFilters) -> QuerySet[Any]:
    """Return the rows that every understood filter lets through."""
    for name, narrow in _FILTERS.items():
        value = form.given(name)
        if value:
            rows = narrow(rows, value)
    return rows


def _by_claim(rows: Any, claim: str) -> Any:
    me = tenancy.current().user_id
    if claim == "assigned":
        return rows.filter(assigned_to_id=me)
    if claim == "others":
        return rows.filter(claimed_until__gt=timezone.now()).exclude(claimed_by_id=me)
    return rows.claimed_by(me) if claim == "mine" else rows.unclaimed()


def _by_state(rows: Any, state: str) -> Any:
    named = {
        "first": Q(state=ApprovalState.WAITING),
        "second": Q(state=ApprovalState.AWAITING_SECOND),
        "overdue": Q(due_at__lte=timezone.now()),
        "choose": Q(is_grantable=False),
        "decided": Q(),
    }
    return rows.filter(named.get(state, Q(state=state)))


def _by_words(rows: Any, q: str) -> Any:
    return rows.filter(
        Q(question__icontains=q)
        | Q(ticket__subject__icontains=q)
        | Q(ticket__body__icontains=q)
        | Q(ticket__sender_email__icontains=q)
        | Q(ticket__sender_name__icontains=q)
        | Q(action__order_number__iexact=q.lstrip("#"))
        | Q(action__customer_ref__iexact=q)
    )


_FILTERS: dict[str, Any] = {
    "state": _by_state,
    "claim": _by_claim,
    "kind": lambda rows, kind: rows.filter(action=None) if kind == "reply" else rows.filter(action__kind=kind),
    "gate": lambda rows, gate: rows.filter(asks=[]) if gate == "nobody" else rows.filter(asks__contains=[gate]),
    "currency": lambda rows, code: rows.filter(currency=code),
    "least": lambda rows, least: rows.filter(currency=least.currency, amount_minor__gte=least.amount_minor),
    "most": lambda rows, most: rows.filter(currency=most.currency, amount_minor__lte=most.amount_minor),
    "age": lambda rows, age: rows.filter(created_at__lte=timezone.now() - timedelta(hours=int(age))),
    "second": lambda rows, _: rows.filter(needs_second=True),
    "category": lambda rows, category: rows.filter(category=category),
    "q": _by_words,
}


def _sorted(request: HttpRequest, rows: QuerySet[Any], order: tuple[str, ...]) -> listing.Listed:
    """Return one page in an order of columns, its key in the address as `after` or `before`."""
    total = rows.count()
    after, before = _place(request.GET.get("after", ""), order), _place(request.GET.get("before", ""), order)
    is_back = before is not None and after is None
    place = before if is_back else after
    wanted = tuple(_turned(name) for name in order) if is_back else order
    if place is not None:
        rows = rows.filter(_beyond(wanted, place))
    found = list(rows.order_by(*wanted)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    found = found[::-1] if is_back else found
    has_before = more if is_back else place is not None
    has_after = place is not None if is_back else more

    def at(row: Approval) -> str:
        return "~".join(str(_value(row, name)) for name in order)

    return listing.Listed(
        rows=found,
        total=total,
        newer_url=listing.address(request, without=("after",), before=at(found[0])) if has_before and found else "",
        older_url=listing.address(request, without=("before",), after=at(found[-1])) if has_after and found else "",
    )


def _beyond(order: tuple[str, ...], place: dict[str, Any]) -> Q:
    """Return what stands after a place in the order: later in the first column, or level there and then later."""
    name, rest = order[0], order[1:]
    column = name.lstrip("-")
    here = Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": place[column]})
    return here | (Q(**{column: place[column]}) & _beyond(rest, place)) if rest else here


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _value(row: Approval, name: str) -> Any:
    value = getattr(row, name.lstrip("-"))
    return value.isoformat() if isinstance(value, datetime) else value


def _place(text: str, order: tuple[str, ...]) -> dict[str, Any] | None:
    """Read a key of the address; one that is none shows the first page."""
    parts = text.split("~")
    if len(parts) != len(order):
        return None
    found: dict[str, Any] = {}
    try:
        for name, part in zip((name.lstrip("-") for name in order), parts, strict=True):
            if name == "pk":
                found[name] = uuid.UUID(part)
            elif name == "amount_minor":
                found[name] = int(part[:20])
            else:
                found[name] = parse_datetime(part) if name == "expires_at" else part[:3]
            if found[name] is None:
                return None
    except ValueError:
        return None
    return found
