"""A walk through everything a person can ask the portal for, that knows every route and admin class by itself.

`owner` is whose ids stand in the addresses; `visitor` asks. Each answer is searched for the marks of `owner`.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from portal.admin_site import site
from portal.isolation import is_tenant
from tests.clients import browser
from tests.factories import Person
from tests.house import url_map
from tests.house.canaries import World, plain_ids

SENTINEL = "00000000-0000-7000-8000-0000c0ffee00"
OUR_APPS = ("portal", "guardrails", "audit", "connectors", "questions", "tickets")
GIVEN = {
    "digest": "0" * 64, "reason": "a reason that is long enough", "kind": "refund", "order_number": "1042",
    "amount": "10.00", "currency": "USD", "reply": "A reply.", "text": "A text.", "sql": "SELECT 1", "name": "name",
    "title": "title", "question": "How many?", "message": "message", "state": "open", "action": "refund",
    "person": "nobody@example.com",
}  # fmt: skip
"""A body that any verb finds what it needs in, so that an answer is about the id and not about the body."""
ENDING = ("-detail", "-cancel", "_delete", "_erase")
"""Routes whose verbs may remove a row: they are asked last, so that every other verb still finds it."""
OF_ANOTHER_APP = {"tickets:revert": ("guardrails.PolicyVersion",)}
"""Routes whose id is of a model below the view's app."""
TRAILS = ("admin:audit_event", "audit:", "audit_api:")
"""Routes that show one's own trail, which quotes every id that one has asked for and was refused."""
HARMLESS = {302, 403, 404, 405}
"""What may be answered to somebody who names a row of another organization."""


@dataclass(frozen=True)
class Address:
    """A route with ids in it: `{}` stands where an id belongs; `labels` are the models whose ids are tried."""

    name: str
    template: str
    labels: tuple[str, ...]

    @property
    def holes(self) -> int:
        return self.template.count(SENTINEL)

    def with_ids(self, *ids: str) -> str:
        pieces = self.template.split(SENTINEL)
        return "".join(itertools.chain(*itertools.zip_longest(pieces, ids, fillvalue="")))


def addresses() -> list[Address]:
    """Return every route of the URL map, each with where ids stand and which ids might belong there."""
    samples = dict.fromkeys(("uuid", "path", "str"), SENTINEL) | {"int": "7"}
    with mock.patch.object(url_map, "SAMPLES", samples):
        return [
            Address(route.name, route.path.replace(url_map.ANY_TEXT, SENTINEL), labels_of(route))
            for route in url_map.routes()
        ]


def labels_of(route: Any) -> tuple[str, ...]:
    """Return the models whose ids may stand in a route: the admin class's own, else those of the view's app."""
    if route.name.startswith("admin:"):
        for model in site._registry:
            meta = model._meta
            if route.name.startswith(f"admin:{meta.app_label}_{meta.model_name}_"):
                return (meta.label,)
    view = getattr(route.view, "cls", None) or getattr(route.view, "view_class", None) or route.view
    app = view.__module__.split(".")[0]
    own = (model._meta.label for model in apps.get_models() if model._meta.app_label == app and is_tenant(model))
    return (*own, *OF_ANOTHER_APP.get(route.name, ()))


