"""What the audit app sets up for evidence when it is ready."""

from __future__ import annotations


def connect() -> None:
    """Register jobs, what is governed, the sections of the trail, and the pages."""
    from audit.evidence import build, events, schedule, sections  # noqa: F401
    from audit.models import EvidencePack, EvidenceSchedule
    from portal import subjects, work
    from portal.change import followed, govern
    from portal.navigation import Entry, add_admin
    from portal.roles import Capability
    from portal.visits import open_to_auditors

    work.register("evidence_pack", EvidencePack, build.work_on, build.give_up)
    work.register("evidence_schedule", EvidenceSchedule, schedule.work_on, schedule.give_up)
    govern(EvidenceSchedule, "evidence_schedule", "the evidence schedule")
    followed(EvidenceSchedule, schedule.follow)
    sections.add()
    subjects.link("evidence_pack", "admin:audit_evidencepack_change")
    see = Capability.VIEW_GOVERNANCE
    add_admin(Entry("Audit", "Evidence packs", "admin:audit_evidencepack_changelist", see, "inventory_2", order=20))
    add_admin(Entry("Audit", "Controls", "admin:audit_controls", see, "rule", order=21))
    subjects.link("sample", "admin:audit_sample_change")
    add_admin(Entry("Audit", "Samples", "admin:audit_sample_changelist", see, "casino", order=22))
    add_admin(
        Entry("Audit", "Evidence schedule", "admin:audit_evidenceschedule_changelist", see, "event_repeat", order=62)
    )
    open_to_auditors(
        "admin:audit_evidencepack_changelist",
        "admin:audit_evidencepack_change",
        "admin:audit_evidencepack_download",
        "admin:audit_controls",
        "admin:audit_sample_changelist",
        "admin:audit_sample_change",
        "admin:audit_sample_csv",
    )
