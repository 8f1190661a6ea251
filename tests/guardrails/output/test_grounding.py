"""What a reply says that the facts do not carry may not be sent; what they carry, in other words, may."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.output import OutputPolicy, RequiredRule, inspect
from guardrails.output.policy import ReplyContext

POLICY = OutputPolicy(ai_disclosure=False).for_reply(
    amounts={"1234.50", "20.00", "5000"}, order_numbers={"1042", "#NL-7"}
)
TODAY = date(2026, 3, 12)  # a Thursday
ORDERED, PAID = date(2026, 2, 27), "100.00 USD"
NOTHING = ReplyContext(
    amounts=frozenset({PAID, "20.00 USD", "40.00 USD"}),
    order_numbers=frozenset({"NL-1042", "NL-1043"}),
    tracking_numbers=frozenset(),
    dates=frozenset({ORDERED, TODAY}),
    deed="",
    today=TODAY,
)
REFUND = replace(NOTHING, deed="refund", deed_amount="20.00 USD", is_full=False)
FULL = replace(NOTHING, deed="refund", deed_amount=PAID, is_full=True)
CANCEL = replace(NOTHING, deed="cancel", deed_amount=PAID)
EXCHANGE = replace(NOTHING, deed="exchange", deed_amount=PAID)
SENT = replace(NOTHING, done=frozenset({"ship"}), tracking_numbers=frozenset({"1Z999AA10123456784"}))
GIVEN_BACK = replace(NOTHING, done=frozenset({"refund"}), refunded=frozenset({"40.00 USD"}))


def found(text: str, context: ReplyContext, **policy: object) -> list[str]:
    """Return the places of a reply that the facts do not carry."""
    rules = OutputPolicy(ai_disclosure=False, **policy).in_context(context)  # type: ignore[arg-type]
    return [text[f.start : f.end] for f in inspect(text, rules).findings if f.kind == "grounding"]


@pytest.mark.parametrize(
    "text",
    [
        "We refunded $20.00 for order #1042.",
        "We refunded $20 for order 1042.",
        "USD 1,234.50 for #NL-7",
        "1.234,50 EUR",
        "20 dollars",
        "¥5,000 is back",
        "It takes 5 to 7 days.",
        "size 42, 3 items",
        "order nl-7",
        "twenty dollars",
        "order 10 more items, ticket #4711",
    ],
)
def test_what_the_facts_carry_passes(text):
    assert inspect(text, POLICY).verdict == "pass"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We refunded $21.00.", "21.00"),
        ("You get 200 EUR.", "200"),
        ("about order #1043", "1043"),
        ("order number 99", "99"),
        ("€12,345.50", "12,345.50"),
        ("＄２１.00", "２１.00"),
        ("order #NL-8", "NL-8"),
        ("50 dollars", "50"),
        ("fifty dollars", "fifty dollars"),
        ("a hundred and twenty euros", "a hundred and twenty euros"),
        ("orders 1042 and 1043", "1043"),
        ("also NL-9", "NL-9"),
        ("1.234,51 EUR", "1.234,51"),
        ("US$ 21", "21"),
        ("99 cents", "99"),
        ("We refunded 80 to your card.", "80"),
    ],
)
def test_what_they_do_not_carry_blocks(text, found):
    result = inspect(text, POLICY)
    assert result.verdict == "block"
    (finding,) = result.findings
    assert (finding.kind, text[finding.start : finding.end]) == ("grounding", found)


def test_without_facts_nothing_is_compared():
    assert inspect("We refunded $21.00 for #9.", OutputPolicy(ai_disclosure=False)).verdict == "pass"
    assert (
        inspect("$1 of #9", OutputPolicy(ai_disclosure=False).for_reply(amounts=(), order_numbers=())).verdict
        == "block"
    )


WRONG = [
    # a deed that is not done
    ("We have refunded your order.", NOTHING), ("Your refund has been processed.", NOTHING),
    ("I have issued a full refund.", NOTHING), ("We have cancelled order NL-1042.", NOTHING),
    ("Your order is canceled.", NOTHING), ("The exchange has been set up.", NOTHING),
    ("We will refund you.", NOTHING), ("You'll get your money back.", NOTHING), ("We are refunding the cap.", NOTHING),
    ("You will receive a refund.", NOTHING), ("Your refund is on its way.", NOTHING),
    ("The money is on its way back to your card.", NOTHING), ("We reversed the charge.", NOTHING),
    ("We credited it back to your card.", NOTHING), ("We sent you a replacement.", NOTHING),
    ("A replacement will follow.", NOTHING), ("We will cancel your order.", NOTHING),
    ("We'll exchange the jacket.", NOTHING), ("Your order has shipped.", NOTHING),
    ("Your parcel is on its way.", NOTHING), ("It has been delivered.", SENT),
    ("As you asked, we have refunded it and wish you a nice day.", NOTHING),
    ("No worries, we have refunded it.", NOTHING), ("If it helps, we have refunded it.", NOTHING),
    ("We've re\u200bfunded your order.", NOTHING), ("WE HAVE REFUNDED YOUR ORDER", NOTHING),
    # the wrong deed
    ("We have refunded your order.", CANCEL), ("We have cancelled your order.", REFUND),
    ("We sent you a replacement.", REFUND), ("We have refunded your order.", EXCHANGE),
    ("We have cancelled order NL-1042 and refunded $100.00.", CANCEL),
    # the wrong amount or currency
    ("We have refunded $100.00.", REFUND), ("We have refunded €20.00.", REFUND), ("We refunded 20.00 EUR.", REFUND),
    ("We have refunded one hundred dollars.", REFUND), ("We refunded your order in full.", REFUND),
    ("You get a full refund, it has been issued.", REFUND), ("$100.00 has been refunded.", REFUND),
    ("We refunded you $20.00 more on top of the $40.00 refunded.", GIVEN_BACK),
    ("We will refund $40.00.", CANCEL), ("20,00 EUR wurden erstattet.", REFUND),
    # credit, discounts, guarantees, gifts
    ("We have added $20.00 of store credit.", REFUND), ("Here is a voucher for your next order.", NOTHING),
    ("Enjoy 20% off your next order.", NOTHING), ("We offer you a 15 percent discount.", NOTHING),
    ("We took half of the price off.", NOTHING), ("We will send you a free replacement.", NOTHING),
    ("Returns are free of charge.", NOTHING), ("We guarantee that it fits.", NOTHING),
    ("I promise you will love it.", NOTHING), ("We have waived the fee.", NOTHING),
    ("It comes with a lifetime warranty.", NOTHING), ("We will compensate you.", NOTHING),
    # times
    ("It will arrive Friday.", SENT), ("It will arrive on Friday, 13 March.", SENT), ("It arrives tomorrow.", SENT),
    ("You will receive it within 3 days.", SENT), ("You get it in two weeks.", SENT),
    ("It takes 5-7 business days.", SENT), ("Please allow 10 working days.", NOTHING),
    ("It will be with you by March 20.", SENT), ("It arrives 2026-03-20.", SENT), ("It arrives 20.03.2026.", SENT),
    ("It arrives on 3/20/2026.", SENT),
    ("You will get it next week.", SENT),
    ("It will ship by the end of the week.", NOTHING),
    ("You may return it for 90 days, a 90-day return.", NOTHING), ("You will get it tonight.", SENT),
    ("Your order of 3 March 2026 is open.", NOTHING), ("You ordered 40 days ago.", NOTHING),
    ("It will arrive by February 27.", SENT), ("We will refund you by Thursday next week.", FULL),
    ("Sie erhalten es am Freitag.", SENT),
    ("Lo recibira manana, el viernes.", SENT),
    ("A colleague answers within 24 hours.", NOTHING),
    # numbers
    ("Order NL-1044 is open.", NOTHING), ("NL-2000 is open.", NOTHING), ("Orders NL-1042, 5555 and 5556.", NOTHING),
    ("Your tracking number is 1Z999AA10123456784.", NOTHING), ("Tracking: LX123456789DE", SENT),
    # other languages
    ("Wir haben Ihre Bestellung storniert.", NOTHING), ("Der Betrag wurde erstattet.", NOTHING),
    ("Nous avons remboursé votre commande.", NOTHING), ("Hemos reembolsado su pedido, reembolsado hoy.", CANCEL),
    ("Abbiamo rimborsato l'ordine.", NOTHING), ("We hebben de bestelling geannuleerd.", REFUND),
]  # fmt: skip


@pytest.mark.parametrize(("text", "context"), WRONG, ids=[f"{i} {w[0][:40]}" for i, w in enumerate(WRONG)])
def test_a_promise_that_nothing_carries_blocks(text, context):
    assert found(text, context)


HONEST = [
    ("We have refunded $20.00 to your original payment method.", REFUND),
    ("We have refunded 20.00 USD for order NL-1042.", REFUND),
    ("Your refund of $20.00 is on its way.", REFUND), ("A refund of twenty dollars has been issued.", REFUND),
    ("$20.00 of the $100.00 you paid has been refunded.", REFUND),
    ("We refunded $20.00 of the $100.00 you paid.", REFUND),
    ("We have refunded your order in full: $100.00.", FULL), ("You will receive your money back.", FULL),
    ("We refunded $20.00 today.", REFUND), ("Wir haben 20,00 USD erstattet.", REFUND),
    ("Wir haben 20,00 $ erstattet.", REFUND), ("Nous avons remboursé 20,00 USD.", REFUND),
    ("As you asked, we have cancelled order NL-1042.", CANCEL), ("Your order has been cancelled.", CANCEL),
    ("Your order is cancelled, and your payment of $100.00 will be returned.", CANCEL),
    ("We have set up the exchange for order NL-1042.", EXCHANGE), ("We will send you a replacement.", EXCHANGE),
    ("Your order NL-1042 is currently: open.", NOTHING), ("Your order is on its way.", SENT),
    ("Your order has shipped. Tracking number: 1Z999AA10123456784.", SENT),
    ("We refunded $40.00 of it earlier.", GIVEN_BACK), ("Your order of 27 February 2026 is open.", NOTHING),
    ("You placed it on February 27.", NOTHING),
    ("You ordered it 13 days ago.", NOTHING),
    ("You ordered on 27/02/2026.", NOTHING),
    ("Would you like us to refund it?", NOTHING), ("Shall we cancel the order, or send a replacement?", NOTHING),
    ("We have not refunded it yet.", NOTHING), ("We cannot refund worn items.", NOTHING),
    ("Your order has not been cancelled.", NOTHING), ("It hasn't shipped yet.", NOTHING),
    ("If you would like it to be refunded, tell us.", NOTHING), ("Let us know whether you want it cancelled.", NOTHING),
    ("You asked us to refund the cap; a colleague looks into it.", NOTHING),
    ("Unused items can be refunded or exchanged.", NOTHING), ("Please see our refund policy.", NOTHING),
    ("We have received your refund request.", NOTHING), ("Feel free to reply at any time.", NOTHING),
    ("Thank you for writing to us today.", NOTHING), ("How can we help you today?", NOTHING), ("Guten Morgen", NOTHING),
    ("We are open Monday to Friday.", NOTHING),
    ("We are closed on Sundays.", NOTHING),
    ("Our Black Friday range is here.", NOTHING),
    ("The jacket is 100% cotton and made for 3-season use.", NOTHING),
    ("The tent sleeps 2 and weighs 4 pounds.", NOTHING),
    ("Thank you for your patience over the last 3 days.", NOTHING), ("You may 5 times try.", NOTHING),
    ("It comes in size 42 and 3 colours.", NOTHING), ("See section 4.2 of the manual.", NOTHING),
    ("Your ticket #4711 is with a colleague.", NOTHING), ("We paid attention to your case #8.", NOTHING),
    ("You paid $100.00 for order NL-1042.", NOTHING), ("We will look into it and come back to you.", NOTHING),
    ("We can't guarantee a date.", NOTHING), ("Once we have refunded it, we will write again.", NOTHING),
    ("The battery lasts 10 hours.", NOTHING), ("Order 2 items and choose a size.", NOTHING),
    ("I have handed your message to a colleague, who will write to you.", NOTHING),
    ("We are sorry that the parcel was late.", NOTHING), ("Please send it back to us.", NOTHING),
    ("Thank you for giving us the chance to put this right.", NOTHING), ("We use recycled materials.", NOTHING),
    ("I marked this as a question about the second item.", NOTHING),
    ("You may cancel at any time before it ships.", NOTHING),
    ("Your refund of $20.00 for order NL-1042 is on its way.", REFUND),
]  # fmt: skip


@pytest.mark.parametrize(("text", "context"), HONEST, ids=[f"{i} {h[0][:40]}" for i, h in enumerate(HONEST)])
def test_an_honest_reply_passes(text, context):
    assert found(text, context) == []


def test_the_shipped_macros_and_the_demos_pass_with_their_facts():
    from connectors.adapters.providers.macros import DEFAULTS, fill
    from demo.policies import MACROS

    values = {
        "customer_name": "Dana Whitfield", "order_number": "NL-1042", "amount": "20.00", "currency": "USD",
        "brand": "Northlight Outfitters", "item": "Storm jacket", "order_status": "open",
    }  # fmt: skip
    contexts = {"refund": REFUND, "cancel": CANCEL, "exchange": EXCHANGE}
    texts = tuple(text for _, _, text in MACROS)
    for action, text in [(m.action, m.text) for m in DEFAULTS] + [(action, text) for _, action, text in MACROS]:
        context = replace(contexts.get(action, NOTHING), texts=texts)
        assert found(fill(text, values) or "", context) == [], text


def test_the_merchants_own_words_carry_terms_but_never_that_something_was_done():
    terms = "You may return unused items within 60 days of delivery."
    assert found(terms, NOTHING) == ["60 days"]
    assert found(f"Hello.\n\n{terms}", NOTHING, promises=(terms,)) == []
    assert found("You may return unused\nitems within 60 days of  delivery!", NOTHING, promises=(terms,)) == []
    assert found("You may return unused items within 90 days of delivery.", NOTHING, promises=(terms,)) == ["90 days"]
    assert found("We send free replacements, 60 days.", NOTHING, promises=("free",)), "one word carries nothing"
    assert found("We have refunded your order.", NOTHING, promises=("We have refunded your order.",))
    later = "Once it is back, we will refund you within 5 days."
    assert found(later, NOTHING, promises=(later,)) == []
    assert found(later, NOTHING, required=(RequiredRule("r", text=later),)) == []
    assert found(later, replace(NOTHING, texts=(later,))) == []


def test_a_reason_is_a_sentence_that_names_what_is_executed():
    result = inspect("We have refunded your order.", OutputPolicy(ai_disclosure=False).in_context(CANCEL))
    assert result.reason == (
        "the reply says that money goes back; what is executed before it is sent is a cancellation"
    )
    result = inspect("We refunded $99.00.", OutputPolicy(ai_disclosure=False).in_context(REFUND))
    assert "`99.00`" in result.findings[0].reason


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([text for text, _ in WRONG + HONEST]) | st.text(max_size=20), max_size=4))
def test_more_facts_never_find_more(parts):
    """Nothing raises, and a reply that passes with fewer facts passes with more."""
    text = " ".join(parts)
    bare = {"dates": frozenset(), "amounts": frozenset()}
    fewer = replace(NOTHING, done=frozenset(), **bare)
    more = replace(GIVEN_BACK, done=frozenset({"refund", "ship", "cancel"}))
    assert "could not be looked at" not in inspect(text, OutputPolicy(ai_disclosure=False).in_context(fewer)).reason
    if not found(text, fewer):
        assert not [each for each in found(text, more) if each not in ("$40.00",)]


def test_it_is_fast_and_its_time_is_bounded():
    policy = OutputPolicy(ai_disclosure=False).in_context(REFUND)
    reply = "Hello Dana, we have refunded $20.00 for order NL-1042 to your card. " * 7
    started = time.process_time()
    for _ in range(30):
        inspect(reply, policy)
    assert time.process_time() - started < 0.4
    for unit in ("will ", "refund ", "twenty ", "5 ", "$1 ", "replacement is ", "order 1, ", "not refunded ", "by "):
        started = time.process_time()
        inspect(unit * (4_000 // len(unit)), policy)
        assert time.process_time() - started < 2.0, unit
