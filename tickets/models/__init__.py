"""Tables of the tickets flow."""

from tickets.models.action import IN_FLIGHT, Action, ActionState, Difference, DifferenceKind
from tickets.models.approval import OPEN, Approval, ApprovalState, GateReceipt, Reply, ReplyState
from tickets.models.intake import Delivery, FlaggedCustomer, Intake, ReplyMacro
from tickets.models.ticket import ENDED, Ticket, TicketState

__all__ = [
    "ENDED",
    "IN_FLIGHT",
    "OPEN",
    "Action",
    "ActionState",
    "Approval",
    "ApprovalState",
    "Delivery",
    "Difference",
    "DifferenceKind",
    "FlaggedCustomer",
    "GateReceipt",
    "Intake",
    "Reply",
    "ReplyMacro",
    "ReplyState",
    "Ticket",
    "TicketState",
]
