"""The events of evidence: packs, samples, cases; declared once."""

from __future__ import annotations

from portal.trail import declare

_PACK = "since until head"
declare("evidence.asked", "an evidence pack was asked for", fields=_PACK, promises=("A09", "A02"))
declare("evidence.made", "an evidence pack was made and signed", fields=f"{_PACK} sha256 files leaves absent changed",
        promises=("A09",))  # fmt: skip
declare("evidence.failed", "an evidence pack could not be made", fields=f"{_PACK} error", promises=("A09",))
declare("evidence.downloaded", "an evidence pack was downloaded", fields=f"{_PACK} sha256", promises=("A09", "A02"))
declare("evidence.expired", "the file of an evidence pack was taken away", fields=_PACK, promises=("A09",))
_SAMPLE = "digest seed population size"
declare("sample.selected", "a sample of events was drawn", fields=_SAMPLE, text="purpose", promises=("A09", "A02"))
declare("sample.downloaded", "a sample of events was downloaded", fields=_SAMPLE, text="purpose",
        promises=("A09", "A02"))  # fmt: skip
