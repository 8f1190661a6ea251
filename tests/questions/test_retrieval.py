"""The tables a question needs are among those the model is told, in wide schemas, within the budget (Q10)."""

from __future__ import annotations

import time

import pytest

from bench import retrieval as exam
from connectors.contracts import Column, ForeignKey, Schema, Table
from portal import tenancy
from questions import retrieval, schema_context
from questions.retrieval import index, words
from tests.factories import Cast


def table(name: str, columns: str = "id", *keys: tuple[str, str], comment: str = "") -> Table:
    found = tuple(ForeignKey((column,), "", target, ("id",)) for column, target in keys)
    return Table("", name, tuple(Column(each, "text") for each in columns.split()), comment=comment, foreign_keys=found)


def names(question: str, schema: Schema, limit: int = 15) -> list[str]:
    return [found.name for found in schema_context.relevant_tables(question, schema, limit)]


def wide(*tables: Table) -> Schema:
    """Return the tables among a hundred that have nothing to do with them."""
    others = [table(f"zz{n:03}_{'abcdefgh'[n % 8] * 3}", f"k{n} v{n}") for n in range(100)]
    return Schema((*others, *tables), "postgres")


@pytest.mark.requirement("Q10")
@pytest.mark.parametrize("half", ["a", "b"])
def test_nearly_all_tables_of_every_question_are_found_in_wide_schemas(half: str) -> None:
    recalls = []
    least = {
        f"{half}, s0…, no declared keys": 0.9,
        "both files, one flat schema": 0.82,
        "generated, 1,000 tables": 0.92,
    }
    for each in exam.exams(half):
        if each.name not in least:
            continue
        part = exam.Exam(each.name, each.schema, each.questions[::3][:40])
        recall, size, _, missed = exam.sit(part, exam.ours)
        assert size == 15
        assert recall >= least[each.name], (each.name, missed)
        assert recall > exam.sit(part, exam.tf_idf)[0] + 0.3
        recalls.append(recall)
    assert len(recalls) == len(least)
    assert sum(recalls) / len(recalls) >= 0.92


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Which customers left?", "CUST_ACCT"),
        ("List the payments of May", "PYMT"),
        ("What do employees earn?", "tblEmployee"),
        ("Show all street addresses", "streetaddress"),
        ("transactions of yesterday", "fct_txn_2023"),
        ("How many categories are there?", "product_category"),
    ],
)
def test_names_are_found_by_stem_abbreviation_camel_glue_and_digits(question: str, name: str) -> None:
    assert names(question, wide(table(name, "a b")))[0] == name


def test_a_comment_or_a_column_names_a_table_whose_own_name_says_nothing() -> None:
    assert names("open invoices", wide(table("t17", comment="invoices sent to customers")))[0] == "t17"
    assert names("birth dates", wide(table("t18", "id birth_date")))[0] == "t18"


@pytest.mark.requirement("Q10", part="bridges")
def test_the_bridge_between_two_tables_is_told_although_nobody_names_it() -> None:
    bridge = table("xq7", "a b", ("a", "actor"), ("b", "film"))
    assert {"actor", "film", "xq7"} == set(names("films of an actor", wide(table("actor"), table("film"), bridge), 3))
    plain = table("xq8", "actor_id film_id")
    by_name = wide(table("actor", "actor_id"), table("film", "film_id"), plain)
    assert {"actor", "film", "xq8"} == set(names("films of an actor", by_name, 3))


def test_tables_of_the_database_a_question_is_about_come_before_look_alikes_of_others() -> None:
    """Many databases in one flat schema: each has people and places, one alone has riders and horses."""
    others = [
        made
        for n in range(30)
        for made in (table(f"person{n}", "id town"), table(f"place{n}", "id person_id", ("person_id", f"person{n}")))
    ]
    mine = (
        table("horse", "id breed"),
        table("xrd", "id town"),
        table("rides", "h x", ("h", "horse"), ("x", "xrd")),
        table("qj", "u w", ("u", "xrd")),
    )
    found = names("From which town are the people who ride horses of a rare breed?", Schema((*others, *mine), "sqlite"))
    assert {"horse", "rides", "xrd"} <= set(found[:4])
    assert "qj" in found, "no word of it is asked for, but it belongs to them"
    assert len(found) == 15, "every slot is used"


