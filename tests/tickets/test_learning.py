"""What is learned before trusting: rehearsal (T26), imports and the shadow report (T25), versions, gate health."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from guardrails import versions
from guardrails.models import ActionCeiling, EscalationRule, OutputPolicyModel, PolicyVersion, TicketPolicy
from guardrails.shares import Share, difference
from portal import change, work
from tests.factories import Cast
from tickets import by_hand, health, importing, rehearse, report
from tickets.models import Action, ByHand, Decision, ImportLine, Rehearsal, Reply, Ticket, TicketImport
from tickets.models.action import IN_FLIGHT

SMALL = "the cap from order #1043 arrived torn. Please refund my money for order #1043."
OTHER = "the cap from order #3001 arrived torn. Please refund my money for order #3001."


@pytest.fixture
def decided(shop):
    """Three decisions: $49.99 alone, $142.00 a person's, $40.00 alone."""
    for text, sender in ((SMALL, "dana"), (SMALL.replace("1043", "1042"), "dana"), (OTHER, "max")):
        shop.run(shop.ticket(text, sender=f"{sender}@example.com", subject="Torn"))
    return shop


@pytest.fixture
def past(northlight: Cast) -> Cast:
    """The same three decisions, from a file of closed tickets: quicker than a shop, and kept in the same way."""
    row = taken(line(1043, order_paid="49.99"), line(1042, order_paid="142.00"), line(3001))
    assert worked(row).worked == 3
    return northlight


def ceiling(**values: int) -> ActionCeiling:
    draft = ActionCeiling.objects.get(action="refund", currency="USD")
    for name, value in values.items():
        setattr(draft, name, value)
    return draft


def read_all(since: int = 1) -> report.Report:
    now = timezone.now()
    return report.of_period(now - timedelta(days=since), now + timedelta(days=1))


# --- rehearsal ---------------------------------------------------------------------------------------


@pytest.mark.requirement("T26")
def test_a_rehearsal_says_which_tickets_move_where_with_their_money(decided) -> None:
    row = rehearse.start(ceiling(auto_minor=4_500), reason="less alone")
    found = row.result
    assert (found["count"], found["moved"]) == (3, 1)
    assert found["moves"] == [{"from": "auto", "to": "human", "count": 1, "money": {"USD": 4_999}}]
    assert found["gates"] == [{"gate": "T09", "count": 1, "money": {"USD": 4_999}}]
    (moved,) = found["listed"]
    assert moved["ticket"] == str(Ticket.objects.order_by("id").first().pk)
    assert ceiling().auto_minor == 5_000, "nothing is saved"
    assert not Event.objects.filter(type="action_ceiling.changed").exists()
    blocked = rehearse.start(ceiling(auto_minor=1_000, block_minor=4_990)).result["moves"]
    assert [(m["from"], m["to"], m["count"]) for m in blocked] == [
        ("auto", "human", 1), ("auto", "block", 1), ("human", "block", 1),
    ]  # fmt: skip


@pytest.mark.requirement("T26")
def test_what_was_rehearsed_is_saved_as_it_was_and_names_its_evidence(past: Cast) -> None:
    row = rehearse.start(ceiling(auto_minor=4_500), reason="less alone")
    rehearse.save(row.pk)
    assert ceiling().auto_minor == 4_500
    event = Event.objects.get(type="action_ceiling.changed")
    assert (event.data["evidence"], event.data["reason"]) == (f"rehearsal {row.pk}", "less alone")
    told = Event.objects.filter(type="policy.rehearsed").first()
    assert (told.data["tickets"], told.data["moved"]) == (3, 1)
    with pytest.raises(ValidationError, match="saved already"):
        rehearse.save(row.pk)
    stale = rehearse.start(ceiling(auto_minor=4_000))
    change.apply(ceiling(auto_minor=4_200))
    with pytest.raises(ValidationError, match="has changed since"):
        rehearse.save(stale.pk)


def test_rules_and_the_output_policy_are_rehearsed_on_the_texts(past: Cast) -> None:
    rule = EscalationRule(
        name="torn", priority=1, condition={"field": "ticket.text", "op": "contains", "value": "torn"}, outcome="block"
    )
    assert rehearse.start(rule).result["moved"] == 3
    draft = OutputPolicyModel.objects.get()
    draft.prohibited_phrases = Reply.objects.first().proposed.split()[0]
    moves = rehearse.start(draft).result
    assert {each["gate"] for each in moves["gates"]} == {"T12"}


