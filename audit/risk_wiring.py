"""Connects risk signals when the app is ready: what is governed, where a signal is looked at, the navigation."""

from __future__ import annotations

from audit.models import AlertPolicy, DetectorSetting
from portal import subjects
from portal.change import govern
from portal.navigation import Entry, add_admin
from portal.roles import Capability


def connect() -> None:
    """Called once, by the app's `ready()`."""
    subjects.link("risk_signal", "admin:audit_risksignal_change")
    govern(DetectorSetting, "detector_setting", "the setting of a detector")
    govern(AlertPolicy, "alert_policy", "when people are told of risk signals")
    see, policy = Capability.VIEW_GOVERNANCE, Capability.SET_POLICY
    add_admin(Entry("Audit", "Risk signals", "admin:audit_risksignal_changelist", see, "crisis_alert", order=12))
    detectors = "admin:audit_detectorsetting_changelist"
    add_admin(Entry("Audit", "Detectors", detectors, policy, "troubleshoot", order=14))
    add_admin(Entry("Audit", "Alerts", "admin:audit_alertpolicy_changelist", policy, "notifications", order=16))
