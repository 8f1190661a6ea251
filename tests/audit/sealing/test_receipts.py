"""Receipts: one decision to keep, from the page, the admin and the API, and checked without the portal (A04)."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from audit.models import Event, SealKey
from audit.sealing import countersign_verify, keys, sealer
from portal import trail
from portal.ids import uuid7
from tests.clients import browser, program
from tests.factories import Cast


def decided() -> tuple[str, uuid.UUID]:
    """Decide something; return its subject's id and the event's."""
    subject = str(uuid7())
    trail.record(trail.Event("question.asked", trail.Subject("question", subject), text={"question": "How many?"}))
    made = trail.record(trail.Event("question.answered", trail.Subject("question", subject), verdict="pass", rows=3))
    return subject, made


@pytest.mark.requirement("A04", part="receipts")
def test_a_receipt_is_given_once_the_event_is_sealed_and_holds_without_the_portal(
    cast: Cast, tmp_path: Path, capsys: Any
) -> None:
    with cast.ada.inside():
        subject, event = decided()
    page = browser(cast.ada)
    for url in (reverse("admin:audit_event_receipt", args=[event]), f"/admin/audit/event/{event}/receipt/file/"):
        early = page.get(url)
        assert early.status_code == 202
        assert "within 5 seconds" in early.content.decode()
    with cast.ada.inside():
        sealer.seal(sweep=True)
        key = keys.verifier_key(SealKey.objects.get())
    listed = page.get(reverse("admin:audit_event_receipts", args=["question", subject])).content.decode()
    assert reverse("admin:audit_event_receipt", args=[event]) in listed
    shown = page.get(reverse("admin:audit_event_receipt", args=[event])).content.decode()
    assert "question.answered" in shown
    file = page.get(reverse("admin:audit_event_receipt_file", args=[event]))
    name = file["Content-Disposition"].split('"')[1]
    (tmp_path / name).write_bytes(file.content)
    assert countersign_verify.main([str(tmp_path / name), "--key", key]) == 0
    assert "question.answered" in capsys.readouterr().out
    forged = json.loads(file.content)
    forged["leaf"] = forged["leaf"].replace('"rows":3', '"rows":4')
    (tmp_path / name).write_text(json.dumps(forged))
    assert countersign_verify.main([str(tmp_path / name), "--key", key]) == 1
    with cast.ada.inside():
        [given] = Event.objects.filter(type="receipt.given")
        assert (given.data["event"], given.subject_id) == (str(event), subject)


@pytest.mark.requirement("A04", part="receipts")
def test_the_api_gives_receipts_and_says_when_it_is_too_early(cast: Cast) -> None:
    client = program(cast.ada)
    with cast.ada.inside():
        subject, event = decided()
    [found] = client.get(f"/api/v1/decisions/question/{subject}/").json()
    assert (found["id"], found["verdict"]) == (str(event), "pass")
    early = client.get(f"/api/v1/events/{event}/receipt/")
    assert (early.status_code, early["Retry-After"]) == (202, "5")
    assert "not sealed yet" in early.json()["detail"]
    with cast.ada.inside():
        sealer.seal(sweep=True)
    receipt = client.get(f"/api/v1/events/{event}/receipt/").json()
    leaf = json.loads(receipt["leaf"])
    assert (receipt["format"], leaf["id"]) == ("countersign-receipt", str(event))
    for stranger in (program(cast.cleo), client):
        other = event if stranger is not client else uuid7()
        assert stranger.get(f"/api/v1/events/{other}/receipt/").status_code == 404
    assert program(cast.cleo).get(f"/api/v1/decisions/question/{subject}/").status_code == 404


@pytest.mark.requirement("A04", part="receipts")
def test_no_receipt_is_given_over_a_log_that_lost_a_leaf(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with cast.ada.inside():
        _, event = decided()
        sealer.seal(sweep=True)

    def lost(nodes: Any) -> Any:
        raise LookupError("leaf 0 of the log is gone")

    monkeypatch.setattr("audit.sealing.store.read", lost)
    answer = program(cast.ada).get(f"/api/v1/events/{event}/receipt/")
    assert (answer.status_code, answer.json()["detail"]) == (
        409, "No receipt can be given: leaf 0 of the log is gone.",
    )  # fmt: skip


def test_the_link_stands_on_the_pages_for_who_may_read_the_trail(cast: Cast) -> None:
    from portal.templatetags.countersign import receipts

    with cast.ada.inside():
        assert "/admin/audit/event/receipts/question/7/" in receipts("question", "7")
    with cast.mia.inside():
        assert receipts("question", "7") == ""
