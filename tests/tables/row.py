"""What a row of the permission table says: for each method, the status each of five people gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.factories import Cast

WHO = ("ada", "paul", "ana", "mia", "nobody")
"""Admin, power user, analyst and member of Northlight, and somebody who is not signed in: the order of a row."""
METHODS = ("get", "post", "put", "patch", "delete")

ADA = "200 403 403 403 302"  # a page of admins alone
ADA_LED = "302 403 403 403 302"  # the same, leading elsewhere
NOBODY = "403 403 403 403 302"  # a page that is there and open to no role
ADA_METHOD = "405 403 403 403 302"  # of admins alone, and not by this method
METHOD = "405 405 405 405 302"  # not by this method, whoever asks
API_ADA = "200 403 403 403 401"
API_ADA_METHOD = "405 403 403 403 401"


@dataclass(frozen=True)
class Row:
    """One route. Each method holds five statuses, such as `200 403 403 403 302`; unnamed methods are not asked for.

    `make` makes what the address names, inside Northlight, and returns the address's arguments; `sent` is what the
    body holds. Statuses below 300 count as let in, 302 of a signed-in person must not lead to the sign-in.
    """

    get: str = ""
    post: str = ""
    put: str = ""
    patch: str = ""
    delete: str = ""
    make: Callable[[Cast], Mapping[str, Any]] | None = None
    sent: Mapping[str, Any] = field(default_factory=dict)

    def expected(self, method: str) -> dict[str, int]:
        """Return the status for each person."""
        return dict(zip(WHO, (int(status) for status in getattr(self, method).split()), strict=True))

    @property
    def methods(self) -> list[str]:
        return [method for method in METHODS if getattr(self, method)]


def first(label: str) -> Callable[[Cast], Mapping[str, Any]]:
    """Return a `make` that takes the model's first row of Northlight, such as a new organization's defaults."""

    def of_northlight(cast: Cast) -> Mapping[str, Any]:
        from django.apps import apps

        with cast.ada.inside():
            found = apps.get_model(label)._base_manager.first()
        assert found is not None, f"{label} has no row in Northlight; write a `make` that makes one"
        return {"object_id": str(found.pk)}

    return of_northlight


def admin_rows(
    app_and_model: str,
    *,
    see: str,
    add: str,
    change: str,
    remove: str,
    save: str = "",
    make: Callable[[Cast], Mapping[str, Any]] | None = None,
) -> dict[str, Row]:
    """Return the rows of one model in the admin: its list, history, and the forms that add, change and remove.

    Each is asked by GET and by an empty POST. `save` is what an empty POST to the change form answers where that
    differs (200 for a form that is shown again, 302 for one that needs nothing).
    """
    name = f"admin:{app_and_model}"
    make = make or first(app_and_model.replace("_", ".", 1))
    history = see.replace("200", "302")  # leads to the object's events in the trail
    return {
        f"{name}_changelist": Row(get=see, post=see),
        f"{name}_add": Row(get=add, post=add),
        f"{name}_history": Row(get=history, post=history, make=make),
        f"{name}_change": Row(get=change, post=save or change, make=make),
        f"{name}_delete": Row(get=remove, post=remove, make=make),
    }


def absent(cast: Cast) -> Mapping[str, Any]:
    """Name something that is not there: people who may are led back or told so, the others learn nothing of it."""
    return {"object_id": "01890000-0000-7000-8000-000000000000"}
