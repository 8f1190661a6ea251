"""The tables of the audit app, one noun a file."""

from audit.models.event import Event, EventQuerySet, EventText
from audit.models.evidence import Cadence, EvidencePack, EvidenceSchedule, PackState
from audit.models.publication import (
    Publication,
    PublicationPolicy,
    PublicationState,
    PublicationWay,
    publication_policy,
)
from audit.models.record import HoldScope, LegalHold, RetentionPolicy
from audit.models.review import CampaignState, Decision, Effect, ReviewCampaign, ReviewItem, ReviewResult
from audit.models.sample import Sample
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
    "Cadence",
    "CampaignState",
    "Decision",
    "DetectorSetting",
    "Effect",
    "Event",
    "EventQuerySet",
    "EventText",
    "EvidencePack",
    "EvidenceSchedule",
    "Feedback",
    "Grain",
    "Head",
    "HoldScope",
    "Leaf",
    "LegalHold",
    "PackState",
    "Publication",
    "PublicationPolicy",
    "PublicationState",
    "PublicationWay",
    "RetentionPolicy",
    "ReviewCampaign",
    "ReviewItem",
    "ReviewResult",
    "RiskSignal",
    "Sample",
    "SealKey",
    "SealState",
    "Severity",
    "SignalComment",
    "SignalState",
    "Tally",
    "TallyCursor",
    "Way",
    "alert_policy",
    "publication_policy",
]
