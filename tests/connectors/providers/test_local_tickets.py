"""Tickets without a model: classifier with a confidence that means something, proposals, reply macros."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.adapters.providers import macros
from connectors.adapters.providers.contracts import (
    INTENTS,
    ClassifyRequest,
    Macro,
    OrderFact,
    ProposeRequest,
)
from connectors.adapters.providers.language import detect_language
from connectors.adapters.providers.local import LocalProvider
from connectors.adapters.providers.orders import MAX_NUMBERS, find_order_numbers

PROVIDER = LocalProvider()


def order(number="1042", refundable="30.00", currency="USD", **changes) -> OrderFact:
    fields = {"total": refundable, "status": "delivered", "placed_on": date(2026, 7, 1), "items": ("Trail mug",)}
    return OrderFact(number=number, refundable=refundable, currency=currency, **fields | changes)


def propose(body, intent="refund", orders=(), **changes):
    fields = {
        "subject": "",
        "customer_name": "Ann Lee",
        "customer_summary": "",
        "brand": "Northlight",
        "currency": "USD",
    }
    return PROVIDER.propose(ProposeRequest(body=body, intent=intent, orders=tuple(orders), **fields | changes))


@pytest.mark.requirement("T23", part="classifier")
@pytest.mark.parametrize(
    ("subject", "body", "intent"),
    [
        ("Refund", "I want my money back for order #1042, it is broken", "refund"),
        ("", "please cancel order 1042 before it ships", "cancel"),
        ("Wrong size", "Can I swap the jacket for a size L?", "exchange"),
        ("Where is my order", "Tracking has not moved for days", "order_status"),
        ("", "How do I return something, what is your return policy?", "return_question"),
        ("", "Is the jacket waterproof?", "product_question"),
        ("Bad service", "I am so disappointed, terrible service", "complaint"),
        ("", "I want to speak to a real person", "person_request"),
        ("SEO", "Boost your ranking with our SEO packages, guaranteed", "spam"),
        ("", "What are your opening hours on Saturday?", "general"),
    ],
)
def test_plain_tickets_are_classified(subject, body, intent):
    answer = PROVIDER.classify(ClassifyRequest(subject, body))
    assert answer.intent == intent
    assert answer.confidence > 0.6
    assert answer.language == "en"
    assert answer.call is None


@given(subject=st.text(max_size=40), body=st.text(max_size=300))
@settings(max_examples=40, deadline=None)
def test_no_ticket_raises(subject, body):
    answer = PROVIDER.classify(ClassifyRequest(subject, body))
    assert answer.intent in INTENTS
    assert 0 <= answer.confidence <= 1
    propose(body, orders=[order()])
    detect_language(body)


# --- order numbers ---


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Refund #1042 please", ("1042",)),
        ("order 1042", ("1042",)),
        ("Order no. NL-1042", ("NL-1042",)),
        ("my order number is 88213.", ("88213",)),
        ("order: #nl-1042 and Order NL-1042", ("NL-1042",)),
        ("orders 1042, 1043 and 1044", ("1042", "1043", "1044")),
        ("Bestellung Nr. 5512", ("5512",)),
        ("pedido número 7001", ("7001",)),
        ("NL-4410 never came", ("NL-4410",)),
        ("I paid 120.00 for 2 shirts in 2026", ()),
        ("order worth 1250.50 dollars", ()),
        ("order 1250.50", ()),
        ("see https://x.example/#1042 or ISO-9001", ()),
        ("call +49 30 1234567", ()),
        ("", ()),
    ],
)
def test_order_numbers_are_found(text, numbers):
    assert find_order_numbers(text) == numbers


def test_four_hundred_order_numbers_are_bounded_and_quick():
    started = time.perf_counter()
    text = " ".join(f"order #{number}" for number in range(1000, 1400))
    assert len(find_order_numbers(text)) == MAX_NUMBERS
    assert len(find_order_numbers("orders " + ", ".join(map(str, range(1000, 1400))))) == MAX_NUMBERS
    assert find_order_numbers("#1042 " * 5_000 + "#1043") == ("1042", "1043")
    find_order_numbers("order " * 200_000 + "-" * 100_000 + "1" * 100_000)
    assert time.perf_counter() - started < 3


# --- proposals ---


@pytest.mark.requirement("T23", part="proposal and macros")
def test_order_named_in_the_ticket_is_proposed_in_full():
    answer = propose("refund order 1043", orders=[order("1042"), order("1043", "19.99")])
    assert (answer.action, answer.order_number, answer.amount, answer.currency) == ("refund", "1043", "19.99", "USD")
    assert "Ann Lee" in answer.reply
    assert "19.99 USD" in answer.reply


@pytest.mark.parametrize(
    ("body", "amount"),
    [
        ("order 1042: refund $10 please", "10.00"),
        ("order 1042: refund 10.50 dollars please", "10.50"),
        ("order 1042: refund $30.01 please", "30.00"),
        ("order 1042: refund $0", "30.00"),
        ("order 1042: refund $10 or $20", "30.00"),
        ("order 1042: refund 10 EUR", "30.00"),
        ("order 1042: refund $1,000", "30.00"),
        ("order 1042: refund $9.999", "30.00"),
        ("order 1042: i have 2 mugs", "30.00"),
        ("order 1042: refund $99999999999999999999999", "30.00"),
    ],
)
def test_amount_is_what_is_refundable_or_the_lower_one_named(body, amount):
    assert propose(body, orders=[order()]).amount == amount


@pytest.mark.requirement("T23", part="proposal and macros")
@pytest.mark.parametrize(
    ("body", "orders", "number"),
    [
        ("refund please", ["1042"], "1042"),
        ("refund please", ["1042", "1043"], ""),
        ("refund please", [], ""),
        ("refund 1042 and #1043", ["1042", "1043"], "1043"),
        ("refund orders 1042 and 1043", ["1042", "1043"], ""),
        ("refund order 9999", ["1042"], "9999"),
    ],
)
def test_an_order_is_never_invented(body, orders, number):
    assert propose(body, orders=[order(n) for n in orders]).order_number == number


def test_somebody_elses_order_is_not_spoken_of():
    answer = propose("where is order 9999", intent="order_status", orders=[order("1042")])
    assert "9999" not in answer.reply
    assert "delivered" not in answer.reply
    refund = propose("refund order 9999", orders=[order("1042")])
    assert (refund.amount, "9999" in refund.reply, "refunded" in refund.reply) == ("", False, False)


def test_intents_without_action_propose_none():
    for intent in set(INTENTS) - {"refund", "cancel", "exchange"}:
        assert propose("order 1042", intent=intent, orders=[order()]).action == "none"


def test_merchants_own_macro_is_preferred_and_its_fields_are_filled_once():
    macro = Macro("own", "refund", "Hi {customer_name}, {amount} {currency} for {item}.")
    answer = propose("order 1042", orders=[order()], macros=(macro,), customer_name="{amount} {brand}\u202e")
    assert answer.reply == "Hi {amount} {brand}, 30.00 USD for Trail mug."


@pytest.mark.parametrize(
    "text", ["{customer_name.__class__}", "{0}", "{}", "{amount!r}", "{x", "y}", "{password}", "{{brand}}"]
)
def test_macro_with_anything_but_named_fields_is_refused(text):
    with pytest.raises(macros.MacroError):
        macros.validate(text)
    filled = macros.fill(text, {"customer_name": "Ann", "amount": "1", "brand": "B"})
    assert filled is None or "class" not in filled


def test_default_macros_are_valid():
    for macro in macros.DEFAULTS:
        macros.validate(macro.text)
