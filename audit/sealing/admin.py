"""Seals in the admin: heads, the key that signs them, where they are published, and how anybody checks them.

Nothing here writes but the policy of publication, which an officer edits.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit.filters import zone
from audit.models import Head, Publication, PublicationPolicy, PublicationState, PublicationWay, publication_policy
from audit.sealing import keys, publish
from audit.sealing.health import sealing_health
from audit.sealing.note import to_base64
from portal.admin_site import ReadOnlyAdmin, TenantAdmin, site
from portal.reason_form import ReasonForm
from portal.roles import Capability, i_may, require

PAGE = 30
SHAPES = {
    PublicationState.WAITING: "human",
    PublicationState.SENDING: "human",
    PublicationState.PUBLISHED: "pass",
    PublicationState.FAILED: "block",
    PublicationState.WITHDRAWN: "skip",
}


class HeadAdmin(ReadOnlyAdmin):
    """Heads: listed, shown, downloaded."""

    see = Capability.VIEW_GOVERNANCE

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("key/", view(require_GET(self.key_view)), name="audit_head_key"),
            path("<uuid:pk>/checkpoint/", view(require_GET(self.checkpoint_view)), name="audit_head_checkpoint"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show how sealing stands and one page of the heads, newest first."""
        require(Capability.VIEW_GOVERNANCE)
        return never_cache(require_GET(self._list))(request)

    def _list(self, request: HttpRequest) -> HttpResponse:
        rows = Head.objects.order_by("-number")
        before = request.GET.get("before", "")
        if before.isascii() and before.isdigit() and len(before) < 19:
            rows = rows.filter(number__lt=int(before))
        heads = list(rows[: PAGE + 1])
        home = reverse("admin:audit_head_changelist")
        context = {
            **self.admin_site.each_context(request),
            **_key(),
            "title": "Seals",
            "opts": self.opts,
            "health": sealing_health(),
            "heads": _shown(heads[:PAGE]),
            "older_url": f"{home}?before={heads[PAGE - 1].number}" if len(heads) > PAGE else "",
            "newest_url": home if before else "",
            **_ways(),
        }
        with timezone.override(zone()):
            return render(request, "audit/seals.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one head with its checkpoint, its link to the one before, and where it was published."""
        require(Capability.VIEW_GOVERNANCE)
        return never_cache(require_GET(self._detail))(request, object_id)

    def _detail(self, request: HttpRequest, object_id: str) -> HttpResponse:
        head = self.get_object(request, object_id)
        if head is None:
            raise Http404("There is no such head here.")
        context = {
            **self.admin_site.each_context(request),
            **_shown([head])[0],
            **_key(),
            "title": f"Head {head.number}",
            "opts": self.opts,
        }
        with timezone.override(zone()):
            return render(request, "audit/head.html", context)

    def checkpoint_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Give the checkpoint as it was published, to keep."""
        require(Capability.VIEW_GOVERNANCE)
        head = Head.objects.filter(pk=pk).first()
        if head is None:
            raise Http404("There is no such head here.")
        return _file(head.checkpoint.encode(), f"head-{head.number:012d}.txt", "text/plain; charset=utf-8")

    def key_view(self, request: HttpRequest) -> HttpResponse:
        """Give the public key as verifiers take it."""
        require(Capability.VIEW_GOVERNANCE)
        found = keys.current()
        if found is None:
            raise Http404("Nothing was sealed yet: there is no key.")
        return _file(f"{keys.verifier_key(found)}\n".encode(), "countersign-key.txt", "text/plain; charset=utf-8")


class PublicationAdmin(ReadOnlyAdmin):
    """What became of each publication; a time-stamp is downloaded as the server gave it."""

    see = Capability.VIEW_GOVERNANCE
    list_display = ["created_at", "number", "way", "state", "where", "tries", "said", "published_at"]
    list_filter = ["state", "way"]
    list_select_related = ["head"]
    ordering = ["-id"]
    fields = ["head", "way", "state", "where", "tries", "said", "published_at", "stamped_at"]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/token/", view(require_GET(self.token_view)), name="audit_publication_token"),
            *super().get_urls(),
        ]

    def number(self, row: Publication) -> int:
        return int(row.head.number)

    number.short_description = "head"  # type: ignore[attr-defined]

    def token_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Give a time-stamp server's answer, as `openssl ts` and `countersign-verify` read it."""
        require(Capability.VIEW_GOVERNANCE)
        row = Publication.objects.select_related("head").filter(pk=pk).exclude(token=None).first()
        if row is None:
            raise Http404("There is no such time-stamp here.")
        return _file(bytes(row.token), f"head-{row.head.number:012d}.tsr", "application/timestamp-reply")


class PublicationPolicyAdmin(TenantAdmin):
    """Where heads are published: one row."""

    edit = Capability.SET_POLICY
    see = Capability.VIEW_GOVERNANCE
    may_remove = False
    fields = ["to_folder", "by_notice", "timestamp_url", "timestamp_roots", "every_minutes", "change_reason"]
    list_display = ["__str__", "to_folder", "by_notice", "timestamp_url", "every_minutes"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not PublicationPolicy.objects.exists()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, form=ReasonForm, **kwargs)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _key() -> dict[str, Any]:
    """Return what the pages show of the key. One query."""
    found = keys.current()
    if found is None:
        return {"key": None}
    digest = hashlib.sha256(bytes(found.public)).hexdigest()
    fingerprint = " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))
    return {"key": found, "verifier_key": keys.verifier_key(found), "fingerprint": fingerprint}


def _shown(heads: list[Head]) -> list[dict[str, Any]]:
    """Return what the pages show of heads. One query."""
    rows: dict[uuid.UUID, list[dict[str, Any]]] = {}
    for row in Publication.objects.filter(head__in=heads).order_by("way"):
        rows.setdefault(row.head_id, []).append({"row": row, "shape": SHAPES[PublicationState(row.state)]})
    return [
        {"head": head, "root": to_base64(bytes(head.root)), "publications": rows.get(head.pk, [])} for head in heads
    ]


def _ways() -> dict[str, Any]:
    """Return each way out with where it leads and the last that went by it. A few queries."""
    policy, ways = publication_policy(), []
    for way in PublicationWay:
        last = Publication.objects.filter(way=way).select_related("head").order_by("-head__number").first()
        out = Publication.objects.filter(way=way, state=PublicationState.PUBLISHED).select_related("head")
        shape = SHAPES[PublicationState(last.state)] if last else "skip"
        row = {"label": way.label, "place": publish.place(policy, way), "last": last, "shape": shape}
        ways.append(row | {"out": out.order_by("-head__number").first()})
    add, edit = "admin:audit_publicationpolicy_add", "admin:audit_publicationpolicy_change"
    is_new = policy._state.adding
    return {
        "ways": ways,
        "leaves": any(way["place"] for way in ways),
        "every_minutes": policy.every_minutes,
        "policy_url": (reverse(add) if is_new else reverse(edit, args=[policy.pk]))
        if i_may(Capability.SET_POLICY)
        else "",
    }


site.register(Head, HeadAdmin)
site.register(Publication, PublicationAdmin)
site.register(PublicationPolicy, PublicationPolicyAdmin)
