"""The merchant's own escalation rules (T07)."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from guardrails.gates import rule_cases
from guardrails.gates.escalation import OUTCOMES, validate_rule
from guardrails.gates.facts import Rule
from guardrails.models.policy import Policy
from portal.models import TenantManager, TenantQuerySet

_FIELD = re.compile(r"[a-z_]+")


class RuleQuerySet(TenantQuerySet):
    """Rules in domain words."""

    def in_force(self) -> models.QuerySet[EscalationRule]:
        return self.filter(is_active=True).order_by("priority", "id")


class EscalationRule(Policy):
    """A condition over ticket, customer, order and action, and what happens where it holds."""

    name = models.CharField(max_length=200)
    priority = models.PositiveIntegerField(help_text="The lowest number is asked first; 0 to 10000.")
    condition = models.JSONField(
        help_text='Such as {"field": "action.amount", "op": "gte", "value": "20.00 USD"}, joined by and, or, not.'
    )
    outcome = models.CharField(
        max_length=10,
        choices=[(outcome, outcome.capitalize()) for outcome in OUTCOMES],
        default="human",
        error_messages={"invalid_choice": "outcome: `%(value)s` is not known; use human, block, close or assign"},
    )
    assign_to = models.CharField(max_length=120, blank=True, default="", help_text="Person or team of an assign.")
    is_active = models.BooleanField(default=True)
    cases = models.JSONField(
        "test cases",
        default=list,
        blank=True,
        help_text="Run at every save. A fact that a case leaves out is not known. "
        'Such as [{"name": "small", "facts": {"action.amount": "5.00 USD"}, "expects": "no match"}].',
    )

    objects: ClassVar[Any] = TenantManager.with_words(RuleQuerySet)

    class Meta:
        ordering = ["priority", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "priority"],
                name="one_rule_per_priority",
                violation_error_message="priority: another rule has it already; every rule has a priority of its own",
            ),
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="one_rule_per_name",
                violation_error_message="name: another rule has it already; every rule has a name of its own",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def as_rule(self) -> Rule:
        """Return the rule as the gates read it."""
        return Rule(str(self.pk), self.name, self.priority, self.condition, self.outcome, self.assign_to, self.revision)

    def clean(self) -> None:
        problems: dict[str, list[str]] = {}
        for problem in validate_rule(
            {name: getattr(self, name) for name in ("name", "priority", "condition", "outcome", "assign_to")}
        ):
            match = _FIELD.match(problem)
            name = match[0] if match and match[0] in ("name", "priority", "outcome", "assign_to") else "condition"
            problems.setdefault(name, []).append(problem)
        if "condition" not in problems and (wrong := rule_cases.problems_of(self.cases, self.condition)):
            problems["cases"] = wrong
        if problems:
            raise ValidationError(problems)
