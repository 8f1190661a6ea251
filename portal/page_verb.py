"""What a page does with a POST: call the verb and lead on, or show the form again with the error at its field.

No rule lives here; a refusal is recorded here, because the page is shown instead of the refusal's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse

from portal import pending
from portal.loosening import NeedsSecondOfficer
from portal.rate import Limited
from portal.refusal import Conflict, Refused
from portal.tasks import record_refusal

Made = TypeVar("Made")


def carry_out(
    request: HttpRequest,
    verb: Callable[[], Made],
    *,
    then: Callable[[Made], HttpResponse],
    again: Callable[[list[str], int], HttpResponse],
    form: Any = None,
) -> HttpResponse:
    """Call `verb` and answer with `then(what it made)`; where it is refused, with `again(sentences, status)`.

    A form that is not valid is shown again without the verb. What a verb says of a field stands at that field of
    `form`, the rest above it; without a form `again` is given all of it.
    """
    if form is not None and not form.is_valid():
        return again([], 400)
    try:
        made = verb()
    except ObjectDoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        record_refusal(refusal, where=request.path[:200])
        trouble, status = ValidationError(refusal.message), 403
    except Limited as limited:
        answer = _shown(again, form, ValidationError(limited.message), limited.status)
        answer["Retry-After"] = str(limited.retry_after_s)
        return answer
    except NeedsSecondOfficer as needed:
        trouble, status = ValidationError(proposed(needed)), 409
    except Conflict as conflict:  # of the page as a whole, whichever hidden field it names
        trouble, status = ValidationError(conflict.messages), 409
    except ValidationError as error:
        trouble, status = error, 400
    else:
        return then(made)
    return _shown(again, form, trouble, status)


def _shown(again: Callable[[list[str], int], HttpResponse], form: Any, trouble: ValidationError, status: int) -> Any:
    if form is None:
        return again(trouble.messages, status)
    at_fields(form, trouble)
    return again([], status)


def proposed(needed: NeedsSecondOfficer) -> list[str]:
    """Propose an edit that needs a second officer; return what the page says of it."""
    try:
        asked = pending.propose(needed)
    except ValidationError as error:
        return error.messages
    except Refused as refusal:
        return [refusal.message]
    return [f"Proposed, not yet made: {'; '.join(asked.loosens)}. Another officer confirms it under Second officer."]


def at_fields(form: Any, error: ValidationError) -> None:
    """Put a verb's errors at the fields they name; what belongs to no field of the form stands above it."""
    named = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, said in named.items():
        form.add_error(name if name in form.fields else None, list(said))
