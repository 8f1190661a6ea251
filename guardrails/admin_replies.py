"""The reply test in the admin: type a reply and what is true of it, see every finding, keep it as a test case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from guardrails import reply_cases, reply_facts
from guardrails.gates.facts import ACTION_KINDS
from portal.roles import Capability, require

_FACTS = (
    ("amount", "Amount of the action", "20.00 USD"),
    ("order", "Order number", "#1042"),
    ("paid", "Paid for the order", "100.00 USD"),
    ("refunded", "Given back before", "40.00 USD"),
    ("ordered_on", "Ordered on", "2026-02-27"),
    ("today", "Today", "2026-03-12"),
    ("tracking", "Tracking number", ""),
    ("address", "The customer's e-mail address", ""),
)
_NAMES = (*(name for name, _, _ in _FACTS), "deed", "status")

_AT_FIELD = frozenset((*(name for name, _, _ in _FACTS), "text", "name"))


class ReplyPages:
    """Routes and views that `OutputPolicyAdmin` takes in: the page, and a POST for each of its two buttons."""

    admin_site: Any
    opts: Any

    def reply_urls(self) -> list[Any]:
        own: list[tuple[str, Any, str]] = [
            ("reply-test/", require_GET(self.reply_view), "reply"),
            ("reply-test/try/", require_POST(self.reply_try_view), "reply_try"),
            ("reply-test/save/", require_POST(self.reply_save_view), "reply_save"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"guardrails_outputpolicymodel_{name}")
            for route, view, name in own
        ]

    def reply_view(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        require(Capability.SET_POLICY)
        return self._reply_page(request, "", {"today": timezone.now().date().isoformat()})

    def reply_try_view(self, request: HttpRequest) -> HttpResponse:
        """Show what the guard finds in the reply and what would be sent."""
        require(Capability.SET_POLICY)
        text, facts = _given(request)
        try:
            full = reply_cases.with_own_words(text, facts)
            result = reply_cases.try_one(text, full)
        except ValidationError as error:
            return self._reply_page(request, text, facts, problems=_by_field(error))
        shown = reply_cases.pieces(text, result.findings)
        return self._reply_page(request, text, facts, result=result, pieces=shown)

    def reply_save_view(self, request: HttpRequest) -> HttpResponse:
        """Keep the reply as a test case, with what the guard says of it today."""
        require(Capability.SET_POLICY)
        text, facts = _given(request)
        name = request.POST.get("name", "")
        try:
            case = reply_cases.save(name, text, reply_cases.with_own_words(text, facts))
        except ValidationError as error:
            return self._reply_page(request, text, facts, name=name, problems=_by_field(error))
        messages.success(request, f"Test case `{case.name}` was saved; every later output policy has to hold it.")
        return HttpResponseRedirect(reverse("admin:guardrails_replycase_changelist"))

    def _reply_page(self, request: HttpRequest, text: str, facts: dict[str, str], **found: Any) -> HttpResponse:
        problems: dict[str, str] = found.pop("problems", {})
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Test a reply",
            "text": text,
            "facts": facts,
            "fields": [(n, label, like, facts.get(n, ""), problems.get(n, "")) for n, label, like in _FACTS],
            "deeds": ACTION_KINDS,
            "statuses": reply_facts.STATUSES,
            "problems": problems,
            "other_problems": [said for name, said in problems.items() if name not in _AT_FIELD],
            **found,
        }
        return render(request, "guardrails/admin/replies.html", context)


def _given(request: HttpRequest) -> tuple[str, dict[str, str]]:
    """Return the reply and its facts as they were typed; browsers send line breaks as two characters."""
    facts = {name: request.POST.get(name, "").strip() for name in _NAMES}
    text = request.POST.get("text", "").replace("\r\n", "\n")
    return text, {name: value for name, value in facts.items() if value}


def _by_field(error: ValidationError) -> dict[str, str]:
    found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return {name: " ".join(said) for name, said in found.items()}
