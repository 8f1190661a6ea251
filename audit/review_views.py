"""Pages of access reviews: start one, decide by keyboard, see what came of each, close."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from audit.models import CampaignState, Decision, ReviewCampaign, ReviewItem, ReviewResult
from audit.reviewing import campaign as campaigns
from audit.reviewing import decide as deciding
from portal import reviewable, tenancy
from portal.listing import keyset
from portal.models import Membership
from portal.page_verb import carry_out
from portal.roles import Capability, Role, i_may, requires

WORDS = {
    **{role.value: f"{role.label}s" for role in Role},
    "service": "Services and keys",
    "ai": "The AI",
    "outside": "From outside",
}
SHOWN = 100


class StartForm(forms.Form):
    """A review: its name, its end, and who reviews each group."""

    name = forms.CharField(max_length=120, help_text="Such as `Access, fourth quarter`.")
    due_at = forms.DateTimeField(label="Due (UTC)", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        admins = (
            Membership.objects.filter(role=Role.ADMIN, is_active=True).select_related("user").order_by("user__name")
        )
        people = [(str(each.user_id), each.user.name) for each in admins]
        for group in campaigns.GROUPS:
            self.fields[f"of_{group}"] = forms.ChoiceField(
                label=WORDS[group], required=False, choices=[("", "Not in this review"), *people]
            )
        self.fields["deputy"] = forms.ChoiceField(
            label="What a reviewer holds themselves goes to", required=False, choices=[("", "Nobody yet"), *people]
        )

    def asked(self) -> dict[str, Any]:
        """Return what the verb takes."""
        given = self.cleaned_data
        reviewers = {group: uuid.UUID(given[f"of_{group}"]) for group in campaigns.GROUPS if given.get(f"of_{group}")}
        deputy = uuid.UUID(given["deputy"]) if given.get("deputy") else None
        due_at = given["due_at"].replace(tzinfo=UTC)
        return {"name": given["name"], "due_at": due_at, "reviewers": reviewers, "deputy": deputy}


@require_GET
@requires(Capability.VIEW_GOVERNANCE)
def reviews(request: HttpRequest) -> HttpResponse:
    """Show every review, and the form of a new one."""
    return _list(request)


def _list(request: HttpRequest, form: StartForm | None = None, status: int = 200) -> HttpResponse:
    page = keyset(request, ReviewCampaign.objects.all())
    rows = [(each, each.items.filter(decision=Decision.WAITING).count(), each.items.count()) for each in page.rows]
    may_start = i_may(Capability.MANAGE_PEOPLE)
    context = {"page": page, "rows": rows, "form": (form or StartForm()) if may_start else None}
    return render(request, "audit/reviews.html", context, status=status)


@require_POST
@requires(Capability.MANAGE_PEOPLE)
def start(request: HttpRequest) -> HttpResponse:
    """Start a review."""
    form = StartForm(request.POST)
    return carry_out(
        request,
        lambda: campaigns.start(**form.asked()),
        then=lambda made: redirect("audit:review", made.pk),
        again=lambda said, status: _list(request, form, status),
        form=form,
    )


@require_GET
@requires(Capability.VIEW_GOVERNANCE)
def review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one review: what waits for me first, then everything with what came of it."""
    return _one(request, pk)


