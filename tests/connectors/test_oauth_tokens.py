"""Access tokens renew themselves before they expire, once, whoever needs one at that moment (S04)."""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from connectors import connect_shop, oauth_tokens, set_up, shops
from connectors import open as doors
from connectors.contracts import StoreUnreachable
from connectors.models import Connector, ConnectorWarning, OAuthToken
from portal.refusal import Refused
from tests.connectors.doors import Heard, browser_as, events
from tests.connectors.shopify_shops import stock
from tests.guardrails.threads import THREADS, at_once
from tests.servers.shopify import ShopifyServer, closed, times_out_after_executing

everywhere = pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])


@pytest.fixture
def server(settings):
    with ShopifyServer() as played:
        stock(played)
        settings.SHOPIFY_ORIGIN = played.origin
        yield played


def make_shop(server: ShopifyServer, sign_in: str = "connect", secret: str = "", **given: str) -> Connector:
    settings = {"shop": server.shop.domain, "sign_in": sign_in, "client_id": server.client_id, **given}
    connector = Connector(name="Shop", role="store", adapter="shopify", settings=settings)
    return set_up.set_up(connector, secret=secret or server.client_secret)


def connected(server: ShopifyServer) -> Connector:
    """Set up a shop and take the way out and back, as an admin's browser does."""
    connector = make_shop(server)
    session: dict = {}
    connect_shop.begin(connector, session=session, redirect_uri="https://portal.example/back")
    query = server.callback(session[connect_shop.SESSION_KEY]["state"])
    return connect_shop.complete(pairs(query), session=session)


def pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def age(connector: Connector, left: timedelta) -> None:
    """Let the stored token be good for no longer than this."""
    OAuthToken.objects.filter(connector=connector).update(access_expires_at=timezone.now() + left)


def renewals(server: ShopifyServer) -> int:
    return sum(1 for it in server.token_requests if it.get("grant_type") == "refresh_token")


# --- once ---


@everywhere
@pytest.mark.requirement("S04")
def test_sixteen_workers_at_expiry_renew_the_token_once(cast, server) -> None:
    with cast.ada.inside():
        connector = connected(server)
        server.tokens.clear()  # the shop forgot the token, as it does when it expires
        age(connector, timedelta(seconds=-1))
        found = at_once(cast.ada, lambda _: doors.store(connector).customer_by_email("dana@example.com"))
        assert [it.name for it in found] == ["Dana Whitfield"] * THREADS
        assert renewals(server) == 1
        row = OAuthToken.objects.get(connector=connector)
        assert (row.generation, row.leased_by) == (2, None)
        assert len(events("connector.token_renewed")) == 1
        server.tokens.clear()  # rejected before its time
        found = at_once(cast.ada, lambda _: doors.store(connector).item("JACKET-L").sku)
        assert found == ["JACKET-L"] * THREADS
        assert renewals(server) == 2


@pytest.mark.requirement("S04")
def test_a_token_is_renewed_before_it_expires_and_left_alone_before_that(northlight, server) -> None:
    connector = connected(server)
    age(connector, oauth_tokens.RENEWED_BEFORE + timedelta(seconds=20))
    doors.store(connector).find_order("1001")
    assert renewals(server) == 0
    age(connector, oauth_tokens.RENEWED_BEFORE - timedelta(seconds=20))
    doors.store(connector).find_order("1001")
    assert renewals(server) == 1


def test_who_comes_while_another_renews_goes_on_with_the_old_token(northlight, server) -> None:
    connector = connected(server)
    age(connector, timedelta(minutes=2))
    lease(connector, timedelta(seconds=30))
    assert doors.store(connector).find_order("1001") is not None
    assert renewals(server) == 0


# --- what goes wrong ---


def lease(connector: Connector, left: timedelta) -> None:
    OAuthToken.objects.filter(connector=connector).update(leased_by=uuid.uuid4(), leased_until=timezone.now() + left)


