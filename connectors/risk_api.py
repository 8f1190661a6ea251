"""The address risk feeds post their signed events to."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from connectors import risk
from portal.rate import Limited
from portal.signed import SignatureRefused


@csrf_exempt
@require_POST
def risk_webhook(request: HttpRequest, key: str) -> JsonResponse:
    """Take a signed event: 202 when new, 200 when it was taken before, 401 when it does not prove its sender.

    429 after too many: a feed sends them again.
    """
    try:
        body = request.body
    except RequestDataTooBig:
        return _refused("body", "body: is too large; an event has at most 256 KB", 413)
    if len(body) > risk.MAX_BODY:
        return _refused("body", "body: is too large; an event has at most 256 KB", 413)
    try:
        is_new = risk.deliver(key, request.headers.get("Stripe-Signature", ""), body)
    except SignatureRefused as refusal:
        return _refused("Stripe-Signature", refusal.reason, 401)
    except Limited as limited:
        answer = _refused("", limited.message, limited.status)
        answer["Retry-After"] = str(limited.retry_after_s)
        return answer
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        return _refused(field, messages[0], 400)
    return JsonResponse({"taken": True}, status=202 if is_new else 200)


def _refused(field: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"errors": [{"field": field, "message": message}]}, status=status)
