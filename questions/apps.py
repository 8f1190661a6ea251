"""Wiring of the questions flow."""

from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "questions"
    verbose_name = "Questions"

    def ready(self) -> None:
        from portal import change, work
        from questions import events, pipeline  # noqa: F401
        from questions.models import MemoryEntry, Question, VerifiedQuery

        work.register("question", Question, pipeline.handle, pipeline.give_up)
        change.govern(VerifiedQuery, "verified_query", "a verified query")
        change.govern(MemoryEntry, "memory_entry", "an entry of AI memory")