@pytest.mark.requirement("S04")
def test_a_lease_whose_holder_died_ends_and_the_stored_refresh_token_is_used_again(northlight, server) -> None:
    connector = connected(server)
    age(connector, timedelta(seconds=-1))
    server.token({  # the holder's call arrived and its answer was lost with the holder
        "client_id": server.client_id, "client_secret": server.client_secret, "grant_type": "refresh_token",
        "refresh_token": OAuthToken.objects.get(connector=connector).refresh_token.reveal(),
    })  # fmt: skip
    lease(connector, timedelta(seconds=-1))
    assert doors.store(connector).find_order("1001") is not None
    assert renewals(server) == 2


def test_a_lease_that_is_held_is_waited_for_within_a_bound(northlight, server) -> None:
    connector = connected(server)
    age(connector, timedelta(seconds=-1))
    lease(connector, timedelta(seconds=30))
    tokens = oauth_tokens.ConnectorTokens(
        connector, shops.place_of(connector), lambda: shops.app_of(connector), wait_s=0.1
    )
    with pytest.raises(StoreUnreachable, check=lambda error: error.code == "token_awaited"):
        tokens.current()
    assert renewals(server) == 0


@pytest.mark.requirement("S04")
def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_refresh_token(northlight, server) -> None:
    connector = connected(server)
    age(connector, timedelta(seconds=-1))
    server.token_faults.append(times_out_after_executing())
    with pytest.raises(StoreUnreachable, check=lambda error: error.is_retryable):
        doors.store(connector).find_order("1001")
    OAuthToken.objects.filter(connector=connector).update(leased_until=None)  # the short pause is over
    assert doors.store(connector).find_order("1001") is not None
    assert events("connector.token_failed")[0].data["code"] == "no_answer"


def test_a_failure_is_not_repeated_by_everybody_who_waits(northlight, server) -> None:
    connector = connected(server)
    age(connector, timedelta(seconds=-1))
    server.token_faults.append(closed(503))
    for _ in range(3):
        with pytest.raises(StoreUnreachable, check=lambda error: error.code == "server_error"):
            doors.store(connector).find_order("1001")
    assert not server.token_faults
    assert renewals(server) == 0, "two more were told of the failure and asked nobody"


def test_a_shop_that_cannot_renew_now_is_served_with_the_token_that_is_still_good(northlight, server) -> None:
    connector = connected(server)
    age(connector, timedelta(minutes=2))
    server.token_faults.append(closed(503))
    assert doors.store(connector).find_order("1001") is not None


@pytest.mark.requirement("S04")
def test_a_rotated_refresh_token_that_was_lost_asks_a_person_to_connect_again(northlight, server) -> None:
    server.is_strict = True
    connector = connected(server)
    age(connector, timedelta(seconds=-1))
    server.token_faults.append(times_out_after_executing())
    with pytest.raises(StoreUnreachable):
        doors.store(connector).find_order("1001")
    OAuthToken.objects.filter(connector=connector).update(leased_until=None)
    asked = len(server.token_requests)
    for _ in range(2):
        with pytest.raises(StoreUnreachable, match="connect") as told:
            doors.store(connector).find_order("1001")
        assert (told.value.code, told.value.is_retryable) == ("connect_again", False)
    assert len(server.token_requests) == asked + 1, "what is known to be lost is not asked again"
    assert ConnectorWarning.objects.get(connector=connector, fixed_at=None).severity == "critical"
    session: dict = {}
    connect_shop.begin(connector, session=session, redirect_uri="https://portal.example/back")
    connect_shop.complete(pairs(server.callback(session[connect_shop.SESSION_KEY]["state"])), session=session)
    assert doors.store(connector).find_order("1001") is not None
    assert not ConnectorWarning.objects.filter(connector=connector, fixed_at=None, code="connect_again").exists()


