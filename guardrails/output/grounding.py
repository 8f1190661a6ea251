"""What a reply says must be carried by the facts: amounts, orders, tracking numbers, dates, periods, and deeds.

Wrong promises are made of this. The facts come in the policy's context; a kind of fact that was not given is not
looked at. What the merchant's own words say (allowed promises, macros, required texts) is carried where it stands
word for word, except that something has been done: only the action and the store carry that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from guardrails.output import said_deeds, said_money, said_times
from guardrails.output.normalise import View, fold, single_blanks, unmark, unspace
from guardrails.output.policy import OutputPolicy, ReplyContext
from guardrails.output.result import BLOCK, Finding
from guardrails.output.scan import scan

MIN_WORDS = 3
"""A sentence of the merchant's with fewer words carries nothing: `free` alone would allow every `free`."""

MAX_FINDINGS = 200
"""More are not told: the reply is blocked by the first already."""

_SAYS = {
    "refund": "money goes back",
    "cancel": "an order is cancelled",
    "exchange": "an exchange is made or a replacement sent",
    "ship": "an order was sent",
    "deliver": "an order was delivered",
}
_OFFERS = {
    "credit": "credit or a discount is offered",
    "free": "something is given free of charge or waived",
    "guarantee": "something is guaranteed or promised",
}
_DEEDS = {"refund": "a refund", "cancel": "a cancellation", "exchange": "an exchange"}
_OF_THE = re.compile(r"\b(?:of|from) (?:the|your)\s(?:[A-Z]{3}\s?)?\W?$", re.IGNORECASE)
_YOU_PAID = re.compile(r"(?:\s[A-Z]{3})?\s(?:that )?(?:you|was|were) paid", re.IGNORECASE)
_PARTS = re.compile(r"\{[^{}]*\}|\n+|[.!?]+(?=\s|$)")
_ALL = (
    r"(?:everything|completely|entirely|fully|twice|double|all of (?:it|your)"
    r"|the (?:total(?! of)|rest|remainder|whole))"
)
_FULL = re.compile(
    r"\b(?:full refund|complete refund|in full|full amount|(?:entire|whole) (?:amount|order|purchase|price))\b"
    r"|\b(?:fully|completely|entirely) (?:refunded|reimbursed)\b|\banother [$€£]?\d"
    rf"|(?:\b(?:refund(?:ed)?|reimbursed?)|\d) (?:\w+ ){{0,3}}{_ALL}\b",
    re.IGNORECASE,
)


def find_ungrounded(view: View, policy: OutputPolicy, signs: frozenset[str] | None = None) -> list[Finding]:
    """Return a finding for everything in the text that the facts of the policy's context do not carry.

    The text is read as it is seen once its markup is shown; where letters stand apart, closed up as well.
    """
    if not _is_asked(policy.context):
        return []
    signs = scan(view.text) if signs is None else signs
    shown = single_blanks(unmark(view, signs))
    findings = _find(shown, policy)
    closed = unspace(shown, signs)
    if closed is not None:
        known = {(each.start, each.end) for each in findings}
        findings += [each for each in _find(closed, policy) if (each.start, each.end) not in known]
    return findings


def _is_asked(context: ReplyContext) -> bool:
    facts = (context.amounts, context.order_numbers, context.tracking_numbers, context.dates, context.deed)
    return any(fact is not None for fact in facts)


