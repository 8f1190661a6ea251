"""What the pages look up by an address or a form: nothing that the person may not see is ever found."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404

from connectors.models import Connector
from questions.models import Question, Report


def seen_question(pk: uuid.UUID) -> Question:
    """Return a question the person may see; raises `Http404`."""
    rows = Question.objects.visible_to_me().select_related("connector", "asked_by", "verified_query", "report")
    row: Question | None = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def my_question(given: str) -> Question | None:
    try:
        return Question.objects.mine().filter(pk=uuid.UUID(given)).first() if given else None
    except ValueError:
        return None


def seen_report(pk: uuid.UUID) -> Report:
    """Return a report the person owns or was given; raises `Http404`."""
    row: Report | None = Report.objects.visible_to_me().select_related("connector", "owner").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def usable_source(given: str) -> Connector | None:
    """Return a source the person may use, or None without a word: this only draws a warning."""
    try:
        return Connector.objects.usable_by_me().sources().filter(pk=uuid.UUID(given)).first() if given else None
    except ValueError:
        return None


def chosen_source(form: Any, name: str) -> Connector | None:
    """Return the connector the form stands on: the one given, else the first it offers."""
    offered = [value for value, _ in form.fields[name].widget.choices]
    return usable_source(str(form[name].value() or (offered[0] if offered else "")))
