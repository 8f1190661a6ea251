"""How questions are shown: signs, words and rows ready for a page. Decides nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from guardrails import spend
from portal.roles import Capability, i_may
from portal.templatetags.countersign import cost, duration, size
from questions import answer_text, counting, measured, thread
from questions.chart import chart_for
from questions.models import Confidence, Fault, Question, QuestionState, Report
from questions.pipeline import STEPS
from questions.report import Shared
from questions.rows import Answer

SIGNS: dict[str, tuple[str, str]] = {
    QuestionState.ASKED: ("busy", "Waiting for a worker"),
    QuestionState.MATCHING: ("busy", "Matching"),
    QuestionState.GENERATING: ("busy", "Writing SQL"),
    QuestionState.GUARDING: ("busy", "Guarding"),
    QuestionState.RUNNING: ("busy", "Running"),
    QuestionState.ANSWERED: ("pass", "Answered"),
    QuestionState.REFUSED: ("block", "Refused"),
    QuestionState.CLARIFYING: ("human", "Asks back"),
    QuestionState.UNANSWERABLE: ("human", "Not answerable"),
    QuestionState.PAUSED: ("stop", "Paused"),
    QuestionState.FAILED: ("block", "Failed"),
    QuestionState.CANCELLED: ("stop", "Cancelled"),
}
CONFIDENCE_SIGNS = {
    Confidence.HIGH: "pass",
    Confidence.MEDIUM: "record",
    Confidence.LOW: "human",
    Confidence.UNCERTAIN: "block",
}
MOST_OF_THREAD = 6
NUMBERS = ("integer", "decimal", "float")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as it is shown, and how."""

    text: str
    is_number: bool = False
    is_null: bool = False
    is_cut: bool = False


def table(answer: Answer) -> list[list[Cell]]:
    """Return the rows as cells: numbers grouped, nothing shown as such, a cut cell marked."""
    cut = {(row, column) for row, column in answer.cut_cells}
    return [
        [
            Cell(
                answer_text.show_as(value, column["name"], column["kind"], shorten=False),
                column["kind"] in NUMBERS,
                value is None,
                (number, place) in cut,
            )
            for place, (value, column) in enumerate(zip(row, answer.columns, strict=True))
        ]
        for number, row in enumerate(answer.rows)
    ]


def headings(answer: Answer) -> list[tuple[str, str, bool]]:
    """Return (name, type, whether it holds numbers) of each column."""
    return [(column["name"], column["type"], column["kind"] in NUMBERS) for column in answer.columns]


def chart_of(question: Question, answer: Answer | None) -> dict[str, Any] | None:
    """Return the chart that suits the rows, as page and API carry it; None where none does (Q18)."""
    if answer is None:
        return None
    found = chart_for(answer.columns, answer.rows, answer.cut_cells, is_part=question.is_cut)
    return found.as_json() if found else None


def receipt(question: Question) -> list[str]:
    """Return the short facts under an answer, exact."""
    rows = question.row_count or 0
    complete = "cut" if question.rows_cut else "values cut" if question.bytes_cut else "complete"
    items = [
        f"{rows:,} {'row' if rows == 1 else 'rows'}, {complete}",
        size(question.size_bytes),
        f"{duration(question.duration_ms)} in the database",
        cost(question.cost_microusd),
    ]
    return [*items, told(question)]


def told(question: Question) -> str:
    """Return what left the house for this question, in one line."""
    ledger = question.ledger
    if question.verified_only or not ledger or not ledger.get("leaves_the_house"):
        return "to a model: nothing"
    tables, rows = len(ledger.get("tables", [])), ledger.get("rows", "none")
    said = "no rows" if rows == "none" else rows
    return f"to the model: {tables} table names, {ledger.get('columns', 0)} column names, {said}"


def sent_back(question: Question) -> list[dict[str, Any]]:
    """Return each time the model was sent back: by whom, why, and what that call cost where it was made."""
    calls = [call for call in question.ledger.get("calls", []) if call["purpose"] == "repair"]
    costs = [call.get("cost_microusd") for call in calls] + [None] * len(question.sent_back)
    return [{**note, "cost_microusd": cost} for note, cost in zip(question.sent_back, costs, strict=False)]