def test_a_slow_holder_whose_lease_ended_does_not_overwrite_the_others_pair(northlight, server) -> None:
    connector = connected(server)
    age(connector, timedelta(seconds=-1))
    tokens = oauth_tokens.ConnectorTokens(connector, shops.place_of(connector), lambda: shops.app_of(connector))
    row = OAuthToken.objects.get(connector=connector)
    slow = tokens._claim(row)
    OAuthToken.objects.filter(pk=row.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    newer = tokens.current()
    assert tokens._fetched(row, slow, or_old=False) == newer
    assert OAuthToken.objects.get(pk=row.pk).generation == 2


# --- the other ways to sign in ---


@pytest.mark.requirement("S04")
def test_client_credentials_fetch_a_token_and_renew_it(northlight, server) -> None:
    connector = make_shop(server, "client_credentials")
    store = doors.store(connector)
    assert store.find_order("1001") is not None
    age(connector, timedelta(seconds=5))
    assert store.find_order("1001") is not None
    assert [it["grant_type"] for it in server.token_requests] == ["client_credentials"] * 2


def test_a_static_token_is_used_as_it_is(northlight, server) -> None:
    connector = make_shop(server, "token", secret=server.issue()[0])
    assert doors.store(connector).find_order("1001") is not None
    assert not server.token_requests
    server.tokens.clear()
    with pytest.raises(StoreUnreachable, check=lambda error: error.code == "not_authorized"):
        doors.store(connector).find_order("1001")


def test_a_shop_that_nobody_connected_says_so(northlight, server) -> None:
    with pytest.raises(StoreUnreachable, match="connect the shop"):
        doors.store(make_shop(server)).find_order("1001")


def test_tokens_do_not_follow_a_connector_to_another_shop(northlight, server) -> None:
    connector = connected(server)
    connector.settings = {**connector.settings, "shop": "elsewhere.myshopify.com"}
    set_up.set_up(connector, secret=server.client_secret)
    with pytest.raises(StoreUnreachable, match="connect the shop again"):
        doors.store(connector).find_order("1001")


@pytest.mark.requirement("S03", part="OAuth tokens")
def test_no_token_is_in_a_log_an_event_an_error_or_a_row(northlight, server) -> None:
    from tests.connectors.test_connector_secrets import whole_database

    heard, root = Heard(), logging.getLogger()
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    try:
        connector = connected(server)
        age(connector, timedelta(seconds=-1))
        store = doors.store(connector)
        store.find_order("1001")
        server.tokens.clear()
        server.token_faults.append(closed(500))
        with pytest.raises(StoreUnreachable) as told:
            store.find_order("1001")
    finally:
        root.removeHandler(heard)
        root.setLevel(logging.WARNING)
    row = OAuthToken.objects.get(connector=connector)
    secrets = [row.access_token.reveal(), row.refresh_token.reveal(), server.client_secret]
    texts = [
        *heard.lines,
        whole_database(),
        repr(told.value),
        repr(store),
        repr(vars(row)),
        str(told.value.__context__),
    ]
    assert not [secret for secret in secrets for text in texts if secret in text]


# --- the way out and back ---


def begun(server: ShopifyServer) -> tuple[Connector, dict, str]:
    connector, session = make_shop(server), {}
    connect_shop.begin(connector, session=session, redirect_uri="https://portal.example/back")
    return connector, session, session[connect_shop.SESSION_KEY]["state"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"state": "another"}, "state"),
        ({"shop": "elsewhere.myshopify.com"}, "shop"),
        ({"shop": "northlight-test.myshopify.com.evil.example"}, "shop"),
        ({"shop": "northlight-test.myshopify.com/admin"}, "shop"),
        ({"hmac": "0" * 64}, "hmac"),
        ({"hmac": "ünd"}, "hmac"),
        ({"code": "not-one"}, "connect the shop again"),
    ],
)
def test_a_way_back_that_is_not_the_shops_is_refused(northlight, server, change, word) -> None:
    connector, session, state = begun(server)
    told = dict(pairs(server.callback(state)))
    told |= change
    if "hmac" not in change:
        told["hmac"] = server.sign({name: value for name, value in told.items() if name != "hmac"})
    with pytest.raises(ValidationError, match=word):
        connect_shop.complete(list(told.items()), session=session)
    assert not OAuthToken.objects.get(connector=connector).access_token


