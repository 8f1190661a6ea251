"""Wiring of the questions flow."""

from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "questions"
    verbose_name = "Questions"

    def ready(self) -> None:
        from connectors.set_up import on_described
        from portal import change, subjects, work
        from questions import countersign, evaluate, events, pipeline, propose, refresh  # noqa: F401
        from questions.models import (
            EvaluationCase,
            EvaluationPlan,
            EvaluationRun,
            MemoryEntry,
            Metric,
            Question,
            ReportSchedule,
            VerifiedQuery,
        )

        work.register("question", Question, pipeline.handle, pipeline.give_up)
        work.register("report_schedule", ReportSchedule, refresh.handle, refresh.give_up)
        change.govern(VerifiedQuery, "verified_query", "a verified query")
        work.register("evaluation", EvaluationRun, evaluate.work_on_run, evaluate.give_up_run)
        work.register("evaluation_plan", EvaluationPlan, evaluate.work_on_plan, evaluate.give_up_plan)
        change.govern(MemoryEntry, "memory_entry", "an entry of AI memory")
        change.govern(Metric, "metric", "a metric of AI memory")
        change.govern(EvaluationCase, "evaluation_case", "a case of an evaluation set")
        change.govern(EvaluationPlan, "evaluation_plan", "when an evaluation set is run")
        for model in propose.MODELS.values():
            change.condition(model, propose.require_checked)
        on_described(countersign.look_at)
        subjects.link("question", "questions:question")
        subjects.relate("question", _belongings)
        _navigate()


def _belongings(question_id: str) -> list[tuple[str, str]]:
    """Return what belongs to a question's story: its verified query, what it follows up, and its follow-ups."""
    from django.db.models import Q

    from questions.models import Question

    found: list[tuple[str, str]] = []
    rows = Question.objects.filter(Q(pk=question_id) | Q(parent=question_id)).order_by("id")
    for pk, parent, verified in rows.values_list("pk", "parent_id", "verified_query_id")[:50]:
        is_own = str(pk) == question_id
        found += [("verified_query", str(verified)), ("question", str(parent))] if is_own else [("question", str(pk))]
    return [(kind, each) for kind, each in found if each != "None"]


def _navigate() -> None:
    from portal.navigation import Entry, add_admin, add_page
    from portal.roles import Capability

    add_page(Entry("Work", "Ask", "questions:ask", Capability.ASK, order=10, under=("/questions/", "/live/")))
    add_page(Entry("Work", "Reports", "questions:reports", Capability.SEE_SHARED, order=20))
    entries = (
        ("AI memory", "Verified queries", "verifiedquery", Capability.EDIT_MEMORY, "task_alt"),
        ("AI memory", "Glossary and instructions", "memoryentry", Capability.EDIT_MEMORY, "menu_book"),
        ("AI memory", "Metrics", "metric", Capability.EDIT_MEMORY, "functions"),
        ("AI memory", "Proposed changes", "memorychange", Capability.EDIT_MEMORY, "pending_actions"),
        ("AI memory", "Evaluation cases", "evaluationcase", Capability.EDIT_MEMORY, "rule"),
        ("AI memory", "Evaluation plans", "evaluationplan", Capability.EDIT_MEMORY, "event_repeat"),
        ("AI memory", "Evaluation runs", "evaluationrun", Capability.EDIT_MEMORY, "query_stats"),
        ("AI memory", "Feedback", "feedback", Capability.EDIT_MEMORY, "thumbs_up_down"),
        ("Questions", "Questions", "question", Capability.VIEW_GOVERNANCE, "forum"),
        ("Questions", "Reports", "report", Capability.VIEW_GOVERNANCE, "summarize"),
    )
    for order, (group, title, name, capability, icon) in enumerate(entries):
        add_admin(Entry(group, title, f"admin:questions_{name}_changelist", capability, icon, order))
