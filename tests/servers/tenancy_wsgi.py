"""The portal's WSGI application with four routes more, for tests: what does this request see in the database?

`BINDING=none` takes the binding of the organization out, `BINDING=once` tells each server connection only the
first organization it serves: the controls that show what the tests would look like if the product were wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from portal.wsgi import application as portal_application  # noqa: I001 - it readies the apps that the rest imports

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from portal import tenancy, urls
from portal.models import Membership, User
from portal.postgresql.base import BIND, DatabaseWrapper

application = portal_application


def seen() -> list[str]:
    """Return the organization of each membership the database shows, without any filter of Django's."""
    return [str(found) for found in Membership._base_manager.values_list("organization_id", flat=True)]


def rows(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"seen": seen()})


def atomic(request: HttpRequest) -> HttpResponse:
    """Through the scoped manager and a join, around a savepoint that is rolled back."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                seen()
                raise LookupError
        except LookupError:
            pass
        people = Membership.objects.select_related("user").values_list("organization_id", flat=True)
        return JsonResponse({"seen": [str(found) for found in people], "people": User._base_manager.count()})


def fails(request: HttpRequest) -> HttpResponse:
    """Fail inside a transaction, so that its connection goes back with a rollback behind it."""
    with transaction.atomic():
        seen()
        raise RuntimeError("on purpose")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Read row by row with a server-side cursor while the body is sent, and count once more at the end."""

    def lines() -> Iterator[str]:
        yield "begin\n"
        for found in Membership._base_manager.values_list("organization_id", flat=True).iterator(chunk_size=1):
            yield f"{found}\n"
        yield f"again {' '.join(seen())}\n"

    return StreamingHttpResponse(lines(), content_type="text/plain")


def _bind_never(self: DatabaseWrapper) -> None:
    return None


def _bind_once(self: DatabaseWrapper) -> None:
    raw: Any = self.connection
    wanted = tenancy.session_settings()
    if wanted[0] and not getattr(raw, "told_once", False):
        with raw.cursor() as cursor:
            cursor.execute(BIND, wanted)
        raw.told_once = True


_module = ModuleType("tests.servers.tenancy_urls")
_module.handler404, _module.handler500 = urls.handler404, urls.handler500  # type: ignore[attr-defined]
_module.urlpatterns = [  # type: ignore[attr-defined]
    path("test/rows/", rows),
    path("test/atomic/", atomic),
    path("test/fails/", fails),
    path("test/stream/", stream),
    *urls.urlpatterns,
]
sys.modules[_module.__name__] = _module
settings.ROOT_URLCONF = _module.__name__
if os.environ.get("BINDING") == "none":
    DatabaseWrapper.bind = _bind_never  # type: ignore[method-assign]
elif os.environ.get("BINDING") == "once":
    DatabaseWrapper.bind = _bind_once  # type: ignore[method-assign]
