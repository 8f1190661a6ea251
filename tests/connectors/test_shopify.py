"""Shopify's adapter against a server that plays a shop: exact finds, money as paid, every fault told for what it is."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from graphql import parse, validate

from connectors.adapters.shopify import documents, searches, throttle
from connectors.adapters.shopify.client import StaticToken
from connectors.adapters.shopify.reading import plain_money
from connectors.adapters.shopify.store import ShopifyStore
from connectors.adapters.transport import Place
from connectors.contracts import LineQuantity, StoreOutcomeUnknown, StoreReceipt, StoreRefused, StoreUnreachable
from portal.money import Money, MoneyError
from tests.connectors.sandbox_shops import usd
from tests.connectors.shopify_shops import open_store, stock
from tests.servers import shopify as faults
from tests.servers.certificates import Authority
from tests.servers.shopify import ShopifyServer
from tests.servers.shopify_costs import cost_of
from tests.servers.shopify_shop import Line, Payment, gid


@pytest.fixture
def server():
    with ShopifyServer() as played:
        stock(played)
        yield played


@pytest.fixture
def store(server) -> ShopifyStore:
    return open_store(server)


def order_id(server: ShopifyServer, name: str = "#1001") -> str:
    return next(it.id for it in server.shop.orders.values() if it.name == name)


def refunds(server: ShopifyServer, name: str = "#1001") -> int:
    return len(next(it for it in server.shop.orders.values() if it.name == name).refunds)


# --- documents ---


@pytest.mark.requirement("T22", part="Shopify: documents of the pinned version")
@pytest.mark.parametrize("document", documents.ALL, ids=lambda it: it.name)
def test_a_document_is_of_the_public_schema_and_costs_what_a_shop_grants(document) -> None:
    schema, parsed = faults.schema(), parse(document.text)
    assert validate(schema, parsed) == []
    assert cost_of(schema, parsed) <= 700


# --- finding exactly ---


@pytest.mark.requirement("T22", part="Shopify: exact finds over a fuzzy search")
def test_an_order_is_found_by_exactly_its_name(server, store) -> None:
    for name in ("#10011", "#1001-A", "NL#1001"):
        server.shop.add_order(name, "", [], [Payment(gid("OrderTransaction", 1), "x", Decimal(1))])
    assert store.find_order(" 1001 ").number == store.find_order("#1001").number == "#1001"
    assert store.find_order("1001-a").number == "#1001-A"
    for asked in ("100", "10", "", "#", '1001" OR name:"1002', "1001\\", "1" * 80, "＃1001", "1001 1002"):
        assert store.find_order(asked) is None
    server.shop.add_order("#1001", "", [], [Payment(gid("OrderTransaction", 1), "x", Decimal(1))])
    assert store.find_order("1001") is None, "two of one name are nobody's"


def test_a_shops_own_prefix_and_suffix_need_not_be_typed(server, store) -> None:
    server.shop.prefix, server.shop.suffix = "NL-", "-EU"
    server.shop.add_order("NL-77-EU", "", [], [Payment(gid("OrderTransaction", 1), "x", Decimal(1))])
    assert store.find_order("77").number == store.find_order("#nl-77-eu").number == "NL-77-EU"


def test_a_customer_is_found_by_exactly_their_address(server, store) -> None:
    dana = store.customer_by_email("DANA@example.com")
    assert (dana.name, dana.is_vip) == ("Dana Whitfield", True)
    assert not open_store(server, vip_tag="gold").customer(dana.ref).is_vip
    for asked in ("ana@example.com", "dana@example.co", "dana", 'x"@example.com', ""):
        assert store.customer_by_email(asked) is None
    assert store.customer("1") is None


def test_a_past_is_read_in_pages_and_bounded(server, store) -> None:
    dana = store.customer_by_email("dana@example.com")
    store.refund(order_id(server), usd(500), idempotency_key="k1")
    order = server.shop.orders[order_id(server)]
    reason = {"id": gid("ReturnReasonDefinition", 1), "handle": "defective", "name": "Defective"}
    line = {"line": "jackets", "quantity": 1, "note": "torn", "reason": reason}
    order.returns.append(
        {"id": gid("Return", 5), "status": "OPEN", "at": order.created_at, "sent": [], "lines": [line]}
    )
    past = store.history(dana.ref)
    assert ([it.amount for it in past.refunds], [it.reason for it in past.damage_claims]) == ([usd(500)], ["torn"])
    assert past.accounts_at_address is None, "it cannot tell, which is not none"
    for number in range(60):
        payment = Payment(gid("OrderTransaction", number), "x", Decimal(1))
        server.shop.add_order(f"#2{number:03}", dana.ref, [], [payment])
    assert len(store.orders_of(dana.ref)) == searches.MAX_HISTORY


def test_an_order_of_many_lines_is_read_whole(server, store) -> None:
    lines = [Line(f"l{number}", "S", "T", 1, Decimal(1)) for number in range(130)]
    server.shop.add_order("#9", "", lines, [Payment(gid("OrderTransaction", 1), "x", Decimal(130))])
    assert len(store.find_order("9").lines) == 130


# --- money ---


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("12.5", "USD", 1_250), ("1000.0", "JPY", 1_000), ("1.250", "KWD", 1_250), ("0.0", "EUR", 0), ("7", "USD", 700)],
)
def test_a_decimal_text_becomes_minor_units(text, currency, minor) -> None:
    assert plain_money(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"), [("1.5", "JPY"), ("-1.0", "USD"), ("1e3", "USD"), (1.5, "USD"), ("1.001", "USD")]
)
def test_what_is_no_amount_is_refused(text, currency) -> None:
    with pytest.raises(MoneyError):
        plain_money(text, currency)


def test_an_order_is_in_the_currency_that_was_paid(server, store) -> None:
    yen = server.shop.add_order("#7", "", [], [Payment(gid("OrderTransaction", 7), "x", Decimal(5000))], currency="JPY")
    assert store.find_order("7").paid == Money(5_000, "JPY")
    with pytest.raises(StoreRefused, check=lambda error: error.code == "wrong_currency"):
        store.refund(yen.id, usd(100), idempotency_key="k1")
    assert store.refund(yen.id, Money(1_200, "JPY"), idempotency_key="k2").amount == Money(1_200, "JPY")


def test_a_refund_on_its_way_counts_as_gone(server, store) -> None:
    store.refund(order_id(server), usd(600), idempotency_key="k1")
    made = server.shop.orders[order_id(server)].refunds[0]
    made["status"], made["amount"] = "PENDING", Decimal(0)
    assert store.order(order_id(server)).refunded == usd(600)


# --- faults ---

PASSING = [
    faults.server_error(),
    faults.html(),
    faults.nothing(),
    faults.half(),
    faults.two_documents(),
    faults.wrong_json(),
    faults.times_out_before_executing(),
    faults.endless(),
    faults.errors("INTERNAL_SERVER_ERROR", path=["order"], has_data=True),
    faults.too_many(),
]
CLOSED = [
    (faults.closed(402), "shop_frozen"),
    (faults.closed(403), "forbidden"),
    (faults.closed(404), "no_such_shop"),
    (faults.closed(423), "shop_locked"),
    (faults.closed(301), "redirected"),
    (faults.other_version(), "wrong_version"),
    (faults.errors("ACCESS_DENIED", path=["order"], has_data=True), "forbidden"),
    (faults.errors("undefinedField"), "bad_call"),
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_read_that_fails_once_is_asked_again(server, store, fault) -> None:
    server.fail(fault)
    assert store.order(order_id(server)) is not None


def test_a_read_that_keeps_failing_is_unreachable(server, store) -> None:
    server.fail(*[faults.server_error()] * 5)
    with pytest.raises(StoreUnreachable, check=lambda error: error.is_retryable):
        store.order(order_id(server))
    assert server.calls["OrderById"] == 3


@pytest.mark.parametrize(("fault", "code"), CLOSED)
def test_what_asking_again_does_not_mend_is_a_persons_task(server, store, fault, code) -> None:
    server.fail(fault)
    with pytest.raises(StoreUnreachable) as told:
        store.order(order_id(server))
    assert (told.value.code, told.value.is_retryable, server.calls["OrderById"]) == (code, False, 1)


UNKNOWN = [
    faults.server_error(),
    faults.fails_after_executing(),
    faults.html(),
    faults.nothing(),
    faults.half(),
    faults.two_documents(),
    faults.wrong_json(),
    faults.endless(),
    faults.times_out_after_executing(),
    faults.times_out_before_executing(),
    faults.errors("INTERNAL_SERVER_ERROR"),
    faults.errors("ACCESS_DENIED", path=["refundCreate", "refund"], executes="before"),
    faults.changed(lambda it: {"data": {"refundCreate": None}}),
    faults.changed(lambda it: {"data": {}}),
]


@pytest.mark.requirement("T14", part="Shopify: an unclear answer is unknown, and the same key moves money once")
@pytest.mark.parametrize("fault", UNKNOWN)
def test_a_refund_without_a_proper_answer_is_unknown_and_repeating_it_moves_money_once(server, store, fault) -> None:
    server.fail(fault, on="Refund")
    with pytest.raises(StoreOutcomeUnknown):
        store.refund(order_id(server), usd(500), idempotency_key="k1")
    receipt = store.refund(order_id(server), usd(500), idempotency_key="k1")
    assert (receipt.amount, refunds(server)) == (usd(500), 1)
    assert store.lookup("k1").id == store.lookup("k1", order_id=order_id(server)).id == receipt.id


@pytest.mark.requirement("T14", part="Shopify: a late execution and a repeated call are one refund")
def test_a_refund_that_is_executed_late_is_still_one(server, store) -> None:
    server.fail(faults.executes_late(0.15), on="Refund")
    with pytest.raises(StoreOutcomeUnknown):
        store.refund(order_id(server), usd(500), idempotency_key="k1")
    assert isinstance(store.refund(order_id(server), usd(500), idempotency_key="k1"), StoreReceipt)
    time.sleep(0.2)
    assert refunds(server) == 1


def test_an_answer_that_comes_twice_is_one(server, store) -> None:
    server.fail(faults.answers_twice(), on="Refund")
    assert store.refund(order_id(server), usd(500), idempotency_key="k1").amount == usd(500)
    assert refunds(server) == 1


@pytest.mark.parametrize("fault", [faults.too_many(), faults.errors("THROTTLED", has_data=True)])
def test_a_refund_that_was_throttled_was_not_executed_and_is_sent_again(server, store, fault) -> None:
    server.fail(fault, on="Refund")
    assert store.refund(order_id(server), usd(500), idempotency_key="k1").amount == usd(500)
    assert refunds(server) == 1


def test_a_long_wait_is_left_to_the_caller(server, store) -> None:
    server.fail(faults.too_many("60"), on="Refund")
    with pytest.raises(StoreUnreachable) as told:
        store.refund(order_id(server), usd(500), idempotency_key="k1")
    assert (told.value.code, told.value.retry_after_s, refunds(server)) == ("throttled", 60.0, 0)


def test_a_shop_that_refuses_connections_was_told_nothing(server) -> None:
    nowhere = ShopifyStore(Place(server.shop.domain, "http://127.0.0.1:1"), StaticToken("t"))
    with pytest.raises(StoreUnreachable, check=lambda error: error.code == "unreachable"):
        nowhere.refund(order_id(server), usd(500), idempotency_key="k1")


def test_a_refusal_names_the_field_and_quotes_no_address_or_number(server, store) -> None:
    def told(_: object) -> dict:
        error = {"field": ["input", "transactions"], "message": "dana@example.com's 4242424242424242 is too large"}
        return {"data": {"refundCreate": {"refund": None, "userErrors": [error]}}}

    server.fail(faults.Fault(answer=told), on="Refund")
    with pytest.raises(StoreRefused, match=r"^input\.transactions: refused by the shop: … … is too large$"):
        store.refund(order_id(server), usd(500), idempotency_key="k1")


def test_a_key_of_another_call_is_refused(server, store) -> None:
    store.refund(order_id(server), usd(500), idempotency_key="k1")
    with pytest.raises(StoreRefused, check=lambda error: error.code == "key_reused"):
        store.refund(order_id(server), usd(400), idempotency_key="k1")
    with pytest.raises(StoreRefused, check=lambda error: error.code == "key_reused"):
        store.cancel(order_id(server), idempotency_key="k1")


def test_an_order_that_vanished_is_refused(server, store) -> None:
    with pytest.raises(StoreRefused, check=lambda error: error.code == "unknown_order"):
        store.refund(gid("Order", 99), usd(1), idempotency_key="k1")
    assert store.order(gid("Order", 99)) is None
    assert store.effects(gid("Order", 99)) == ()


def test_a_cancellation_and_an_exchange_are_not_done_twice_under_one_key(server, store) -> None:
    server.fail(faults.times_out_after_executing(), on="Return")
    piece = LineQuantity("jackets", 1)
    with pytest.raises(StoreOutcomeUnknown):
        store.exchange(order_id(server), piece, "JACKET-L", idempotency_key="k1")
    assert store.exchange(order_id(server), piece, "JACKET-L", idempotency_key="k1").was_replayed
    assert len(server.shop.orders[order_id(server)].returns) == 1
    server.fail(faults.times_out_after_executing(), on="Cancel")
    with pytest.raises(StoreOutcomeUnknown):
        store.cancel(order_id(server, "#1003"), idempotency_key="k2")
    assert store.cancel(order_id(server, "#1003"), idempotency_key="k2").was_replayed


def test_somebody_elses_cancellation_is_not_ours(server, store) -> None:
    server.shop.cancels_after = timedelta(hours=1)
    job = store.cancel(order_id(server, "#1003"), idempotency_key="k1")
    server.shop.cancel_now(server.shop.orders[order_id(server, "#1003")])
    found = store.job(job.id, order_id=order_id(server, "#1003"), idempotency_key="k1")
    assert (found.state, found.reason) == ("failed", "somebody else cancelled the order")


# --- cost ---


def test_a_shops_bucket_is_waited_for_before_it_refuses(server, store) -> None:
    server.rate = 2_000.0
    store.order(order_id(server))
    server.points = 100.0
    store.effects(order_id(server))
    asked = dict(server.calls)
    store.order(order_id(server))
    assert server.calls["OrderById"] == asked["OrderById"] + 1, "it waited instead of being refused"


def test_nonsense_about_cost_teaches_nothing() -> None:
    bucket = throttle.Bucket()
    for nonsense in (None, 0, {}, {"throttleStatus": None}, {"requestedQueryCost": "x", "throttleStatus": {}}):
        bucket.told("x", nonsense)
    assert bucket.wait_s("x") == 0.0


# --- TLS ---


@pytest.mark.requirement("S09", part="a shop is dialled at the address that was judged")
def test_a_shop_is_spoken_to_over_tls_with_its_own_name_at_a_judged_address(tmp_path) -> None:
    authority = Authority(tmp_path)
    domain = "northlight-test.myshopify.com"
    good = authority.issue("good", host=domain)
    with ShopifyServer(certificate=good) as played:
        stock(played)
        origin = f"https://{domain}:{played.port}"
        place = Place(domain, origin, ("127.0.0.1",), authority.certificate)
        assert ShopifyStore(place, StaticToken(played.issue()[0])).find_order("1001") is not None
        unsigned = Place(domain, origin, ("127.0.0.1",))
        misnamed = Place("other.myshopify.com", origin, ("127.0.0.1",), authority.certificate)
        for wrong in (unsigned, misnamed):
            with pytest.raises(StoreUnreachable):
                ShopifyStore(wrong, StaticToken("t")).find_order("1001")
    with pytest.raises(StoreUnreachable):
        ShopifyStore(Place(domain, "http://shop.example"), StaticToken("t")).find_order("1001")
