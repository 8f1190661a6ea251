"""The sandbox store executes once, never beyond what was paid, and fails in the ways that were switched on."""

from __future__ import annotations

import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from connectors.adapters import guardrail
from connectors.adapters.sandbox import schema
from connectors.adapters.sandbox.store import SandboxStore
from connectors.contracts import (
    Address,
    Customer,
    LineQuantity,
    LinkedAccount,
    Store,
    StoreError,
    StoreOutcomeUnknown,
    StoreRefused,
    StoreUnreachable,
)
from portal.money import Money
from tests.connectors.sandbox_shops import NOW, make_order, make_shop, usd

SHOP = "northlight"
THREADS = 16


@pytest.fixture
def store(sandbox_dsn: str) -> SandboxStore:
    schema.load(sandbox_dsn, SHOP, make_shop())
    return SandboxStore(sandbox_dsn, SHOP)


def test_it_is_a_store(store):
    assert isinstance(store, Store)
    assert store.tool("refund") == "sandbox.createRefund"


# --- reads ---


def test_an_order_is_found_by_its_number_as_people_write_it(store):
    order = store.find_order(" #1001 ")
    assert order == make_order("1001")
    assert order.refundable == usd(19_600)
    assert store.order("order-1001") == order
    assert store.find_order("9999") is None


def test_orders_and_history_are_one_customers_newest_first(store):
    history = store.history("c1")
    assert [order.number for order in history.orders] == ["1001", "1002", "1003"]
    assert history.orders == store.orders_of("c1")
    assert [refund.amount for refund in history.refunds] == [usd(500)]
    assert [claim.id for claim in history.damage_claims] == ["k1"]
    assert [claim.id for claim in history.returns] == ["k2"]
    assert history.customer.is_vip
    assert store.history("nobody") is None


def test_other_accounts_are_linked_by_the_same_address_or_payment(sandbox_dsn):
    data = make_shop()
    people = (*data.customers, Customer("c4", "c4@example.com"), Customer("c5", "c5@example.com"))
    elsewhere = Address("E", "9 Elm Street", "Apt. 4", "Oslo", "", "0150", "NO")
    orders = (
        make_order("1001", payment_fingerprint="card_a"),
        make_order("1002", ship_to=Address()),
        make_order("2001", customer="c2", ship_to=Address("x", "1  pine road", "", "", "", "50-03", "no")),
        make_order("2002", customer="c2", placed_at=NOW),
        make_order("3001", customer="c3", ship_to=elsewhere, payment_fingerprint="card_a"),
        make_order("4001", customer="c4", ship_to=replace(elsewhere, line2="Apt. 5")),
        make_order("5001", customer="c5", ship_to=Address()),
    )
    schema.load(sandbox_dsn, "linked", replace(data, customers=people, orders=orders, claims=(), refunds=()))
    store = SandboxStore(sandbox_dsn, "linked")
    history = store.history("c1")
    assert history.accounts_at_address == (LinkedAccount("c2", "2002", NOW),), "the newest order of each, once"
    assert [each.customer_ref for each in history.accounts_with_payment] == ["c3"]
    assert store.history("c3").accounts_at_address == (), "another flat of the house is another address"
    assert store.history("c5").accounts_at_address == (), "no address is none"
    assert store.history("c5").accounts_with_payment == ()
    schema.wipe(sandbox_dsn, "linked")


def test_a_customer_is_found_by_address_and_never_when_two_have_it(store):
    assert store.customer_by_email("cara@EXAMPLE.com").ref == "c1"
    assert store.customer("c1").email == "Cara@example.com"
    assert store.customer_by_email("twin@example.com") is None
    assert store.customer_by_email("nobody@example.com") is None


def test_another_shop_sees_nothing(store, sandbox_dsn):
    schema.load(sandbox_dsn, "other", schema.ShopData("EUR"))
    other = SandboxStore(sandbox_dsn, "other")
    assert other.find_order("1001") is None
    with pytest.raises(StoreRefused, match="no order"):
        other.refund("order-1001", usd(100), idempotency_key="k")
    assert store.effects("order-1001") == ()


