"""What every engine's adapter raises for a statement that was stopped: the same words whichever engine it was."""

from __future__ import annotations

from connectors.contracts import SourceCancelled, SourceTimeout


def cancelled() -> SourceCancelled:
    """Return the error of a statement that somebody stopped."""
    return SourceCancelled("cancelled", "the statement was cancelled")


def timed_out(timeout_s: float) -> SourceTimeout:
    """Return the error of a statement that ran into its time limit."""
    return SourceTimeout(
        "timeout", f"the statement took longer than {timeout_s:g} s and was stopped; ask for less at once"
    )
