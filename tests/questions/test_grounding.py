"""Each number, date and name of a summary stands in the rows: a wrong one never survives, a right one does."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connectors.contracts import Result, ResultColumn
from questions.grounding import unfounded

pytestmark = pytest.mark.requirement("Q12")
COLUMNS = (
    ResultColumn("city", "text", "text"),
    ResultColumn("orders", "int8", "integer"),
    ResultColumn("total_usd", "numeric", "decimal"),
    ResultColumn("share", "float8", "float"),
    ResultColumn("placed_at", "date", "date"),
)
ROWS = Result(
    COLUMNS,
    (
        ("Oslo", 150, "1234567.89", 0.612, "2026-10-05"),
        ("Bergen", 95, "99500.00", 0.388, "2026-10-06"),
        ("São Tomé", 3, "-12.5", None, "2026-11-30"),
    ),
)
FOUNDED = [
    "Oslo leads with 150 orders.",
    "Oslo has one hundred and fifty orders and about $1.2 million.",
    "Oslo made $1,234,567.89, or 61% of it.",
    "Oslo made 1,234,568 USD.",
    "Bergen comes second with 95.",
    "The 2nd is Bergen.",
    "There are 3 rows.",
    "Bergen made about 100,000 USD.",
    "Bergen made $99.5k and ninety-five orders.",
    "São Tomé lost 12.5 on 30 November 2026.",
    "The order of Oslo was placed on October 5, 2026.",
    "Oslo ordered in October 2026, on a Monday.",
    "Oslo has 61.2 percent; Bergen has 38.8%.",
    "Bergen's orders number 95, more than 90 of them in 2026.".replace("more than 90 of them", "all"),
    "In 2026-10 Oslo had 150 orders, while Bergen had 95.",
]
UNFOUNDED = [
    ("Oslo has 95 orders.", "95"),
    ("Oslo has 151 orders.", "151"),
    ("Trondheim has 150.", "Trondheim"),
    ("Oslo has twice as many as Bergen.", "twice"),
    ("The total is 248.", "248"),
    ("Oslo has 150% of it.", "150%"),
    ("Oslo made €1,234,567.89.", "€1,234,567.89"),
    ("Bergen comes third with 95.", "third"),
    ("On 7 October 2026 Oslo had 150.", "7 October 2026"),
    ("Oslo made about 1.3 million.", "1.3 million"),
    ("There are 4 rows.", "4"),
    ("Oslo has fifteen orders.", "fifteen"),
    ("Orders rose in December.", "December"),
    ("Oslo made over 1,300,000 USD.", "1,300,000"),
    ("Oslo has 1.5e2 orders.", "1.5e2"),
    ("Oslo has １５１ orders.", "151"),
    ("Oslo sold 15O orders.", "15O"),
    ("三 orders", "三"),
    ("Oslo has ½ of it.", "2"),
    ("Ask mallory@example.com about Oslo.", "mallory@example.com"),
    ('Oslo is called "the capital".', "the capital"),
    ("The ACME account has 150.", "ACME"),
    ("Bergen had 95 on a Sunday.", "Sunday"),
    ("Oslo has 0 orders.", "0"),
    ("São Tomé has -3 orders.", "-3"),
]


@pytest.mark.parametrize("summary", FOUNDED)
def test_what_the_rows_hold_is_founded_however_it_is_written(summary: str) -> None:
    assert unfounded(summary, ROWS) == []


@pytest.mark.parametrize(("summary", "part"), UNFOUNDED)
def test_what_the_rows_do_not_hold_is_found_out(summary: str, part: str) -> None:
    assert any(part in wrong for wrong in unfounded(summary, ROWS)), unfounded(summary, ROWS)


def one(value: object, kind: str, name: str = "orders") -> Result:
    columns = (ResultColumn("city", "text", "text"), ResultColumn(name, kind, kind))
    return Result(columns, (("Oslo", value),))  # type: ignore[arg-type]


@given(st.integers(-(10**12), 10**12))
def test_a_right_whole_number_survives_its_common_formats(number: int) -> None:
    for written in (f"{number}", f"{number:,}"):
        assert unfounded(f"Oslo has {written} of them.", one(number, "integer")) == []


@given(
    st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.sampled_from(["{}", "{:,}", "about {:,}", "${:,}"])
)
def test_a_wrong_whole_number_never_survives(right: int, wrong: int, written: str) -> None:
    assume(abs(right) != abs(wrong) or "-" in f"{wrong}")
    assume(right != wrong)
    is_rounding = "about" in written and abs(right - wrong) * 20 <= abs(right)
    assume(not is_rounding)
    assert unfounded(f"Oslo has {written.format(wrong)} of them.", one(right, "integer")) != []


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(0, 4))
def test_a_right_decimal_survives_rounding_and_a_wrong_digit_does_not(number: Decimal, places: int) -> None:
    rounded = round(number, places)
    held = one(str(number), "decimal")
    is_fair = abs(rounded - number) * 20 <= abs(number)
    assert (unfounded(f"Oslo has {rounded:,} of them.", held) == []) == (is_fair or rounded == number)
    other = rounded + Decimal(2).scaleb(-places)
    if other != -number:
        assert unfounded(f"Oslo has {other:,} of them.", held) != []


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.integers(1, 20_000))
def test_a_right_day_survives_its_formats_and_another_never_does(day: date, apart: int) -> None:
    held = one(day.isoformat(), "date", "placed_at")
    other = day + timedelta(days=apart)
    for shape in ("%Y-%m-%d", "%-d %B %Y", "%B %-d, %Y", "%-d %b %Y"):
        assert unfounded(f"Oslo ordered on {day.strftime(shape)}.", held) == [], shape
        assert unfounded(f"Oslo ordered on {other.strftime(shape)}.", held) != [], shape


@given(st.text(max_size=200))
def test_no_text_makes_the_check_fail(text: str) -> None:
    unfounded(text, ROWS)