# --- refund ---


@pytest.mark.requirement("T22", part="sandbox store")
def test_a_refund_moves_the_money_and_leaves_a_receipt(store):
    before = store.order("order-1001")
    receipt = store.refund("order-1001", usd(4_900), idempotency_key="k1", note="torn", lines=[LineQuantity("l1", 1)])
    assert (receipt.amount, receipt.tool, receipt.was_replayed) == (usd(4_900), "sandbox.createRefund", False)
    after = store.order("order-1001")
    assert after.refunded == usd(4_900)
    assert after.version == before.version + 1
    assert store.effects("order-1001") == (receipt,)
    assert store.lookup("k1").id == receipt.id
    assert store.lookup("never") is None


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (usd(0), "bad_amount"),
        (usd(-1), "bad_amount"),
        (usd(19_601), "exceeds_paid"),
        (Money(100, "EUR"), "wrong_currency"),
        (usd(2**53 - 1), "exceeds_paid"),
    ],
)
def test_an_amount_that_may_not_be_is_refused(store, amount, code):
    with pytest.raises(StoreRefused) as refusal:
        store.refund("order-1001", amount, idempotency_key="k1")
    assert refusal.value.code == code
    assert store.effects("order-1001") == ()
    assert store.lookup("k1") is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (LineQuantity("l9", 1), "unknown_line"),
        (LineQuantity("l1", 3), "bad_quantity"),
        (LineQuantity("l1", 0), "bad_quantity"),
    ],
)
def test_a_line_the_order_does_not_have_is_refused(store, line, code):
    with pytest.raises(StoreRefused) as refusal:
        store.refund("order-1001", usd(100), idempotency_key="k1", lines=[line])
    assert refusal.value.code == code


def test_what_is_left_counts_after_a_past_refund(store):
    with pytest.raises(StoreRefused):
        store.refund("order-1003", usd(19_101), idempotency_key="k1")
    assert store.refund("order-1003", usd(19_100), idempotency_key="k2").amount == usd(19_100)
    with pytest.raises(StoreRefused):
        store.refund("order-1003", usd(1), idempotency_key="k3")


@pytest.mark.parametrize("text", ["", "k" * 201, "nul\0", "\ud800"])
def test_a_key_that_is_none_is_refused(store, text):
    with pytest.raises(StoreRefused):
        store.refund("order-1001", usd(100), idempotency_key=text)
    assert store.effects("order-1001") == ()


# --- exactly once ---


@pytest.mark.requirement("T14", part="the sandbox store executes a key once")
def test_the_same_key_again_returns_the_same_receipt_and_does_nothing(store):
    first = store.refund("order-1001", usd(100), idempotency_key="k1", note="one")
    again = store.refund("order-1001", usd(100), idempotency_key="k1", note="two")
    assert (again.id, again.was_replayed) == (first.id, True)
    assert len(store.effects("order-1001")) == 1


def test_a_key_used_again_with_other_inputs_is_refused(store):
    store.refund("order-1001", usd(100), idempotency_key="k1")
    for other in (
        lambda: store.refund("order-1001", usd(101), idempotency_key="k1"),
        lambda: store.refund("order-1002", usd(100), idempotency_key="k1"),
        lambda: store.cancel("order-1001", idempotency_key="k1"),
    ):
        with pytest.raises(StoreRefused) as refusal:
            other()
        assert refusal.value.code == "key_reused"
    assert len(store.effects("order-1001")) == 1
    assert store.effects("order-1002") == ()


@pytest.mark.requirement("T14", part="never more than paid under 16 threads")
def test_sixteen_threads_never_refund_more_than_was_paid(store):
    outcomes = _together(lambda n: store.refund("order-1001", usd(2_500), idempotency_key=f"k{n}"))
    done = [it for it in outcomes if not isinstance(it, Exception)]
    assert len(done) == 19_600 // 2_500
    assert {it.code for it in outcomes if isinstance(it, Exception)} == {"exceeds_paid"}
    assert store.order("order-1001").refunded == usd(2_500 * len(done))
    assert len(store.effects("order-1001")) == len(done)


