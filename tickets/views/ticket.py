"""Tickets: the list, one ticket with its whole course, and what a person may do with one that is theirs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.views.decorators.http import require_GET, require_POST

from connectors import breaker
from portal import listing, tenancy
from portal.page_verb import carry_out
from portal.roles import Capability, i_may, requires
from tickets import approve, correct, forms, gather, plant, receipts, settle
from tickets import by_hand as by_hand_verbs
from tickets import presentation as show
from tickets.models import (
    Action,
    ActionState,
    Approval,
    ApprovalState,
    ByHand,
    DecisionReceipt,
    GateReceipt,
    Reply,
    Ticket,
    TicketState,
)
from tickets.pipeline import STEPS

KEYS = (("j", "Next in the list"), ("k", "Previous in the list"), ("Enter", "Open it"), ("/", "Search"), ("?", "Keys"))
REASON_CHARS = 110
MINE_TO_PROPOSE = (TicketState.HANDED_OVER, TicketState.BLOCKED)


@require_GET
@requires(Capability.WORK_APPROVALS)
def tickets(request: HttpRequest) -> HttpResponse:
    """Show the tickets, newest first."""
    form = forms.TicketFilters(request.GET)
    rows = Ticket.objects.all()
    if state := form.given("state"):
        rows = rows.filter(state=state)
    elif not form.given("q"):
        rows = rows.exclude(source__startswith="import-")  # closed tickets of another day; the shadow report links them
    if form.given("mine"):
        rows = rows.filter(assigned_to_id=tenancy.current().user_id)
    if q := form.given("q"):
        rows = rows.filter(
            Q(subject__icontains=q)
            | Q(body__icontains=q)
            | Q(sender_email__icontains=q)
            | Q(external_ref__iexact=q)
            | Q(order_numbers__contains=[q.lstrip("#")])
        )
    page = listing.keyset(request, rows)
    chips = listing.chips(request, form)
    context = {
        "page": page,
        "away": breaker.away(),
        "rows": [_row(ticket) for ticket in page.rows],
        "form": form,
        "chips": chips,
        "is_first_run": not chips and not form.errors and page.total == 0,
        "keys": KEYS,
    }
    return render(request, "tickets/tickets.html", context)


def _row(found: Ticket) -> tuple[Ticket, str, str, str, SafeString]:
    """Return a ticket with its shape, its state, what it wants and its reason in words, as the list shows it."""
    sign, word = show.TICKET_SIGNS[TicketState(found.state)]
    return found, sign, word, show.intent_words(found.intent), show.coded(Truncator(found.reason).chars(REASON_CHARS))


@require_GET
@requires(Capability.WORK_APPROVALS)
def ticket(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one ticket."""
    return _page(request, _found(pk))


