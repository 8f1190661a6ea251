"""A person's correction teaches the organization's next classification, nobody else's, and can be taken back."""

from __future__ import annotations

import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from audit.models import Event
from portal.refusal import Refused
from tests.clients import program
from tests.factories import Cast
from tests.tickets_shop import Shop
from tickets import correct, intake
from tickets.models import Correction, Ticket

WORDS = "The gribble of my {} is schnorked, so gribble it"


def taken(body: str, *, subject: str = "", reference: str = "") -> Ticket:
    message = intake.checked({"external_ref": reference or body[:60], "subject": subject, "body": body})
    made, _ = intake.receive(message, source="api", sender_is_verified=False)
    return made


@pytest.mark.requirement("T23", part="corrections")
def test_a_correction_changes_how_a_later_similar_ticket_is_read(shop: Shop, cast: Cast) -> None:
    before = shop.run(shop.ticket(WORDS.format("kettle")))
    for thing in ("lamp", "mug", "tent"):
        correct.correct(shop.run(shop.ticket(WORDS.format(thing))).pk, intent="exchange")
    after = shop.run(shop.ticket(WORDS.format("kettle again")))
    assert before.intent != "exchange"
    assert after.intent == "exchange"
    told = Event.objects.filter(type="ticket.corrected").latest("id")
    assert told.data["intent"] == "exchange"
    with cast.cleo.inside():
        assert correct.examples() == ()


@pytest.mark.requirement("T23", part="corrections")
def test_another_organizations_corrections_teach_nothing(northlight: Cast) -> None:
    with northlight.cleo.inside():
        correct.correct(taken(WORDS.format("tent")).pk, intent="spam")
    assert correct.examples() == ()
    with northlight.cleo.inside():
        assert [(each.text, each.intent) for each in correct.examples()] == [(WORDS.format("tent"), "spam")]


def test_a_correction_of_anothers_ticket_is_refused(northlight: Cast) -> None:
    with northlight.cleo.inside():
        theirs = taken("hello there")
    with pytest.raises(ValidationError, match="none of this number"):
        correct.correct(theirs.pk, intent="refund")


def test_the_newest_word_on_a_ticket_stands_and_can_be_taken_back(northlight: Cast) -> None:
    ticket = taken("what is this", subject="Hm")
    correct.correct(ticket.pk, intent="refund")
    correct.correct(ticket.pk, intent="request_for_person")
    assert [(each.text, each.intent) for each in correct.examples()] == [("Hm\nwhat is this", "person_request")]
    assert correct.examples(besides=ticket.pk) == ()
    correct.forget(ticket.pk)
    correct.forget(ticket.pk)
    assert correct.examples() == ()
    assert Event.objects.filter(type="ticket.uncorrected").count() == 1


def test_what_is_learned_from_is_bounded(northlight: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correct, "MAX_EXAMPLES", 2)
    for number in range(4):
        correct.correct(taken(f"{number} " + "x" * 5_000).pk, intent="spam")
    found = correct.examples()
    assert [each.text[0] for each in found] == ["2", "3"]
    assert max(len(each.text) for each in found) <= correct.MAX_EXAMPLE_CHARACTERS


def test_only_who_works_the_queue_may_correct(northlight: Cast) -> None:
    ticket = taken("hello")
    with northlight.mia.inside(), pytest.raises(Refused):
        correct.correct(ticket.pk, intent="refund")
    assert not Correction.objects.exists()


def test_an_intent_that_does_not_exist_is_named(northlight: Cast) -> None:
    ticket = taken("hello")
    with pytest.raises(ValidationError, match="intent: `refunds` is none"):
        correct.correct(ticket.pk, intent="refunds")
    answer = program(northlight.ada).post(
        f"/api/v1/tickets/{ticket.pk}/correct/", {"intent": "refunds"}, content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "intent"


def test_page_and_api_correct_and_forget(northlight: Cast, client) -> None:
    ticket = taken("hello")
    api = program(northlight.ada)
    path = f"/api/v1/tickets/{ticket.pk}/"
    assert api.post(f"{path}correct/", {"intent": "spam"}, content_type="application/json").status_code == 200
    assert Correction.objects.get().intent == "spam"
    assert api.post(f"{path}forget-correction/").status_code == 200
    client.force_login(northlight.ada.user)
    page = f"/tickets/{ticket.pk}/"
    assert client.post(f"{page}correct/", {"intent": "refund"}).status_code == 302
    assert "says <strong>refund</strong>" in client.get(page).content.decode()
    assert client.post(f"{page}forget-correction/").status_code == 302
    assert not Correction.objects.exists()


@pytest.mark.requirement("T03", part="a text that was not read whole")
def test_a_ticket_longer_than_the_model_reads_goes_to_a_person(shop: Shop) -> None:
    ticket = shop.run(shop.ticket("Please refund my money for order #1043. " + "It was grey. " * 2_000))
    assert ticket.confidence is not None
    assert ticket.confidence < 0.5
    assert ticket.state == "handed_over"


# --- manage.py classify ---


def run(*arguments: str) -> tuple[list[dict[str, object]], str, int]:
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("classify", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), code


@pytest.mark.requirement("T23", part="a merchant's own mailbox")
def test_a_mailbox_is_classified_line_by_line_and_bad_lines_are_named(tmp_path) -> None:
    file = tmp_path / "mailbox.jsonl"
    lines = [
        {"text": "I want my money back"},
        {"subject": "Where is my order", "body": "It has not arrived"},
        {"messages": [{"role": "agent", "text": "refund?"}, {"role": "customer", "text": "no, cancel my order"}]},
        {"text": 5}, {"nothing": 1}, {"messages": "x"}, [1], {"body": ""},
    ]  # fmt: skip
    file.write_text("\n".join([*map(json.dumps, lines), "{", "", '{"text": "is it waterproof?"}']))
    found, said, code = run(str(file))
    assert [row["intent"] for row in found if row["line"] != 8] == [
        "refund", "order_status", "cancel", "product_question",
    ]  # fmt: skip
    assert [line.split(":")[0] for line in said.splitlines()] == ["line 4", "line 5", "line 6", "line 7", "line 9"]
    assert "text: it is not a text" in said
    assert code == 1
    assert set(found[0]) == {"line", "intent", "confidence", "others", "language"}


def test_a_mailbox_comes_from_standard_input_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"text": "cancel my order"}\n'))
    found, said, code = run("-")
    assert (found[0]["intent"], said, code) == ("cancel", "", 0)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match=r"file: `nowhere.jsonl` cannot be read"):
        call_command("classify", "nowhere.jsonl")


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
def test_an_organizations_corrections_are_used_where_it_is_named(northlight: Cast, tmp_path) -> None:
    for thing in ("lamp", "mug", "tent"):
        correct.correct(taken(WORDS.format(thing)).pk, intent="exchange")
    file = tmp_path / "one.jsonl"
    file.write_text(json.dumps({"text": WORDS.format("kettle")}))
    plain, _, _ = run(str(file))
    taught, _, _ = run(str(file), "--organization", northlight.northlight.slug)
    assert plain[0]["intent"] != "exchange"
    assert taught[0]["intent"] == "exchange"
    with pytest.raises(CommandError, match="organization: there is no `nobody`"):
        call_command("classify", str(file), "--organization", "nobody")
