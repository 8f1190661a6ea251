"""A question and its answer as programs and terminals are told it: what the role may see, the warning first."""

from __future__ import annotations

from typing import Any

from portal.roles import Capability, i_may
from questions import view
from questions.models import Question


def told(question: Question, *, way: str) -> dict[str, Any]:
    """Return the question as it stands, with its rows while they are kept for the current person; SQL by role.

    Records that rows were shown.
    """
    row: Question = Question.objects.select_related("connector", "asked_by").get(pk=question.pk)
    answer = view.open_answer(row, way=way)
    found: dict[str, Any] = {
        "id": str(row.pk),
        "production_warning": row.production_warning,
        "question": row.text,
        "state": row.state,
        "is_under_way": row.is_under_way,
        "connector": {"id": str(row.connector_id), "name": row.connector.name} if row.connector else None,
        "connector_reason": row.connector_reason,
        "confidence": row.confidence,
        "text": answer.text if answer else "",
        "columns": [column["name"] for column in row.columns] if answer else [],
        "rows": [list(each) for each in answer.rows] if answer else [],
        "row_count": row.row_count,
        "is_cut": bool(row.rows_cut or row.bytes_cut),
        "reasons": [str(reason.get("message", "")) for reason in row.reasons],
        "choices": row.choices,
        "failure": row.failure,
        "is_retryable": row.is_retryable,
        "assumptions": row.assumptions,
        "notices": row.data_notices,
        "cost_microusd": row.cost_microusd,
        "resets_at": row.resets_at.isoformat() if row.resets_at else None,
    }
    if i_may(Capability.SEE_SQL):
        found["sql"] = row.executed_sql or row.generated_sql
    return found
