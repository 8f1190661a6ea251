"""The events of the questions flow, declared once. Texts and SQL are erasable text; rows are never recorded."""

from __future__ import annotations

from portal.trail import declare

_SQL = "generated_sql executed_sql"

declare(
    "question.asked",
    "a question was asked",
    fields="origin parent report",
    text="question sql",
    promises=("A01", "A03"),
)
declare(
    "question.matched",
    "a question was matched with a verified query, without a model call",
    fields="verified_query score",
    text=_SQL,
    promises=("A01", "Q08"),
)
declare(
    "question.generated",
    "the model answered a question with SQL or asked back",
    fields="model kind repair call",
    text=_SQL,
    promises=("A01", "A03", "Q10"),
)
declare(
    "question.sent_back",
    "the model was sent back with what the guard or the engine said of its statement",
    fields="by attempt reason",
    text=_SQL,
    promises=("A01", "A03"),
)
declare(
    "question.summarized",
    "the model summed up the rows of an answer, and the summary was checked against them",
    fields="model state unfounded rows",
    promises=("A03", "Q12"),
)
declare(
    "question.refused",
    "a question's statement or budget was refused",
    fields="reasons origin",
    text=f"question {_SQL}",
    promises=("A01", "A07"),
)
declare(
    "question.answered",
    "a question was answered",
    fields="origin result_digest rows_cut bytes_cut verified_query verified_only score repairs tables report ledger"
    " counts",
    text=f"question {_SQL}",
    promises=("A01", "Q01"),
)
declare(
    "question.unanswered",
    "a question could not be answered from this data, or needs a choice first",
    fields="state reasons",
    text="question",
    promises=("A01",),
)
declare(
    "question.failed",
    "a question failed in a way a person can read and retry",
    fields="code reason is_retryable",
    text=f"question {_SQL}",
    promises=("A01", "Q07"),
)
declare(
    "question.cancelled", "a question was cancelled", fields="step", text=f"question {_SQL}", promises=("A01", "Q17")
)
declare(
    "question.paused",
    "a question paused at a spend cap",
    fields="scope cap used resets_at",
    text="question",
    promises=("A01", "Q16"),
)
declare(
    "question.walked",
    "a person read a table window by window",
    fields="table kind windows since origin",
    promises=("A07", "Q04"),
)
declare("question.viewed", "the rows of an answer were shown", fields="way", promises=("A01",))
declare(
    "statement.contradicted",
    "the database's plan of a statement read what the guard had not seen",
    fields="relations seen origin",
    promises=("A07", "Q03"),
)
declare(
    "statement.checked",
    "the guard was asked about a statement without running it",
    fields="dialect codes",
    promises=("A03",),
)
declare("report.saved", "an answer was saved as a report", fields="title", promises=("A02", "Q15"))
declare("report.renamed", "a report was renamed", fields="title was", promises=("A02", "Q15"))
declare(
    "report.shared",
    "a report was shared with a person or a role",
    fields="title person role has_grant lacking sees_differently",
    promises=("A02", "Q15"),
)
declare(
    "report.unshared",
    "a report is no longer shared with a person or a role",
    fields="title person role",
    promises=("A02", "Q15"),
)
declare("report.removed", "a report was removed", fields="title", promises=("A02",))
declare(
    "report.scheduled",
    "a report is refreshed as its owner",
    fields="title every hour day until",
    promises=("A02", "Q15"),
)
declare("report.unscheduled", "a report is refreshed no more", fields="title", promises=("A02", "Q15"))
declare(
    "report.paused",
    "the refresh of a report paused until its owner does something",
    fields="title code reason",
    promises=("A01", "Q15"),
)
declare(
    "verified_query.countersigned",
    "a second officer countersigned a verified query",
    fields="author columns revision",
    promises=("A02", "Q09"),
)
declare(
    "verified_query.lapsed",
    "a verified query was set aside because a column it reads changed or is gone",
    fields="reason revision",
    promises=("A02", "Q09"),
)
declare(
    "question.judged",
    "the person who asked said whether the answer was right, and in which way it was wrong",
    fields="fault",
    promises=("A01",),
)
declare("evaluation.started", "a run over an evaluation set was started", fields="why change", promises=("A02", "Q11"))
declare(
    "evaluation.case_judged",
    "a question of an evaluation set was answered and its result compared",
    fields="case model reasons",
    text="question generated_sql",
    promises=("A03", "Q11"),
)
declare(
    "evaluation.ended",
    "a run over an evaluation set ended",
    fields="cases right failure change",
    promises=("A02", "Q11"),
)
for _verb, _sentence in (
    ("proposed", "a change of AI memory was proposed and is run against the evaluation set"),
    ("held", "a proposed change of AI memory makes cases worse and needs a second officer"),
    ("applied", "a proposed change of AI memory was applied"),
    ("rejected", "a proposed change of AI memory was rejected"),
):
    declare(f"memory_change.{_verb}", _sentence, fields="kind target worse cases finding", promises=("A02", "Q09"))
