"""The tables of the audit app, one noun a file."""

from audit.models.event import Event, EventQuerySet, EventText
from audit.models.record import HoldScope, LegalHold, RetentionPolicy
from audit.models.review import CampaignState, Decision, Effect, ReviewCampaign, ReviewItem, ReviewResult
from audit.models.seal import Head, Leaf, SealKey, SealState
from audit.models.signal import (
    AlertPolicy,
    DetectorSetting,
    Feedback,
    Grain,
    RiskSignal,
    Severity,
    SignalComment,
    SignalState,
    Tally,
    TallyCursor,
    Way,
    alert_policy,
)

__all__ = [
    "AlertPolicy",
    "CampaignState",
    "Decision",
    "DetectorSetting",
    "Effect",
    "Event",
    "EventQuerySet",
    "EventText",
    "Feedback",
    "Grain",
    "Head",
    "HoldScope",
    "Leaf",
    "LegalHold",
    "RetentionPolicy",
    "ReviewCampaign",
    "ReviewItem",
    "ReviewResult",
    "RiskSignal",
    "SealKey",
    "SealState",
    "Severity",
    "SignalComment",
    "SignalState",
    "Tally",
    "TallyCursor",
    "Way",
    "alert_policy",
]