def _one(request: HttpRequest, pk: uuid.UUID, said: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    campaign = get_object_or_404(ReviewCampaign.objects.all(), pk=pk)
    items = campaign.items.select_related("reviewer", "decided_by")
    only = request.GET.get("show", "waiting" if campaign.state == CampaignState.OPEN else "all")
    shown = items.filter(decision=Decision.WAITING) if only == "waiting" else items
    if only == "failed":
        shown = items.filter(effect="failed")
    page = keyset(request, shown, oldest_first=True, size=SHOWN)
    is_open = campaign.state == CampaignState.OPEN
    context = {
        "campaign": campaign,
        "is_open": is_open,
        "may_decide": i_may(Capability.MANAGE_PEOPLE),
        "page": page,
        "rows": [_row(each) for each in page.rows],
        "only": only,
        "waiting": items.filter(decision=Decision.WAITING).count(),
        "failed": items.filter(effect="failed").count(),
        "total": items.count(),
        "newcomers": campaigns.newcomers(campaign) if is_open else [],
        "gone": campaigns.gone(campaign) if is_open else [],
        "result": ReviewResult.objects.filter(campaign_id=campaign.pk).first(),
        "said": said,
        "keys": [("j / k", "next, previous"), ("y", "keep"), ("n", "revoke"), ("t", "take over"), ("x", "select")],
    }
    return render(request, "audit/review.html", context, status=status)


def _row(item: ReviewItem) -> dict[str, Any]:
    me = tenancy.current().user_id
    is_waiting = item.decision == Decision.WAITING or item.effect == "failed"
    return {
        "item": item,
        "group": WORDS.get(item.group, item.group),
        "kind": reviewable.sources()[item.kind].title if item.kind in reviewable.sources() else item.kind,
        "is_waiting": is_waiting,
        "is_mine": is_waiting and item.reviewer_id == me,
        "may_take": is_waiting and item.reviewer_id != me and item.holder_user_id != me,
    }


@require_POST
@requires(Capability.MANAGE_PEOPLE)
def decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep or revoke one access, or take its review over; answers with its row where only that is asked for."""
    verb = request.POST.get("decision", "")
    item = get_object_or_404(ReviewItem.objects.all(), pk=pk)

    def act() -> ReviewItem:
        return deciding.take_over(pk) if verb == "take" else deciding.decide(pk, decision=verb)

    if request.headers.get("HX-Request"):
        return carry_out(
            request, act, then=lambda made: _fragment(request, pk), again=lambda said, _: _fragment(request, pk, said)
        )
    back = redirect("audit:review", item.campaign_id)
    return carry_out(
        request,
        act,
        then=lambda made: back,
        again=lambda said, status: _one(request, item.campaign_id, tuple(said), status),
    )


def _fragment(request: HttpRequest, pk: uuid.UUID, said: list[str] | None = None) -> HttpResponse:
    item = ReviewItem.objects.select_related("reviewer", "decided_by").get(pk=pk)
    context = {"row": _row(item), "said": said or [], "is_selected": True, "may_decide": True}
    return render(request, "audit/_review_row.html", context)


@require_POST
@requires(Capability.MANAGE_PEOPLE)
def decide_many(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Decide on the selected accesses, or on every suggestion that is mine."""
    campaign = get_object_or_404(ReviewCampaign.objects.all(), pk=pk)
    decision = request.POST.get("decision", "")
    if decision == "suggested":
        mine = campaign.items.filter(decision=Decision.WAITING, reviewer_id=tenancy.current().user_id)
        wanted, decision = list(mine.exclude(suggestion="").values_list("pk", flat=True)), "revoke"
    else:
        asked = {str(key) for key in request.POST.getlist("items")}
        wanted = [key for key in campaign.items.values_list("pk", flat=True) if str(key) in asked]
    done, problems = deciding.decide_many(wanted, decision=decision)
    if problems:
        return _one(request, pk, tuple(dict.fromkeys(problems))[:20], 400)
    messages.success(request, f"{done} decided.")
    return redirect("audit:review", pk)


@require_POST
@requires(Capability.MANAGE_PEOPLE)
def include(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Add the access that was given since the start."""
    return _verb(request, pk, lambda: campaigns.include(pk))


@require_POST
@requires(Capability.MANAGE_PEOPLE)
def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Close the review with its result."""
    return _verb(request, pk, lambda: campaigns.close(pk))


def _verb(request: HttpRequest, pk: uuid.UUID, verb: Any) -> HttpResponse:
    return carry_out(
        request,
        verb,
        then=lambda made: redirect("audit:review", pk),
        again=lambda said, status: _one(request, pk, tuple(said), status),
    )
