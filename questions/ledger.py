"""The disclosure ledger of a question: what left the house, call by call, to which model, at what cost (Q10).

It holds names, identifiers and counts; never a value and never a word anybody asked. An entry is committed before its
call is sent: a worker that dies leaves an entry that says `sent`, which is the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from connectors.adapters.providers.contracts import ModelCall

NO_ROWS = "none"
_LISTS = ("tables", "memory", "verified_queries", "earlier_questions")


def entry(purpose: str, model: str, *, rows: str = NO_ROWS, **told: Any) -> dict[str, Any]:
    """Return what one call will tell: `purpose` is sql, repair or summary; `rows` is none or says which."""
    lists = {name: list(told.get(name, ())) for name in _LISTS}
    names = {table: list(columns) for table, columns in dict(told.get("names", {})).items()}
    return {"purpose": purpose, "model": model, **lists, "names": names, "rows": rows}


def opened(ledger: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ledger with a call that is about to be sent, its totals brought up to it."""
    names = dict(ledger.get("names", {}))
    for table, columns in told["names"].items():
        names[table] = _union(names.get(table, ()), columns)
    call = {name: value for name, value in told.items() if name != "names"} | {
        "columns": sum(len(columns) for columns in told["names"].values()),
        "at": timezone.now().isoformat(),
        "outcome": "sent",
    }
    return {
        **ledger,
        "model": told["model"],
        "leaves_the_house": True,
        **{name: _union(ledger.get(name, ()), told[name]) for name in _LISTS},
        "names": names,
        "columns": sum(len(columns) for columns in names.values()),
        "rows": told["rows"] if told["rows"] != NO_ROWS else ledger.get("rows", NO_ROWS),
        "calls": [*ledger.get("calls", ()), call],
    }


def closed(ledger: Mapping[str, Any], outcome: str, call: ModelCall | None, cost_microusd: int) -> dict[str, Any]:
    """Return the ledger with its last call ended: what came of it, its tokens where they are known, its cost."""
    calls = [dict(each) for each in ledger.get("calls", ())]
    if not calls or calls[-1]["outcome"] != "sent":
        return dict(ledger)
    calls[-1] |= {"outcome": outcome, "cost_microusd": cost_microusd}
    if call is not None:
        used = call.usage
        calls[-1] |= {
            "input_tokens": used.input_tokens + used.cache_read_tokens + used.cache_write_tokens,
            "output_tokens": used.output_tokens,
            "requests": used.requests,
        }
    return {**ledger, "calls": calls}


def local(model: str) -> dict[str, Any]:
    """Return the ledger of a question that a provider on this machine looked at: nothing leaves the house."""
    empty: dict[str, Any] = {name: [] for name in _LISTS}
    return {"model": model, "leaves_the_house": False, **empty, "names": {}, "columns": 0, "rows": NO_ROWS, "calls": []}


def for_trail(ledger: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ledger as the trail keeps it: column names are counted, the tables are named."""
    return {name: value for name, value in ledger.items() if name != "names"}


def last_cost(ledger: Mapping[str, Any]) -> int:
    """Return what the last call cost, in millionths of a dollar."""
    calls: Sequence[Mapping[str, Any]] = ledger.get("calls", ())
    return int(calls[-1].get("cost_microusd", 0)) if calls else 0


def _union(first: Iterable[str], second: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*first, *second)))
