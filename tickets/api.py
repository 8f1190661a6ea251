"""The tickets API: take in, look at, decide. Each action calls one verb."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from portal.api_wire import django_messages
from portal.rate import Limited
from portal.roles import Capability
from tickets import approve, assign, by_hand, candidates, correct, gather, intake, queue, receipts, reject_many, settle
from tickets import serializers as wire
from tickets.forms import ApprovalFilters
from tickets.models import Action, ActionState, Approval, ApprovalState, Ticket, TicketState

FILTERS = {
    "q": "order, customer, words of the question or the ticket",
    "kind": "refund, cancel, exchange or reply",
    "claim": "assigned, mine, others or unclaimed",
    "gate": "the gate that asked, such as money",
    "least": "amount from, in `currency` or the organization's own",
    "most": "amount up to",
    "currency": "ISO 4217 code",
    "age": "hours it has waited at least: 1, 4 or 24",
    "second": "true: two people approve it",
    "category": "why it was rejected",
}
"""What the list of approvals is narrowed by, as on the page."""


def in_state(request: Any, rows: Any, states: list[str]) -> Any:
    """Return the rows in the state the address asks for; one that does not exist is an error, not an empty list."""
    state = request.query_params.get("state", "")
    if state and state not in states:
        raise ValidationError({"state": f"state: `{state[:40]}` is not one of {', '.join(states)}"})
    return rows.filter(state=state) if state else rows


class TicketViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Any]):
    """Tickets, newest first; taking one in is idempotent by `external_ref`."""

    capability = Capability.WORK_APPROVALS
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> Any:
        rows = in_state(self.request, Ticket.objects.all(), TicketState.values)
        return (
            rows.prefetch_related("gate_receipts", "actions", "decision_receipts")
            if self.action == "retrieve"
            else rows
        )

    def get_serializer_class(self) -> Any:
        return wire.TicketDetail if self.action == "retrieve" else wire.TicketOut

    @extend_schema(request=wire.TicketIn, responses=wire.TicketOut)
    def create(self, request: Any) -> Response:
        if not isinstance(request.data, dict):
            raise ValidationError({"body": "body: give a JSON object"})
        ticket, is_new = intake.receive_by_api(request.data)
        return Response(wire.TicketOut(ticket).data, status=201 if is_new else 200)

    @extend_schema(responses=wire.ReceiptOut)
    @action(detail=True)
    def receipt(self, request: Any, pk: str) -> Response:
        """The decision receipt: what was decided by which gate and rule version, and what would have changed it."""
        return Response(receipts.as_json(self.get_object()))

    @extend_schema(request=wire.NewProposal, responses=wire.ActionOut)
    @action(detail=True, methods=["post"])
    def propose(self, request: Any, pk: str) -> Response:
        """Propose an action by hand for a ticket that a person has."""
        given = wire.NewProposal(data=request.data)
        given.is_valid(raise_exception=True)
        made = approve.propose_anew(self.get_object().pk, **given.validated_data)
        return Response(wire.ActionOut(made).data, status=201)

    @extend_schema(request=wire.Reason, responses=wire.TicketOut)
    @action(detail=True, methods=["post"])
    def resume(self, request: Any, pk: str) -> Response:
        """Start a ticket again that the kill switch stopped."""
        given = wire.Reason(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(wire.TicketOut(approve.resume(self.get_object().pk, **given.validated_data)).data)

    @extend_schema(request=wire.Deed, responses=wire.DeedOut)
    @action(detail=True, methods=["post"], url_path="by-hand")
    def by_hand(self, request: Any, pk: str) -> Response:
        """Say what a person did about a ticket themselves; the shadow report compares it with the AI (T25)."""
        ticket = self.get_object()
        given = wire.Deed(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(wire.DeedOut(by_hand.record(ticket.pk, **given.validated_data)).data)

    @extend_schema(request=wire.CorrectionIn, responses=wire.TicketOut)
    @action(detail=True, methods=["post"])
    def correct(self, request: Any, pk: str) -> Response:
        """Say what a ticket is really about: it teaches the organization's next classifications."""
        ticket = self.get_object()
        given = wire.CorrectionIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(wire.TicketOut(correct.correct(ticket.pk, **given.validated_data)).data)

    @extend_schema(request=None, responses=wire.TicketOut)
    @action(detail=True, methods=["post"], url_path="forget-correction")
    def forget_correction(self, request: Any, pk: str) -> Response:
        """Take a correction back; it teaches nothing any more."""
        return Response(wire.TicketOut(correct.forget(self.get_object().pk)).data)