@require_GET
@requires(Capability.WORK_APPROVALS)
def status(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show where a ticket stands; asks the page to load anew once it no longer moves by itself."""
    found = _found(pk)
    answer = render(request, "tickets/_status.html", _standing(found))
    if not _is_moving(found):
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
@requires(Capability.WORK_APPROVALS)
def receipt(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    """Hand out the decision receipt as a file: every gate's verdict, reason, inputs and microseconds."""
    found = _found(pk)
    answer = JsonResponse(receipts.as_json(found), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="receipt-{found.short_id}.json"'
    return answer


@require_POST
@requires(Capability.WORK_APPROVALS)
def propose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = forms.Propose(request.POST)

    def verb() -> None:
        approve.propose_anew(pk, **form.cleaned_data)
        messages.success(request, "Proposed. The gates are asked now; somebody else approves it.")

    return do(request, pk, form, verb)


@require_POST
@requires(Capability.WORK_APPROVALS)
def resume(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = forms.Resume(request.POST)

    def verb() -> None:
        approve.resume(pk, reason=form.cleaned_data["reason"])
        messages.success(request, "The ticket starts again.")

    return do(request, pk, form, verb)


@require_POST
@requires(Capability.WORK_APPROVALS)
def by_hand(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = forms.ByHand(request.POST)

    def verb() -> None:
        by_hand_verbs.record(pk, **form.cleaned_data)
        messages.success(request, "Recorded. The shadow report compares it with what the AI would have done.")

    return do(request, pk, form, verb)


@require_POST
@requires(Capability.WORK_APPROVALS)
def settle_by_hand(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = forms.Settle(request.POST)

    def verb() -> None:
        unknown = _unknown_action(pk)
        if unknown is None:
            raise ValidationError({"happened": "happened: no action of this ticket is of unknown outcome any more"})
        said = form.cleaned_data
        done = settle.say(unknown.pk, happened=said["happened"] == "yes", reason=said["reason"])
        messages.success(request, f"Written down: {done.status}.")

    return do(request, pk, form, verb)


def _unknown_action(pk: uuid.UUID) -> Action | None:
    return Action.objects.filter(ticket_id=pk, state=ActionState.UNKNOWN).order_by("-id").first()


def do(request: HttpRequest, pk: uuid.UUID, form: forms.Typed, verb: Callable[[], None]) -> HttpResponse:
    found = _found(pk)
    return carry_out(
        request,
        verb,
        then=lambda _: redirect("tickets:ticket", pk),
        again=lambda _, status: _page(request, found, form=form, status=status),
        form=form,
    )


def _found(pk: uuid.UUID) -> Ticket:
    found: Ticket | None = Ticket.objects.select_related("assigned_to").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _is_moving(found: Ticket) -> bool:
    return not found.is_ended and found.state != TicketState.WAITING


def _standing(found: Ticket) -> dict[str, Any]:
    sign, word = show.TICKET_SIGNS[TicketState(found.state)]
    says = next((step.says for step in STEPS if step.name == found.step), "")
    return {"ticket": found, "sign": sign, "word": word, "says": says, "is_moving": _is_moving(found)}


def _page(request: HttpRequest, found: Ticket, *, form: forms.Typed | None = None, status: int = 200) -> HttpResponse:
    actions = list(Action.objects.filter(ticket=found).select_related("proposed_by").order_by("id"))
    context = {
        **_standing(found),
        "reason": show.coded(found.reason),
        "text": show.marked(found.body, map(str, found.order_numbers)),
        "runs": _runs(found),
        "decisions": show.decision_rows(DecisionReceipt.objects.filter(ticket=found)),
        "actions": [
            (
                show.action_words(action),
                action,
                show.STATUS_SIGNS[action.status],
                show.coded(action.output.get("reason", "")),
            )
            for action in actions
        ],
        "reply": Reply.objects.filter(ticket=found).first(),
        "approvals": [
            (approval, *show.APPROVAL_SIGNS[ApprovalState(approval.state)])
            for approval in Approval.objects.filter(ticket=found).order_by("id")
        ],
        "propose_form": _propose_form(found, actions, form),
        "by_hand": ByHand.objects.filter(ticket=found).first(),
        "by_hand_form": form
        if isinstance(form, forms.ByHand)
        else forms.ByHand(initial={"currency": gather.organization_currency()}),
        "may_say_by_hand": found.state in by_hand_verbs.ANSWERED,
        "resume_form": form if isinstance(form, forms.Resume) else forms.Resume(),
        "correction": correct.of(found),
        "correct_form": form if isinstance(form, forms.Correct) else forms.Correct(initial={"intent": found.intent}),
        "intent": show.intent_words(found.intent),
        "other_intents": [show.intent_words(each) for each in found.other_intents],
        "may_see_trail": i_may(Capability.VIEW_GOVERNANCE),
        "may_set_policy": i_may(Capability.SET_POLICY),
        "may_propose": found.state in MINE_TO_PROPOSE,
        "settle_form": form if isinstance(form, forms.Settle) else forms.Settle(),
        "unknown": _unknown_action(found.pk) if found.state == TicketState.HANDED_OVER else None,
        "may_resume": approve.may_resume(found, actions[-1] if actions else None),
        "keys": (("?", "Keys"),),
    }
    return render(request, "tickets/ticket.html", context, status=status)


def _runs(found: Ticket) -> list[tuple[int, list[show.GateRow], bool]]:
    """Return each run with its twelve gates, newest first; the newest one is open."""
    receipts = _receipts(found)
    runs = [(run, list(group)) for run, group in groupby(receipts, key=lambda receipt: receipt.run)]
    last = runs[-1][0] if runs else 0
    return [(run, show.gate_rows(group), run == last) for run, group in reversed(runs)]


def _receipts(found: Ticket) -> list[GateReceipt]:
    """Return what the gates said, in order."""
    return sorted(plant.receipts_of_ticket(found), key=lambda receipt: (receipt.run, receipt.position))


def _propose_form(found: Ticket, actions: list[Action], form: forms.Typed | None) -> forms.Typed:
    if isinstance(form, forms.Propose):
        return form
    last = actions[-1] if actions else None
    one_order = found.order_numbers[0] if len(found.order_numbers) == 1 else ""
    reply = Reply.objects.filter(ticket=found).first()
    return forms.Propose(
        initial={
            "kind": last.kind if last else "refund",
            "order_number": one_order,
            "currency": last.currency if last and last.currency else gather.organization_currency(),
            "reply": reply.text if reply else "",
        }
    )