def title_of(question: Question) -> str:
    """Return what a report of this answer may be called: its question, or the tables a typed statement reads."""
    if question.text or not question.tables:
        return question.text[:160]
    return f"Rows of {' and '.join(str(table) for table in question.tables[:3])}"[:160]


def assumptions(question: Question) -> list[str]:
    """Return how the question was understood, without the days of a period that is told with both its ends."""
    periods = [f": {period['said']} → ".lower() for period in question.reading.get("periods", [])]
    return [each for each in question.assumptions if not any(said in each.lower() for said in periods)]


def conversation(question: Question) -> dict[str, Any]:
    """What `_beside.html` and `_told.html` draw: the thread, the count of a cut answer, what left the house."""
    told_to_all = {"sent_back": sent_back(question), "assumptions": assumptions(question)}
    if not question.is_mine:
        return told_to_all
    return {
        **told_to_all,
        "thread": thread.earlier(question, MOST_OF_THREAD),
        "follow_ups": thread.later(question, MOST_OF_THREAD),
        "counted": counting.counted(question, way="page"),
    }


def progress(question: Question) -> list[tuple[str, str]]:
    """Return (what a step says, done | current | "") for every step of the pipeline."""
    ran = {each["step"] for each in question.timings}
    return [
        (step.says, "current" if step.name == question.step else "done" if step.name in ran else "") for step in STEPS
    ]


def shared(report: Report, found: Shared) -> list[str]:
    """Return what the person who shares a report is told of those they share it with."""
    name = report.connector.name
    said = ["Shared. They run it as themselves, under their own grants."]
    if found.lacking:
        who = ", ".join(found.lacking[:5]) + (f" and {len(found.lacking) - 5} more" if len(found.lacking) > 5 else "")
        hold = "holds" if len(found.lacking) == 1 else "hold"
        said.append(f"{who} {hold} no grant on `{name}`: until an admin grants it they see no row.")
    if found.sees_differently:
        said.append(f"On `{name}` their filters or masks are not yours: they see rows of their own runs alone.")
    return said


def spend_card(question: Question) -> dict[str, Any]:
    """Return what the person has spent this cycle. Four queries."""
    used = spend.usage(question.asked_by_id)
    return {"used": used.used, "cap": used.cap, "resets_at": timezone.localtime(used.resets_at)}


def _measured(question: Question) -> measured.Measured | None:
    """What the answer's level has meant on its connector. Two queries for an answer."""
    if question.state != QuestionState.ANSWERED or question.connector is None or not question.confidence:
        return None
    return measured.of(question.connector, question.confidence)


def _judging(question: Question) -> dict[str, Any]:
    """What `_feedback.html` draws. One query for an answer of one's own."""
    if question.state != QuestionState.ANSWERED:
        return {}
    judged = question.feedback.filter(person_id=question.asked_by_id).first() if question.is_mine else None
    is_new = question.verified_query_id is None and bool(question.text)
    return {"judged": judged, "faults": Fault.choices, "may_keep": is_new and i_may(Capability.EDIT_MEMORY)}


def context_of(question: Question, answer: Answer | None) -> dict[str, Any]:
    """Return what the question's page and its fragment draw."""
    sign, word = SIGNS[question.state]
    is_mine = question.is_mine
    chart = chart_of(question, answer)
    return {
        "question": question,
        "sign": sign,
        "word": word,
        "answer": answer,
        "headings": headings(answer) if answer else [],
        "rows": table(answer) if answer else [],
        "chart": chart,
        "chart_json": json.dumps(chart) if chart else "",
        "receipt": receipt(question) if question.state == QuestionState.ANSWERED else [],
        "confidence_sign": CONFIDENCE_SIGNS.get(question.confidence, "skip"),  # type: ignore[call-overload]
        "steps": progress(question),
        "is_mine": is_mine,
        "sees_sql": i_may(Capability.SEE_SQL),
        "edits_sql": is_mine and i_may(Capability.EDIT_SQL),
        "may_save": is_mine and question.state == QuestionState.ANSWERED and i_may(Capability.SAVE_ANSWERS),
        "spend": spend_card(question) if is_mine else None,
        "measured": _measured(question),
        **_judging(question),
        **conversation(question),
    }