class ActionViewSet(viewsets.ReadOnlyModelViewSet[Action]):
    """The action log: tool, actor, inputs, output, amount, verdict, status."""

    capability = Capability.WORK_APPROVALS
    serializer_class = wire.ActionOut
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> Any:
        return in_state(self.request, Action.objects.all(), ActionState.values)

    @extend_schema(request=wire.Settling, responses=wire.ActionOut)
    @action(detail=True, methods=["post"])
    def settle(self, request: Any, pk: str) -> Response:
        """Say what became of an action of unknown outcome; the store is asked once more, and what it has counts."""
        found = self.get_object()
        given = wire.Settling(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(wire.ActionOut(settle.say(found.pk, **given.validated_data)).data)


class ApprovalViewSet(viewsets.ReadOnlyModelViewSet[Approval]):
    """The approval queue. A yes names the digest of what was shown."""

    capability = Capability.WORK_APPROVALS
    serializer_class = wire.ApprovalOut
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> Any:
        rows = Approval.objects.all() if self.action == "list" else Approval.objects.with_tests()
        rows = in_state(self.request, rows.select_related("action"), ApprovalState.values)
        return rows.waiting() if self.request.query_params.get("open") == "1" else rows

    @extend_schema(parameters=[OpenApiParameter(name, description=says) for name, says in FILTERS.items()])
    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """List approvals, newest first, by the filters the page has."""
        return super().list(request, *args, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        return self._narrowed(rows) if self.action == "list" else rows

    def _narrowed(self, rows: Any) -> Any:
        given = {name: value for name, value in self.request.query_params.items() if name in FILTERS}
        form = ApprovalFilters(
            given, currency=gather.organization_currency(), currencies=[str(given.get("currency", ""))]
        )
        if form.errors:
            raise ValidationError({name: [str(each) for each in said] for name, said in form.errors.items()})
        return queue.filtered(rows, form)

    def _shown(self, approval: Approval) -> Response:
        return Response(wire.ApprovalOut(approval).data)

    def _given(self, serializer: Any) -> dict[str, Any]:
        given = serializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    @extend_schema(request=None, responses=wire.ApprovalOut)
    @action(detail=True, methods=["post"])
    def claim(self, request: Any, pk: str) -> Response:
        return self._shown(approve.claim(self.get_object().pk))

    @extend_schema(request=None, responses=wire.ApprovalOut)
    @action(detail=True, methods=["post"])
    def release(self, request: Any, pk: str) -> Response:
        return self._shown(approve.release(self.get_object().pk))

    @extend_schema(request=wire.Decision, responses=wire.ApprovalOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Any, pk: str) -> Response:
        return self._shown(approve.approve(self.get_object().pk, **self._given(wire.Decision)))

    @extend_schema(request=wire.Rejection, responses=wire.ApprovalOut)
    @action(detail=True, methods=["post"])
    def reject(self, request: Any, pk: str) -> Response:
        return self._shown(approve.reject(self.get_object().pk, **self._given(wire.Rejection)))

    @extend_schema(request=wire.BulkRejection, responses=wire.BulkResult)
    @action(detail=False, methods=["post"], url_path="reject", url_name="reject-many")
    def reject_many(self, request: Any) -> Response:
        """Reject several with one reason, each by itself; those that failed are listed with why."""
        given = self._given(wire.BulkRejection)
        done, failed = reject_many.reject_many(**given)
        return Response({"rejected": done, "failed": [asdict(each) for each in failed]})

    @extend_schema(request=wire.Choice, responses=wire.ApprovalOut)
    @action(detail=True, methods=["post"])
    def choose(self, request: Any, pk: str) -> Response:
        """Say which of the candidates is meant; the gates are asked about it, and it then waits for a yes."""
        return self._shown(candidates.choose(self.get_object().pk, **self._given(wire.Choice)))

    @extend_schema(request=wire.Assignment, responses=wire.ApprovalOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Any, pk: str) -> Response:
        return self._shown(assign.assign(self.get_object().pk, **self._given(wire.Assignment)))

    @extend_schema(responses=wire.Numbers)
    @action(detail=False, methods=["get"])
    def numbers(self, request: Any) -> Response:
        """Say how many wait, how long, and how decisions went over the last thirty days."""
        found = queue.numbers()
        return Response(wire.Numbers(found).data)

    @extend_schema(request=wire.Lowering, responses=wire.ApprovalOut)
    @action(detail=True, methods=["post"])
    def lower(self, request: Any, pk: str) -> Response:
        return self._shown(approve.lower(self.get_object().pk, **self._given(wire.Lowering)))

    @extend_schema(request=wire.Wording, responses=wire.ApprovalOut)
    @action(detail=True, methods=["post"], url_path="reply")
    def edit_reply(self, request: Any, pk: str) -> Response:
        given = self._given(wire.Wording)
        return self._shown(approve.edit_reply(self.get_object().pk, text=given["reply"], digest=given["digest"]))


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, key: str) -> JsonResponse:
    """Take a signed delivery: 202 when new, 200 when it was taken before, 401 when it does not prove its sender."""
    try:
        ticket, is_new = intake.deliver(
            key,
            request.headers.get("Countersign-Signature", ""),
            request.headers.get("Countersign-Delivery", "") or request.headers.get("Idempotency-Key", ""),
            request.body,
        )
    except RequestDataTooBig:
        return JsonResponse({"errors": [{"field": "body", "message": "body: is too large; shorten it"}]}, status=413)
    except intake.SignatureRefused as refusal:
        return JsonResponse({"errors": [{"field": "Countersign-Signature", "message": refusal.reason}]}, status=401)
    except Limited as error:
        pairs = [{"field": "", "message": error.message}]
        return JsonResponse({"errors": pairs}, status=error.status, headers=error.headers)
    except ValidationError as error:
        pairs = [{"field": field, "message": message} for field, message in django_messages(error)]
        return JsonResponse({"errors": pairs}, status=400)
    return JsonResponse({"ticket": str(ticket.pk), "state": ticket.state}, status=202 if is_new else 200)
