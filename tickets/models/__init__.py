"""Tables of the tickets flow."""

from tickets.models.action import IN_FLIGHT, WRONG, Action, ActionState, ComparedDay, Difference, DifferenceKind
from tickets.models.approval import OPEN, Approval, ApprovalState, Category, GateReceipt, Reply, ReplyState
from tickets.models.intake import Delivery, FlaggedCustomer, Intake, ReplyMacro
from tickets.models.queue import ApprovalFlag, FlagKind, PlantedTest, SavedView, TestResult, Trap
from tickets.models.ticket import ENDED, Ticket, TicketState

__all__ = [
    "ENDED",
    "IN_FLIGHT",
    "OPEN",
    "WRONG",
    "Action",
    "ActionState",
    "Approval",
    "ApprovalFlag",
    "ApprovalState",
    "Category",
    "ComparedDay",
    "Delivery",
    "Difference",
    "DifferenceKind",
    "FlagKind",
    "FlaggedCustomer",
    "GateReceipt",
    "Intake",
    "PlantedTest",
    "Reply",
    "ReplyMacro",
    "ReplyState",
    "SavedView",
    "TestResult",
    "Ticket",
    "TicketState",
    "Trap",
]
