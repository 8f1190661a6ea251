"""Evidence in the admin: a pack is asked for, its file opens to the person and the grant it was made for, controls lead
to what proves them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from audit import controls
from audit.evidence import build, schedule
from audit.models import Event, EvidencePack, EvidenceSchedule
from audit.sealing import sealer
from portal import change, tenancy, work
from portal.roles import Role
from tests.audit.sealing.log import happen
from tests.clients import browser
from tests.factories import Cast, make_person
from tests.promise_map import FILE, wanted

pytestmark = pytest.mark.django_db
HOME = "/admin/audit/evidencepack/"


@pytest.fixture
def sealed(cast: Cast, tmp_path: Path, settings: Any) -> Cast:
    settings.EVIDENCE_FOLDER = tmp_path
    with cast.ada.inside():
        happen(2)
        sealer.seal(sweep=True)
    return cast


def test_what_is_shipped_of_promises_and_tests_is_what_the_tests_say() -> None:
    assert FILE.read_text(encoding="utf-8") == wanted(), "run `python -m tests.promise_map --write`"


def test_every_control_leads_to_promises_with_tests_or_says_that_one_is_kept_in_part() -> None:
    shown = [control for framework in controls.FRAMEWORKS for control in framework.controls]
    assert len({control.id for control in shown}) == len(shown)
    for control in shown:
        promises = [controls.promise(id) for id in control.promises]
        assert promises, control.id
        assert all(promise.tests or not promise.is_whole for promise in promises), control.id
    assert {"eu-ai-act-12", "eu-ai-act-14", "eu-ai-act-26", "eu-ai-act-50", "soc-2-cc8.1"} <= {c.id for c in shown}


def test_a_control_shows_the_last_event_that_serves_it_and_leads_to_all_of_them(sealed: Cast) -> None:
    with sealed.ada.inside():
        change.apply(EvidenceSchedule(), reason="first")
    page = browser(sealed.ada).get(f"{HOME}controls/").content.decode()
    assert "Article 12" in page
    assert "/admin/audit/event/?type=" in page
    assert "tests/audit/" in page


@pytest.mark.requirement("A09")
def test_a_pack_is_asked_for_made_and_downloaded_with_an_event_each(sealed: Cast) -> None:
    client = browser(sealed.ada)
    today = timezone.now().date()
    answer = client.post(f"{HOME}make/", {"since": str(today - timedelta(days=1)), "until": str(today)})
    assert answer.status_code == 302
    with sealed.ada.inside():
        pack = EvidencePack.objects.get()
        work.run("evidence_pack", pack.pk, None)
    detail = client.get(answer["Location"])
    link = detail.context["download_url"]
    fetched = client.get(link)
    content = b"".join(fetched.streaming_content)
    with sealed.ada.inside():
        assert content == build.file_of(pack).read_bytes()
        types = set(Event.objects.about("evidence_pack", str(pack.pk)).values_list("type", flat=True))
    assert types == {"evidence.asked", "evidence.made", "evidence.downloaded"}
    assert client.get(HOME).status_code == 200


@pytest.mark.requirement("A09")
def test_a_link_opens_to_its_own_person_and_grant_alone(sealed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with sealed.ada.inside():
        now = timezone.now()
        pack = build.order(now - timedelta(days=1), now)
        work.run("evidence_pack", pack.pk, None)
    mine = browser(sealed.ada)
    link = mine.get(f"{HOME}{pack.pk}/change/").context["download_url"]
    other = make_person(sealed.northlight, "Olga Admin", "olga@northlight.example", Role.ADMIN)
    assert browser(other).get(link).status_code == 403
    assert browser(sealed.cleo).get(link).status_code == 404
    assert browser(sealed.paul).get(link).status_code == 403
    assert mine.get(link.replace("link=", "link=x")).status_code == 403
    monkeypatch.setattr(signing.time, "time", lambda: now.timestamp() + 3700)
    with sealed.ada.inside():
        from audit.evidence import admin
        from portal.refusal import Refused

        with pytest.raises(Refused, match="too old"):
            admin._prove(pack, link.partition("link=")[2])


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [
        ("", "2026-11-01", "give a day such as"),
        ("yesterday", "2026-11-01", "`yesterday` is not a day"),
        ("2026-11-02", "2026-10-01", "give a later day"),
        ("1990-01-01", "2026-11-01", "ask for at most"),
    ],
)
def test_a_period_that_is_none_is_refused_at_its_field(sealed: Cast, since: str, until: str, says: str) -> None:
    answer = browser(sealed.ada).post(f"{HOME}make/", {"since": since, "until": until})
    assert answer.status_code == 400
    assert says in answer.content.decode()


@pytest.mark.requirement("A09")
def test_a_schedule_asks_for_the_month_that_ended_and_waits_for_the_next(sealed: Cast) -> None:
    with sealed.ada.inside():
        row = change.apply(EvidenceSchedule(cadence="monthly"), reason="for the auditors")
        row.refresh_from_db()
        assert row.run_after > timezone.now()
        for _ in range(2):
            EvidenceSchedule.objects.update(run_after=timezone.now(), job_state="ready")
            work.run("evidence_schedule", row.pk, None)
        pack = EvidencePack.objects.get()
        row.refresh_from_db()
        assert (pack.since, pack.until) == schedule.last_period("monthly", timezone.now())
        due = schedule.following("monthly", pack.until) + schedule.AFTER
        assert abs(row.run_after - due) < timedelta(seconds=30)
        assert tenancy.organization_id() == pack.organization_id


@pytest.mark.parametrize(
    ("cadence", "now", "since", "until"),
    [
        ("monthly", (2026, 1, 15), (2025, 12), (2026, 1)),
        ("monthly", (2026, 3, 1), (2026, 2), (2026, 3)),
        ("quarterly", (2026, 2, 28), (2025, 10), (2026, 1)),
        ("quarterly", (2026, 12, 31), (2026, 7), (2026, 10)),
    ],
)
def test_the_last_period_is_the_one_that_ended(
    northlight: Any, cadence: str, now: tuple[int, int, int], since: tuple[int, int], until: tuple[int, int]
) -> None:
    found = schedule.last_period(cadence, datetime(*now, 12, tzinfo=UTC))
    assert [(each.year, each.month, each.day, each.hour) for each in found] == [(*since, 1, 0), (*until, 1, 0)]
