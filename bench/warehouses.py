"""Warehouses of 1,000 tables from a fixed seed: 25 areas, layers, near-duplicates, cryptic names, unrelated columns."""

from __future__ import annotations

import random

from connectors.contracts import Column, ForeignKey, Schema, Table

TABLES = 1_000
AREAS = {
    "a": "sales finance payroll inventory procurement marketing support shipping manufacturing quality fleet leasing"
    " pension treasury audit tax training travel facilities"
    " security research licensing catering printing archive",
    "b": "lending brokerage custody claims underwriting pharmacy radiology surgery admissions enrollment grading"
    " housing ticketing catalog streaming advertising roaming metering dispatch"
    " forestry fishery mining drilling refining harbour",
}
THINGS = {
    "a": "customer order invoice payment contract product vendor shipment employee project campaign return warranty"
    " budget forecast asset location vehicle ticket meeting",
    "b": "account application schedule permit sample device patient course student lender policy quote receipt route"
    " channel segment incident repair badge bonus",
}
FIELDS = (
    "amount quantity status created_at updated_at region currency priority owner comment weight price discount country"
    " city phone email language rating category batch version serial deadline approved"
).split()
SHORT = {
    "customer": "cust", "order": "ord", "invoice": "inv", "payment": "pymt", "contract": "cntrct", "product": "prod",
    "vendor": "vndr", "shipment": "shpmt", "employee": "emp", "project": "proj", "campaign": "cmpgn",
    "warranty": "wrnty", "budget": "bdgt", "location": "loc", "vehicle": "veh", "ticket": "tkt", "account": "acct",
    "application": "appl", "schedule": "sched", "permit": "prmt", "patient": "ptnt", "student": "stdnt",
    "policy": "plcy", "receipt": "rcpt", "incident": "incdt", "segment": "seg", "channel": "chnl",
}  # fmt: skip
COPIES = ("_hist", "_bak", "_tmp", "_2023", "_v2", "_stg")
ASKS = (
    "How many {one}s does {area} have per {field}?",
    "What is the average {field} of {area} {one}s?",
    "List the {area} {one}s with the highest {field} last month.",
    "Which {area} {one}s have no {other}?",
    "Show each {one} of {area} together with its {other}s.",
    "For {area}, compare {field} of {other}s by {one}.",
)

Gold = set[tuple[str, str]]


def warehouse(half: str) -> tuple[Schema, list[tuple[str, Gold]]]:
    """Return a schema of 1,000 tables and 240 questions with the tables they need."""
    chance = random.Random(f"warehouse {half}")
    areas, things = AREAS[half].split(), THINGS[half].split()
    tables: list[Table] = []
    real: dict[tuple[str, str], Table] = {}
    for area in areas:
        is_short, style = chance.random() < 0.4, chance.choice(["snake", "camel", "glued"])
        for thing in things:
            name = _named(area, SHORT.get(thing, thing) if is_short else thing, style)
            columns = [Column(f"{SHORT.get(thing, thing) if is_short else thing}_id", "bigint", is_key=True)]
            columns += [Column(each, "text") for each in chance.sample(FIELDS, 9)]
            real[area, thing] = Table("dwh", name, tuple(columns))
    joined = _joined(real, areas, things, chance)
    tables = list(real.values())
    while len(tables) < TABLES:
        copied = chance.choice(list(real.values()))
        name = copied.name + chance.choice(COPIES)
        if all(table.name != name for table in tables):
            tables.append(Table("dwh", name, tuple(chance.sample(copied.columns, 6))))
    return Schema(tuple(sorted(tables, key=lambda t: t.name)), "postgres"), _questions(real, joined, areas, chance)


def _named(area: str, thing: str, style: str) -> str:
    if style == "camel":
        return area.capitalize() + thing.capitalize()
    return area + ("_" if style == "snake" else "") + thing


def _joined(
    real: dict[tuple[str, str], Table], areas: list[str], things: list[str], chance: random.Random
) -> list[tuple[str, str, str]]:
    """Join things of one area; half of the joins are declared, half only named alike. Return (area, one, other)."""
    found = []
    for area in areas:
        for one, other in zip(things, chance.sample(things, len(things)), strict=True):
            if one == other:
                continue
            target, source = real[area, one], real[area, other]
            key = target.columns[0].name
            declared = (ForeignKey((key,), "dwh", target.name, (key,)),) if chance.random() < 0.5 else ()
            real[area, other] = Table(
                "dwh",
                source.name,
                (*source.columns, Column(key, "bigint")),
                foreign_keys=source.foreign_keys + declared,
            )
            found.append((area, one, other))
    return found


def _questions(
    real: dict[tuple[str, str], Table], joined: list[tuple[str, str, str]], areas: list[str], chance: random.Random
) -> list[tuple[str, Gold]]:
    made = []
    for number in range(240):
        area, one, other = chance.choice(joined)
        ask = ASKS[number % len(ASKS)]
        wanted = (one, other) if "{other}" in ask else (one,)
        table = real[area, wanted[-1]]
        field = chance.choice([c.name for c in table.columns if c.name in FIELDS])
        text = ask.format(one=one, other=other, area=area, field=field.replace("_", " "))
        made.append((text, {("dwh", real[area, each].name) for each in wanted}))
    return made
