"""Every store adapter keeps the same contract: real refunds, never more than paid, polled jobs."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from connectors.contracts import (
    LineQuantity,
    Payment,
    Store,
    StoreJob,
    StoreReceipt,
    StoreRefused,
    key_in,
    marked,
    spread,
)
from tests.connectors.sandbox_shops import usd
from tests.connectors.shopify_shops import ShopifyLab
from tests.connectors.store_labs import LABS, SPLIT, StoreLab

JACKET, JACKETS, GLOVES = LineQuantity("jackets", 1), LineQuantity("jackets", 2), LineQuantity("gloves", 1)


@pytest.fixture(params=sorted(LABS))
def lab(request: pytest.FixtureRequest, sandbox_dsn: str) -> Iterator[StoreLab]:
    made = LABS[request.param](sandbox_dsn)
    yield made
    if isinstance(made, ShopifyLab):
        made.close()


def refused(code: str):
    return pytest.raises(StoreRefused, check=lambda error: error.code == code)


def test_it_is_a_store_and_says_which_operations_honour_keys(lab):
    assert isinstance(lab.store, Store)
    assert lab.store.honours_keys <= {"refund", "cancel", "exchange"}


def test_an_order_tells_what_is_left_of_lines_shipping_and_payments(lab):
    order = lab.store.find_order("#1002")
    jackets, gloves = order.lines
    assert (jackets.total, jackets.refundable_quantity, gloves.total) == (usd(9_900), 2, usd(2_000))
    assert (order.shipping, order.shipping_refundable) == (usd(700), usd(700))
    assert [(it.method, it.refundable) for it in order.payments] == [
        ("gift_card", usd(2_600)),
        ("card", usd(10_000)),
    ]
    lab.store.refund(order.id, usd(5_650), idempotency_key="k1", lines=[JACKET], shipping=usd(700))
    after = lab.store.order(order.id)
    assert after.lines[0].refundable_quantity == 1
    assert after.lines[0].worth(1) == usd(4_950)
    assert after.shipping_refundable == usd(0)
    assert [it.refundable for it in after.payments] == [usd(0), usd(6_950)]
    assert after.version != order.version


@pytest.mark.requirement("T22")
@pytest.mark.parametrize(
    ("amount", "given", "code"),
    [
        (9_901, {"lines": [JACKETS]}, "exceeds_worth"),
        (5_651, {"lines": [JACKET], "shipping": usd(700)}, "exceeds_worth"),
        (900, {"shipping": usd(701)}, "exceeds_shipping"),
        (100, {"shipping": usd(0)}, "bad_shipping"),
        (100, {"lines": [LineQuantity("jackets", 3)]}, "bad_quantity"),
        (100, {"lines": [JACKET, JACKET]}, "line_twice"),
        (100, {"lines": [LineQuantity("socks", 1)]}, "unknown_line"),
        (12_601, {}, "exceeds_paid"),
        (0, {}, "bad_amount"),
    ],
)
def test_more_than_lines_shipping_or_payment_carry_is_refused(lab, amount, given, code):
    order_id = lab.id_of("1001")
    with refused(code):
        lab.store.refund(order_id, usd(amount), idempotency_key="k1", **given)
    assert lab.store.effects(order_id) == ()
    assert lab.store.lookup("k1", order_id=order_id) is None


def test_several_refunds_of_one_order_never_exceed_what_was_paid(lab):
    order_id = lab.id_of("1001")
    lab.store.refund(order_id, usd(9_900), idempotency_key="k1", lines=[JACKETS])
    with refused("exceeds_bought"):
        lab.store.refund(order_id, usd(100), idempotency_key="k2", lines=[JACKET])
    lab.store.refund(order_id, usd(2_000), idempotency_key="k3")
    with refused("exceeds_paid"):
        lab.store.refund(order_id, usd(701), idempotency_key="k4")
    lab.store.refund(order_id, usd(700), idempotency_key="k5", shipping=usd(700))
    order = lab.store.order(order_id)
    assert order.refunded == order.paid == usd(12_600)
    assert [it.refundable for it in order.payments] == [usd(0)]


def test_store_credit_leaves_the_payments_alone_and_still_counts_as_returned(lab):
    order_id = lab.id_of("1002")
    lab.store.refund(order_id, usd(2_000), idempotency_key="k1", lines=[GLOVES], destination="store_credit")
    order = lab.store.order(order_id)
    assert order.refunded == usd(2_000)
    assert [it.refundable for it in order.payments] == [usd(2_600), usd(10_000)]


@pytest.mark.requirement("T14", part="every effect carries its key; what people did carries none")
def test_our_effects_are_found_by_their_key_and_a_persons_carry_none(lab):
    order_id = lab.id_of("1001")
    made = lab.store.refund(order_id, usd(500), idempotency_key="k1", note="torn")
    lab.refund_by_hand("1001", usd(300))
    found = lab.store.lookup("k1", order_id=order_id)
    assert isinstance(made, StoreReceipt)
    assert found is not None
    assert (found.id, found.was_replayed) == (made.id, True)
    assert [(it.idempotency_key, it.amount) for it in lab.store.effects(order_id)] == [
        ("k1", usd(500)),
        ("", usd(300)),
    ]
    assert key_in(str(found.output["note"])) == "k1"
    assert lab.store.lookup("", order_id=order_id) is None


@pytest.mark.requirement("T14", part="a key executes once where the store honours it")
def test_a_key_executes_once_where_it_is_honoured_and_twice_where_it_is_not(lab):
    order_id = lab.id_of("1001")
    for _ in range(2):
        lab.store.refund(order_id, usd(500), idempotency_key="k1")
    times = 1 if "refund" in lab.store.honours_keys else 2
    assert [it.idempotency_key for it in lab.store.effects(order_id)] == ["k1"] * times


@pytest.mark.requirement("T14", part="a cancellation is a job that is polled")
@pytest.mark.parametrize("fails", [False, True])
def test_a_slow_cancellation_is_a_job_until_the_order_says_otherwise(lab, fails):
    order_id = lab.id_of("1003")
    lab.cancel_slowly(80, and_fail=fails)
    taken = lab.store.cancel(order_id, idempotency_key="k1")
    assert isinstance(taken, StoreJob)
    assert (taken.state, taken.receipt) == ("running", None)
    assert lab.store.lookup("k1", order_id=order_id) is None
    for _ in range(100):
        job = lab.store.job(taken.id, order_id=order_id, idempotency_key="k1")
        if job.state != "running":
            break
        time.sleep(0.02)
    assert job.state == ("failed" if fails else "done")
    assert (job.receipt is None, bool(job.reason)) == (fails, fails)
    assert lab.store.order(order_id).status == ("open" if fails else "cancelled")
    if job.receipt:
        assert (job.receipt.amount, job.receipt.idempotency_key) == (usd(12_600), "k1")


def test_a_job_nobody_knows_is_refused(lab):
    with refused("unknown_job"):
        lab.store.job("none", order_id=lab.id_of("1003"), idempotency_key="k1")


@pytest.mark.requirement("T22")
def test_an_exchange_opens_a_return_sends_the_item_and_tells_the_difference(lab):
    order_id = lab.id_of("1001")
    assert lab.store.item("JACKET-L").price == usd(6_000)
    assert lab.store.item("SOCKS") is None
    receipt = lab.store.exchange(order_id, JACKET, "JACKET-L", idempotency_key="k1")
    assert receipt.amount == usd(0)
    assert receipt.output["return"]
    assert (receipt.output["replacement_sku"], receipt.output["difference"]) == ("JACKET-L", "10.50")
    assert lab.store.item("JACKET-L").stock == 2
    assert lab.store.order(order_id).lines[0].refundable_quantity == 1
    for sku, code in (("GLOVES", "out_of_stock"), ("SOCKS", "unknown_sku")):
        with refused(code):
            lab.store.exchange(order_id, JACKET, sku, idempotency_key=f"k-{sku}")
    assert len(lab.store.effects(order_id)) == 1


def test_restocking_puts_the_pieces_back_on_the_shelf(lab):
    lab.store.refund(lab.id_of("1001"), usd(2_000), idempotency_key="k1", lines=[GLOVES], restock=True)
    assert lab.store.item("GLOVES").stock == 1


# --- the values themselves ---


def test_a_refund_is_spread_over_the_payments_in_order_and_never_beyond_them():
    parts = [(it.payment_id, it.amount.amount_minor) for it in spread(usd(3_000), SPLIT)]
    assert parts == [("p-gift", 2_600), ("p-card", 400)]
    with pytest.raises(ValueError, match="more than can go back"):
        spread(usd(12_601), SPLIT)
    assert (
        spread(usd(5), (Payment("a", "card", usd(9), usd(-1)), Payment("b", "card", usd(9), usd(9))))[0].payment_id
        == "b"
    )


def test_a_note_carries_its_key_once():
    note = marked(marked("torn", "k-1"), "k-1")
    assert note == "torn [countersign:k-1]"
    assert (key_in(note), key_in("torn"), key_in("[countersign:]")) == ("k-1", "", "")


def test_pieces_taken_in_turn_sum_up_to_the_line():
    from dataclasses import replace

    from tests.connectors.store_labs import ORDERS

    line = replace(ORDERS[0].lines[0], quantity=7, tax=usd(3))
    worths = [replace(line, taken=n).worth(1).amount_minor for n in range(7)]
    assert sum(worths) == line.total.amount_minor
    assert line.worth(7) == line.total