def test_a_way_back_is_taken_once_and_only_where_it_was_begun(northlight, server, cast) -> None:
    connector, session, state = begun(server)
    query = pairs(server.callback(state))
    kept = dict(session)
    with pytest.raises(Refused, match="no connection was begun"):
        connect_shop.complete(query, session={})
    with cast.cleo.inside(), pytest.raises(ValidationError, match="another organization"):
        connect_shop.complete(query, session=dict(kept))
    with pytest.raises(ValidationError, match="hmac"):
        connect_shop.complete([*query, ("shop", server.shop.domain)], session=dict(kept))
    connect_shop.complete(query, session=dict(kept))
    with pytest.raises(ValidationError, match="taken already"):
        connect_shop.complete(pairs(server.callback(state)), session=dict(kept))
    assert OAuthToken.objects.get(connector=connector).generation == 1


def test_a_way_back_that_waited_too_long_is_refused(northlight, server) -> None:
    connector, session, state = begun(server)
    OAuthToken.objects.filter(connector=connector).update(state_until=timezone.now())
    with pytest.raises(ValidationError, match="waited too long"):
        connect_shop.complete(pairs(server.callback(state)), session=session)


def test_scopes_that_were_not_granted_are_named(northlight, server) -> None:
    server.scopes = "read_orders,read_customers"
    connector, session, state = begun(server)
    with pytest.raises(ValidationError, match="`write_orders`"):
        connect_shop.complete(pairs(server.callback(state)), session=session)
    assert not OAuthToken.objects.get(connector=connector).access_token


@pytest.mark.requirement("T22", part="connecting a shop in the admin")
def test_an_admin_connects_a_shop_and_the_probe_tells_what_it_may(northlight, server) -> None:
    connector = make_shop(server)
    browser = browser_as(northlight.ada)
    page = browser.get(f"/admin/connectors/connector/{connector.pk}/change/").content.decode()
    assert "Not connected yet" in page
    out = browser.post(f"/admin/connectors/connector/{connector.pk}/connect-shop/")
    assert f"{server.origin}/admin/oauth/authorize?client_id=client-id&amp;scope=" in out.content.decode()
    state = browser.session[connect_shop.SESSION_KEY]["state"]
    back = browser.get(f"/admin/connectors/connector/shop-connected/?{server.callback(state)}")
    assert back.url == f"/admin/connectors/connector/{connector.pk}/change/"
    again = browser.get(f"/admin/connectors/connector/shop-connected/?{server.callback(state)}")
    assert again.status_code == 403
    (event,) = events("connector.shop_connected")
    assert event.data["shop"] == server.shop.domain
    row = set_up.probe(connector)
    assert (row.engine, row.version, row.error_code) == ("Shopify Admin GraphQL", "2026-07", "")
    page = browser.get(f"/admin/connectors/connector/{connector.pk}/change/").content.decode()
    assert "the token renews itself" in page
    server.shop.scopes = ["read_orders", "write_themes"]
    set_up.probe(connector)
    standing = ConnectorWarning.objects.standing().filter(connector=connector)
    assert {it.code: it.severity for it in standing if it.severity != "info"} == {
        "missing_scopes": "critical",
        "superfluous_scopes": "warning",
    }


DOMAINS = "north northlight.myshopify.com.evil.example a.b.myshopify.com -x.myshopify.com x.myshopify.com:1".split()


@pytest.mark.parametrize("domain", [*DOMAINS, "X.myshopify.com"])
def test_only_a_shops_own_domain_is_taken(northlight, server, domain) -> None:
    with pytest.raises(ValidationError, match="shop"):
        make_shop(server, shop=domain)


def test_a_way_to_sign_in_needs_its_client_id(northlight, server) -> None:
    with pytest.raises(ValidationError, match="client_id"):
        make_shop(server, client_id="")
