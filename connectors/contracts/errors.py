"""What an adapter raises. Errors never carry what an engine or an outside system said: it can quote a customer's row.

Each has a `code` for programs and a sentence of our own for people.
"""

from __future__ import annotations


class AdapterError(Exception):
    """A call to an outside system that did not succeed, told without any value that system holds.

    `code` is stable and for programs; `str(error)` is one safe sentence; `is_retryable` says whether the
    same call may help later.
    """

    is_retryable = False

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __repr__(self) -> str:
        return f"{type(self).__name__}(code={self.code!r}, message={self.message!r})"


class SourceError(AdapterError):
    """A SQL source did not answer the statement."""


class SourceMisconfigured(SourceError):
    """The connector's settings cannot be used as they are; nothing was opened."""


class SourceUnreachable(SourceError):
    """No session could be opened, or it broke."""

    is_retryable = True


class SourceTimeout(SourceError):
    """The statement ran into its time limit and was stopped."""


class SourceCancelled(SourceError):
    """The statement was stopped because a person or the kill switch asked for it."""


class SourceRefused(SourceError):
    """The session or the credential refuses such a statement (a write, a missing right)."""


class SourceFailed(SourceError):
    """The engine could not run the statement (unknown name, wrong type, division by zero).

    `subject` is the word of *our statement* the engine pointed at, never a word of the engine's message.
    """

    def __init__(self, code: str, message: str, *, subject: str = "") -> None:
        super().__init__(code, message)
        self.subject = subject


class StoreError(AdapterError):
    """A store did not confirm a call."""


class StoreUnreachable(StoreError):
    """The store could not be asked, or said to come back later: certainly nothing was executed.

    `retry_after_s` is how long the store (or the breaker before it) wants to be left alone; None where nobody said.
    """

    is_retryable = True

    def __init__(self, code: str, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(code, message)
        self.retry_after_s = retry_after_s


class StoreOutcomeUnknown(StoreError):
    """The call was sent and no answer came, or none that says what happened (500, HTML, nothing): it may have been
    executed. Ask `lookup` with the same key."""


class StoreRefused(StoreError):
    """The store read the call and refused it: nothing was executed. `code` is the reason."""


class HelpdeskError(AdapterError):
    """A helpdesk did not confirm a message."""


class HelpdeskUnreachable(HelpdeskError):
    """The helpdesk could not be asked, or said to come back later: certainly nothing was sent.

    `retry_after_s` is how long it wants to be left alone; None where nobody said.
    """

    is_retryable = True

    def __init__(self, code: str, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(code, message)
        self.retry_after_s = retry_after_s


class HelpdeskOutcomeUnknown(HelpdeskError):
    """The message may have been sent. Sending again with the same key sends it at most once."""


class HelpdeskRefused(HelpdeskError):
    """The helpdesk refused the message: nothing was sent."""


class RiskUnavailable(AdapterError):
    """The risk feed gave no answer: the risk is unknown, which is not none (T06)."""

    is_retryable = True
