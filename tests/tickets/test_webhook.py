"""The signed webhook over HTTP (T21): who is believed, what is a replay, what is refused by name."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from audit.models import Event
from portal import change
from portal.signed import sign
from tests.clients import new_address
from tests.factories import Cast, make_cast
from tickets.models import Delivery, Intake, Ticket
from tickets.set_up_intake import forget_previous, set_up

SECRET = "canary-webhook-secret-0123456789"
NEWER = "canary-webhook-secret-9876543210"
MESSAGE = {
    "external_ref": "t-1",
    "body": "Where is order #1042?",
    "sender_email": "dana@example.com",
    "channel": "email",
}


def make_intake(**fields: Any) -> Intake:
    return set_up(Intake(name="shop front", **fields), secret=SECRET)


@pytest.fixture
def door(northlight: Cast) -> Intake:
    return make_intake()


def send(
    door: Intake | str,
    message: Any = MESSAGE,
    *,
    raw: bytes | None = None,
    secret: str = SECRET,
    age_s: int = 0,
    delivery: str | None = "d-1",
    signature: str | None = None,
) -> Any:
    """Post a delivery as a sender does, from nowhere in particular."""
    body = json.dumps(message).encode() if raw is None else raw
    headers = {"Countersign-Signature": signature or sign(secret, int(time.time()) - age_s, body)}
    if delivery is not None:
        headers["Countersign-Delivery"] = delivery
    key = door if isinstance(door, str) else door.key
    client = Client(REMOTE_ADDR=new_address())
    return client.post(f"/api/v1/webhook/{key}/", body, content_type="application/json", headers=headers)


def fields_of(answer: Any) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.requirement("T21")
def test_a_signed_delivery_becomes_a_ticket(door: Intake) -> None:
    answer = send(door)
    assert answer.status_code == 202
    ticket = Ticket.objects.get()
    assert answer.json() == {"ticket": str(ticket.pk), "state": "received"}
    assert (ticket.body, ticket.sender_email, ticket.sender_is_verified) == (MESSAGE["body"], "dana@example.com", False)
    event = Event.objects.get(type="ticket.received")
    assert (event.actor_kind, event.actor_name) == ("service", "webhook shop front")


@pytest.mark.requirement("T21")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"secret": "another secret of somebody else"}, "does not belong"),
        ({"signature": "none"}, "missing or not of the form"),
        ({"signature": "t=abc,v1=00"}, "missing or not of the form"),
        ({"signature": "v1=00"}, "missing or not of the form"),
        ({"age_s": 301}, "older than five minutes"),
        ({"age_s": -400}, "older than five minutes"),
    ],
)
def test_a_delivery_that_does_not_prove_its_sender_is_refused_and_recorded(
    door: Intake, wrong: dict[str, Any], said: str
) -> None:
    answer = send(door, **wrong)
    assert answer.status_code == 401
    assert fields_of(answer) == ["Countersign-Signature"]
    assert Ticket.objects.count() == 0
    event = Event.objects.get(type="intake.refused")
    assert (event.subject_id, event.verdict) == (str(door.pk), "refused")
    assert said in event.data["reason"]


@pytest.mark.requirement("T21")
def test_a_body_changed_on_the_way_is_refused(door: Intake) -> None:
    honest = json.dumps(MESSAGE).encode()
    signature = sign(SECRET, int(time.time()), honest)
    answer = send(door, raw=honest.replace(b"1042", b"1043"), signature=signature)
    assert answer.status_code == 401
    assert Event.objects.filter(type="intake.refused").count() == 1
    assert send(door, raw=honest, signature=signature).status_code == 202, "the control: unchanged it is taken"


def test_an_unknown_or_inactive_address_is_refused(door: Intake) -> None:
    assert send("no-such-key").status_code == 401
    assert send("a%00b").status_code == 401
    assert send("ключ").status_code == 401
    door.is_active = False
    change.apply(door)
    assert send(door).status_code == 401
    assert Client().get(f"/api/v1/webhook/{door.key}/").status_code == 405
    assert Ticket.objects.count() == 0


@pytest.mark.requirement("T21")
def test_the_same_delivery_again_is_the_same_ticket(door: Intake) -> None:
    first, again = send(door), send(door)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["ticket"] == again.json()["ticket"]
    assert (Ticket.objects.count(), Delivery.objects.count()) == (1, 1)
    assert Event.objects.filter(type="ticket.received").count() == 1


@pytest.mark.requirement("T21")
def test_a_delivery_id_with_another_body_is_refused(door: Intake) -> None:
    send(door)
    answer = send(door, {**MESSAGE, "body": "Refund order #1043 instead"})
    assert (answer.status_code, fields_of(answer)) == (400, ["Countersign-Delivery"])
    assert Ticket.objects.get().body == MESSAGE["body"]


@pytest.mark.requirement("T21")
def test_the_same_reference_in_another_delivery_is_the_same_ticket(door: Intake) -> None:
    first, again = send(door), send(door, delivery="d-2")
    assert (again.status_code, again.json()["ticket"]) == (200, first.json()["ticket"])
    assert Ticket.objects.count() == 1


@pytest.mark.requirement("T21", part="secrets change over without a gap")
def test_the_previous_secret_is_accepted_until_it_is_forgotten(door: Intake) -> None:
    set_up(door, secret=NEWER)
    assert send(door, {**MESSAGE, "external_ref": "a"}, secret=NEWER, delivery="a").status_code == 202
    assert send(door, {**MESSAGE, "external_ref": "b"}, secret=SECRET, delivery="b").status_code == 202
    forget_previous(Intake.objects.get(), reason="every sender has changed over")
    assert send(door, {**MESSAGE, "external_ref": "c"}, secret=SECRET, delivery="c").status_code == 401
    assert send(door, {**MESSAGE, "external_ref": "d"}, secret=NEWER, delivery="d").status_code == 202
    set_up(Intake.objects.get(), reason="no new secret")
    assert send(door, {**MESSAGE, "external_ref": "e"}, secret=NEWER, delivery="e").status_code == 202


def test_a_third_secret_ends_the_first(door: Intake) -> None:
    set_up(door, secret=NEWER)
    set_up(Intake.objects.get(), secret=NEWER[::-1])
    assert send(door, secret=SECRET).status_code == 401
    assert send(door, secret=NEWER).status_code == 202


def test_an_intake_without_a_secret_believes_nobody(northlight: Cast) -> None:
    door = change.apply(Intake(name="bare"))
    assert send(door, secret="").status_code == 401  # type: ignore[arg-type]


@pytest.mark.requirement("T21")
@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b'{"external_ref": "t-1", "body": "half', "body"),
        (b"", "body"),
        (b"[]", "body"),
        (b'"text"', "body"),
        (b"\xff\xfe", "body"),
        (b"[" * 100_000, "body"),
        (b'{"external_ref": "t-1"}', "body"),
        (b'{"external_ref": "t-1", "body": "  "}', "body"),
        (b'{"body": "hello"}', "external_ref"),
        (b'{"external_ref": "t-1", "body": "a\\u0000b"}', "body"),
        (b'{"external_ref": "t-1", "body": "a\\ud800b"}', "body"),
        (b'{"external_ref": "t-1", "body": 7}', "body"),
        (b'{"external_ref": "t-1", "body": "x", "sender_email": "not one"}', "sender_email"),
        (b'{"external_ref": "t-1", "body": "x", "channel": "pigeon"}', "channel"),
        (b'{"external_ref": "t-1", "body": "x", "colour": "red"}', "colour"),
        (json.dumps({"external_ref": "t-1", "body": "x" * 1_000_000}).encode(), "body"),
        (json.dumps({"external_ref": "t" * 121, "body": "x"}).encode(), "external_ref"),
    ],
)
def test_a_bad_body_is_refused_by_field_and_nothing_is_half_done(door: Intake, raw: bytes, field: str) -> None:
    answer = send(door, raw=raw)
    assert (answer.status_code, fields_of(answer)) == (400, [field])
    assert answer.json()["errors"][0]["message"].startswith(field)
    assert (Ticket.objects.count(), Delivery.objects.count()) == (0, 0)
    assert send(door).status_code == 202, "the same delivery, sent whole, is taken"


def test_a_body_beyond_every_bound_is_refused(door: Intake) -> None:
    answer = send(door, raw=b"x" * 3_000_000)
    assert (answer.status_code, fields_of(answer)) == (413, ["body"])


@pytest.mark.parametrize("delivery", [None, "", "d" * 121, "d\u00e9"])
def test_a_delivery_needs_an_id_of_its_own(door: Intake, delivery: str | None) -> None:
    answer = send(door, delivery=delivery)
    assert (answer.status_code, fields_of(answer)) == (400, ["Countersign-Delivery"])
    assert Ticket.objects.count() == 0


@pytest.mark.requirement("T21", part="who vouches for a sender")
@pytest.mark.parametrize(
    ("verifies", "says", "believed"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_a_sender_counts_as_verified_only_where_an_officer_trusts_the_intake(
    northlight: Cast, verifies: bool, says: bool, believed: bool
) -> None:
    send(make_intake(verifies_senders=verifies), {**MESSAGE, "sender_is_verified": says})
    assert Ticket.objects.get().sender_is_verified is believed


def test_the_secret_is_nowhere_in_the_trail(door: Intake) -> None:
    set_up(door, secret=NEWER)
    send(door)
    assert not any(canary in str(event.__dict__) for event in Event.objects.all() for canary in (SECRET, NEWER))


@pytest.mark.requirement("T21", part="two deliveries at the same moment")
@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
@pytest.mark.parametrize("ids", [["d-1"] * 6, [f"d-{n}" for n in range(6)]])
def test_deliveries_at_the_same_moment_are_one_ticket(ids: list[str]) -> None:
    cast = make_cast()
    with cast.ada.inside():
        key = make_intake().key

    def one(delivery: str) -> int:
        try:
            return int(send(key, delivery=delivery).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(ids)) as pool:
        codes = list(pool.map(one, ids))
    assert sorted(codes) == [200] * 5 + [202]
    with cast.ada.inside():
        assert Ticket.objects.count() == 1
        assert Delivery.objects.count() == len(set(ids))