@dataclass
class Walk:
    """What one visitor was answered, and which answers held marks of the owner."""

    visitor: Person
    owner: World
    leaks: list[str] = field(default_factory=list)
    told: dict[str, bool] = field(default_factory=lambda: defaultdict(bool))
    statuses: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    asked: int = 0
    named: set[str] = field(default_factory=set)
    heard: list[str] | None = None
    """Every answer as it came, where somebody wants to search them."""

    def __post_init__(self) -> None:
        self.client = browser(self.visitor, raise_request_exception=False)

    def ask(self, name: str, path: str, method: str = "get", **options: Any) -> Any:
        """Send one request and judge its answer; ids that stood in the request prove nothing when they come back."""
        self.client.cookies.pop("messages", None)
        answer = getattr(self.client, method)(path, **options)
        self.asked += 1
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode("utf-8", "replace") + json.dumps(dict(answer.headers), default=str)
        if self.heard is not None:
            self.heard.append(text)
        said = json.dumps([path, options.get("data"), options.get("headers")], default=str)
        self.named |= plain_ids(said)
        if name.startswith(TRAILS):
            said += " ".join(self.named)
        found = self.owner.marks.found_in(text, asked=said)
        self.statuses[name].add(answer.status_code)
        if found:
            self.told[name] = True
            self.leaks.append(f"{method.upper()} {path} → {answer.status_code}: {sorted(found)[:4]}")
        return answer

    @property
    def _part(self) -> str:
        """A part of the owner's word: it finds the rows, and an echo of it is not a mark."""
        return self.owner.word[1:-1]

    # --- what shows rows ---

    def plain_pages(self) -> None:
        """Ask for every route without an id, also with the owner's organization named in every way there is."""
        organization = str(self.owner.organization.pk)
        named = urlencode({"organization": organization, "organization_id": organization, "q": self._part})
        headers = {"X-Organization": organization, "Organization": organization}
        for address in addresses():
            if address.holes == 0:
                self.ask(address.name, address.template)
                if not address.name.startswith(("api:openapi", "admin:")):  # one is slow; lists are asked below
                    self.ask(address.name, f"{address.template}?{named}", headers=headers)

    def lists(self) -> None:
        """Ask for the admin lists in every way: searched, filtered, ordered, and the lists of each app."""
        for model in site._registry:
            self.list_of(model)
        for app in OUR_APPS:
            self.ask("admin:app_list", f"/admin/{app}/")

    def list_of(self, model: Any) -> None:
        """Ask for one admin list: plain, searched, ordered, by each filter and by each reference."""
        organization = str(self.owner.organization.pk)
        queries: list[dict[str, Any]] = [{}, {"q": self._part}, {"organization__id__exact": organization}]
        queries += [{"q": found} for found in self.owner.ids(model._meta.label, 1)]
        queries += [{str(each): self.owner.word} for each in _filters(site._registry[model])]
        queries += [{f"{name}__id__exact": found} for name, found in self._references(model)]
        for query in queries:
            self.ask(admin_name(model, "changelist"), f"{_admin_path(model)}?{urlencode(query)}")

    def api_lists(self) -> None:
        """Ask for every list of the API."""
        for address in addresses():
            if address.name.endswith("-list"):
                self.ask(address.name, address.template)

    def selects(self) -> None:
        """Ask the autocomplete of every reference of every model."""
        for model in site._registry:
            for reference in model._meta.get_fields():
                if reference.is_relation and reference.concrete:
                    query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                    query |= {"field_name": reference.name, "term": ""}
                    self.ask("admin:autocomplete", f"/admin/autocomplete/?{urlencode(query)}")

    def exports(self) -> None:
        """Take every sheet out, in the first format, with every field."""
        for model, admin in site._registry.items():
            for resource_class in getattr(admin, "resource_classes", []):
                resource = resource_class()
                fields = {f"{resource_class.__name__.lower()}_{f}": "on" for f in resource.get_export_order()}
                data = {"format": "0", "resource": "0", **fields}
                self.ask(admin_name(model, "export"), f"{_admin_path(model)}export/", "post", data=data)

    def details(self) -> None:
        """Ask for every route with ids in it, with the ids of each model that may belong there."""
        for address in addresses():
            self._ask_each(address.name, self.paths(address))

    # --- what changes rows ---

    def verbs(self) -> None:
        """Send every method but GET to every route with ids in it, with a body any verb finds enough in."""
        for address in sorted(addresses(), key=lambda each: each.name.endswith(ENDING)):
            paths = list(self.paths(address, most=1))
            if address.template.startswith("/api/"):
                for method in ("post", "put", "patch", "delete"):
                    name = f"{address.name} {method}"
                    self._ask_each(name, paths, method, data=GIVEN, content_type="application/json")
            else:
                self._ask_each(f"{address.name} post", paths, "post", data=GIVEN | {"post": "yes"})

    def _ask_each(self, name: str, paths: Iterable[str], method: str = "get", **options: Any) -> None:
        """Ask for each path in turn; a method that a route does not know is one whatever the id, so once is enough."""
        for path in paths:
            if self.ask(name, path, method, **options).status_code == 405:
                return

    def creations(self) -> None:
        """Name the owner's rows in the body of everything that takes a body without an id in its address."""
        ids = {model._meta.label: self.owner.ids(model._meta.label, 1) for model in apps.get_models()}
        by_name = {label.split(".")[1].lower(): found[0] for label, found in ids.items() if found}
        references = by_name | {f"{name}_id": found for name, found in by_name.items()}
        organization = str(self.owner.organization.pk)
        references |= {"organization": organization, "organization_id": organization, "store": by_name["connector"]}
        references |= {"user": str(self.owner.admin.user.pk), "assigned_to": str(self.owner.admin.user.pk)}
        for address in addresses():
            if address.holes == 0 and address.name.split(":")[-1] not in ("sign_out", "logout", "password"):
                is_api = address.template.startswith("/api/")
                kind = {"content_type": "application/json"} if is_api else {}
                self.ask(f"{address.name} post", address.template, "post", data=GIVEN | references, **kind)

    def actions(self) -> None:
        """Run every admin action on the owner's rows, from the list as the page does."""
        for model, admin in site._registry.items():
            for action in _actions(admin):
                chosen = self.owner.ids(model._meta.label)
                data = {"action": action, ACTION_CHECKBOX_NAME: chosen, "select_across": "0"}
                for confirmed in ({}, {"post": "yes"}):
                    self.ask(f"action {model._meta.label} {action}", _admin_path(model), "post", data=data | confirmed)

    # --- addresses ---

    def paths(self, address: Address, *, most: int = 2) -> Iterator[str]:
        """Return the address with the owner's ids: up to `most` of the models it is named after, one of every other.

        Two ids are tried with each other where the second is of such a model, else each with itself and its neighbour.
        """
        named = [label for label in address.labels if _is_named_after(address, label)]
        most = most if named or address.name.startswith("admin:") else 1
        right = [each for label in named for each in self.owner.ids(label, most)]
        others = [each for label in address.labels if label not in named for each in self.owner.ids(label, 1)]
        found = right + ([] if named and most == 1 else others)
        if address.holes == 1:
            yield from (address.with_ids(each) for each in found)
        elif address.holes > 1:
            pairs = (
                itertools.product(right + others, right) if right else zip(found, found[1:] + found[:1], strict=True)
            )
            for first, second in itertools.chain(pairs, zip(found, found, strict=True)):
                yield address.with_ids(first, *[second] * (address.holes - 1))

    def _references(self, model: Any) -> Iterator[tuple[str, str]]:
        for reference in model._meta.concrete_fields:
            if reference.is_relation and reference.related_model is not None:
                for found in self.owner.ids(reference.related_model._meta.label, 1):
                    yield reference.name, found


def _is_named_after(address: Address, label: str) -> bool:
    """Tell whether a route of the API is named after a model, as `tickets_api:approval-claim` after `Approval`."""
    space, _, name = address.name.partition("_api:")
    if name.endswith("-list"):  # with an id in it, that is of what the list hangs on
        return False
    return bool(space) and name.replace("_", "").replace("-", "").startswith(label.split(".")[1].lower())


def admin_name(model: Any, kind: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}"


def _admin_path(model: Any) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def _filters(admin: Any) -> list[Any]:
    return [each[0] if isinstance(each, tuple) else each for each in admin.list_filter if not isinstance(each, type)]


def _actions(admin: Any) -> list[str]:
    named = [each if isinstance(each, str) else each.__name__ for each in admin.actions or ()]
    return ["delete_selected", *named]
