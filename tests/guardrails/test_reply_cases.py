"""The reply test: every finding in its place, and saved replies that each later output policy has to hold."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from audit.models import Event
from guardrails import reply_cases
from guardrails.models import OutputPolicyModel, ReplyCase
from portal import change
from tests.factories import Cast

WHERE = "admin:guardrails_outputpolicymodel_reply"
FACTS = {"deed": "refund", "amount": "20.00 USD", "order": "#1042", "paid": "100.00 USD", "today": "2026-03-12"}
GOOD = "We have refunded $20.00 for order #1042."


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ada.user, backend="portal.sign_in.EmailBackend")
    return client


@pytest.mark.requirement("T12", part="a reply is tried before it is sent")
def test_every_finding_is_marked_with_its_reason_and_nothing_is_stored(cast: Cast, ada: Client) -> None:
    text = "We have refunded $80.00, <b>write</b> to eve@elsewhere.example."
    page = ada.post(reverse(f"{WHERE}_try"), {"text": text, **FACTS}).content.decode()
    assert "✕ Not sent" in page
    assert "<mark>80.00<sup>" in page
    assert "<mark>eve@elsewhere.example<sup>" in page
    assert "&lt;b&gt;write&lt;/b&gt;" in page
    assert "what is executed before it is sent is a refund of 20.00 USD" in page
    with cast.ada.inside():
        event = Event.objects.get(type="reply.tried")
        assert (event.verdict, event.data["kinds"]) == ("block", ["email", "grounding", "required"])
        assert not ReplyCase.objects.exists()


@pytest.mark.requirement("T20")
def test_what_would_be_sent_is_shown_with_what_is_added(ada: Client) -> None:
    page = ada.post(reverse(f"{WHERE}_try"), {"text": GOOD, **FACTS}).content.decode()
    assert "Sent changed" in page
    assert "This reply was written by an AI assistant." in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": " "}, "text: it is empty"),
        ({"text": "x" * 50_001}, "text: it has 50,001 characters"),
        ({"amount": "20"}, "facts.amount: `20` is not an amount with its currency"),
        ({"today": "12.3."}, "facts.today: `12.3.` is not a day"),
        ({"deed": "gift"}, "facts.deed: `gift` is no action"),
        ({"status": "lost"}, "facts.status: `lost` is not known"),
    ],
)
def test_bad_input_is_named_at_the_field_and_kept(ada: Client, given: dict[str, str], words: str) -> None:
    page = ada.post(reverse(f"{WHERE}_try"), {"text": GOOD, **FACTS, **given}).content.decode()
    assert words in page.replace("&#x27;", "'")
    assert 'aria-invalid="true"' in page
    assert "20.00 USD" in page or "amount" in given


def test_the_merchants_macros_carry_their_terms_here_too(cast: Cast, ada: Client) -> None:
    from tickets.models import ReplyMacro

    text = "You may return unused items within 60 days of delivery."
    with cast.ada.inside():
        change.apply(ReplyMacro(name="terms", action="return_question", text=f"Hello {{customer_name}},\n\n{text}"))
    assert "Sent changed" in ada.post(reverse(f"{WHERE}_try"), {"text": text}).content.decode()
    assert "Not sent" in ada.post(reverse(f"{WHERE}_try"), {"text": text.replace("60", "90")}).content.decode()
    ada.post(reverse(f"{WHERE}_save"), {"text": text, "name": "terms"})
    with cast.ada.inside():
        assert len(ReplyCase.objects.get().facts["texts"]) == 1


@pytest.mark.requirement("A02", part="test cases of the output policy")
def test_a_change_that_breaks_a_saved_case_is_refused_by_name(cast: Cast, ada: Client) -> None:
    answer = ada.post(reverse(f"{WHERE}_save"), {"text": GOOD, "name": "plain refund", **FACTS})
    assert answer.status_code == 302
    with cast.ada.inside():
        case = ReplyCase.objects.get()
        assert (case.expected_verdict, case.expected_kinds) == ("redact", ["required"])
        row = OutputPolicyModel.objects.get()
        row.prohibited_phrases = "have refunded"
        with pytest.raises(ValidationError, match=r"test case `plain refund`: the verdict .*edit the case"):
            change.apply(row)
        row.refresh_from_db()
        row.ai_disclosure = False
        with pytest.raises(ValidationError, match="expected is redact"):
            change.apply(row)
        row.refresh_from_db()
        row.competitor_names = "Outdoor Giant"
        change.apply(row)
        case.expected_verdict, case.expected_kinds = "block", []
        with pytest.raises(ValidationError, match="say what the guard says today"):
            change.apply(case)
        change.remove(case)
        row.ai_disclosure = False
        change.apply(row)


def test_the_refusal_is_shown_at_the_form_and_nothing_typed_is_lost(cast: Cast, ada: Client) -> None:
    with cast.ada.inside():
        reply_cases.save("plain refund", GOOD, FACTS)
        row = OutputPolicyModel.objects.get()
    where = f"/admin/guardrails/outputpolicymodel/{row.pk}/change/"
    form = ada.get(where).context["adminform"].form
    given = {key: form[key].value() for key in form.fields if form[key].value() not in (None, False)}
    page = ada.post(where, {**given, "prohibited_phrases": "have refunded"})
    assert page.status_code == 200
    assert "test case `plain refund`" in page.content.decode()
    assert "have refunded" in page.content.decode()
    with cast.ada.inside():
        assert OutputPolicyModel.objects.get().prohibited_phrases == ""


def test_a_name_is_taken_once(cast: Cast, ada: Client) -> None:
    for _ in range(2):
        page = ada.post(reverse(f"{WHERE}_save"), {"text": GOOD, "name": "plain refund", **FACTS})
    assert "another case has it already" in page.content.decode()


def test_overlapping_findings_cut_the_text_into_parts_that_join_again() -> None:
    from guardrails.output import Finding

    findings = (Finding("pattern", 2, 8, "a"), Finding("grounding", 5, 10, "b"), Finding("required", 12, 12, "c"))
    cut = reply_cases.pieces("0123456789ab", findings)
    assert "".join(piece.text for piece in cut) == "0123456789ab"
    assert [(piece.text, piece.marks) for piece in cut if piece.marks] == [("234", (1,)), ("567", (1, 2)), ("89", (2,))]
