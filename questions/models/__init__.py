"""Tables of the questions flow: questions, AI memory, reports, and how much was read in a day."""

from questions.models.budget import AnswerBudget
from questions.models.evaluation import (
    ChangeState,
    EvaluationCase,
    EvaluationPlan,
    EvaluationResult,
    EvaluationRun,
    MemoryChange,
    Outcome,
    RunState,
)
from questions.models.feedback import Fault, Feedback
from questions.models.memory import MemoryEntry, MemoryKind, Standing, VerifiedQuery
from questions.models.metric import Metric
from questions.models.question import ENDED, Confidence, Origin, Question, QuestionState, SummaryState
from questions.models.report import Every, Report, ReportSchedule, ReportShare

__all__ = [
    "ENDED",
    "AnswerBudget",
    "ChangeState",
    "Confidence",
    "EvaluationCase",
    "EvaluationPlan",
    "EvaluationResult",
    "EvaluationRun",
    "Every",
    "Fault",
    "Feedback",
    "MemoryChange",
    "MemoryEntry",
    "MemoryKind",
    "Metric",
    "Origin",
    "Outcome",
    "Question",
    "QuestionState",
    "Report",
    "ReportSchedule",
    "ReportShare",
    "RunState",
    "Standing",
    "SummaryState",
    "VerifiedQuery",
]
