"""Wiring of the audit app: installs the writer behind the port, opens the trail in the admin."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        from audit import events, hold, risk_wiring  # noqa: F401
        from audit.dashboard import add_event_figures
        from audit.evidence import wiring as evidence_wiring
        from audit.models import LegalHold, RetentionPolicy
        from audit.sealing import wiring as sealing_wiring
        from audit.write import write
        from portal import subjects, trail
        from portal.change import followed, govern
        from portal.navigation import Entry, add_admin
        from portal.provision import on_new_organization
        from portal.roles import Capability

        trail.install(write)
        govern(RetentionPolicy, "retention_policy", "how long events are kept")
        govern(LegalHold, "legal_hold", "a legal hold")
        followed(LegalHold, hold.keep)
        _review()
        on_new_organization(make_retention)
        post_migrate.connect(make_missing_retention, dispatch_uid="audit.make_missing_retention")
        add_event_figures()
        risk_wiring.connect()
        evidence_wiring.connect()
        sealing_wiring.connect()
        subjects.link("event", "admin:audit_event_change")
        subjects.tell_stories_at("admin:audit_event_story")
        add_admin(
            Entry("Audit", "Trail", "admin:audit_event_changelist", Capability.VIEW_GOVERNANCE, "history", order=10)
        )
        add_admin(
            Entry(
                "Audit",
                "Retention",
                "admin:audit_retentionpolicy_changelist",
                Capability.VIEW_GOVERNANCE,
                "auto_delete",
                order=60,
            )
        )
        add_admin(
            Entry(
                "Audit",
                "Legal holds",
                "admin:audit_legalhold_changelist",
                Capability.VIEW_GOVERNANCE,
                "gavel",
                order=61,
            )
        )


def _review() -> None:
    """Wire access reviews: their job, their pages, what of them an auditor sees, and how this floor's edits loosen."""
    from audit.models import (
        AlertPolicy,
        Cadence,
        CampaignState,
        Decision,
        DetectorSetting,
        EvidenceSchedule,
        LegalHold,
        RetentionPolicy,
        ReviewCampaign,
        ReviewItem,
        Way,
    )
    from audit.reviewing import campaign
    from portal import subjects, tenancy, visits, work
    from portal.loosening import declare
    from portal.navigation import Entry, add_page
    from portal.roles import Capability

    def waiting_for_me() -> int:
        mine = ReviewItem.objects.filter(decision=Decision.WAITING, campaign__state=CampaignState.OPEN)
        return mine.filter(reviewer_id=tenancy.context().user_id).count()

    work.register("access_review", ReviewCampaign, campaign.work_on, campaign.give_up)
    subjects.link("review", "audit:review")
    add_page(
        Entry("Govern", "Access reviews", "audit:reviews", Capability.VIEW_GOVERNANCE, order=38, count=waiting_for_me)
    )
    visits.open_to_auditors(
        "admin:audit_event_changelist",
        "admin:audit_event_change",
        "admin:audit_event_export_ready",
        "admin:audit_event_export_file",
        "audit:reviews",
        "audit:review",
        downloads=("admin:audit_event_export",),
    )
    declare(RetentionPolicy, down="months")
    declare(EvidenceSchedule, down="keep_days", choices={"cadence": (Cadence.MONTHLY, Cadence.QUARTERLY, Cadence.OFF)})
    declare(
        AlertPolicy,
        off="high_breaks_quiet",
        neutral="digest_at_h quiet_from_h quiet_until_h",
        choices=dict.fromkeys(("high", "medium", "low"), (Way.NOW, Way.DIGEST, Way.NEVER)),
    )
    declare(  # how much it takes is tuned by what officers say of its signals; whether it looks at all is not
        DetectorSetting, off="is_on", neutral="detector severity threshold least is_tuned"
    )
    declare(
        LegalHold,
        any_change="scope covers released_at",
        neutral="name reason placed_by released_by release_reason",
        removed=lambda hold: hold.released_at is None,
    )


def make_retention() -> None:
    """Give a new organization its retention."""
    from audit.models import RetentionPolicy
    from portal import change

    change.add([RetentionPolicy()], reason="a new organization", source="provision")


def make_missing_retention(sender: Any, using: str, **kwargs: Any) -> None:
    """Give organizations from before there was a retention the usual one; without one they would keep everything."""
    if using != "owner" or sender.name != "audit":
        return
    from audit.models import RetentionPolicy
    from portal.models import Organization

    kept = RetentionPolicy._base_manager.using("owner").values("organization_id")
    for organization in Organization._base_manager.using("owner").exclude(pk__in=kept):
        RetentionPolicy._base_manager.using("owner").create(organization_id=organization.pk)
