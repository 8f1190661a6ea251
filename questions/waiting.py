"""Waiting for an answer on behalf of a program that wants it in one call; the question goes on without the waiter."""

from __future__ import annotations

import time

from django.core.exceptions import ValidationError

from questions.models import Question

LONGEST_S = 20
LOOK_EVERY_S = 0.1


def seconds(given: object) -> int:
    """Return how long to wait; raise `ValidationError` naming `wait` where it is not 0 to 20 whole seconds."""
    if given is None:
        return 0
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= LONGEST_S:
        raise ValidationError({"wait": f"wait: `{str(given)[:20]}` is not a whole number of seconds from 0 to 20"})
    return given


def wait_for(question: Question, seconds: int) -> Question:
    """Return the question as it stands when it ended or paused, or after `seconds`. Holds no transaction."""
    until = time.monotonic() + seconds
    while True:
        row: Question = Question.objects.select_related("connector", "asked_by").get(pk=question.pk)
        if not row.is_under_way or time.monotonic() >= until:
            return row
        time.sleep(LOOK_EVERY_S)
