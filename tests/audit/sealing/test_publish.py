"""Signed heads leave the house: into a folder, by mail and webhook, stamped by a server that is not ours (A04)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event, Head, Publication, PublicationPolicy, SealKey
from audit.sealing import countersign_verify, keys, note, proofs, publish, sealer
from audit.sealing.health import sealing_health
from connectors import notify
from connectors.adapters.guardrail import set_transaction_probe
from connectors.adapters.witnesses import folder as folders
from connectors.adapters.witnesses import timestamp
from connectors.models import Recipient
from portal import change, work
from portal.models import OutboxMessage
from tests.audit.sealing.log import happen
from tests.factories import Cast
from tests.servers.timestamps import TimestampServer


@pytest.fixture(autouse=True)
def house(northlight: Cast, tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A sealed log, a folder for heads, and no objection to calls from inside the test's own transaction."""
    settings.SEALS_FOLDER = tmp_path / "heads"
    before = set_transaction_probe(None)
    sealed(1)
    sealed(0)
    yield tmp_path / "heads"
    set_transaction_probe(before)


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimestampServer]:
    with TimestampServer(tmp_path_factory.mktemp("tsa")) as server:
        yield server


@pytest.fixture
def stamped(tsa: TimestampServer) -> TimestampServer:
    """The server, chosen by an officer, and no other way out."""
    tsa.statuses, tsa.says = [], None
    policy(to_folder=False, timestamp_url=tsa.url, timestamp_roots=tsa.roots)
    return tsa


def policy(**fields: Any) -> PublicationPolicy:
    row = publish.publication_policy()
    for name, value in fields.items():
        setattr(row, name, value)
    change.apply(row, reason="a test")
    return row


def sealed(number: int) -> Head:
    happen(number)
    sealer.seal(sweep=True)
    return Head.objects.order_by("-number").first()


def later(minutes: int = 61) -> int:
    """Let the interval go by, and plan."""
    as_if = timedelta(minutes=minutes)
    for row in Publication.objects.all():
        Publication.objects.filter(pk=row.pk).update(created_at=row.created_at - as_if)
    return publish.plan()


def done() -> list[Publication]:
    """Work once on each publication under way, as workers do."""
    rows = [row for row in Publication.objects.order_by("id") if row.is_under_way]
    for row in rows:
        Publication.objects.filter(pk=row.pk).update(run_after=timezone.now() - timedelta(days=1))
        assert work.run("publication", row.pk, None)
    return list(Publication.objects.filter(pk__in=[row.pk for row in rows]).order_by("id"))


def told(kind: str) -> list[str]:
    return [str(event.data["reason"]) for event in Event.objects.filter(type=kind).order_by("id")]


@pytest.mark.requirement("A04", part="publication")
def test_a_head_is_put_into_the_folder_once_an_interval_and_only_after_news(house: Path, northlight: Cast) -> None:
    assert publish.plan() == 1
    [row] = done()
    mine = house / str(northlight.northlight.pk)
    assert (row.state, row.where) == ("published", f"{mine.name}/{folders.name_of(row.head.number)}")
    [file] = mine.iterdir()
    assert file.read_text() == row.head.checkpoint
    assert file.stat().st_mode & 0o222 == 0, "nobody writes it again"
    assert later() == 0, "nothing happened since"
    sealed(1)
    assert publish.plan() == 1
    Publication.objects.all().update(created_at=timezone.now())
    done()
    sealed(1)
    assert publish.plan() == 0, "the interval is not over"
    assert later() == 1
    done()
    assert len(list(mine.iterdir())) == 3


@pytest.mark.requirement("A04", part="publication")
def test_a_clock_that_was_set_back_neither_stops_publication_nor_hastens_it(house: Path) -> None:
    publish.plan()
    done()
    Publication.objects.update(created_at=timezone.now() + timedelta(days=400))
    sealed(1)
    assert publish.plan() == 1, "it does not wait for that day"
    done()
    sealed(1)
    assert publish.plan() == 0, "and the interval counts from the newest head"


@pytest.mark.requirement("A04", part="publication")
def test_a_half_written_head_is_finished_and_another_one_is_never_overwritten(house: Path, northlight: Cast) -> None:
    head = Head.objects.order_by("-number").first()
    mine = house / str(northlight.northlight.pk)
    mine.mkdir(parents=True)
    file = mine / folders.name_of(head.number)
    file.write_text(head.checkpoint[:40])
    assert folders.put(mine, head.number, head.checkpoint).read_text() == head.checkpoint
    assert folders.put(mine, head.number, head.checkpoint) == file, "again changes nothing"
    with pytest.raises(folders.OtherHead):
        folders.put(mine, head.number, head.checkpoint.replace("1", "2"))


