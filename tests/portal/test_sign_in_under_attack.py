"""What somebody with time tries at the sign-in: variants of one address, races of one token, an invitation."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connections
from rest_framework.exceptions import AuthenticationFailed

from audit.models import Event
from portal import people, tenancy, tokens
from tests.clients import browser, sign_in
from tests.factories import Cast, make_cast, make_organization, make_person
from tests.portal.test_sign_in import WRONG


@pytest.mark.requirement("I05", part="lock-out")
def test_another_spelling_of_the_address_is_no_fresh_set_of_tries(cast: Cast) -> None:
    client = browser()
    spellings = (
        "ada@northlight.example",
        "ADA@northlight.example",
        " Ada@northlight.example",
        "aDa@Northlight.example",
    )
    assert [sign_in(client, each, WRONG).status_code for each in spellings] == [200] * 4
    assert sign_in(client, "adA@northlight.EXAMPLE", WRONG).status_code == 429
    given = {"email": "ADA@NORTHLIGHT.example", "password": WRONG}
    assert client.post("/api/v1/token/", given, "application/json").status_code == 429
    assert sign_in(client, cast.ada.email).status_code == 429


@pytest.mark.requirement("A02", part="sign-ins stay with the organization one came from")
def test_an_invitation_moves_nobody_and_no_sign_in_event_to_the_inviting_organization(cast: Cast) -> None:
    """Whoever names an organization `AAA` and invites somebody neither becomes their default nor hears of failures."""
    stranger = make_organization("AAA", "aaa")
    admin = make_person(stranger, "Eve", "eve@aaa.example", "admin")
    with admin.inside():
        people.invite(email=cast.mia.email, name="Mia", role="member")
    client = browser()
    sign_in(client, cast.mia.email, WRONG)
    sign_in(client, cast.mia.email)
    client.get("/")
    assert client.session["organization"] == str(cast.northlight.pk)
    for kind in ("person.sign_in_refused", "person.signed_in"):
        with cast.ada.inside():
            assert Event.objects.filter(type=kind, subject_id=str(cast.mia.user.pk)).count() == 1
        with admin.inside():
            assert not Event.objects.filter(type=kind, subject_id=str(cast.mia.user.pk)).exists()


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
@pytest.mark.requirement("I05", part="API tokens: reuse beside a rotation")
def test_a_token_made_while_its_family_is_revoked_is_revoked_too(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = make_cast()
    first = tokens.issue(cast.ada.user, cast.ada.membership)
    second = tokens.rotate(first.refresh)
    made, begun, real = [], threading.Event(), tokens._make

    def slowly(*given: Any) -> tokens.Pair:
        pair = real(*given)
        begun.set()
        time.sleep(0.7)
        return pair

    def rotate() -> None:
        with tenancy.frame("race"):
            made.append(tokens.rotate(second.refresh))
        connections.close_all()

    monkeypatch.setattr(tokens, "_make", slowly)
    thread = threading.Thread(target=rotate)
    thread.start()
    assert begun.wait(10)
    with pytest.raises(AuthenticationFailed):
        tokens.rotate(first.refresh)
    thread.join()
    with pytest.raises(AuthenticationFailed):
        tokens.rotate(made[0].refresh)


@pytest.mark.requirement("I05", part="API tokens end with the membership")
def test_a_refresh_token_does_not_come_back_with_a_membership(cast: Cast) -> None:
    pair = tokens.issue(cast.ana.user, cast.ana.membership)
    with cast.ada.inside():
        people.set_role(cast.ana.membership, role="analyst", is_active=False)
        people.set_role(cast.ana.membership, role="analyst", is_active=True)
        revoked = Event.objects.filter(type="token.revoked", subject_id=str(cast.ana.user.pk))
        assert [event.data["cause"] for event in revoked] == ["membership ended"]
    with pytest.raises(AuthenticationFailed):
        tokens.rotate(pair.refresh)
