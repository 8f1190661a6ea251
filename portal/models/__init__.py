"""Tables of the ground floor."""

from portal.models.access import (
    AccessPolicy,
    BreakGlass,
    PendingChange,
    PendingState,
    SecondOfficer,
    TimedAccess,
    TimedKind,
    TimedState,
    access_policy,
)
from portal.models.base import (
    SessionOrganization,
    TenantManager,
    TenantModel,
    TenantQuerySet,
    organization_field,
)
from portal.models.data_key import DataKey
from portal.models.job import Job, JobState, JobTurn
from portal.models.organization import Membership, Organization, OrganizationUserPermission, User
from portal.models.outbox import MessageState, OutboxMessage
from portal.models.refresh_token import RefreshToken

__all__ = [
    "AccessPolicy",
    "BreakGlass",
    "DataKey",
    "Job",
    "JobState",
    "JobTurn",
    "Membership",
    "MessageState",
    "Organization",
    "OrganizationUserPermission",
    "OutboxMessage",
    "PendingChange",
    "PendingState",
    "RefreshToken",
    "SecondOfficer",
    "SessionOrganization",
    "TenantManager",
    "TenantModel",
    "TenantQuerySet",
    "TimedAccess",
    "TimedKind",
    "TimedState",
    "User",
    "access_policy",
    "organization_field",
]
