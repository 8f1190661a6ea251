"""The words and shapes of every page: what a tag or filter shows for what it is given."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

from portal.templatetags import countersign


def render(text: str, **given: object) -> str:
    return Template(text).render(Context(given))


@pytest.mark.parametrize(("outcome", "word"), countersign.VERDICTS.items())
def test_a_verdict_is_a_shape_and_a_word(outcome: str, word: str) -> None:
    assert render("{% verdict it %}", it=outcome) == f'<span class="verdict {outcome}">{word}</span>'


@pytest.mark.parametrize("outcome", ["", None, "allow", "PASS", "<script>"])
def test_a_verdict_nobody_knows_is_never_shown_as_a_pass(outcome: object) -> None:
    shown = render("{% verdict it %}", it=outcome)
    assert "verdict skip" in shown
    assert "Pass<" not in shown
    assert "<script>" not in shown


def test_a_card_escapes_its_title_and_keeps_its_block() -> None:
    shown = render('{% card title=title aside="policy 17" %}<p>{{ title }}</p>{% endcard %}', title="<b>")
    assert "<h2>&lt;b&gt;</h2>" in shown
    assert "<p>&lt;b&gt;</p>" in shown
    assert "policy 17" in shown


@pytest.mark.parametrize(
    ("filtered", "given", "shown"),
    [
        ("cost", 4100, "$0.0041"),
        ("cost", 0, "$0.00"),
        ("cost", 1, "$0.000001"),
        ("cost", 3_120_000, "$3.12"),
        ("cost", None, ""),
        ("duration", 84, "84 ms"),
        ("duration", 2400, "2.4 s"),
        ("duration", 185_000, "3 min 5 s"),
        ("size", 412, "412 bytes"),
        ("size", 2100, "2.1 kB"),
        ("size", 3_400_000, "3.4 MB"),
        ("grouped", 1204, "1,204"),
    ],
)
def test_numbers_are_exact_and_carry_their_unit(filtered: str, given: object, shown: str) -> None:
    assert render("{{ it|" + filtered + " }}", it=given) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (5, "just now"),
        (60, "1 minute ago"),
        (14 * 60, "14 minutes ago"),
        (7200, "2 hours ago"),
        (86400 * 3, "3 days ago"),
    ],
)
def test_a_time_is_relative_and_exact_on_hover(seconds: int, shown: str) -> None:
    moment = timezone.now() - timedelta(seconds=seconds)
    markup = render("{{ it|ago }}", it=moment)
    assert f">{shown}</time>" in markup
    assert f'title="{moment:%Y-%m-%d %H:%M:%S} UTC"' in markup


def test_the_four_empty_states_are_never_the_same() -> None:
    shown = {
        kind: render('{% include "components/empty.html" with kind=kind action_url="/x/" %}', kind=kind)
        for kind in ("first_run", "no_match", "no_permission", "error")
    }
    assert len(set(shown.values())) == 4
    assert "Clear the filters" in shown["no_match"]
    assert 'role="alert"' in shown["error"]
