"""Every governed model, made, edited and removed: one event each, in the same transaction, without secrets (A02)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import models, transaction

from audit.models import Event, EventText
from portal import change, trail
from portal.change import HIDDEN
from tests.audit.governed import RECIPES, SECRETS, Recipe
from tests.audit.test_export import take
from tests.clients import browser, sign_in
from tests.factories import PASSWORD, Cast

pytestmark = pytest.mark.requirement("A02")
MODELS = {kind: model for model, kind in change.governed().items()}


def event_ids() -> set[Any]:
    return set(Event.objects.values_list("pk", flat=True))


def only_event_since(before: set[Any]) -> Event:
    """Return the one event more than before; more or fewer fail."""
    (new,) = event_ids() - before
    return Event.objects.get(pk=new)


def clear_the_way(recipe: Recipe) -> None:
    """Take away the row a new organization came with, so that it can be made anew."""
    if recipe.fresh is not None:
        change.remove(recipe.fresh())


def made(kind: str, cast: Cast) -> models.Model:
    """Return a saved row of the kind, to be edited or removed."""
    recipe = RECIPES[kind]
    if recipe.standing is not None:
        return recipe.standing(cast)
    clear_the_way(recipe)
    return change.apply(recipe.make(cast))


def edited(kind: str, row: models.Model) -> models.Model:
    again = type(row)._base_manager.get(pk=row.pk)
    for name, value in RECIPES[kind].edit.items():
        setattr(again, name, value)
    return again


def test_every_governed_model_has_a_recipe_and_none_is_left_over() -> None:
    assert set(RECIPES) == set(MODELS)
    assert all(len(r.not_made) > 20 for r in RECIPES.values() if r.not_made)


@pytest.mark.parametrize("kind", sorted(set(RECIPES) - {k for k, r in RECIPES.items() if r.not_made}))
def test_making_one_leaves_exactly_one_event(northlight: Cast, kind: str) -> None:
    recipe = RECIPES[kind]
    clear_the_way(recipe)
    row = recipe.make(northlight)
    before = event_ids()
    change.apply(row, reason="a reason", source="test")
    event = only_event_since(before)
    assert (event.type, event.subject_kind, event.subject_id) == (f"{kind}.created", kind, str(row.pk))
    assert (event.actor_name, event.data) == ("Ada Lindqvist", {"reason": "a reason", "source": "test"})
    assert event.before is None
    assert event.after
    assert not row._state.adding
    no_secret_stands(recipe, event)


@pytest.mark.parametrize("kind", sorted(RECIPES))
def test_editing_one_leaves_exactly_one_event_with_before_and_after(northlight: Cast, kind: str) -> None:
    recipe = RECIPES[kind]
    row = edited(kind, made(kind, northlight))
    old = {name: change.snapshot(type(row)._base_manager.get(pk=row.pk))[name] for name in recipe.edit}
    before = event_ids()
    change.apply(row, reason="a reason", source="test")
    event = only_event_since(before)
    assert (event.type, event.subject_id) == (f"{kind}.changed", str(row.pk))
    assert event.before == old
    assert set(event.after) == set(recipe.edit)
    for name, value in recipe.edit.items():
        assert event.after[name] != event.before[name]
        assert name in recipe.secrets or event.after[name] == value
    no_secret_stands(recipe, event)


@pytest.mark.parametrize("kind", sorted(set(RECIPES) - {k for k, r in RECIPES.items() if r.not_removed}))
def test_removing_one_leaves_exactly_one_event_with_what_it_was(northlight: Cast, kind: str) -> None:
    row = made(kind, northlight)
    before, key = event_ids(), str(row.pk)
    change.remove(type(row)._base_manager.get(pk=row.pk), reason="a reason", source="test")
    event = only_event_since(before)
    assert (event.type, event.subject_id, event.after) == (f"{kind}.removed", key, None)
    assert event.before
    assert not type(row)._base_manager.filter(pk=key).exists()
    no_secret_stands(RECIPES[kind], event)


@pytest.mark.parametrize("kind", sorted(RECIPES))
def test_no_change_without_its_event_and_no_event_without_its_change(
    northlight: Cast, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = edited(kind, made(kind, northlight))
    stored = type(row)._base_manager.filter(pk=row.pk)
    before, was = event_ids(), change.snapshot(stored.get())

    change.apply(stored.get())
    assert event_ids() == before, "an edit that changes nothing is none"

    with transaction.atomic():
        change.apply(row)
        assert len(event_ids() - before) == 1
        transaction.set_rollback(True)
    assert event_ids() == before, "what is rolled back leaves no event"
    assert change.snapshot(stored.get()) == was

    monkeypatch.setattr(trail, "_writer", None)
    with pytest.raises(trail.TrailError):
        change.apply(edited(kind, stored.get()))
    assert change.snapshot(stored.get()) == was, "what cannot be recorded does not happen"


def no_secret_stands(recipe: Recipe, event: Event) -> None:
    """Assert that no canary stands in the event or its texts, and that a set secret is said to be set."""
    told = json.dumps([event.data, event.before, event.after, event.commitments])
    told += "".join(EventText.objects.filter(event_id=event.pk).values_list("text", flat=True))
    for secret in SECRETS:
        assert secret not in told
    for name in recipe.secrets:
        said = {(part or {}).get(name) for part in (event.before, event.after)} - {None}
        assert said, f"{name}: whether it is set is part of the record"
        assert all("never shown" in each for each in said)
    if event.type.endswith(".removed") and recipe.secrets:
        assert event.before[recipe.secrets[0]] == HIDDEN


def test_the_canaries_would_be_seen(northlight: Cast) -> None:
    event = Event(data={"reason": SECRETS[0]}, commitments={})
    with pytest.raises(AssertionError):
        no_secret_stands(RECIPES["connector"], event)


def types_since(before: set[Any]) -> list[str]:
    return list(Event.objects.exclude(pk__in=before).order_by("id").values_list("type", flat=True))


def test_signing_in_and_out_and_being_refused_are_told(cast: Cast) -> None:
    with cast.ada.inside():
        before = event_ids()
    client = browser()
    sign_in(client, cast.ana.email)
    client.get("/admin/")
    client.post("/sign-out/")
    sign_in(browser(), cast.ana.email, "wrong " + PASSWORD)
    with cast.ada.inside():
        assert types_since(before) == [
            "person.signed_in",
            "access.refused",
            "person.signed_out",
            "person.sign_in_refused",
        ]
        told = Event.objects.exclude(pk__in=before)
        assert {event.actor_name for event in told.exclude(type="person.sign_in_refused")} == {"Ana Reyes"}
        assert PASSWORD not in json.dumps(list(told.values_list("data", flat=True)))


def test_an_export_of_the_trail_is_told(cast: Cast) -> None:
    with cast.ada.inside():
        before = event_ids()
    take(browser(cast.ada)).getvalue()
    with cast.ada.inside():
        assert types_since(before)[-2:] == ["trail.exported", "trail.export_finished"]
