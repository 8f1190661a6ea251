"""What a detector would have raised: run over the past with any setting, raising nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from audit import look, tally
from audit.detect import DETECTORS, Episode, Setting
from audit.detect.contracts import HOUR

DAYS = 90


@dataclass(frozen=True, slots=True)
class Backtest:
    """The causes a detector finds in the last days: as it is set, and as it would be."""

    detector: str
    since: datetime
    until: datetime
    setting: Setting
    would: tuple[Episode, ...]
    now: tuple[Episode, ...]

    @property
    def said(self) -> str:
        """The result in a sentence."""
        would, stands, days = len(self.would), len(self.now), (self.until - self.since).days
        noun = "signal" if would == 1 else "signals"
        return f"It would have raised {would:,} {noun} in the last {days} days; as it is set now, {stands:,}."


def backtest(name: str, setting: Setting | None = None, *, days: int = DAYS) -> Backtest:
    """Return what the detector finds in the last `days` with `setting`, beside what it finds as it is set.

    Raises `LookupError` for a detector that is none. Reads the tallies; writes nothing but what is not counted yet.
    """
    if name not in DETECTORS:
        raise LookupError(f"detector: `{name[:40]}` is none; use one of {', '.join(DETECTORS)}")
    tally.advance()
    detector, until = DETECTORS[name], timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    since = until - timedelta(days=days)
    standing = look.setting_of(look.settings()[name])
    given = setting or standing
    loose = Setting(min(given.threshold, standing.threshold), min(given.least, standing.least), given.severity)
    known = look.history(detector, loose, since, until)

    def run(with_setting: Setting) -> tuple[Episode, ...]:
        return tuple(look.episodes(detector.find(known, with_setting)))

    now = run(standing)
    return Backtest(name, since, until, given, now if given == standing else run(given), now)
