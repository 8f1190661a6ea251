"""The policies an officer edits, and the counters that hold people and actions to them."""

from guardrails.models.caps import CapLock, CapReservation, CapState
from guardrails.models.currency import CurrencyRate
from guardrails.models.drill import DrillWatch
from guardrails.models.output import OutputPolicyModel
from guardrails.models.policy import Policy, PolicyRevision
from guardrails.models.question import QuestionPolicy, Summaries
from guardrails.models.queue import QueuePolicy, queue_policy
from guardrails.models.rate import RatePolicy
from guardrails.models.reply_case import ReplyCase
from guardrails.models.rule import EscalationRule
from guardrails.models.spend import SpendCounter, SpendPolicy, SpendReservation, SpendState, UserSpendCap
from guardrails.models.switch import KillSwitch, OrganizationSwitch
from guardrails.models.ticket import ActionCap, ActionCeiling, ActionMoneyCap, TicketPolicy
from guardrails.models.version import PolicyVersion

__all__ = [
    "ActionCap",
    "ActionCeiling",
    "ActionMoneyCap",
    "CapLock",
    "CapReservation",
    "CapState",
    "CurrencyRate",
    "DrillWatch",
    "EscalationRule",
    "KillSwitch",
    "OrganizationSwitch",
    "OutputPolicyModel",
    "Policy",
    "PolicyRevision",
    "PolicyVersion",
    "QuestionPolicy",
    "QueuePolicy",
    "RatePolicy",
    "ReplyCase",
    "SpendCounter",
    "SpendPolicy",
    "SpendReservation",
    "SpendState",
    "Summaries",
    "TicketPolicy",
    "UserSpendCap",
    "queue_policy",
]
