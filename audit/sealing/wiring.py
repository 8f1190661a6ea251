"""What the audit app sets up for seals when it is ready: the jobs that publish heads, their policy, and the pages."""

from __future__ import annotations


def connect() -> None:
    """Register the job, what is governed, how its edits loosen, and the pages."""
    from audit.models import Publication, PublicationPolicy
    from audit.sealing import publish
    from portal import subjects, work
    from portal.change import govern
    from portal.loosening import declare
    from portal.navigation import Entry, add_admin
    from portal.roles import Capability
    from portal.visits import open_to_auditors

    work.register("publication", Publication, publish.work_on, publish.give_up)
    govern(PublicationPolicy, "publication_policy", "where signed heads are published")
    declare(
        PublicationPolicy,
        up="every_minutes",
        off="to_folder by_notice",
        fewer="timestamp_url",
        any_change="timestamp_roots",
    )
    subjects.link("publication", "admin:audit_publication_change")
    subjects.give_receipts_at("admin:audit_event_receipts")
    see = Capability.VIEW_GOVERNANCE
    add_admin(Entry("Audit", "Seals", "admin:audit_head_changelist", see, "verified", order=19))
    open_to_auditors(
        "admin:audit_head_changelist",
        "admin:audit_head_change",
        "admin:audit_head_checkpoint",
        "admin:audit_head_key",
        "admin:audit_event_receipt",
        "admin:audit_event_receipt_file",
        "admin:audit_event_receipts",
        "admin:audit_publication_changelist",
        "admin:audit_publication_change",
        "admin:audit_publication_token",
    )