def test_a_draft_that_could_not_be_saved_is_not_rehearsed(past: Cast) -> None:
    with pytest.raises(ValidationError, match="above the block ceiling"):
        rehearse.start(ceiling(auto_minor=50_000))
    with pytest.raises(ValidationError, match="changes nothing"):
        rehearse.start(ceiling())
    assert not Rehearsal.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_tickets(past: Cast) -> None:
    def queries(tickets: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            rehearse.start(ceiling(auto_minor=4_500), tickets=tickets)
        return len(seen)

    assert queries(1) == queries(3)


def test_a_long_rehearsal_is_a_job(past: Cast, monkeypatch) -> None:
    monkeypatch.setattr(rehearse, "AT_ONCE", 1)
    row = rehearse.start(ceiling(auto_minor=4_500))
    assert (row.state, row.job_state) == ("running", "ready")
    work.run("rehearsal", row.pk, None)
    row.refresh_from_db()
    assert (row.state, row.result["moved"], row.job_state) == ("done", 1, "idle")


def test_the_form_rehearses_what_is_typed_and_keeps_what_stands(past: Cast, client) -> None:
    client.force_login(past.ada.user)
    row = ceiling()
    url = f"/admin/guardrails/actionceiling/{row.pk}/change/"
    sent = {"action": "refund", "currency": "USD", "auto_minor": 4_500, "block_minor": 20_000, "_rehearse": "1"}
    assert "Rehearse this change" in client.get(url).content.decode()
    answer = client.post(url, sent, follow=True)
    page = answer.content.decode()
    assert "would change" in page
    assert "$49.99" in page
    assert ceiling().auto_minor == 5_000
    assert "is above the block" in client.post(url, {**sent, "auto_minor": 50_000}).content.decode()


def test_the_command_rehearses_too(past: Cast) -> None:
    said = io.StringIO()
    given = ["action_ceiling", "--row", "action=refund,currency=USD", "--set", "auto_minor=4500"]
    call_command("rehearse", *given, "--organization", "northlight", "--as", past.ada.email, stdout=said)
    assert "1 of 3 tickets move" in said.getvalue()
    assert "auto -> human: 1, $49.99" in said.getvalue()


# --- versions ----------------------------------------------------------------------------------------


def test_every_version_is_kept_compared_and_reverted_to(northlight: Cast, client) -> None:
    row = ceiling(auto_minor=4_500)
    change.apply(row, reason="less alone")
    change.apply(ceiling(auto_minor=6_000), reason="more alone")
    newest, middle, first = versions.of("action_ceiling", row.pk)
    (said,) = versions.differences("action_ceiling", first.values, middle.values)
    assert said.words.endswith("from $50.00 to $45.00")
    client.force_login(northlight.ada.user)
    page = client.get(f"/learning/versions/action_ceiling/{row.pk}/").content.decode()
    assert "less alone" in page
    client.post(f"/learning/versions/{middle.pk}/revert/", {"reason": "it was better"})
    assert ceiling().auto_minor == 4_500
    assert versions.of("action_ceiling", row.pk)[0].reason == "it was better (back to version 2)"
    change.remove(ceiling(), reason="gone")
    versions.revert(newest, reason="it is needed")
    assert ceiling().auto_minor == 6_000


def test_a_revert_neither_goes_live_nor_back(northlight: Cast) -> None:
    policy = TicketPolicy.objects.get()
    TicketPolicy.objects.update(shadow_refund=False)
    policy = TicketPolicy.objects.get()
    policy.vip_factor = 3
    change.apply(policy)
    policy.shadow_refund = True
    change.apply(policy)
    live = PolicyVersion.objects.filter(kind="ticket_policy").order_by("number").first()
    assert live.values["shadow_refund"] is False
    versions.revert(live, reason="as before")
    now = TicketPolicy.objects.get()
    assert (now.vip_factor, now.shadow_refund) == (2, True)


# --- imports and the report --------------------------------------------------------------------------


def line(number: int, **more: object) -> dict[str, object]:
    """Return a closed ticket that would be refunded by itself, as people did; below 1,000 the order is 1,000 on."""
    order = number if number >= 1_000 else 1_000 + number
    return {
        "reference": f"Z-{number}",
        "received_at": f"2026-03-01T10:{number % 60:02}:00Z",
        "body": f"the cap from order #{order} arrived torn. Please refund my money for order #{order}.",
        "subject": "Torn cap",
        "sender_email": f"c{number}@example.com",
        "sender_name": "Dana",
        "sender_verified": True,
        "order_number": f"{order}",
        "order_customer_email": f"c{number}@example.com",
        "order_paid": "40.00",
        "order_refunded": "0.00",
        "order_currency": "USD",
        "order_placed_at": "2026-02-20T08:00:00Z",
        "customer_orders": 3,
        "customer_refunds": 0,
        "customer_returns": 0,
        "customer_damage_claims": 0,
        "customer_is_vip": False,
        "customer_is_flagged": False,
        "risk_level": "none",
        "did": "refund",
        "did_amount": "40.00",
        "did_currency": "USD",
    } | more


def taken(*lines: object, name: str = "closed.jsonl") -> TicketImport:
    raw = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines)
    return importing.take(name, io.BytesIO(raw.encode()))