@pytest.mark.requirement("T14", part="one key from 16 threads executes once")
def test_one_key_from_sixteen_threads_is_executed_once(store):
    outcomes = _together(lambda _: store.refund("order-1001", usd(2_500), idempotency_key="the-key"))
    assert not [it for it in outcomes if isinstance(it, Exception)]
    assert len({it.id for it in outcomes}) == 1
    assert sorted(it.was_replayed for it in outcomes) == [False] + [True] * (THREADS - 1)
    assert store.order("order-1001").refunded == usd(2_500)


def test_refund_and_cancel_at_once_never_return_more_than_was_paid(store):
    def act(n: int):
        if n % 2:
            return store.cancel("order-1001", idempotency_key=f"c{n}")
        return store.refund("order-1001", usd(3_000), idempotency_key=f"r{n}")

    _together(act)
    order = store.order("order-1001")
    assert order.status == "cancelled"
    assert order.refunded == order.paid
    assert sum(it.amount.amount_minor for it in store.effects("order-1001")) == order.paid.amount_minor


# --- cancel and exchange ---


def test_cancelling_returns_what_is_left_and_only_once(store):
    store.refund("order-1001", usd(600), idempotency_key="k0")
    receipt = store.cancel("order-1001", idempotency_key="k1")
    assert receipt.amount == usd(19_000)
    assert store.order("order-1001").status == "cancelled"
    assert store.cancel("order-1001", idempotency_key="k1").was_replayed
    for number, key in (("1001", "k2"), ("1002", "k3")):
        with pytest.raises(StoreRefused) as refusal:
            store.cancel(f"order-{number}", idempotency_key=key)
        assert refusal.value.code == "not_open"


def test_an_exchange_sends_each_piece_at_most_once(store):
    receipt = store.exchange("order-1002", LineQuantity("l1", 2), "TENT-3", idempotency_key="k1")
    assert receipt.amount == usd(0)
    assert receipt.output["replacement_sku"] == "TENT-3"
    assert store.exchange("order-1002", LineQuantity("l1", 2), "TENT-3", idempotency_key="k1").was_replayed
    with pytest.raises(StoreRefused) as refusal:
        store.exchange("order-1002", LineQuantity("l1", 1), "TENT-3", idempotency_key="k2")
    assert refusal.value.code == "exceeds_bought"
    with pytest.raises(StoreRefused):
        store.exchange("order-1002", LineQuantity("l2", 1), " ", idempotency_key="k3")
    assert len(store.effects("order-1002")) == 1


def test_effects_between_tells_everything_of_a_day(store):
    past = store.effects_between(NOW - timedelta(days=8), NOW)
    assert [it.amount for it in past] == [usd(500)]
    receipt = store.refund("order-1001", usd(100), idempotency_key="k1")
    later = store.effects_between(receipt.executed_at, receipt.executed_at + timedelta(seconds=1))
    assert [it.id for it in later] == [receipt.id]


# --- faults ---


@pytest.mark.requirement("T22", part="sandbox faults")
@pytest.mark.parametrize(
    ("kind", "error", "executed"),
    [
        ("down", StoreUnreachable, False),
        ("error_before_executing", StoreUnreachable, False),
        ("timeout_before_executing", StoreOutcomeUnknown, False),
        ("timeout_after_executing", StoreOutcomeUnknown, True),
    ],
)
def test_a_fault_fails_as_it_says_and_the_same_key_settles_it(store, sandbox_dsn, kind, error, executed):
    schema.set_fault(sandbox_dsn, SHOP, "refund", kind, remaining=1)
    with pytest.raises(error):
        store.refund("order-1001", usd(100), idempotency_key="k1")
    assert (store.lookup("k1") is not None) == executed
    receipt = store.refund("order-1001", usd(100), idempotency_key="k1")
    assert receipt.was_replayed == executed
    assert len(store.effects("order-1001")) == 1