@pytest.mark.requirement("A04")
@pytest.mark.parametrize("more", [0, 50])
def test_a_log_that_was_rolled_back_does_not_go_on_behind_the_published_head(
    house: Path, northlight: Cast, more: int
) -> None:
    head, key = Head.objects.order_by("-number").first(), SealKey.objects.get()
    was = keys.sign(key, note.checkpoint_text(key.name, head.size + more, b"\x07" * 32))
    folders.put(house / str(northlight.northlight.pk), head.number - 1, was)  # from before a backup was put back
    sealed(9)
    publish.plan()
    [row] = done()
    assert (row.state, row.is_alarm) == ("waiting", True)
    assert f"a head over {head.size + more} events was published earlier" in row.said
    assert "rolled back or rewritten" in told("publication.failed")[0]
    assert not sealing_health().is_well
    assert "rolled back" in sealing_health().publishing
    done()
    assert len(told("publication.failed")) == 1, "told once"


@pytest.mark.requirement("A04", part="publication")
def test_heads_go_by_mail_and_the_row_says_what_became_of_them(settings: Any) -> None:
    policy(to_folder=False)
    assert publish.plan() == 0, "nobody takes heads"
    notify.set_up(Recipient(name="Auditors", channel="email", email="keep@example.com", topics=["seal.head"]))
    settings.MAIL_IS_SET = True
    sealer.seal(sweep=True)
    assert publish.plan() == 1
    [row] = done()
    assert (row.state, row.where) == ("sending", "1 recipient")
    [row] = done()
    assert row.state == "sending", "it is not delivered yet"
    message = OutboxMessage.objects.get(topic="seal.head")
    work.run("notice", message.pk, None)
    [row] = done()
    assert (row.state, row.said) == ("published", "")
    assert row.head.checkpoint in mail.outbox[-1].body
    sealer.seal(sweep=True)
    assert later() == 0, "that the mail was sent is no news"
    sealed(1)
    publish.plan()
    done()
    OutboxMessage.objects.exclude(pk=message.pk).update(state="dead")
    [row] = done()
    assert (row.state, row.said) == ("failed", "0 of 1 recipients got it; see the outbox")
    assert "see the outbox" in sealing_health().publishing
    sealed(1)
    assert later() == 1, "the next head is tried anew"


@pytest.mark.requirement("A04", part="publication")
def test_a_time_stamp_is_asked_for_verified_and_kept(stamped: TimestampServer) -> None:
    publish.plan()
    [row] = done()
    assert (row.state, row.where) == ("published", "127.0.0.1")
    assert abs(row.stamped_at - timezone.now()) < timedelta(minutes=1)
    assert stamped.verifies(row.head.checkpoint.encode(), bytes(row.token)), "openssl agrees"
    assert not stamped.verifies(row.head.checkpoint.encode() + b" ", bytes(row.token))
    assert row.head.checkpoint.encode() not in stamped.asked[-1], "only its digest leaves"


@pytest.mark.requirement("A04", part="publication")
def test_a_server_that_is_down_is_tried_again_told_once_and_leaves_no_gap(stamped: TimestampServer) -> None:
    stamped.statuses = [503, 503, 503, 503]
    publish.plan()
    waits = []
    for _ in range(4):
        [row] = done()
        waits.append(round((row.run_after - timezone.now()).total_seconds()))
        assert (row.state, row.said) == ("waiting", "the time-stamp server answered 503")
        assert later() == 0, "one is under way"
    assert waits == pytest.approx([30, 60, 120, 240], abs=2)
    assert told("publication.failed") == ["the time-stamp server answered 503"]
    assert sealing_health().publishing == "Time-stamp server: the time-stamp server answered 503 (4 tries)"
    newest = sealed(2)
    [row] = done()
    assert row.state == "published"
    assert len(told("publication.recovered")) == 1
    assert sealing_health().publishing == ""
    assert publish.plan() == 1, "what happened meanwhile goes at once"
    assert done()[0].head.size >= newest.size


