"""Promises in other words, in markup, in pieces: what a reply says is held against the facts however it says it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from guardrails.output import OutputPolicy, ReplyContext, inspect
from tests.guardrails.output.test_grounding import EXCHANGE, FULL, NOTHING, REFUND, SENT, found

WRONG = [
    # the sign and the figure kept apart by what nobody sees once it is shown
    ("You will receive &#36;99.00 from us.", NOTHING), ("You will receive &dollar;99 from us.", NOTHING),
    ("You will receive $**99** from us.", NOTHING), ("You will receive **$**99.", NOTHING),
    ("You will receive $`99`.", NOTHING), ("You will receive $<b>99</b>.", NOTHING),
    ("We have re<i></i>funded your order.", NOTHING), ("We will  \t refund you.", NOTHING),
    ("Your re**fund** has been issued.", NOTHING), ("We &#114;efunded your order.", NOTHING),
    # letters kept apart
    ("We have r-e-f-u-n-d-e-d your order.", NOTHING), ("We have r e f u n d e d  your order.", NOTHING),
    ("Your order N L - 2 0 4 4 is open.", NOTHING),
    # known figures, other amounts
    ("We have refunded $20k.", REFUND), ("We have refunded 20 thousand dollars.", REFUND),
    ("We have refunded $20.00 million.", REFUND), ("You get $ninety-nine.", NOTHING),
    ("You will get 0.5 BTC.", NOTHING),
    # all of it, where it is a part
    ("We have refunded everything.", REFUND), ("We have refunded all of it.", REFUND),
    ("We have refunded your purchase completely.", REFUND), ("Your order has been fully refunded.", REFUND),
    ("We refunded $20.00 and will refund the rest, too.", REFUND), ("We refunded $20.00 twice.", REFUND),
    ("We refunded $20.00, and another $20.00 follows.", REFUND), ("We refunded the whole lot.", REFUND),
    # deeds in other words
    ("Your card was credited.", NOTHING), ("We've issued your money back.", NOTHING), ("Refund: done.", NOTHING),
    ("Refund approved!", NOTHING), ("Your refund request was approved.", NOTHING),
    ("You'll see the money on your statement soon.", NOTHING), ("We called off order NL-1042.", NOTHING),
    ("Your parcel is with the courier.", NOTHING), ("The next jacket is on us.", NOTHING),
    ("Keep the jacket, no charge.", NOTHING), ("You won't have to pay for it.", NOTHING),
    # times in other words
    ("Expect it on the twenty-fifth of December.", SENT), ("It arrives on December twenty-fifth.", SENT),
    ("It will arrive by 12/25.", SENT), ("It will arrive 2026年12月25日.", SENT), ("It arrives at Christmas.", SENT),
    ("It should arrive by the weekend.", SENT), ("It arrives within a fortnight.", SENT),
    ("You will receive it in a couple of days.", SENT), ("You will get it within the next few days.", SENT),
    ("The warranty is two years.", NOTHING),
]  # fmt: skip


@pytest.mark.requirement("T12", part="promises in other words, in markup and in pieces")
@pytest.mark.parametrize(("text", "context"), WRONG, ids=[f"{i} {w[0][:40]}" for i, w in enumerate(WRONG)])
def test_a_promise_in_disguise_blocks(text: str, context: ReplyContext) -> None:
    assert found(text, context)


HONEST = [
    ("We have refunded **$20.00** for order `NL-1042`.", REFUND), ("We have refunded &#36;20.00.", REFUND),
    ("* Size 5 * 3 pieces\n* Order NL-1042 is open.", NOTHING), ("Tom &amp; Co, R&D; <3 from all of us.", NOTHING),
    ("We have refunded $100.00, everything you paid.", FULL), ("Your order has been fully refunded.", FULL),
    ("We have fully understood your refund request.", REFUND), ("Your refund request is with a colleague.", NOTHING),
    ("We refunded a total of $20.00.", REFUND), ("The rest of your order is not affected.", NOTHING),
    ("Another colleague looks into your refund.", NOTHING), ("Your account is open.", NOTHING),
    ("Merry Christmas to you and your family!", NOTHING), ("Enjoy your weekend.", NOTHING),
    ("Thank you for your patience in the past few days.", NOTHING), ("A few days ago you wrote to us.", NOTHING),
    ("It has a 1/2 inch plug, model 12/25.", NOTHING), ("Call us off the record if you like.", NOTHING),
    ("The charge on your card is our own.", NOTHING), ("The exchange has been set up.", EXCHANGE),
    ("Its capacity is 20k pages and 5 m of cable.", NOTHING), ("The manual is on our site.", NOTHING),
    ("The first of our colleagues who is free will answer.", NOTHING), ("We have two years of experience.", NOTHING),
    ("Could we have your account number? It was not credited yet.", NOTHING), ("It is the twenty-fifth size.", NOTHING),
    ("We have not called off your order.", NOTHING), ("I - a - m - h - a - p - p - y to help.", NOTHING),
]  # fmt: skip


@pytest.mark.parametrize(("text", "context"), HONEST, ids=[f"{i} {h[0][:40]}" for i, h in enumerate(HONEST)])
def test_an_honest_reply_in_such_words_passes(text: str, context: ReplyContext) -> None:
    assert found(text, context) == []


def test_what_is_found_in_markup_stands_where_the_original_has_it() -> None:
    text = "You get $**99** from us."
    result = inspect(text, OutputPolicy(ai_disclosure=False).in_context(replace(NOTHING)))
    assert [text[each.start : each.end] for each in result.findings] == ["99"]


@pytest.mark.parametrize("unit", ["&#36;", "<b>", "$**", "<", "&", "r-e-f-", "a few ", "* `_ ", "refund: ", "20k "])
def test_disguises_cost_no_time(unit: str) -> None:
    started = time.process_time()
    inspect(unit * (20_000 // len(unit)), OutputPolicy(ai_disclosure=False).in_context(NOTHING))
    assert time.process_time() - started < 2.0
