"""What a person says of an answer of theirs: right or wrong, and in which way; never a word that could quote a row."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from portal.models import TenantModel


class Fault(models.TextChoices):
    """In which way an answer is wrong. Choices alone: a free text could quote a value of a row (Q01)."""

    NUMBER = "number", "A number is wrong"
    ROWS = "rows", "Rows are missing or too many"
    FILTER = "filter", "It is about other things or another period"
    COLUMNS = "columns", "Columns are missing or wrong"
    MEANING = "meaning", "It answers another question"
    OTHER = "other", "Something else"


class Feedback(TenantModel):
    """A thumb up or down on one answer by the person who asked; written by `questions.feedback`."""

    question = models.ForeignKey("questions.Question", on_delete=models.PROTECT, related_name="feedback")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_right = models.BooleanField()
    fault = models.CharField(max_length=10, choices=Fault.choices, blank=True, default="")

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(fields=["organization", "question", "person"], name="one_feedback_per_answer"),
            models.CheckConstraint(
                condition=models.Q(is_right=True, fault="") | (models.Q(is_right=False) & ~models.Q(fault="")),
                name="only_a_wrong_answer_has_a_fault",
            ),
        ]

    def __str__(self) -> str:
        return "right" if self.is_right else f"wrong: {self.get_fault_display()}"
