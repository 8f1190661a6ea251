"""Tables of the questions flow: questions, AI memory, reports, and how much was read in a day."""

from questions.models.budget import AnswerBudget
from questions.models.feedback import Fault, Feedback
from questions.models.memory import MemoryEntry, MemoryKind, Standing, VerifiedQuery
from questions.models.question import ENDED, Confidence, Origin, Question, QuestionState, SummaryState
from questions.models.report import Every, Report, ReportSchedule, ReportShare

__all__ = [
    "ENDED",
    "AnswerBudget",
    "Confidence",
    "Every",
    "Fault",
    "Feedback",
    "MemoryEntry",
    "MemoryKind",
    "Origin",
    "Question",
    "QuestionState",
    "Report",
    "ReportSchedule",
    "ReportShare",
    "Standing",
    "SummaryState",
    "VerifiedQuery",
]