def worked(row: TicketImport) -> TicketImport:
    work.run("ticket_import", row.pk, None)
    row.refresh_from_db()
    return row


@pytest.mark.requirement("T25")
def test_the_report_compares_what_the_ai_would_have_done_with_what_people_did(northlight: Cast, client) -> None:
    lines = [
        line(1),
        line(2, did_amount="30.00"),
        line(3, did="none", did_amount=""),
        line(4, risk_level="high"),
        line(5, order_paid="900.00"),
        line(6, did="", did_amount="", did_currency=""),
    ]
    row = worked(taken(*lines))
    assert (row.state, row.worked) == ("done", 6)
    found = report.of_period(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), source="imported")
    (refunds,) = found.rows
    assert (refunds.total, refunds.alone, refunds.human, refunds.blocked) == (6, 4, 1, 1)
    assert (refunds.agreed, refunds.compared) == (1, 3), "the one nobody spoke of is not compared"
    assert str(refunds.ai_money["USD"]) == "$160.00"
    assert {each.words: each.count for each in found.differences} == {
        "people gave less": 1, "people did nothing of the kind": 1,
    }  # fmt: skip
    assert {(each.gate, each.count) for each in found.gates} == {("T06", 1), ("T09", 1)}
    assert 0.05 < refunds.agreement.low < 1 / 3 < refunds.agreement.high < 0.8
    client.force_login(northlight.ada.user)
    page = client.get("/learning/?since=2026-02-01&until=2026-03-31").content.decode()
    for pair in found.disagreements:
        assert f"/tickets/{pair.ticket_id}/" in page
    assert report.evidence("refund", found.since, found.until)["compared"] == 3


@pytest.mark.requirement("T25")
def test_a_live_shadow_ticket_is_compared_once_a_person_says_what_they_did(shop, cast: Cast, client) -> None:
    shop.policy(shadow_refund=True)
    ticket = shop.run(shop.ticket(SMALL))
    assert read_all().known == 0
    client.force_login(cast.ada.user)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "What did you do?" in page
    assert "Approve and" not in page
    client.post(f"/tickets/{ticket.pk}/by-hand/", {"action": "refund", "amount": "49.99", "currency": "USD"})
    (row,) = read_all().rows
    assert (row.compared, row.agreed, str(row.people_money["USD"])) == (1, 1, "$49.99")
    by_hand.record(ticket.pk, action="none")
    assert [pair.differs for pair in read_all().disagreements] == ["people did nothing of the kind"]


def test_an_import_executes_and_sends_nothing_and_asks_no_store(northlight: Cast) -> None:
    worked(taken(line(1), line(2)))
    assert not Action.objects.filter(state__in=(*IN_FLIGHT, "succeeded")).exists()
    assert not Reply.objects.filter(state="sent").exists()
    assert set(Ticket.objects.values_list("state", "job_state")) == {("recorded", "idle")}
    assert Event.objects.filter(type="ticket.imported").count() == 2
    assert not ImportLine.objects.exclude(given={}).exists(), "the words stand in the ticket alone"


