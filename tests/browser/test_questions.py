"""Asking, answers, live edit and reports in a browser: no violation, nothing too wide, axe-core clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from questions import ask as asking
from questions import report as reporting
from questions.models import Question
from tests.factories import Cast
from tests.questions_lab import Lab, make_database
from tests.servers import messages

TOP = (
    "SELECT c.name, c.city, count(*) AS orders, sum(o.total) AS revenue FROM orders o"
    " JOIN customers c ON c.id = o.customer_id GROUP BY c.name, c.city ORDER BY revenue DESC"
)


@pytest.fixture(scope="session")
def customer_database() -> None:
    make_database()


@pytest.fixture
def lab(cast: Cast, customer_database: None) -> Iterator[Lab]:
    made = Lab(cast)
    made.verify("Which customers earned us most?", TOP, phrasings=["Best customers by revenue"])
    made.grant(cast.mia)
    yield made
    made.close()


def test_the_ask_page_keeps_every_rule(cast: Cast, lab: Lab, visit: Callable[..., Any]) -> None:
    lab.ask(cast.paul, "Which customers earned us most?")
    lab.run_sql(cast.paul, "DELETE FROM orders")
    visit(f"/ask/?connector={lab.orders.pk}", cast.paul, name="ask")
    visit("/ask/", cast.ana, name="ask-nothing-granted")


def test_an_answer_keeps_every_rule_for_each_role(cast: Cast, lab: Lab, visit: Callable[..., Any]) -> None:
    for person, name in ((cast.paul, "answer"), (cast.mia, "answer-member")):
        question = lab.ask(person, "Which customers earned us most?")
        visit(f"/questions/{question.pk}/", person, name=name)
    visit(f"/questions/{question.pk}/", cast.ada, name="answer-of-another")


def test_every_end_of_a_question_keeps_every_rule(cast: Cast, lab: Lab, visit: Callable[..., Any]) -> None:
    lab.model().script(messages.clarify("Which year do you mean?", "2025", "2026"))
    ends = {
        "refused": lab.run_sql(cast.paul, "DELETE FROM orders"),
        "clarifying": lab.ask(cast.paul, "How was the year?"),
        "failed": lab.run_sql(cast.paul, "SELECT CAST(name AS int) FROM customers"),
        "empty": lab.run_sql(cast.paul, "SELECT id FROM orders WHERE id < 0"),
    }
    for name, question in ends.items():
        visit(f"/questions/{question.pk}/", cast.paul, name=f"question-{name}")


def test_live_edit_and_reports_keep_every_rule(cast: Cast, lab: Lab, visit: Callable[..., Any]) -> None:
    question = lab.ask(cast.paul, "Which customers earned us most?")
    with cast.paul.inside():
        report = reporting.save(question, title="Customers by revenue")
        reporting.share(report, with_email="mia@northlight.example")
    visit(f"/live/?question={question.pk}", cast.paul, name="live")
    visit("/reports/", cast.paul, name="reports")
    visit(f"/reports/{report.pk}/", cast.paul, name="report")
    visit(f"/reports/{report.pk}/", cast.mia, name="report-shared")


@pytest.mark.requirement("Q17", part="progress in a browser")
def test_progress_turns_into_the_answer_without_a_reload(cast: Cast, lab: Lab, open_window: Callable[..., Any]) -> None:
    window = open_window(cast.paul)
    page = window.go(f"/ask/?connector={lab.orders.pk}")
    page.get_by_label("Your question").fill("Which customers earned us most?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("button", name="Cancel the question").wait_for()
    window.judge("a question on its way")
    window.picture("progress")
    with cast.paul.inside():
        question = Question.objects.get()
    page.evaluate("window.stillHere = true")
    lab.work(question)
    page.get_by_text("High confidence").wait_for(timeout=5000)
    assert page.evaluate("window.stillHere")
    assert page.locator("tbody tr").count() == 20
    window.judge("an answer that arrived")
    _the_chart_is_drawn_and_the_table_one_click_away(page)
    window.judge("an answer as a table")


def _the_chart_is_drawn_and_the_table_one_click_away(page: Any) -> None:
    chart = page.get_by_role("img", name="Bar chart of revenue by name, of the first 20 rows alone: there are more.")
    assert chart.evaluate("c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((each) => each > 0)")
    assert not page.get_by_role("table").is_visible()
    page.get_by_role("tab", name="Chart").press("ArrowRight")
    assert page.get_by_role("table").is_visible()
    assert not chart.is_visible()


def _type_anew(box: Any, text: str) -> None:
    """Replace what stands in the editor by keys: over coloured words `fill` makes Chromium write styles of its own."""
    box.press("ControlOrMeta+a")
    box.press("Backspace")
    box.press_sequentially(text)


@pytest.mark.requirement("Q13", part="live edit in a browser")
def test_live_edit_is_outlined_on_production_and_judged_as_one_types(
    cast: Cast, lab: Lab, open_window: Callable[..., Any]
) -> None:
    window = open_window(cast.paul)
    page = window.go(f"/live/?connector={lab.archive.pk}")
    outline = "getComputedStyle(document.querySelector('.card.live')).borderTopWidth"
    assert page.evaluate(outline) == "1px"
    page.get_by_label("Connector").select_option(str(lab.orders.pk))
    page.locator("#production .banner").wait_for()
    assert page.evaluate(outline) == "2px"
    sql = page.get_by_role("textbox", name="SQL")
    sql.fill("DELETE FROM orders")
    page.get_by_text("The guard refuses it").wait_for()
    _type_anew(sql, "SELECT customer_i")
    page.get_by_role("option", name="customer_id").wait_for()
    window.judge("a completion from the schema")
    sql.press("Escape")
    _type_anew(sql, "SELECT id FROM orders")
    page.get_by_text("The guard lets it run").wait_for()
    window.judge("a verdict as one types")
    window.picture("live-verdict")
    page.get_by_role("button", name="Run it read-only").click()
    page.wait_for_url("**/questions/**")
    with cast.paul.inside():
        question = Question.objects.get()
        assert question.generated_sql == "SELECT id FROM orders"
        assert len(question.generated_sql) < asking.MAX_SQL
