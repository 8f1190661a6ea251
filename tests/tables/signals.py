"""Permissions on risk signals, detectors and alerts: admins alone, over the admin site and the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.ids import uuid7
from tests.factories import Cast
from tests.tables.row import (
    ADA,
    ADA_LED,
    ADA_METHOD,
    API_ADA,
    API_ADA_METHOD,
    NOBODY,
    Row,
    admin_rows,
)


def a_signal(cast: Cast) -> Mapping[str, Any]:
    from django.utils import timezone

    from audit import signals

    with cast.ada.inside():
        cause = signals.Cause("blocked_sql", str(uuid7()), "high", "Burst", "Eight.", timezone.now(), timezone.now())
        made = signals.raise_signal(cause)
        assert made is not None
        return {"object_id": str(made.pk)}


def named_pk(cast: Cast) -> Mapping[str, Any]:
    return {"pk": a_signal(cast)["object_id"]}


def a_setting(cast: Cast) -> Mapping[str, Any]:
    from audit.models import DetectorSetting

    with cast.ada.inside():
        made, _ = DetectorSetting.objects.get_or_create(
            detector="blocked_sql", defaults={"severity": "high", "threshold": 8}
        )
        return {"object_id": str(made.pk)}


def a_policy(cast: Cast) -> Mapping[str, Any]:
    from audit.models import AlertPolicy

    with cast.ada.inside():
        return {"object_id": str(AlertPolicy.objects.get_or_create()[0].pk)}


API_ADA_WRONG = "400 403 403 403 401"
ADA_WRONG = "400 403 403 403 302"

ROUTES = {
    **admin_rows("audit_risksignal", see=ADA, add=NOBODY, change=ADA, save=ADA_METHOD, remove=NOBODY, make=a_signal),
    "admin:audit_risksignal_changelist": Row(get=ADA, post=ADA_METHOD),
    "admin:audit_risksignal_acknowledge": Row(get=ADA_METHOD, post=ADA_LED, make=named_pk),
    "admin:audit_risksignal_resolve": Row(get=ADA_METHOD, post=ADA_WRONG, make=named_pk),
    "admin:audit_risksignal_snooze": Row(get=ADA_METHOD, post=ADA_LED, sent={"hours": "4"}, make=named_pk),
    "admin:audit_risksignal_assign": Row(get=ADA_METHOD, post=ADA_WRONG, make=named_pk),
    "admin:audit_risksignal_comment": Row(get=ADA_METHOD, post=ADA_LED, sent={"comment": "Looking."}, make=named_pk),
    "admin:audit_risksignal_judge": Row(get=ADA_METHOD, post=ADA_LED, sent={"feedback": "noise"}, make=named_pk),
    **admin_rows("audit_detectorsetting", see=ADA, add=NOBODY, change=ADA, save=ADA, remove=NOBODY, make=a_setting),
    "admin:audit_detectorsetting_changelist": Row(get=ADA, post=ADA_METHOD),
    "admin:audit_detectorsetting_detector": Row(get=ADA, post=ADA_WRONG, make=lambda cast: {"name": "blocked_sql"}),
    **admin_rows("audit_alertpolicy", see=ADA, add=ADA, change=ADA, remove=NOBODY, make=a_policy),
    "audit_api:risk_signal-list": Row(get=API_ADA, post=API_ADA_METHOD),
    "audit_api:risk_signal-detail": Row(get=API_ADA, post=API_ADA_METHOD, make=named_pk),
    "audit_api:risk_signal-acknowledge": Row(get=API_ADA_METHOD, post=API_ADA, make=named_pk),
    "audit_api:risk_signal-resolve": Row(get=API_ADA_METHOD, post=API_ADA_WRONG, make=named_pk),
    "audit_api:risk_signal-snooze": Row(get=API_ADA_METHOD, post=API_ADA, make=named_pk),
    "audit_api:risk_signal-assign": Row(get=API_ADA_METHOD, post=API_ADA_WRONG, make=named_pk),
    "audit_api:risk_signal-comment": Row(get=API_ADA_METHOD, post=API_ADA_WRONG, make=named_pk),
    "audit_api:risk_signal-judge": Row(get=API_ADA_METHOD, post=API_ADA_WRONG, make=named_pk),
}
