"""One approval: what is asked, why, what exactly would happen, and the verbs a person has."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from portal import tenancy
from portal.page_verb import carry_out
from portal.roles import Capability, i_may, requires
from tickets import approve, assign, candidates, decision, forms, plant, stamps
from tickets import presentation as show
from tickets.contract import Change, diff
from tickets.models import Approval, ApprovalState, Category, GateReceipt, PlantedTest, Reply

KEYS = (
    ("a", "Approve what is shown"),
    ("e or l", "Lower the amount"),
    ("w", "Edit the reply"),
    ("r", "Reject with a reason"),
    ("c", "Claim it, or give it back"),
    ("j", "Next approval"),
    ("k", "Previous approval"),
    ("?", "These keys"),
)
TEST_MISSED = "This was a planted test, which had to be rejected. Nothing was carried out, and nobody is affected."
TEST_CAUGHT = "This was a planted test, and you caught it. Nobody is affected."


@require_GET
@requires(Capability.WORK_APPROVALS)
def approval(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one approval."""
    return _page(request, _found(pk))


@require_POST
@requires(Capability.WORK_APPROVALS)
def claim(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _do(request, pk, lambda: approve.claim(pk))


@require_POST
@requires(Capability.WORK_APPROVALS)
def release(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _do(request, pk, lambda: approve.release(pk))


@require_POST
@requires(Capability.WORK_APPROVALS)
def say_yes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    def verb() -> Approval:
        seen = stamps.seen_at(pk, request.POST.get("seen", ""))
        said = approve.approve(pk, digest=request.POST.get("digest", ""), seen_at=seen)
        if said.is_test:
            messages.warning(request, TEST_MISSED)
        elif said.state == ApprovalState.AWAITING_SECOND:
            messages.success(request, "You are the first of two. Somebody else now has to approve it as well.")
        else:
            messages.success(request, "Approved. The gates are asked once more on fresh facts, then it is carried out.")
        return said

    return _do(request, pk, verb)


@require_POST
@requires(Capability.WORK_APPROVALS)
def reject(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = forms.Reject(request.POST)

    def verb() -> Approval:
        given = form.cleaned_data
        said = approve.reject(pk, reason=given["reason"], category=given["category"] or Category.OTHER)
        if said.is_test:
            messages.success(request, TEST_CAUGHT)
        return said

    return _do(request, pk, verb, form)


@require_POST
@requires(Capability.WORK_APPROVALS)
def choose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = forms.Choose(request.POST)

    def verb() -> Approval:
        made = candidates.choose(pk, **form.cleaned_data)
        messages.success(request, "Chosen. The gates are asked about this order now; then it waits for a yes.")
        return made

    return _do(request, pk, verb, form)


@require_POST
@requires(Capability.WORK_APPROVALS)
def assign_to(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _do(request, pk, lambda: assign.assign(pk, to=request.POST.get("to", "")))


@require_POST
@requires(Capability.WORK_APPROVALS)
def lower(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = forms.Lower(request.POST)
    return _do(request, pk, lambda: approve.lower(pk, **form.cleaned_data), form)


@require_POST
@requires(Capability.WORK_APPROVALS)
def edit_reply(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = forms.Wording(request.POST)

    def verb() -> Approval:
        return approve.edit_reply(pk, text=form.cleaned_data["reply"], digest=form.cleaned_data["digest"])

    return _do(request, pk, verb, form)


def _do(
    request: HttpRequest, pk: uuid.UUID, verb: Callable[[], Approval], form: forms.Typed | None = None
) -> HttpResponse:
    """Call the verb and lead on; show what it refuses on the page itself, with everything that was typed."""

    def lead_on(_: Approval) -> HttpResponse:
        to_queue = request.POST.get("back", "") == "queue"
        return redirect("tickets:approvals") if to_queue else redirect("tickets:approval", pk)

    seen = request.POST.get("digest", "")

    def again(trouble: list[str], status: int) -> HttpResponse:
        asked = _found(pk)
        changed = decision.changes_since(asked, seen) if status == 409 else []
        return _page(request, asked, form=form, trouble=trouble, changed=changed, status=status)

    return carry_out(request, verb, then=lead_on, again=again, form=form)


def _found(pk: uuid.UUID) -> Approval:
    people = ("claimed_by", "first_by", "decided_by", "assigned_to")
    rows = Approval.objects.with_tests().select_related("ticket", "action", "action__proposed_by", *people)
    found: Approval | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    asked: Approval,
    *,
    form: forms.Typed | None = None,
    trouble: list[str] | None = None,
    changed: list[Change] | None = None,
    status: int = 200,
) -> HttpResponse:
    reply = Reply.objects.filter(ticket=asked.ticket).first()
    receipts = plant.receipts_of(asked) if asked.is_test else GateReceipt.objects.filter(ticket=asked.ticket)
    run = asked.shown.get("run")
    gates = show.gate_rows(show.newest(receipts, run=run))
    context = {
        "approval": asked,
        "ticket": asked.ticket,
        "action": asked.action,
        "reply": reply,
        "gates": gates,
        "decisive": next((row for row in gates if row.is_decisive), None),
        "asks": [row for row in gates if row.sign == "human"],
        "call": show.call_of(asked),
        "why": show.coded(asked.why),
        "effect": show.effect(asked.action),
        "action_noun": show.NOUNS.get(asked.action.kind, "action") if asked.action else "",
        "may_set_policy": i_may(Capability.SET_POLICY),
        "text": show.marked(asked.ticket.body, _numbers(asked)),
        "shown": _dated(asked.shown),
        "sign": show.APPROVAL_SIGNS[ApprovalState(asked.state)],
        "obstacle": _obstacle(asked),
        "is_mine": asked.claimed_by_id == tenancy.current().user_id,
        "is_claimed": bool(asked.claimed_until and asked.claimed_until > timezone.now()),
        "trouble": trouble or (form.non_field_errors() if form else []),
        "changed": changed or [],
        "diff": _asked_again(asked),
        "candidates": _candidates(asked),
        "is_overdue": asked.is_open and asked.due_at is not None and asked.due_at <= timezone.now(),
        "colleagues": assign.colleagues() if asked.is_open else [],
        "seen": stamps.seen_mark(asked),
        "planted": PlantedTest.objects.filter(ticket=asked.ticket_id).first() if _is_over_test(asked) else None,
        "keys": KEYS,
        **_forms(asked, reply, form),
        **_place(asked),
    }
    return render(request, "tickets/approval.html", context, status=status)


def _is_over_test(asked: Approval) -> bool:
    """Whether it was a planted test that is decided; before that nothing may tell."""
    return asked.is_test and not asked.is_open


def _asked_again(asked: Approval) -> list[Change]:
    """Return what differs from the contract somebody said yes to before. One query, none where nobody did."""
    if not asked.contract_changes:
        return []
    earlier = Approval.objects.filter(ticket=asked.ticket, action=asked.action, pk__lt=asked.pk)
    before = earlier.filter(state=ApprovalState.SUPERSEDED).order_by("-pk").first()
    if before is None:
        return []
    replies = (str(before.shown.get("reply", "")), str(asked.shown.get("reply", "")))
    return diff(before.contract, asked.contract, replies=replies)


def _candidates(asked: Approval) -> list[dict[str, Any]]:
    return [{**each, "placed_at": parse_datetime(each["placed_at"])} for each in asked.candidates]


def _numbers(asked: Approval) -> list[str]:
    named = [asked.action.order_number] if asked.action else []
    return [*map(str, asked.ticket.order_numbers), *named]


def _forms(asked: Approval, reply: Reply | None, given: forms.Typed | None) -> dict[str, forms.Typed]:
    """Return the page's forms: the one that was sent with what was typed, the others fresh.

    The sent one is bound to what stands there now: sent again, it means what its sender then sees.
    """
    digest = {"digest": asked.contract_digest}
    fresh: dict[str, forms.Typed] = {
        "reject_form": forms.Reject(),
        "choose_form": forms.Choose(initial=digest),
        "lower_form": forms.Lower(initial=digest),
        "reply_form": forms.Wording(initial={**digest, "reply": reply.text if reply else ""}),
    }
    for name, made in fresh.items():
        if type(made) is type(given) and given is not None:
            given.data = {**given.data.dict(), **digest} if hasattr(given.data, "dict") else given.data
            fresh[name] = given
    return fresh


def _place(asked: Approval) -> dict[str, Any]:
    """Return where the approval stands in the queue, and what comes before and after it. Four queries."""
    waiting = Approval.objects.waiting()
    return {
        "before": waiting.filter(pk__lt=asked.pk).count(),
        "waiting": waiting.count(),
        "next": waiting.filter(pk__gt=asked.pk).order_by("pk").first()
        or waiting.exclude(pk=asked.pk).order_by("pk").first(),
        "previous": waiting.filter(pk__lt=asked.pk).order_by("-pk").first(),
    }


def _obstacle(asked: Approval) -> str:
    """Return why this person cannot say yes, said before they try; empty where they can."""
    me = tenancy.current().user_id
    if not asked.is_open:
        return ""
    if asked.expires_at <= timezone.now():
        return "It has expired; the ticket goes to a person."
    if asked.is_claimed_by_other(me):
        return f"{asked.claimed_by} has claimed it; wait until they give it back."
    if asked.action is not None and asked.action.proposed_by_id == me:
        return "You proposed it. Nobody approves what they proposed; ask a colleague."
    if asked.first_by_id == me:
        return "You said yes already. A second approver has to be somebody else."
    if not asked.is_grantable:
        named = (
            "Several orders are named" if len(asked.ticket.order_numbers) > 1 else "Which order is meant is not certain"
        )
        return f"{named}. Choose the one that is meant; you are then shown exactly what would happen."
    return ""


def _dated(shown: dict[str, Any]) -> dict[str, Any]:
    """Return what was shown with its moments as moments."""
    found = {key: dict(value) if isinstance(value, dict) else value for key, value in shown.items()}
    for part, name in (("order", "placed_at"), ("customer", "since"), ("risk", "fetched_at")):
        if found.get(part) and found[part].get(name):
            found[part][name] = parse_datetime(found[part][name])
    return found
