"""The trail in the admin: what is found, what is said about it, and what bad input gets (A01, A02)."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from audit import search
from audit.filters import Filters
from audit.models import Event, EventText
from audit.write import commitment
from guardrails.models import TicketPolicy
from portal import change, trail
from portal.money import Money
from tests.audit.events import make_in_bulk, refused_sign_in
from tests.clients import browser
from tests.factories import Cast

TRAIL = "/admin/audit/event/"


def look(client: Client, **asked: Any) -> Any:
    return client.get(TRAIL, asked)


def said(answer: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def shown_types(answer: Any) -> list[str]:
    return re.findall(r'<div class="trail-type">([^<]+)</div>', answer.content.decode())


@pytest.fixture
def ada(cast: Cast) -> Client:
    return browser(cast.ada)


def test_the_list_says_who_did_what_to_what_with_verdict_and_money(cast: Cast, ada: Client) -> None:
    with cast.ana.inside():
        trail.record(
            trail.Event(
                "action.blocked",
                trail.Subject("action", "0193b6aa-0000-7000-8000-000000000042"),
                verdict="blocked",
                amount=Money(20_001, "USD"),
                data={"kind": "refund", "order": "1042"},
            )
        )
    answer = look(ada, type="action.blocked")
    page = said(answer)
    for words in ("An action was blocked", "Ana Reyes", "action 00000042", "Blocked", "$200.01", "1 event matches"):
        assert words in page
    assert re.search(
        r'<time datetime="[^"]+\+00:00" title="[\d-]+ [\d:]+ UTC">just now</time>', answer.content.decode()
    )


@pytest.mark.requirement("A01", part="searched and filtered by date")
@pytest.mark.parametrize("asked", [{"q": "somebody@EXAMPLE"}, {"q": "webhook-42"}, {"q": "subject-7"}, {"q": "ana re"}])
def test_text_fields_subject_and_actor_are_found_whatever_the_case(
    cast: Cast, ada: Client, asked: dict[str, str]
) -> None:
    with cast.ana.inside():
        refused_sign_in("somebody@example.com", "subject-7", "webhook-42")
    with cast.cleo.inside():
        refused_sign_in("somebody@example.com", "subject-7", "webhook-42 ana reyes")
    assert shown_types(look(ada, **asked)) == ["person.sign_in_refused"]
    assert shown_types(look(ada, q="no such thing anywhere")) == []
    assert "Nothing matches" in said(look(ada, q="no such thing anywhere"))


@pytest.mark.requirement("A01", part="searched and filtered by date")
def test_dates_begin_and_end_with_the_organizations_days(cast: Cast, ada: Client) -> None:
    from django.utils import timezone

    with cast.ada.inside():
        refused_sign_in("a@example.com")
    today = timezone.now().date().isoformat()
    kind = "person.sign_in_refused"
    assert shown_types(look(ada, since=today, until=today, type=kind)) == [kind]
    assert shown_types(look(ada, until="2020-01-01", type=kind)) == []
    assert shown_types(look(ada, since="2150-01-01", type=kind)) == []


def test_each_filter_narrows(cast: Cast, ada: Client) -> None:
    with cast.ada.inside():
        refused_sign_in("a@example.com", "one")
        trail.record(trail.Event("person.signed_out", trail.Subject("person", "two")))
    assert shown_types(look(ada, verdict="refused")) == ["person.sign_in_refused"]
    assert shown_types(look(ada, subject="two")) == ["person.signed_out"]
    assert set(shown_types(look(ada, type="person.*"))) == {
        "person.sign_in_refused",
        "person.signed_out",
        "person.signed_in",
    }
    assert shown_types(look(ada, actor="customer")) == []
    assert "person.signed_out" in shown_types(look(ada, actor="person"))


def test_pages_go_by_key_and_miss_and_repeat_nothing(cast: Cast, ada: Client) -> None:
    with cast.ada.inside():
        make_in_bulk(120)
        wanted = [str(pk) for pk in Event.objects.filter(type="ticket.classified").values_list("pk", flat=True)]
    for asked in ({"type": "ticket.classified"}, {"q": "Person", "type": "ticket.classified"}):
        seen: list[str] = []
        answer = look(ada, **asked)
        assert "120 events match" in said(answer)
        while True:
            seen += re.findall(r'<a href="/admin/audit/event/([0-9a-f-]+)/change/">', answer.content.decode())
            older = re.search(r'href="([^"]+)" rel="next"', answer.content.decode())
            if older is None:
                break
            answer = ada.get(html.unescape(older[1]))
        assert seen == wanted


def test_the_count_is_bounded_and_says_so(cast: Cast, ada: Client) -> None:
    with cast.ada.inside():
        make_in_bulk(1_200)
    assert "1,000+ events match" in said(look(ada, type="ticket.classified"))
    assert "1,000+ events match" in said(look(ada, q="Person", type="ticket.classified"))


BAD = [
    ("q", "x" * 10_000, "search: a text takes at most 200 characters, this has 10000"),
    ("q", "a\x00b", "NUL"),
    ("since", "yesterday", "`yesterday` is not a day; write it like `2026-11-23`"),
    ("until", "2026-13-45", "`2026-13-45` is not a day"),
    ("since", "0001-01-01", "is no day of the trail"),
    ("until", "9999-12-31", "is no day of the trail"),
    ("since", "2026-01-01\x00", "is not a day"),
    ("type", "nothing.happened", "type: `nothing.happened` is not one of the choices"),
    ("verdict", "maybe", "verdict: `maybe` is not one of the choices"),
    ("actor", "robot", "actor: `robot` is not one of the choices"),
    ("confidence", "sure", "confidence: `sure` is not one of the choices"),
    ("least", "1e3", "least: `1e3` is not an amount; write it like `49.99`"),
    ("greatest", "-5", "greatest: `-5` is negative"),
    ("currency", "12$", "currency: `12$` is no currency; write its code, like `USD`"),
    ("person", "z" * 65, "person: an id takes at most 64 characters"),
    ("connector", "' OR 1=1 --", "is not one of the choices"),
    ("subject", "y" * 65, "subject: an id takes at most 64 characters"),
    ("before", "page 2", "that is not a place in the trail"),
]


@pytest.mark.parametrize(("field", "value", "message"), BAD, ids=[f"{f}-{v[:12]!r}" for f, v, _ in BAD])
def test_bad_input_is_answered_at_its_field(ada: Client, field: str, value: str, message: str) -> None:
    answer = look(ada, **{field: value})
    assert answer.status_code == 400
    assert message in said(answer)
    assert field == "before" or f'id="error-{field}"' in answer.content.decode()
    assert "Export" not in said(answer)


def test_a_range_of_a_hundred_years_and_one_that_ends_before_it_begins(ada: Client) -> None:
    answer = look(ada, since="2010-01-01", until="2110-01-01")
    assert (answer.status_code, "a range of 100 years; ask for at most 20" in said(answer)) == (400, True)
    answer = look(ada, since="2026-02-02", until="2026-01-01")
    assert (answer.status_code, "`2026-01-01` is before `2026-02-02`" in said(answer)) == (400, True)


def test_a_search_that_takes_too_long_is_given_up_with_advice(
    cast: Cast, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PATIENCE_MS", 1)
    with cast.ada.inside():
        make_in_bulk(5_000)
    answer = look(ada, q="Person")
    assert (answer.status_code, "narrow it by dates or by type" in said(answer)) == (400, True)
    with cast.ada.inside():
        assert Event.objects.exists(), "the connection is usable and patient again"


SEARCHES = ["Person 7", "%", "_", "\\", "=1+", "ana", "a@EXAMPLE.com", '"number": 12', "ö", "İ", "' OR '1'='1"]


@pytest.mark.parametrize("needle", SEARCHES)
def test_the_indexed_search_and_the_walk_find_the_same(northlight: Cast, needle: str) -> None:
    make_in_bulk(60)
    for email in ("a@example.com", "100%", "under_score", "back\\slash", "Öl", "İstanbul"):
        refused_sign_in(email, way="page")
    for filters in (Filters(search=needle), Filters(search=needle, types=("ticket.classified",), verdicts=("pass",))):
        walked = [row[0] for chunk in search.chunks(filters, ("id",), 7) for row in chunk]
        found = search.page(filters, None, 9_000)
        assert [event.pk for event in found.events] == walked
        assert (found.count, found.is_all, found.is_more) == (len(walked), True, False)
        assert search.total(filters) == len(walked)


def test_the_search_asks_no_other_organization_even_where_the_scope_is_gone(cast: Cast) -> None:
    with cast.ada.inside():
        refused_sign_in("canary@example.com")
        assert search.page(Filters(search="canary@"), None, 10).count == 1
    with cast.cleo.inside():
        assert search._ids(Filters(search="canary@"), 10, enough=10) == ([], True)


def test_one_event_is_told_in_words_with_its_changes(cast: Cast, ada: Client) -> None:
    with cast.ada.inside():
        policy = TicketPolicy.objects.get()
        policy.max_order_age_days_refund = 45
        change.apply(policy, reason="long winters")
        event = Event.objects.filter(type="ticket_policy.changed").get()
    page = said(ada.get(f"{TRAIL}{event.pk}/change/"))
    for words in (
        "The ticket policy was changed",
        "Max order age days refund",
        "90",
        "45",
        "Ada Lindqvist",
        "long winters",
        "A02",
    ):
        assert words in page
    assert (
        f"/admin/guardrails/ticketpolicy/{policy.pk}/change/" in ada.get(f"{TRAIL}{event.pk}/change/").content.decode()
    )


def test_a_text_is_held_against_its_commitment(cast: Cast, ada: Client) -> None:
    with cast.ada.inside():
        event_id = refused_sign_in("somebody@example.com")
    address = f"{TRAIL}{event_id}/change/"
    assert "Matches its commitment" in said(ada.get(address))
    with cast.ada.inside():
        kept = EventText.objects.get(event_id=event_id)
        assert commitment(bytes(kept.salt), "other@example.com") != Event.objects.get(pk=event_id).commitments["email"]
    answer = ada.post(f"{TRAIL}{event_id}/erase/", {"reason": "asked for"}, follow=True)
    assert "Erased 1 text" in said(answer)
    assert "Erased; its commitment stays" in said(answer)
    assert "somebody@example.com" not in said(answer)
    assert ada.get(f"{TRAIL}{event_id}/erase/").status_code == 405


def test_people_without_the_right_are_refused_and_that_is_recorded(cast: Cast) -> None:
    with cast.ada.inside():
        event_id = refused_sign_in("somebody@example.com")
    for person in (cast.paul, cast.ana, cast.mia):
        for address in (TRAIL, f"{TRAIL}{event_id}/change/"):
            assert browser(person).get(address).status_code == 403
        assert browser(person).post(f"{TRAIL}export/").status_code == 403
        assert browser(person).post(f"{TRAIL}{event_id}/erase/", {"reason": "x"}).status_code == 403
    with cast.ada.inside():
        assert Event.objects.filter(type="access.refused").count() == 12
        assert EventText.objects.filter(event_id=event_id).exists()


def test_another_organizations_event_is_not_there(cast: Cast, ada: Client) -> None:
    with cast.cleo.inside():
        event_id = refused_sign_in("cleo-canary@southwind.example")
    assert ada.get(f"{TRAIL}{event_id}/change/").status_code == 404
    assert ada.post(f"{TRAIL}{event_id}/erase/", {"reason": "x"}).status_code == 404
    assert "cleo-canary" not in said(look(ada, q="southwind"))
    assert "cleo-canary" in said(browser(cast.cleo).get(f"{TRAIL}{event_id}/change/"))
    assert [ada.get(f"{TRAIL}{wrong}/change/").status_code for wrong in ("1", "x", "0")] == [404] * 3


@pytest.mark.parametrize("path", ["add/", "{}/delete/"])
def test_nothing_is_added_or_deleted(cast: Cast, ada: Client, path: str) -> None:
    with cast.ada.inside():
        event_id = refused_sign_in("a@example.com")
    assert ada.post(TRAIL + path.format(event_id), {"post": "yes"}).status_code == 403
    assert ada.post(TRAIL, {"action": "delete_selected", "_selected_action": str(event_id)}).status_code == 405
    assert ada.post(f"{TRAIL}{event_id}/change/", {"verdict": "pass"}).status_code == 405


def test_a_search_of_texts_is_recorded_once_and_an_id_is_none(cast: Cast, ada: Client) -> None:
    with cast.ada.inside():
        event_id = refused_sign_in("somebody@example.com")
    look(ada, q="somebody@")
    look(ada, q=str(event_id))
    look(ada)
    with cast.ada.inside():
        found = Event.objects.filter(type="trail.searched").get()
        assert EventText.objects.get(event_id=found.pk).text == "somebody@"
        assert found.actor_name == "Ada Lindqvist"
    assert shown_types(look(ada, q="somebody@")) == ["person.sign_in_refused"], "a search does not find searches"
    assert set(shown_types(look(ada, q="somebody@", type="trail.searched"))) == {"trail.searched"}
