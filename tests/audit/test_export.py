"""Any view as CSV: streamed in the request's tenancy, whole or known to be cut, itself an event (A05)."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import export, search
from audit.cells import json_cell, text_cell
from audit.filters import Filters
from audit.models import Event, EventText
from audit.sealing import countersign_verify, leaf
from portal import tenancy, trail
from portal.money import NO_DECIMALS, THREE_DECIMALS, Money
from portal.refusal import Refused
from portal.roles import Role
from tests.audit.events import make_in_bulk, refused_sign_in
from tests.clients import browser
from tests.factories import Cast

EXPORT = "/admin/audit/event/export/"


def read(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def link(client: Client, address: str = EXPORT, form: str = "csv") -> str:
    """Ask for an export of a view; return the address of its file."""
    page = client.post(address, follow=True)
    assert page.status_code == 200
    found = re.search(rf'href="({EXPORT}file/[^"]+as={form})"', page.content.decode())
    assert found
    return html.unescape(found[1])


def take(client: Client, address: str = EXPORT, form: str = "csv") -> Any:
    answer = client.get(link(client, address, form))
    assert answer.status_code == 200
    assert answer.streaming
    return answer


def ends() -> list[Event]:
    return list(Event.objects.filter(type="trail.export_finished"))


@pytest.mark.requirement("A05")
def test_an_export_holds_the_filtered_view_and_nothing_else(cast: Cast) -> None:
    with cast.ada.inside():
        make_in_bulk(1_203)
        refused_sign_in("somebody@example.com")
        shown = [str(pk) for pk in Event.objects.filter(type="ticket.classified").values_list("pk", flat=True)]
    with cast.cleo.inside():
        make_in_bulk(3)
    rows = read(take(browser(cast.ada), f"{EXPORT}?type=ticket.classified").getvalue())
    assert [row["id"] for row in rows] == shown
    assert len(rows) == 1_203
    rows = read(take(browser(cast.ada), f"{EXPORT}?q=somebody").getvalue())
    assert [(row["type"], json.loads(row["texts"])) for row in rows] == [
        ("person.sign_in_refused", {"email": "somebody@example.com"})
    ]


@pytest.mark.requirement("A05")
def test_the_stream_is_read_in_its_own_tenancy_after_the_request_ended(cast: Cast) -> None:
    with cast.cleo.inside():
        refused_sign_in("cleo-canary@southwind.example")
    with cast.ada.inside():
        make_in_bulk(1_100)
    answer = take(browser(cast.ada))
    with cast.cleo.inside():
        parts = []
        for part in answer.streaming_content:
            assert tenancy.organization_id() == cast.southwind.pk, "the reader's own context is left alone"
            parts.append(part)
        assert ends() == []
    body = b"".join(parts)
    assert b"cleo-canary" not in body
    with cast.ada.inside():
        assert len(read(body)) > 1_100
        assert [end.data["outcome"] for end in ends()] == ["whole"]


@pytest.mark.requirement("A05")
def test_an_export_is_recorded_before_its_first_byte_and_when_it_ends(cast: Cast) -> None:
    with cast.ada.inside():
        make_in_bulk(10)
    answer = take(browser(cast.ada), f"{EXPORT}?type=ticket.classified&q=Person")
    with cast.ada.inside():
        begun = Event.objects.filter(type="trail.exported").get()
        assert begun.data == {"filters": {"type": "ticket.classified"}, "format": "csv"}
        assert EventText.objects.get(event_id=begun.pk).text == "Person"
        assert begun.actor_name == "Ada Lindqvist"
        assert ends() == []
    body = answer.getvalue()
    with cast.ada.inside():
        (end,) = ends()
        assert (end.rows, end.bytes, end.data) == (10, len(body), {"export": str(begun.pk), "outcome": "whole"})
        assert end.actor_name == "Ada Lindqvist"


@pytest.mark.requirement("A05")
def test_a_cut_export_is_recorded_as_cut_with_what_was_sent(cast: Cast) -> None:
    with cast.ada.inside():
        make_in_bulk(export.CHUNK + 5)
    answer = take(browser(cast.ada))
    sent = [next(answer.streaming_content) for _ in range(2)]
    answer._iterator.close()  # as the server does when the reader is gone
    with cast.ada.inside():
        (end,) = ends()
        assert (end.data["outcome"], end.rows, end.bytes) == ("cut", export.CHUNK, sum(map(len, sent)))


def test_an_export_that_fails_in_the_middle_is_recorded_as_failed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with cast.ada.inside():
        make_in_bulk(export.CHUNK)
        stream = export.begin(Filters(), {})
        next(stream)
        monkeypatch.setattr(search, "matches", lambda filters: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            list(stream)
        assert [end.data["outcome"] for end in ends()] == ["failed"]


@pytest.mark.requirement("A05")
def test_what_happens_after_the_start_is_not_in_it_the_export_itself_included(northlight: Cast) -> None:
    refused_sign_in("before@example.com")
    stream = export.begin(Filters(), {})
    refused_sign_in("after@example.com")
    rows = read(b"".join(stream))
    assert "before@example.com" in rows[0]["texts"]
    assert not any(row["type"] == "trail.exported" or "after@" in row["texts"] for row in rows)


@pytest.mark.requirement("A05", part="formula injection")
def test_cells_are_text_numbers_and_times_with_their_zone(northlight: Cast) -> None:
    trail.record(
        trail.Event(
            "access.refused",
            trail.Subject("place", "=HYPERLINK(1)"),
            verdict="refused",
            amount=Money(-1_250, "USD"),
            cost_microusd=4_100,
            rows=7,
            data={"where": "=cmd|' /C calc'!A0", "reason": "a;+1"},
        )
    )
    body = b"".join(export.begin(Filters(types=("access.refused",)), {}))
    (row,) = read(body)
    assert row["subject_id"] == "'=HYPERLINK(1)"
    assert (row["amount"], row["currency"], row["cost_usd"], row["rows"]) == ("-12.50", "USD", "0.004100", "7")
    assert json.loads(row["data"]) == {"where": "=cmd|' /C calc'!A0", "reason": "a;+1"}
    assert b'"=' not in body
    assert b";+" not in body
    assert row["time"].endswith("+00:00")


def test_an_export_with_bad_filters_starts_nothing(cast: Cast) -> None:
    answer = browser(cast.ada).post(f"{EXPORT}?since=yesterday")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/audit/event/?since=yesterday")
    with cast.ada.inside():
        assert not Event.objects.filter(type="trail.exported").exists()


def test_an_export_needs_a_post_and_the_right(cast: Cast) -> None:
    assert browser(cast.ada).get(EXPORT).status_code == 405
    with cast.paul.inside(), pytest.raises(Refused):
        export.begin(Filters(), {})


def resident_mb() -> float:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096 / 1e6


@pytest.mark.slow
@pytest.mark.timeout(500)
@pytest.mark.requirement("A05")
def test_two_hundred_thousand_events_take_no_more_memory_than_a_few(northlight: Cast) -> None:
    make_in_bulk(200_000)
    stream = export.begin(Filters(types=("ticket.classified",)), {})
    for _ in range(20):
        next(stream)
    before, highest, lines = resident_mb(), 0.0, 0
    for number, part in enumerate(stream):
        lines += part.count(b"\n")
        if number % 20 == 0:
            highest = max(highest, resident_mb())
    assert lines == 200_000 - 19 * export.CHUNK
    assert highest - before < 25


@pytest.mark.requirement("A05")
def test_a_link_of_another_person_or_after_the_right_ended_is_refused_and_told(cast: Cast) -> None:
    from portal.models import Membership

    address = link(browser(cast.ada))
    with cast.ada.inside():
        Membership.objects.filter(pk=cast.paul.membership.pk).update(role=Role.ADMIN)
    ready = address.replace("/file/", "/ready/")
    for client in (browser(cast.paul), browser(cast.cleo)):
        assert [client.get(each).status_code for each in (address, ready)] == [403, 403]
    ada = browser(cast.ada)
    assert ada.get(address[:-12] + "A" + address[-11:]).status_code == 403
    with cast.paul.inside():
        Membership.objects.filter(pk=cast.ada.membership.pk).update(role=Role.ANALYST)
        assert ada.get(address).status_code == 403
        assert Event.objects.filter(type="access.refused").count() == 4
        assert not Event.objects.filter(type="trail.exported").exists()


def test_a_link_is_good_for_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    address = link(browser(cast.ada))
    monkeypatch.setattr(export, "LINK_S", -1)
    answer = browser(cast.ada).get(address)
    assert (answer.status_code, b"too old" in answer.content) == (403, True)


def test_too_many_files_in_an_hour_are_refused_before_anything_is_sent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PER_HOUR", 2)
    ada = browser(cast.ada)
    address = link(ada)
    assert [ada.get(address).status_code for _ in range(3)] == [200, 200, 429]
    with cast.ada.inside():
        assert Event.objects.filter(type="trail.exported").count() == 2
        assert Event.objects.filter(type="rate.reached").count() == 1


@pytest.mark.requirement("A05")
def test_json_lines_are_the_sealed_leaves_to_the_byte(cast: Cast) -> None:
    with cast.ada.inside():
        refused_sign_in("a@example.com")
        make_in_bulk(3)
    lines = take(browser(cast.ada), form="jsonl").getvalue().splitlines()
    with cast.ada.inside(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {leaf.SELECT} FROM audit_event WHERE type <> 'trail.exported' ORDER BY id DESC")
        sealed = [leaf.leaf_bytes(dict(zip(leaf.COLUMNS, row, strict=True))) for row in cursor.fetchall()]
    assert lines == [each for each in sealed if b"trail.export" not in each]
    assert b"a@example.com" not in b"".join(lines)


@pytest.mark.requirement("A05")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet="=+-@＝－ \t\r\n\",;|'ab1ö\u00a0\u200b\\", max_size=12), min_size=3, max_size=3))
def test_a_line_that_postgresql_wrote_is_what_the_cells_would_be(texts: list[str]) -> None:
    name, where, note = texts
    row = [""] * len(export.HEADER)
    row[0] = "0193b6aa-0000-7000-8000-000000000042"
    at = {column: number for number, column in enumerate(export.HEADER)}
    row[at["actor"]], row[at["subject_id"]] = name, where
    row[at["data"]] = json.dumps({note: note, "n": [-1, note]}, ensure_ascii=False)
    line = export._written(row)
    written = line if export._SUSPECT.search(line) is None else export._guarded(line)
    (found,) = csv.reader(io.StringIO(written.decode(), newline=""))
    assert found[at["actor"]] == text_cell(name)
    assert found[at["subject_id"]] == text_cell(where)
    assert found[at["data"]] == json_cell({note: note, "n": [-1, note]})
    verifier = countersign_verify
    assert verifier._same_cell("data", found[at["data"]]) == verifier._same(verifier._exactly(row[at["data"]]))


@pytest.fixture
def files(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Both files of the whole trail with their proofs, as a person downloads them one after the other."""
    from audit.sealing import sealer

    seal = sealer.seal
    monkeypatch.setattr(sealer, "seal", lambda: seal(sweep=True))  # the test's own transaction is open all the time
    with cast.ada.inside():
        for number, text in enumerate(["plain", "=1+1", 'a "quoted"\nline', "-5, then +3", ""]):
            made = refused_sign_in(f"{number}@example.com")
            assert made
            event = trail.Event(
                "question.answered", trail.Subject("question", f"=q{number}"), "pass",
                Money(14_200 + number, ["USD", "JPY", "BHD", "EUR", "USD"][number]), cost_microusd=4_100 * number,
                rows=number, data={"score": [text, 0.5, 1, 2.25, None]}, text={"question": text or "empty"},
            )  # fmt: skip
            trail.record(event)
    client = browser(cast.ada)
    page = client.post(EXPORT, follow=True).content.decode()
    found = {}
    for kind in ("csv", "csv.proof", "jsonl", "jsonl.proof"):
        address = re.search(rf'href="({EXPORT}file/[^"]+as={re.escape(kind)})"', page)
        assert address, kind
        answer = client.get(html.unescape(address[1]))
        found[kind] = tmp_path / answer["Content-Disposition"].split('"')[1]
        found[kind].write_bytes(b"".join(answer.streaming_content))
    return found