def test_what_people_say_is_found_where_the_schema_says_it_otherwise() -> None:
    assert names("How many doctors?", wide(table("physician")))[0] == "physician"
    assert names("How many workers?", wide(table("tblEmp")))[0] == "tblEmp", "by the short form of another word"
    assert names("free meals", wide(table("School Meals", "id")))[0] == "School Meals"
    assert words.values('Who in Leeds said "Slow Rain" in 2014?') == {"leeds", "slow", "rain", "2014"}


def test_ties_are_in_order_of_name_and_an_empty_question_still_answers() -> None:
    schema = Schema((table("b"), table("a"), table("c")), "postgres")
    assert names("", schema) == ["a", "b", "c"]
    assert len(names("x" * 2000 + "\x00 \ud800", schema, 2)) == 2
    assert names("anything", Schema()) == []


def test_a_schema_of_many_thousand_words_costs_a_moment_not_a_worker() -> None:
    made = [table(f"t{n}", " ".join(f"w{n}x{i}q" for i in range(60))) for n in range(1_500)]  # 90,000 words
    started = time.monotonic()
    names("customers who paid late last month", Schema(tuple(made), "postgres"))
    assert time.monotonic() - started < 10


@pytest.mark.requirement("S08", part="nothing prepared is shared between organizations")
def test_what_is_kept_of_a_schema_belongs_to_one_organization_and_is_bounded(cast: Cast) -> None:
    schema = wide(table("actor"))
    with cast.ada.inside():
        mine = index.index_of(schema)
        assert index.index_of(schema) is mine
    with cast.cleo.inside():
        assert index.index_of(schema) is not mine
    with tenancy.frame("x"):
        for n in range(index.KEPT + 3):
            index.index_of(Schema((table(f"only{n}"),), "postgres"))
    assert len(index._kept) <= index.KEPT


@pytest.mark.requirement("Q10", part="within a budget, keys kept")
def test_wide_tables_are_told_by_their_keys_and_the_columns_the_question_is_about() -> None:
    columns = [Column("order_id", "bigint", is_key=True), Column("customer_id", "bigint")]
    columns += [Column(f"attribute_{n}", "text", comment="nothing of interest " * 3) for n in range(900)]
    columns += [Column("shipping_weight", "numeric"), Column("delivered_on", "date")]
    keys = (ForeignKey(("customer_id",), "", "customers", ("id",)),)
    tables = [Table("", f"orders{n}", tuple(columns), foreign_keys=keys) for n in range(3)] + [table("customers")]
    text, told = schema_context.schema_text(
        tables, 9_000, question="What is the shipping weight of what was delivered?"
    )
    assert len(text.encode()) <= 9_000
    assert [each.name for each in told] == [each.name for each in tables], "no table is pushed out by a wide one"
    for each in told[:3]:
        kept = [column.name for column in each.columns]
        assert kept[:2] == ["order_id", "customer_id"]
        assert {"shipping_weight", "delivered_on"} <= set(kept)
        assert f"and {904 - len(kept):,} columns that are not told here" in text
    assert text.count("->") == 3


def test_what_fits_is_told_whole() -> None:
    tables = [table("a", "x y z"), table("b", "u v", ("u", "a"))]
    text, told = schema_context.schema_text(tables, question="x")
    assert told == tables
    assert "not told" not in text


def test_likeness_of_words() -> None:
    assert words.likeness("contract", "cat") == 0
    assert words.likeness("payment", "pymt") >= 0.7
    assert words.likeness("organizations", "org") >= 0.7
    assert words.split("HTTPServer2Port_no") == ["http", "server", "2", "port", "no"]
    assert retrieval.fit("", Schema()).score == 0