def _find(view: View, policy: OutputPolicy) -> list[Finding]:
    """Return what one reading of the text says that the facts do not carry."""
    context, text = policy.context, view.text
    sentences = said_deeds.Sentences(text)
    amounts = (
        sorted(said_money.amounts(text), key=lambda each: each.start)
        if context.amounts is not None or context.deed is not None
        else []
    )
    found = [(*place, reason, True) for *place, reason in _numbers(text, context, amounts)]
    if context.dates is not None:
        times = said_times.Times(context.dates, context.today)
        for start, end, what in said_times.unfounded(text, times, sentences.around):
            found.append((start, end, f"{what} `{_quoted(text, start, end)}` is not carried by the facts", True))
    if context.deed is not None:
        found += _deeds(text, context, sentences, amounts)
        for start, end in said_money.percentages(text, sentences.around):
            said = _quoted(text, start, end)
            found.append((start, end, f"`{said}` is not carried by the facts or an allowed promise", True))
    if not found:
        return []
    allowed = _allowed(text, (*policy.promises, *(rule.text for rule in policy.required), *context.texts))
    return [
        Finding("grounding", *view.span(start, end), reason, BLOCK)
        for start, end, reason, may_be_allowed in _distinct(found)
        if not (may_be_allowed and any(begin <= start and end <= finish for begin, finish in allowed))
    ]


def _distinct(found: list[tuple]) -> list[tuple]:
    """Return the findings by place, without those that lie inside another of the same reason."""
    kept: list[tuple] = []
    for each in sorted(found, key=lambda item: (item[0], -item[1]))[:MAX_FINDINGS]:
        if not any(other[0] <= each[0] and each[1] <= other[1] and other[2] == each[2] for other in kept):
            kept.append(each)
    return kept


def _quoted(text: str, start: int, end: int) -> str:
    return " ".join(text[start:end].split())[:40]


def _numbers(text: str, context: ReplyContext, amounts: Iterable[said_money.Amount]) -> Iterator[tuple[int, int, str]]:
    """Yield amounts, order numbers and tracking numbers that are not among the facts."""
    if context.amounts is not None:
        known = said_money.known_amounts(context.amounts)
        for amount in amounts:
            if not amount.is_one_of(known):
                said = _quoted(text, amount.start, amount.end)
                why = (
                    "is in another currency than the facts"
                    if _is_known(amount, known)
                    else "is not carried by the facts"
                )
                yield amount.start, amount.end, f"the amount `{said}` {why}"
    if context.order_numbers is not None:
        orders = {said_money.normal_order(number) for number in context.order_numbers}
        for start, end, number in (*said_money.orders(text), *said_money.like_orders(text, context.order_numbers)):
            if said_money.normal_order(number) not in orders:
                yield start, end, "an order number in the reply is not carried by the facts"
    if context.tracking_numbers is not None:
        trackings = {said_money.normal_tracking(number) for number in context.tracking_numbers}
        for start, end, number in said_money.trackings(text):
            if said_money.normal_tracking(number) not in trackings:
                yield start, end, "a tracking number in the reply is not carried by the facts"


def _is_known(amount: said_money.Amount, known: dict[Decimal, frozenset[str]]) -> bool:
    return bool(amount.readings & set(known))


def _deeds(
    text: str, context: ReplyContext, sentences: said_deeds.Sentences, amounts: list[said_money.Amount]
) -> list[tuple]:
    """Return what is claimed to be done, to come, offered or guaranteed without a fact behind it."""
    found: list[tuple] = []
    refunds: list[said_deeds.Claim] = []
    for claim in said_deeds.claims(text, sentences):
        if claim.kind in _OFFERS:
            reason = f"the reply says that {_OFFERS[claim.kind]}; no fact or allowed promise carries it"
            found.append((claim.start, claim.end, reason, True))
        elif not _is_carried(claim, context):
            reason = f"the reply says that {_SAYS[claim.kind]}; {_executed(context)}"
            found.append((claim.start, claim.end, reason, claim.is_later))
        elif claim.kind == "refund":
            refunds.append(claim)
    if refunds:
        found += _refund_amounts(text, context, [(each, sentences.around(each.start)) for each in refunds], amounts)
    return found