def verified(path: Path, capsys: Any) -> tuple[int, str]:
    code = countersign_verify.main([str(path)])
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.mark.requirement("A04")
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_an_export_is_checked_with_the_proof_beside_it_and_each_change_of_it_named(
    kind: str, files: dict[str, Path], cast: Cast, capsys: Any
) -> None:
    path = files[kind]
    assert files[f"{kind}.proof"].name == f"{path.name}.proof"
    code, said = verified(path, capsys)
    assert (code, f"{path.name}: HOLDS" in said) == (0, True), said
    lines = path.read_bytes().splitlines(keepends=True)
    head = 1 if kind == "csv" else 0

    def now(changed: list[bytes]) -> str:
        path.write_bytes(b"".join(changed))
        code, said = verified(path, capsys)
        assert code == 1, said
        return said

    assert "missing: event" in now(lines[: head + 1] + lines[head + 2 :])
    assert "stands a second time" in now([*lines, lines[-1]])
    assert "changed: event" in now([line.replace(b"14200", b"24200").replace(b"142.00", b"242.00") for line in lines])
    assert "missing: event" in now([*lines[:-1], lines[-1][:150]]), "cut in the middle of a line"
    path.write_bytes(b"".join(lines))
    proof = files[f"{kind}.proof"]
    proof.write_bytes(proof.read_bytes().rpartition(b'{"end"')[0])
    assert verified(path, capsys) == (2, "cannot be read: the proof was cut: its last line is missing\n")
    with cast.ada.inside():
        ended = Event.objects.filter(type="trail.export_finished").order_by("id")
        assert [end.data["outcome"] for end in ended] == ["whole"] * 4
        assert ended[1].rows == ended[0].rows


