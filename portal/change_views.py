"""The page of edits that loosen and wait for a second officer: read, confirm exactly that, or recall."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from portal import pending, subjects, tenancy
from portal.listing import keyset
from portal.models import PendingChange, PendingState, access_policy
from portal.page_verb import carry_out
from portal.roles import Capability, requires


@require_GET
@requires(Capability.SET_POLICY)
def changes(request: HttpRequest) -> HttpResponse:
    """Show what waits and what was decided, the newest first."""
    return _shown(request)


def _shown(request: HttpRequest, said: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    page = keyset(request, PendingChange.objects.all())
    context = {"page": page, "rows": [_row(each) for each in page.rows], "policy": access_policy(), "said": said}
    return render(request, "portal/changes.html", context, status=status)


def _row(asked: PendingChange) -> dict[str, Any]:
    is_waiting = asked.state == PendingState.WAITING and asked.expires_at > timezone.now()
    names, model = sorted({*asked.before, *asked.after}), subjects.model_of(asked.kind)
    labels = {each.name: str(each.verbose_name) for each in model._meta.concrete_fields} if model else {}
    return {
        "asked": asked,
        "is_waiting": is_waiting,
        "is_mine": asked.proposed_by_id == tenancy.current().user_id,
        "fields": [(labels.get(name, name), asked.before.get(name), asked.after.get(name)) for name in names],
    }


@require_POST
@requires(Capability.SET_POLICY)
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm another officer's edit as it was shown."""
    shown = request.POST.get("digest", "")
    return _carried(request, lambda: pending.confirm(pk, shown=shown), "Confirmed. It holds from now on.")


@require_POST
@requires(Capability.SET_POLICY)
def recall(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a proposal back, or refuse it."""
    return _carried(request, lambda: pending.recall(pk), "It does not wait any more; nothing was changed.")


def _carried(request: HttpRequest, verb: Callable[[], Any], said: str) -> HttpResponse:
    def then(made: Any) -> HttpResponse:
        messages.success(request, said)
        return redirect("portal:changes")

    return carry_out(request, verb, then=then, again=lambda found, status: _shown(request, tuple(found), status))