def _is_carried(claim: said_deeds.Claim, context: ReplyContext) -> bool:
    """Whether the action that is executed first, or what the store shows, makes the claim true."""
    if claim.kind == context.deed or claim.kind in context.done:
        return True
    if claim.kind == "ship":
        return "deliver" in context.done
    returns_money = context.deed == "cancel" and bool(
        said_money.known_amounts(frozenset([context.deed_amount])).keys() - {Decimal(0)}
    )
    return claim.kind == "refund" and claim.is_later and returns_money


def _executed(context: ReplyContext) -> str:
    """Say what is executed before the reply is sent."""
    if not context.deed:
        return "no action is executed before it is sent, and the store shows nothing of the kind"
    amount = f" of {context.deed_amount}" if context.deed_amount and context.deed == "refund" else ""
    return f"what is executed before it is sent is {_DEEDS.get(context.deed, context.deed)}{amount}"


def _refund_amounts(
    text: str,
    context: ReplyContext,
    refunds: Iterable[tuple[said_deeds.Claim, tuple[int, int]]],
    amounts: list[said_money.Amount],
) -> Iterator[tuple[int, int, str, bool]]:
    """Yield what is said to go back and is not what the action returns or was given back, and a false `in full`."""
    own = context.refunded | ({context.deed_amount} if context.deed_amount else set())
    known = said_money.known_amounts(frozenset(own))
    starts = [each.start for each in amounts]
    for claim, (begin, end) in refunds:
        inside = amounts[bisect_left(starts, begin) : bisect_left(starts, end)]
        inside = [each for each in inside if not _is_whole(text, each)] or inside
        nearest = min(inside, key=lambda each: max(each.start - claim.end, claim.start - each.end), default=None)
        if nearest is not None and known and not nearest.is_one_of(known):
            said = _quoted(text, nearest.start, nearest.end)
            yield nearest.start, nearest.end, f"`{said}` is said to go back; {_executed(context)}", False
        if context.is_full is False and not context.refunded and (full := _FULL.search(text, begin, end)):
            yield full.start(), full.end(), "the refund is said to be of everything; it is of a part", False


def _is_whole(text: str, amount: said_money.Amount) -> bool:
    """Whether an amount is told as what something else is a part of: `of the $100.00 you paid`."""
    before, after = text[max(0, amount.start - 16) : amount.start], text[amount.end : amount.end + 24]
    return bool(_OF_THE.search(before) or _YOU_PAID.match(after))


@lru_cache(maxsize=256)
def _sentences_of(text: str) -> frozenset[str]:
    """Return the sentences of a text of the merchant's as they are looked for: folded, small, single blanks.

    A macro's fields part it too; what has fewer than `MIN_WORDS` words carries nothing.
    """
    parts = (part.strip(" \t.,;:!?").casefold().split() for part in _PARTS.split(fold(text).text))
    return frozenset(" ".join(words) for words in parts if len(words) >= MIN_WORDS)


def _allowed(text: str, texts: Iterable[str]) -> list[tuple[int, int]]:
    """Return the places at which the merchant's own words stand, as whole words."""
    low, places = _flat(text)
    found = []
    for wanted in frozenset().union(*(_sentences_of(each) for each in texts)):
        position = low.find(wanted)
        while position >= 0:
            end = position + len(wanted)
            if not _is_word(low[position - 1 : position]) and not _is_word(low[end : end + 1]):
                found.append((places[position], places[end - 1] + 1))
            position = low.find(wanted, position + 1)
    return found


def carrying(text: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return those of the merchant's texts of which a sentence stands in this one."""
    folded = fold(text).text
    return tuple(each for each in texts if _allowed(folded, (each,)))


def _is_word(char: str) -> bool:
    return bool(char) and char.isalnum()


def _flat(text: str) -> tuple[str, list[int]]:
    """Return the text small and with single blanks, and where each of its characters stood."""
    pieces: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        for small in " " if char.isspace() else char.casefold():
            if small == " " and pieces and pieces[-1] == " ":
                continue
            pieces.append(small)
            places.append(index)
    return "".join(pieces), places
