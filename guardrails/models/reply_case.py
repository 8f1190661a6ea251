"""Replies an officer saved with the verdict they must get: every later output policy still has to give it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from guardrails.models.policy import Policy
from guardrails.output import MAX_CHARACTERS
from guardrails.output.result import BLOCK, KINDS, PASS, REDACT
from guardrails.reply_facts import problems_of

VERDICTS = ((PASS, "Pass"), (REDACT, "Sent changed"), (BLOCK, "Not sent"))


class ReplyCase(Policy):
    """A reply, the facts it is judged with, and what the guard has to say of it."""

    name = models.CharField(max_length=200)
    text = models.TextField(max_length=MAX_CHARACTERS)
    facts = models.JSONField(
        default=dict,
        blank=True,
        help_text='What is true of the reply, such as {"deed": "refund", "amount": "20.00 USD", "order": "#1042"}.',
    )
    expected_verdict = models.CharField(
        max_length=10,
        choices=VERDICTS,
        error_messages={"invalid_choice": "expected_verdict: `%(value)s` is no verdict; use pass, redact or block"},
    )
    expected_kinds = models.JSONField(
        default=list, blank=True, help_text=f"The kinds of findings it has to have, out of {', '.join(KINDS)}."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="one_reply_case_per_name",
                violation_error_message="name: another case has it already; every case has a name of its own",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        problems: dict[str, list[str]] = {"facts": problems_of(self.facts)}
        kinds: Any = self.expected_kinds
        if not isinstance(kinds, list) or any(kind not in KINDS for kind in kinds):
            problems["expected_kinds"] = [
                f"expected_kinds: `{str(kinds)[:60]}` is not a list out of {', '.join(KINDS)}"
            ]
        if found := {field: messages for field, messages in problems.items() if messages}:
            raise ValidationError(found)
