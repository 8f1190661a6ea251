"""Keeping an answer as a query in AI memory: written by the admin who keeps it, until another countersigns it."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from portal.refusal import Refused
from portal.roles import Capability, require
from questions import memory
from questions.models import Question, QuestionState, VerifiedQuery


def as_verified(question: Question, *, source: str = "page") -> VerifiedQuery:
    """Keep the question and the statement that answered it as a query that waits for its countersignature.

    Only SQL and words are kept, never a row. Raises `ValidationError` naming the field, also where the connector
    has a query for this question already.
    """
    require(Capability.EDIT_MEMORY)
    if not Question.objects.visible_to_me().filter(pk=question.pk).exists():
        raise Refused("This question is not yours to keep.", subject=("question", str(question.pk)))
    if question.state != QuestionState.ANSWERED or question.connector is None:
        raise ValidationError({"question": "question: it has no answer; keep one that was answered"})
    if question.verified_query_id is not None:
        raise ValidationError({"question": "question: a query of AI memory answered it; it is kept already"})
    if not question.text:
        raise ValidationError({"question": "question: nothing was asked, SQL was typed; add it under Verified queries"})
    if len(question.text) > 500:
        raise ValidationError({"question": "question: it is longer than 500 characters; ask it shorter first"})
    made = VerifiedQuery(connector=question.connector, question=question.text, sql=question.generated_sql)
    return memory.save_verified(made, reason=f"kept from the answer to question {question.pk}", source=source)
