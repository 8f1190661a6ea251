"""The provider that needs no key and no network: verified queries, shipped examples, reply macros (Q08, T23).

It writes no SQL and no prose of its own: it finds, fills in, and says honestly when nothing fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from connectors.adapters.providers import bind, classifier, macros, matching
from connectors.adapters.providers.contracts import (
    FREE,
    ActionKind,
    Bound,
    Classification,
    ClassifyRequest,
    NotConfigured,
    OrderFact,
    Parameter,
    Proposal,
    ProposeRequest,
    Request,
    SqlDraft,
    SqlRequest,
    Summary,
    SummaryRequest,
    VerifiedQuery,
)
from connectors.adapters.providers.orders import find_order_numbers, normalise_order_number

NO_MATCH = "no verified query fits"
_GAP = re.compile(r"\{(\w+)\}")

_ACTIONS: dict[str, ActionKind] = {"refund": "refund", "cancel": "cancel", "exchange": "exchange"}
_SYMBOLS = {"USD": r"\$|usd|dollars?", "EUR": r"€|eur|euros?", "GBP": r"£|gbp|pounds?", "JPY": r"¥|jpy|yen"}
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,3})?|\d{1,9}(?:[.,]\d{1,3})?"


class LocalProvider:
    """A model provider (`contracts.ModelProvider`) on this machine. Every answer has no `call`: it is free."""

    name = "local"

    def bound(self, request: Request | ClassifyRequest | ProposeRequest) -> Bound:
        """Return `FREE`: nothing is called, nothing is reserved."""
        return FREE

    def write_sql(self, request: SqlRequest) -> SqlDraft:
        """Return the fitting verified query with its parameters bound, or `cannot` saying that none fits."""
        found = None
        if request.repair is None:
            starts = request.fiscal_year_start_month
            found = matching.match(request.question, request.verified, request.today, starts)
        if found is None:
            near = matching.nearest(request.question, request.verified)
            askable = (_askable(query) for query in near)
            return SqlDraft("cannot", missing=NO_MATCH, choices=tuple(asked for asked in askable if asked))
        try:
            sql = bind.fill(found.query.sql, request.dialect, found.values)
        except bind.BindError:
            return SqlDraft("cannot", missing=NO_MATCH)
        known = {parameter.name for parameter in found.query.parameters}
        notes = tuple(f"{name}: {said}" for name, said in found.shown.items() if name in known)
        return SqlDraft("sql", sql, (f"verified query: {found.query.question}", *notes))

    def summarize(self, request: SummaryRequest) -> Summary:
        """Raise: this provider writes no prose of its own. The answer's fixed sentences stand instead."""
        raise NotConfigured("no model is set up that could write a summary")

    def classify(self, request: ClassifyRequest) -> Classification:
        """Return the intent by the classifier trained on shipped and the organization's own examples."""
        return classifier.classify(request)

    def propose(self, request: ProposeRequest) -> Proposal:
        """Return the action the intent asks for on the order it is about, with a macro as reply.

        The order is one named in the ticket, or the only candidate; otherwise it stays empty and the
        gates hold the proposal for a person. The amount is what is refundable, or less if less is asked.
        """
        action: ActionKind = _ACTIONS.get(request.intent, "none")
        text = f"{request.subject}\n{request.body}"
        number, order, why = _order(text, request.orders)
        amount = _amount(text, order, request.currency) if action == "refund" and order else ""
        reply = macros.choose(
            request.macros,
            *((action,) if action != "none" else (request.intent,)),
            values=_values(request, number, order, amount),
        )
        if action == "none":
            return Proposal("none", reason=f"intent {request.intent}: no action", reply=reply)
        reason = f"intent {request.intent}; {why}"
        currency = order.currency if order else request.currency
        return Proposal(action, number, amount, currency, reason, reply)


def _askable(query: VerifiedQuery) -> str:
    """Return the query's question with a sample in each of its gaps; empty where nobody said one."""
    samples = {each.name: _sample(each) for each in query.parameters}
    period = next((_sample(each) for each in query.parameters if each.type == "date"), "")
    gaps = _GAP.findall(query.question)
    if not all(samples.get(gap, period) for gap in gaps):
        return ""
    return _GAP.sub(lambda gap: samples.get(gap[1], period), query.question)


def _sample(parameter: Parameter) -> str:
    """Return a value that people may say for a parameter."""
    if parameter.default is not None:
        said = next((said for said, bound in parameter.choices.items() if bound == parameter.default), None)
        return said or str(parameter.default)
    known = [*parameter.choices, *parameter.examples, *(["last month"] if parameter.type == "date" else [])]
    return known[0] if known else ""


def _order(text: str, orders: Sequence[OrderFact]) -> tuple[str, OrderFact | None, str]:
    """Return the order's number, its facts if it is the sender's, and how it was found. Never a guess."""
    named = find_order_numbers(text)
    known = {normalise_order_number(order.number): order for order in orders}
    if len(named) == 1:
        order = known.get(named[0])
        return (order.number if order else named[0]), order, f"the ticket names order {named[0]}"
    if len(named) > 1:
        return "", None, "the ticket names several orders"
    if len(orders) == 1:
        return orders[0].number, orders[0], "no order named; it is the customer's only candidate"
    return "", None, "no order named and none or several candidates"


def _amount(text: str, order: OrderFact, currency: str) -> str:
    """Return the refundable amount, or the one amount the text names when that is lower."""
    try:
        whole = Decimal(order.refundable)
    except InvalidOperation:
        return ""
    if order.currency != currency:
        return order.refundable
    named = _named_amounts(text, currency)
    if len(named) != 1 or not Decimal(0) < named[0] < whole:
        return order.refundable
    if _decimals(named[0]) > _decimals(whole):
        return order.refundable
    return format(named[0].quantize(whole), "f")


def _decimals(value: Decimal) -> int:
    return -int(value.as_tuple().exponent)


def _named_amounts(text: str, currency: str) -> list[Decimal]:
    """Return the distinct amounts written with this currency's sign, code or name."""
    sign = _SYMBOLS.get(currency, re.escape(currency.lower()))
    pattern = re.compile(rf"(?:{sign})\s?({_FIGURE})|(?<![\d.,])({_FIGURE})\s?(?:{sign})(?!\w)", re.IGNORECASE)
    found: dict[Decimal, None] = {}
    for match in pattern.finditer(text[:20_000]):
        figure = match[1] or match[2]
        figure = figure.replace(",", "") if re.search(r",\d{3}(?!\d)", figure) else figure.replace(",", ".")
        found[Decimal(figure)] = None
    return list(found)


def _values(request: ProposeRequest, number: str, order: OrderFact | None, amount: str) -> dict[str, str]:
    """Fields of the reply. An order that is not the sender's gives nothing away, not even its status."""
    values = {"customer_name": request.customer_name, "brand": request.brand}
    if order is not None:
        values |= {"order_number": number, "order_status": order.status, "amount": amount, "currency": order.currency}
        if len(order.items) == 1:
            values["item"] = order.items[0]
    return values