@pytest.mark.requirement("A04", "A05", part="proof beside an export")
def test_a_changed_cell_and_a_changed_text_of_a_csv_are_named(files: dict[str, Path], capsys: Any) -> None:
    path = files["csv"]
    whole = path.read_bytes()
    for was, now, named in (
        (b"142.00,USD", b"1420.0,USD", "not as sealed: amount"),
        (b"0.004100", b"0.004200", "cost_usd"),
        (b"'=q1", b"=q1", "subject_id"),
        (b'""plain""', b'""pl@in""', "data"),
        (b'""question"": ""empty""', b'""question"": ""full""', "text `question`"),
        (b",question.answered,", b",question.refused,", "type"),
    ):
        assert was in whole, was
        path.write_bytes(whole.replace(was, now))
        code, said = verified(path, capsys)
        assert (code, named in said) == (1, True), said
    path.write_bytes(whole.replace(b"a question was answered", b"nothing happened"))
    assert verified(path, capsys)[0] == 0, "words for a type are not sealed, and the verifier says so"
    path.with_name(path.name + ".proof").write_bytes(files["jsonl.proof"].read_bytes())
    path.write_bytes(whole)
    assert verified(path, capsys) == (
        2, "cannot be read: its proof is that of JSON Lines: a CSV needs the one that was made for it\n",
    )  # fmt: skip


def test_the_verifier_knows_the_columns_and_currencies_of_an_export() -> None:
    assert countersign_verify.COLUMNS == export.HEADER
    assert (countersign_verify.NO_DECIMALS, countersign_verify.THREE_DECIMALS) == (NO_DECIMALS, THREE_DECIMALS)
