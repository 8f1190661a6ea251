"""Tables of the tickets flow."""

from tickets.models.action import IN_FLIGHT, WRONG, Action, ActionState, ComparedDay, Difference, DifferenceKind
from tickets.models.approval import OPEN, Approval, ApprovalState, Category, GateReceipt, Reply, ReplyState
from tickets.models.correction import Correction
from tickets.models.decision_receipt import DecisionReceipt
from tickets.models.intake import Delivery, FlaggedCustomer, Intake, ReplyMacro
from tickets.models.learning import (
    LIVE_KINDS,
    ByHand,
    Decision,
    GoLive,
    GoLiveState,
    ImportLine,
    ImportState,
    Rehearsal,
    TicketImport,
)
from tickets.models.queue import ApprovalFlag, FlagKind, PlantedTest, SavedView, TestResult, Trap
from tickets.models.ticket import ENDED, Ticket, TicketState

__all__ = [
    "ENDED",
    "IN_FLIGHT",
    "LIVE_KINDS",
    "OPEN",
    "WRONG",
    "Action",
    "ActionState",
    "Approval",
    "ApprovalFlag",
    "ApprovalState",
    "ByHand",
    "Category",
    "ComparedDay",
    "Correction",
    "Decision",
    "DecisionReceipt",
    "Delivery",
    "Difference",
    "DifferenceKind",
    "FlagKind",
    "FlaggedCustomer",
    "GateReceipt",
    "GoLive",
    "GoLiveState",
    "ImportLine",
    "ImportState",
    "Intake",
    "PlantedTest",
    "Rehearsal",
    "Reply",
    "ReplyMacro",
    "ReplyState",
    "SavedView",
    "TestResult",
    "Ticket",
    "TicketImport",
    "TicketState",
    "Trap",
]