@pytest.mark.requirement("A04", part="publication")
@pytest.mark.parametrize("wrong", ["nonsense", "an older answer", "another authority", "a clock far off"])
def test_an_answer_that_proves_nothing_is_an_alarm(
    wrong: str, stamped: TimestampServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish.plan()
    if wrong == "nonsense":
        stamped.says = b"<html>welcome to the airport</html>"
    elif wrong == "an older answer":
        done()
        stamped.says = bytes(Publication.objects.get().token)
        sealed(1)
        later()
    elif wrong == "another authority":
        monkeypatch.setattr(stamped, "stamp", TimestampServer(tmp_path / "other").stamp)
    else:
        monkeypatch.setattr(timestamp, "FARTHEST", timedelta(minutes=-1))
    row = done()[-1]
    monkeypatch.undo()
    assert (row.state, row.is_alarm, row.token) == ("waiting", True, None), row.said
    assert len(told("publication.failed")) == 1
    stamped.says = None
    assert done()[-1].state == "published"


def test_a_way_that_is_switched_off_is_withdrawn(stamped: TimestampServer) -> None:
    stamped.statuses = [503]
    publish.plan()
    done()
    policy(timestamp_url="", timestamp_roots="")
    assert [row.state for row in done()] == ["withdrawn"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"timestamp_url": "ftp://tsa.example.com"}, "is no address"),
        ({"timestamp_url": "http://tsa.example.com/tsr"}, "is not HTTPS"),
        ({"timestamp_url": "https://me:secret@tsa.example.com/"}, "without a user name"),
        ({"timestamp_url": "https://tsa.example.com/tsr"}, "timestamp_roots: is missing"),
        ({"timestamp_roots": "-----BEGIN NOTHING-----"}, "are no certificates"),
        ({"every_minutes": 0}, "from 1 to 1440"),
        ({"every_minutes": 1441}, "from 1 to 1440"),
    ],
)
def test_what_is_no_setting_is_refused_at_its_field(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        policy(**fields)


@pytest.mark.requirement("A04", part="publication")
def test_the_verifier_takes_the_folder_of_published_heads_mails_and_time_stamps(
    stamped: TimestampServer, house: Path, northlight: Cast, tmp_path: Path, capsys: Any
) -> None:
    policy(to_folder=True)
    publish.plan()
    token, row = next(bytes(row.token) for row in done() if row.token), Publication.objects.first()
    mine = house / str(northlight.northlight.pk)
    (mine / "head.tsr").write_bytes(token)
    letter = EmailMessage(
        "A head", f"Keep this.\n\n{row.head.checkpoint}\n\nhttps://portal.example", to=["a@b.example"]
    )
    (mine / "mail.eml").write_bytes(letter.message().as_bytes(linesep="\r\n"))
    export, key = tmp_path / "trail.jsonl", keys.verifier_key(SealKey.objects.get())
    sealed(2)
    export.write_bytes(b"".join(proofs.whole_log()))
    export.with_name("trail.jsonl.proof").write_bytes(b"".join(proofs.Proof(in_order=True, whole=True).lines()))

    def verify() -> tuple[int, str]:
        code = countersign_verify.main([str(export), "--key", key, "--heads", str(mine)])
        said = capsys.readouterr()
        return code, said.out + said.err

    code, said = verify()
    assert code == countersign_verify.UNSURE, said
    assert f"it stamps the head over {row.head.size} events" in said
    assert "not checked: who signed it: openssl ts -verify -data head.txt -in head.tsr" in said
    assert "trail.jsonl: HOLDS" in said
    (mine / "head.tsr").write_bytes(stamped.stamp(query_of(b"something else", tmp_path)))
    code, said = verify()
    assert (code, "forged: it stamps none of the published heads" in said) == (1, True), said
    (mine / "head.tsr").write_bytes(token[:200])
    assert verify() == (2, "cannot be read: it is no DER\n")
    (mine / "head.tsr").unlink()
    assert verify()[0] == 0
    (mine / "mail.eml").write_bytes(b"Subject: none\r\n\r\nNothing here.\r\n")
    assert verify() == (2, "cannot be read: `mail.eml` holds no checkpoint\n")


def query_of(data: bytes, folder: Path) -> bytes:
    """Return the question of `openssl ts` for a time-stamp over some data."""
    (folder / "other").write_bytes(data)
    asked = ["openssl", "ts", "-query", "-data", "other", "-sha256", "-cert"]
    return subprocess.run(asked, cwd=folder, check=True, capture_output=True).stdout


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_of_time_stamps_raise_anything_else(noise: bytes) -> None:
    with pytest.raises(countersign_verify.Broken):
        countersign_verify.read_stamp(noise)