def test_what_the_file_does_not_say_is_unknown_and_a_persons(northlight: Cast) -> None:
    bare = {name: value for name, value in line(1).items() if name in ("reference", "received_at", "body")}
    worked(taken(bare))
    decision = Decision.objects.get()
    assert decision.outcome == "human"
    assert decision.gate in ("T05", "T06", "T08")


def test_a_text_longer_than_the_model_reads_is_a_persons_in_an_import_too(northlight: Cast) -> None:
    worked(taken(line(1, body=str(line(1)["body"]) + " ." * 12_000), line(2)))
    long, short = Ticket.objects.order_by("external_ref")
    assert long.confidence <= 0.49 < short.confidence


def test_a_bad_line_is_named_and_the_rest_goes_on(northlight: Cast) -> None:
    row = taken(
        line(1), "{not json", line(2, order_paid="forty"), line(1), line(3, did="gift"), line(4, wow=1), line(5)
    )
    assert (row.lines, row.bad_lines) == (2, 5)
    said = "\n".join(row.problems)
    for words in ("line 2: it is not JSON", "line 3: order_paid: `forty`", "line 4: reference: `Z-1` stands",
                  "line 5: did_action: `gift`", "line 6: wow: there is no such field"):  # fmt: skip
        assert words in said
    assert worked(row).worked == 2


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no line can be read"),
        (b"reference,colour\n1,red", "column `colour` is not known"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"reference,body\n1,x", "received_at: is missing"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_nothing(northlight: Cast, raw: bytes, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        importing.take("closed.csv", io.BytesIO(raw))
    assert not TicketImport.objects.exists()


def test_a_csv_says_the_same_as_json_lines(northlight: Cast) -> None:
    names = list(line(1))
    rows = [",".join(names), ",".join(str(line(1)[name]) for name in names)]
    worked(importing.take("closed.csv", io.BytesIO("\n".join(rows).encode())))
    assert (Decision.objects.get().outcome, str(ByHand.objects.get().money)) == ("auto", "$40.00")


def test_a_killed_import_loses_one_batch_and_goes_on(northlight: Cast, monkeypatch) -> None:
    from tickets import shadow_run

    monkeypatch.setattr(shadow_run, "BATCH", 2)
    row = taken(*(line(number) for number in range(1, 6)))
    plain, calls = shadow_run._write, []

    def dies(of, made):
        calls.append(len(made))
        if len(calls) == 2:
            raise RuntimeError("killed")
        plain(of, made)

    monkeypatch.setattr(shadow_run, "_write", dies)
    work.run("ticket_import", row.pk, None)
    assert Ticket.objects.count() == 2
    TicketImport.objects.update(run_after=timezone.now() - timedelta(minutes=1))
    assert worked(row).worked == 5
    assert Ticket.objects.count() == Decision.objects.count() == 5
    assert taken(*(line(number) for number in range(1, 6))).pk == row.pk, "the same file is the same import"


def test_caps_hold_within_an_import(northlight: Cast) -> None:
    worked(
        taken(
            *(line(number, sender_email="c@example.com", order_customer_email="c@example.com") for number in range(5))
        )
    )
    assert (
        list(Decision.objects.order_by("decided_at").values_list("outcome", flat=True)) == ["auto"] * 3 + ["block"] * 2
    )


# --- numbers and gate health -------------------------------------------------------------------------


def test_intervals_are_wilsons_and_newcombes() -> None:
    share = Share(81, 263)  # Newcombe 1998, table I
    assert (round(share.low, 4), round(share.high, 4)) == (0.2553, 0.3662)
    found = difference(Share(56, 70), Share(48, 80))
    assert [round(each, 4) for each in found] == [0.2, 0.0524, 0.3339]
    assert (Share(0, 0).low, Share(0, 0).high) == (0.0, 1.0)


def test_gate_health_counts_what_each_gate_said(past: Cast, client) -> None:
    found = {each.promise: each for each in health.of_gates()}
    assert (found["T09"].passed, found["T09"].human) == (2, 1)
    assert found["T01"].total == 3
    client.force_login(past.ada.user)
    assert "Gate health" in client.get("/learning/gates/").content.decode()
