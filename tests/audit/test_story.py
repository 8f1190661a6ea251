"""The story of anything: its whole chain of events in order, with what belongs to it, in a known number of queries."""

from __future__ import annotations

import pytest
from django.test import Client

from audit import story
from guardrails.models import TicketPolicy
from portal import change, trail
from tests.audit.events import make_in_bulk, refused_sign_in
from tests.audit.test_trail_page import said
from tests.clients import browser
from tests.factories import Cast

HOME = "/admin/audit/event/story"


@pytest.fixture
def ada(cast: Cast) -> Client:
    return browser(cast.ada)


def test_a_policy_is_told_from_its_first_change_with_before_and_after(cast: Cast, ada: Client) -> None:
    with cast.ada.inside():
        policy = TicketPolicy.objects.get()
        for days in (45, 60):
            policy.max_order_age_days_refund = days
            change.apply(policy, reason="long winters")
    page = said(ada.get(f"{HOME}/ticket_policy/{policy.pk}/"))
    assert page.index("90 → 45") < page.index("45 → 60")
    assert "Ada Lindqvist" in page
    answer = ada.get(f"/admin/guardrails/ticketpolicy/{policy.pk}/change/").content.decode()
    assert f'href="{HOME}/ticket_policy/{policy.pk}/"' in answer


def test_a_persons_story_is_what_happened_to_them_and_what_they_did(cast: Cast, ada: Client) -> None:
    with cast.ana.inside():
        refused_sign_in("ana@northlight.example", str(cast.ana.user.pk))
        trail.record(trail.Event("access.refused", trail.Subject("place", "/admin/"), verdict="refused"))
    with cast.mia.inside():
        trail.record(trail.Event("access.refused", trail.Subject("place", "/live/"), verdict="refused"))
    for kind, pk in (("person", cast.ana.user.pk), ("membership", cast.ana.membership.pk)):
        page = said(ada.get(f"{HOME}/{kind}/{pk}/"))
        assert "ana@northlight.example" in page
        assert "/admin/" in page
        assert "/live/" not in page


def test_pages_go_by_key_and_repeat_nothing(northlight: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "PAGE", 4)
    who = str(northlight.ana.user.pk)
    with northlight.ana.inside():
        for number in range(9):
            trail.record(trail.Event("access.refused", trail.Subject("place", f"/{number}/")))
            refused_sign_in("x@example.com", who)
    seen, after, is_more = [], None, True
    while is_more:
        told = story.tell("person", who, after)
        seen += [each.event.pk for each in told.chapters]
        after, is_more = seen[-1], told.is_more
    assert len(seen) == len(set(seen)) == 18
    assert seen == sorted(seen)


def test_the_number_of_queries_does_not_grow(northlight: Cast, django_assert_num_queries) -> None:
    for _ in range(30):
        refused_sign_in("x@example.com", str(northlight.ana.user.pk))
    make_in_bulk(20)
    with django_assert_num_queries(4):  # the membership, about them, by them, the texts
        assert len(story.tell("person", str(northlight.ana.user.pk)).chapters) == 30


def test_what_is_not_there_has_no_story(cast: Cast, ada: Client) -> None:
    with cast.cleo.inside():
        refused_sign_in("cleo-canary@southwind.example", str(cast.cleo.user.pk))
    for address in (f"{HOME}/person/{cast.cleo.user.pk}/", f"{HOME}/ticket/no-id/", f"{HOME}/x/{'y' * 300}/"):
        assert ada.get(address).status_code == 404
