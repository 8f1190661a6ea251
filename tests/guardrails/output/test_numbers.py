"""Telephones of every country, cards of every brand, and the numbers of a shop that are none of these (T17)."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.output_corpus import disguised, look_alikes, sentences
from guardrails.output import inspect
from guardrails.output.cards import is_article_number, is_issuer, luhn
from guardrails.output.runs import chains
from tests.guardrails.output.examples import NOT_PERSONAL, PERSONAL

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
FORMATS = (phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164)


def found(text: str) -> list[tuple[str, str]]:
    return [(f.kind, text[f.start : f.end]) for f in inspect(text).findings]


@pytest.mark.requirement("T17")
def test_a_number_with_its_country_code_is_found_in_every_region():
    missed = []
    for region in REGIONS:
        example = phonenumbers.example_number(region)
        for style in FORMATS if example else ():
            number = phonenumbers.format_number(example, style)
            if found(f"Please use {number} instead.") != [("phone", number)]:
                missed.append((region, number))
    assert missed == []


@pytest.mark.requirement("T17")
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Ring (0)30 1234567 please", "(0)30 1234567"),
        ("Tel. 01 23 45 67 89", "01 23 45 67 89"),
        ("my mobile is 8 (916) 123-45-67", "8 (916) 123-45-67"),
        ("office: (11) 2345-6789", "(11) 2345-6789"),
        ("415-555-0132 ext. 44 is ours", "415-555-0132 ext. 44"),
        ("0049 30 901820 is the desk", "0049 30 901820"),
        ("+44 (0)20 7946 0958", "+44 (0)20 7946 0958"),
        ("754-3010 is my mobile", "754-3010"),
        ("the number is 600 123 456", "600 123 456"),
        ("415|555|0123", "415|555|0123"),
    ],
)
def test_national_styles_are_found_whole(text, number):
    assert found(text) == [("phone", number)]


@pytest.mark.requirement("T17")
@pytest.mark.parametrize(
    "number",
    [
        "501868448090",
        "4222222222222",
        "6759649826438453",
        "3530111333300000",
        "30569309025904",
        "6200000000000005",
        "4000000000000000006",
    ],
)
def test_cards_of_every_length_are_found_where_they_are_called_cards(number):
    assert luhn(number)
    assert found(f"my card {number}") == [("card", number)]


@pytest.mark.requirement("T17")
def test_a_mistyped_card_is_one_where_the_text_calls_it_so():
    assert found("card number 4111 1111 1111 1112") == [("card", "4111 1111 1111 1112")]
    assert found("gift card 4111 1111 1111 1112") == []
    assert found("4111 1111 1111 1112") == []


def test_an_article_number_is_no_card_though_both_check_digits_may_fit():
    both = next(n for n in map(str, range(4006381300000, 4006381400000)) if luhn(n) and is_article_number(n))
    assert is_issuer(both)
    assert found(f"It is {both} then") == []


@pytest.mark.requirement("T17")
@pytest.mark.parametrize("text", look_alikes())
def test_the_numbers_of_a_shop_are_nobodys(text):
    assert found(text) == []


@pytest.mark.requirement("T17")
def test_disguises_of_every_kind_are_found():
    missed = [(kind, text) for kind, text in disguised() if kind not in [each for each, _ in found(text)]]
    assert missed == []


@pytest.mark.requirement("T17")
def test_recall_and_precision_on_made_sentences():
    hits = labels = false = 0
    for row in sentences(300, seed=3):
        places = [(f.kind, f.start, f.end) for f in inspect(row.text).findings]
        covered = [any(k == kind and b < end and start < e for k, b, e in places) for kind, start, end in row.labels]
        hits, labels = hits + sum(covered), labels + len(covered)
        false += sum(not any(b < end and start < e for _, start, end in row.labels) for _, b, e in places)
    assert hits / labels >= 0.95
    assert false / (hits + false) <= 0.03


def test_chains_keep_whole_groups_and_their_places():
    (chain,) = chains("id 12-345 6789, then 1 22", 7)
    assert (chain.sizes, chain.separators, chain.digits()) == ((2, 3, 4), ["-", " "], "123456789")


PIECES = [text for texts in PERSONAL.values() for text in texts] + list(NOT_PERSONAL)


@pytest.mark.parametrize(
    "text",
    [
        "Opening hours: Mon-Fri 0900-1730, Sat 10:00-14:00.",
        "Part numbers: 8800-4410, 8800-4411, 8800-4412.",
        "Please quote 4455-6677 when you call.",
        "HS code 8517 62 00 00 is for routers.",
        "Your phone model 6123 4567 is supported.",
    ],
)
def test_hours_and_lists_of_references_are_no_telephone_numbers(text):
    assert inspect(text).findings == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Open 10.0.0.1:8080 now.", "Open [IP address removed] now."),
        ("The network is 192.168.1.0/24.", "The network is [IP address removed]."),
        ("See [2001:db8::1]:8080 there.", "See [IP address removed] there."),
        ("2001:db8::/32 is ours.", "[IP address removed] is ours."),
        ("Call 91 23 45 67 or 9123 4567.", "Call [phone number removed] or [phone number removed]."),
    ],
)
def test_ports_networks_and_short_groups_go_with_their_number(text, left):
    assert inspect(text).redacted == left


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.sampled_from([" ", ", ", "\n", "-", "; "]))
def test_what_was_redacted_holds_no_personal_data_and_stays_as_it_is(parts, join):
    once = inspect(join.join(parts)).redacted
    again = inspect(once)
    assert [f.kind for f in again.findings if f.kind in PERSONAL] == []
    assert again.redacted == once