def test_slow_takes_its_time_and_then_executes(store, sandbox_dsn):
    schema.set_fault(sandbox_dsn, SHOP, "refund", "slow", delay_ms=300, remaining=1)
    started = time.monotonic()
    store.refund("order-1001", usd(100), idempotency_key="k1")
    assert time.monotonic() - started > 0.3
    started = time.monotonic()
    store.refund("order-1001", usd(100), idempotency_key="k2")
    assert time.monotonic() - started < 0.3


def test_a_fault_counts_down_exactly_and_hits_only_its_operation(store, sandbox_dsn):
    schema.set_fault(sandbox_dsn, SHOP, "refund", "down", remaining=5)
    assert store.order("order-1001") is not None
    outcomes = _together(lambda n: store.refund("order-1001", usd(1), idempotency_key=f"k{n}"))
    assert sum(isinstance(it, StoreUnreachable) for it in outcomes) == 5
    schema.set_fault(sandbox_dsn, SHOP, "*", "down", remaining=None)
    for _ in range(3):
        with pytest.raises(StoreUnreachable):
            store.order("order-1001")
    schema.clear_faults(sandbox_dsn, SHOP)
    assert store.order("order-1001") is not None


def test_a_read_without_an_answer_is_unreachable_not_unknown(store, sandbox_dsn):
    schema.set_fault(sandbox_dsn, SHOP, "read", "timeout_after_executing")
    with pytest.raises(StoreUnreachable):
        store.order("order-1001")


def test_a_store_that_is_not_there_is_unreachable_and_tells_no_secret(tmp_path):
    store = SandboxStore(f"postgresql://someone:canary-secret@/x?host={tmp_path}", SHOP)
    with pytest.raises(StoreUnreachable) as refusal:
        store.refund("order-1001", usd(100), idempotency_key="k1")
    told = "".join(traceback.format_exception(refusal.value)) + repr(store)
    assert "canary" not in told
    assert refusal.value.__context__ is None


# --- no transaction of the portal ---


@pytest.fixture
def portal_transaction():
    before = guardrail.set_transaction_probe(lambda: True)
    yield
    guardrail.set_transaction_probe(before)


@pytest.mark.requirement("T14", part="no outside call inside a transaction")
def test_every_call_refuses_to_run_inside_a_transaction_of_the_portal(store, portal_transaction):
    calls = (
        lambda: store.find_order("1001"),
        lambda: store.order("order-1001"),
        lambda: store.orders_of("c1"),
        lambda: store.customer("c1"),
        lambda: store.customer_by_email("x"),
        lambda: store.history("c1"),
        lambda: store.lookup("k"),
        lambda: store.effects("order-1001"),
        lambda: store.effects_between(NOW, NOW),
        lambda: store.refund("order-1001", usd(1), idempotency_key="k"),
        lambda: store.cancel("order-1001", idempotency_key="k"),
        lambda: store.exchange("order-1001", LineQuantity("l1", 1), "X", idempotency_key="k"),
    )
    for call in calls:
        with pytest.raises(guardrail.TransactionOpen):
            call()


# --- loading ---


def test_loading_replaces_and_wiping_forgets(store, sandbox_dsn):
    store.refund("order-1001", usd(100), idempotency_key="k1")
    schema.ensure_schema(sandbox_dsn)
    schema.load(sandbox_dsn, SHOP, make_shop())
    assert store.effects("order-1001") == ()
    schema.wipe(sandbox_dsn, SHOP)
    assert store.find_order("1001") is None
    with pytest.raises(StoreRefused) as refusal:
        store.refund("order-1001", usd(100), idempotency_key="k1")
    assert refusal.value.code == "unknown_shop"


def test_data_that_does_not_add_up_is_not_loaded(sandbox_dsn):
    data = schema.ShopData("USD", make_shop().customers, (make_order("1", refunded=usd(1)),))
    with pytest.raises(ValueError, match="not that sum"):
        schema.load(sandbox_dsn, SHOP, data)


def _together(act) -> list:
    """Run `act(n)` in sixteen threads at once; return receipts and store errors alike."""
    barrier = Barrier(THREADS)

    def run(n: int):
        barrier.wait()
        try:
            return act(n)
        except StoreError as error:
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))
