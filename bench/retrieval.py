"""How often all tables a question needs are among the fifteen that are told to the model, beside plain TF-IDF (Q10).

Schemas written by hand (`bench/schemas`: a and c are looked at while ranking is made, b and d are held out), each file
put together into one wide schema in several ways, both files of a half as one flat schema, and generated warehouses of
1,000 tables with near-duplicates and abbreviations.
"""

from __future__ import annotations

import math
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from statistics import mean, median

from bench.warehouses import warehouse
from connectors.contracts import Column, ForeignKey, Schema, Table

FOLDER = Path(__file__).resolve().parent / "schemas"
LIMIT = 15
HALVES = {"a": ("a", "c"), "b": ("b", "d")}
"""Files by half: the first of each in the schema's words, the second in the words of people who never saw it."""
_TABLE = re.compile(r"^(\w+|\"[^\"]+\")\((.*)\)$")
_GOLD = re.compile(r"\"[^\"]+\"|\S+")
Ranker = Callable[[str, Schema], list[Table]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the tables its SQL needs, as (schema, table)."""

    text: str
    gold: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Exam:
    name: str
    schema: Schema
    questions: tuple[Asked, ...]


def read(name: str) -> tuple[list[Table], list[Asked]]:
    """Return the tables and questions of one file; each schema of it is a schema of the database."""
    tables: list[Table] = []
    questions: list[Asked] = []
    schema = ""
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            schema = line[2:].strip()
        elif line.startswith("? "):
            text, _, gold = line[2:].partition(" :: ")
            questions.append(Asked(text, frozenset((schema, each.strip('"')) for each in _GOLD.findall(gold))))
        elif found := _TABLE.match(line):
            tables.append(_table(schema, found[1].strip('"'), found[2]))
    known = {(table.schema, table.name) for table in tables}
    for question in questions:
        assert question.gold, question.text
        assert question.gold <= known, (question.text, question.gold - known)
    return tables, questions


def _table(schema: str, name: str, inside: str) -> Table:
    columns, keys = [], []
    for part in inside.split(", "):
        column, _, target = part.replace('"', "").partition(">")
        columns.append(Column(column.rstrip("*"), "text", is_key=column.endswith("*")))
        if target:
            keys.append(ForeignKey((column,), schema, target, (column,)))
    return Table(schema, name, tuple(columns), foreign_keys=tuple(keys))


def as_one(name: str, tables: list[Table], questions: list[Asked], rename: Callable[[str], str], *, keys: bool) -> Exam:
    """Return every schema of a file as one wide schema, its parts named by `rename`, with or without declared keys."""
    made = []
    for table in tables:
        own = tuple(replace(key, target_schema=rename(key.target_schema)) for key in table.foreign_keys)
        made.append(replace(table, schema=rename(table.schema), foreign_keys=own if keys else ()))
    asked = tuple(Asked(q.text, frozenset((rename(s), t) for s, t in q.gold)) for q in questions)
    return Exam(name, Schema(tuple(sorted(made, key=lambda t: t.qualified_name)), "postgres"), asked)


def _flat(tables: list[Table], questions: list[Asked]) -> Exam:
    """Return one schema without parts: tables of one name are told apart by nothing, so only the first stays."""
    first: dict[str, Table] = {}
    for table in tables:
        first.setdefault(table.name.lower(), table)
    kept = [replace(t, schema="", foreign_keys=tuple(replace(k, target_schema="") for k in t.foreign_keys
            if first[k.target_table.lower()].schema == t.schema)) for t in first.values()]  # fmt: skip
    asked = tuple(
        Asked(q.text, frozenset(("", t) for _, t in q.gold))
        for q in questions
        if all(first[t.lower()].schema == s for s, t in q.gold)
    )
    return Exam("one flat schema", Schema(tuple(kept), "sqlite"), asked)


def exams(half: str) -> Iterator[Exam]:
    for name in HALVES[half]:
        yield from _of_file(name)
    tables, questions = zip(*map(read, HALVES[half]), strict=True)
    both = _flat(list(chain(*tables)), list(chain(*questions)))
    yield replace(both, name="both files, one flat schema")
    made, asked = warehouse(half)
    yield Exam("generated, 1,000 tables", made, tuple(Asked(text, frozenset(gold)) for text, gold in asked))


def _of_file(name: str) -> Iterator[Exam]:
    tables, questions = read(name)
    numbers = {schema: f"s{number}" for number, schema in enumerate(dict.fromkeys(t.schema for t in tables))}
    yield as_one(f"{name}, schemas by name", tables, questions, str, keys=True)
    yield as_one(f"{name}, schemas s0…", tables, questions, numbers.__getitem__, keys=True)
    yield as_one(f"{name}, s0…, no declared keys", tables, questions, numbers.__getitem__, keys=False)
    flat = _flat(tables, questions)
    yield replace(flat, name=f"{name}, one flat schema")


def tf_idf(question: str, schema: Schema) -> list[Table]:
    """The baseline: words of names and columns, weighed by how rare they are; no joins, no meaning."""
    bags = [Counter(_plain(f"{t.name} {t.comment} {' '.join(c.name for c in t.columns)}")) for t in schema.tables]
    df = Counter(word for bag in bags for word in bag)
    idf = {word: math.log((1 + len(bags)) / (1 + count)) + 1 for word, count in df.items()}
    asked = Counter(_plain(question))

    def cosine(bag: Counter[str]) -> float:
        length = math.sqrt(sum((n * idf[w]) ** 2 for w, n in bag.items())) or 1.0
        return sum(n * idf[w] ** 2 * bag[w] for w, n in asked.items() if w in bag) / length

    order = sorted(range(len(bags)), key=lambda i: (-cosine(bags[i]), schema.tables[i].qualified_name))
    return [schema.tables[i] for i in order[:LIMIT]]


def _plain(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", text)]


def ours(question: str, schema: Schema) -> list[Table]:
    from questions.schema_context import relevant_tables

    return relevant_tables(question, schema, LIMIT)


def sit(exam: Exam, rank: Ranker) -> tuple[float, float, float, list[tuple[str, set[str]]]]:
    """Return recall of all tables, mean tables returned, median ms per question, and what was missed."""
    times, sizes, missed = [], [], []
    for asked in exam.questions:
        started = time.perf_counter()
        found = rank(asked.text, exam.schema)
        times.append((time.perf_counter() - started) * 1000)
        sizes.append(len(found))
        if lacking := asked.gold - {(table.schema, table.name) for table in found}:
            missed.append((asked.text, {name for _, name in lacking}))
    return 1 - len(missed) / len(exam.questions), mean(sizes), median(times), missed


def main() -> int:
    told = "-v" in sys.argv
    for half, says in (("a", "looked at"), ("b", "held out")):
        print(f"{says}:{'':44} questions  recall@15  tables  ms/question   TF-IDF")
        for exam in exams(half):
            recall, size, ms, missed = sit(exam, ours)
            baseline = sit(exam, tf_idf)[0]
            name = f"{exam.name} ({len(exam.schema.tables):,} tables)"
            print(f"  {name:52} {len(exam.questions):9} {recall:10.3f} {size:7.1f} {ms:12.1f} {baseline:8.3f}")
            for text, names in missed if told and half == "a" else ():
                print(f"      {text}  lacks {', '.join(sorted(names))}")
    return 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    sys.exit(main())
