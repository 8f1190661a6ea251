"""Lets feedback move a detector's threshold, within bounds, through the one way to change a governed model.

Noise raises it by a tenth, useful lowers it by a twentieth. It never goes above twice what is declared, nor so high
that a signal judged useful in the last 180 days would not have been raised; nor below what is declared, or what an
officer set below that. For detectors that fire below their threshold (unusual hour) the same, turned round.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from audit.detect import DETECTORS
from audit.models import Feedback, RiskSignal
from portal import change

MEMORY = timedelta(days=180)
FIRES_BELOW = frozenset({"unusual_hour"})
RAISE, LOWER = Decimal("1.10"), Decimal("0.95")


def learn(signal: RiskSignal) -> None:
    """Move the threshold of the detector of a signal that was judged, in the caller's transaction."""
    from audit.look import settings

    detector = DETECTORS.get(signal.detector)
    if detector is None or signal.score is None:
        return
    row = settings()[detector.name]
    if not row.is_tuned:
        return
    now = Decimal(row.threshold)
    target = moved(now, Decimal(str(detector.threshold)), signal.feedback, _useful(signal.detector), detector.name)
    if target != now:
        row.threshold = target
        change.apply(row, reason=f"feedback on a signal: {signal.feedback}", source="feedback", evidence=str(signal.pk))


def moved(now: Decimal, declared: Decimal, feedback: str, useful: list[Decimal], name: str = "") -> Decimal:
    """Return the threshold after one more judgement. `useful` holds what useful signals reached."""
    if name in FIRES_BELOW:
        factor = 1 / RAISE if feedback == Feedback.NOISE else 1 / LOWER
        wanted = min(max(now * factor, declared / 2), now) if factor < 1 else max(min(now * factor, declared), now)
        return _rounded(wanted)
    if feedback == Feedback.NOISE:
        most = min([2 * declared, *useful])
        return _rounded(max(min(now * RAISE, most), now))
    return _rounded(min(max(now * LOWER, declared), now))


def _useful(detector: str) -> list[Decimal]:
    """Return what each useful signal reached, in the unit of the threshold."""
    rows = RiskSignal.objects.filter(
        detector=detector, feedback=Feedback.USEFUL, created_at__gte=timezone.now() - MEMORY, score__isnull=False
    )
    return [Decimal(value) if detector in COUNTS else score for score, value in rows.values_list("score", "value")]


COUNTS = frozenset({"refused_access", "blocked_sql", "sign_in_failures", "mass_export"})
"""Their threshold is a value; that of the others is in the unit of the score."""


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
