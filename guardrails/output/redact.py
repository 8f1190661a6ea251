"""Takes findings out of a text. What was found stands nowhere in what comes out."""

from __future__ import annotations

from collections.abc import Iterable

from guardrails.output.result import Finding

PERSONAL = ("email", "phone", "card", "ssn", "ip")
_LABELS = {
    "email": "[email address removed]",
    "phone": "[phone number removed]",
    "card": "[card number removed]",
    "ssn": "[social security number removed]",
    "ip": "[IP address removed]",
}
_REMOVED = "[removed]"


def redact(text: str, findings: Iterable[Finding]) -> str:
    """Return the text with each finding's place replaced by its label, overlaps joined.

    Personal data is taken out wherever the same characters stand, also where they were not found in context.
    """
    spans = [(f.start, f.end, _LABELS.get(f.kind, _REMOVED)) for f in findings if f.end > f.start]
    values = {(text[f.start : f.end], f.kind) for f in findings if f.kind in PERSONAL and f.end > f.start}
    for value, kind in sorted(values):
        position = text.find(value)
        while position >= 0:
            spans.append((position, position + len(value), _LABELS[kind]))
            position = text.find(value, position + 1)
    pieces: list[str] = []
    position = 0
    for start, end, label in _joined(spans):
        pieces += (text[position:start], label)
        position = end
    return "".join((*pieces, text[position:]))


def _joined(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Join overlapping spans under the first one's label."""
    joined: list[tuple[int, int, str]] = []
    for start, end, label in sorted(spans):
        if joined and start < joined[-1][1]:
            begin, finish, first = joined.pop()
            joined.append((begin, max(finish, end), first))
        else:
            joined.append((start, end, label))
    return joined
