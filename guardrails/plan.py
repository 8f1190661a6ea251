"""Decides on what an engine's planner says of a statement: is it what the guard saw, and is it affordable?

Given a plan, what the guard saw, the schema and an officer's ceiling; opens nothing, knows no Django. A plan is
anything with the attributes of `connectors.contracts.Plan`, a schema anything with those of `Schema` there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from guardrails.sql.decision import Reason, fold, shorten

RELATIONS, COST = "plan.relations", "plan.cost"


@dataclass(frozen=True, slots=True)
class PlanCeiling:
    """The most a statement may cost by the planner's estimate; None where an officer set no ceiling."""

    rows: int | None = None
    cost: float | None = None


NO_CEILING = PlanCeiling()


def unseen(relations: Iterable[tuple[str, str]], seen: Iterable[str], schema: Any) -> tuple[str, ...]:
    """Return the relations of a plan that the guard did not see, in order of name.

    Seen is a table by the name the guard read, and everything that reading it reads by the schema: what a view stands
    on, partitions and children, what its row-level security asks (`Table.reads`).
    """
    allowed = {pair for name in seen for pair in _reached(name, schema)}
    strange = [pair for pair in relations if (fold(pair[0]), fold(pair[1])) not in allowed]
    return tuple(sorted(".".join(filter(None, pair)) for pair in strange))


def _reached(name: str, schema: Any) -> Iterable[tuple[str, str]]:
    """Yield every relation a name of a statement can mean, with what stands below it."""
    *before, table = name.split(".") if name else [""]
    owner = fold(before[-1]) if before else ""
    for each in schema.tables:
        place = fold(each.schema)
        if fold(each.name) != fold(table) and f"{place}.{fold(each.name)}" != fold(name):
            continue
        if owner and place and place != owner and f"{place}.{fold(each.name)}" != fold(name):
            continue
        yield place, fold(each.name)
        for below_schema, below in each.reads:
            yield fold(below_schema), fold(below)


def mismatch(strange: tuple[str, ...]) -> Reason:
    """Return the refusal of a statement whose plan reads what the guard did not see."""
    names = ", ".join(f"`{shorten(name)}`" for name in strange[:5])
    return Reason(
        RELATIONS,
        f"the database would read {names}, which the guard did not see in the statement: name the tables plainly,"
        " or ask an admin who can look at the trail",
        shorten(strange[0]),
    )


def too_expensive(plan: Any, ceiling: PlanCeiling, *, shows_estimates: bool = True) -> Reason | None:
    """Return the refusal of a statement above the ceiling, saying what makes it expensive; None below it.

    Without estimates the person reads no number: where rows are filtered or masked for them, an estimate would tell
    of what they may not see.
    """
    over_rows = ceiling.rows is not None and (plan.estimated_rows or 0) > ceiling.rows
    over_cost = ceiling.cost is not None and (plan.cost or 0) > ceiling.cost
    if not over_rows and not over_cost:
        return None
    said = "this would be too expensive to run"
    if why := _why(plan, shows_estimates=shows_estimates):
        said += f": {why}"
    if shows_estimates:
        allowed = f"{ceiling.rows:,} rows" if over_rows else f"a cost of {ceiling.cost:,.0f}"
        found = f"{plan.estimated_rows:,} rows" if over_rows else f"a cost of {plan.cost:,.0f}"
        said += f". The planner expects {found}; at most {allowed} may be asked for"
    fix = "join the tables on a column they share" if plan.cartesian else "narrow it with a condition, or ask for less"
    return Reason(COST, f"{said}: {fix}; an admin can raise the ceiling under Policies", "")


def _why(plan: Any, *, shows_estimates: bool) -> str:
    if shows_estimates:
        return "; ".join(plan.costly)
    return "; ".join(f"`{first}` and `{second}` are joined without a condition" for first, second in plan.cartesian)
