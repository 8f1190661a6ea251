"""Samples for auditors: random, recorded, and the same again by anybody with the seed."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.evidence import sampling
from audit.models import Event, Sample
from audit.sealing import sealer
from portal.refusal import Refused
from tests.audit.sealing.log import happen, leaves
from tests.clients import browser
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def draw(**given: Any) -> Sample:
    now = timezone.now()
    period = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    return sampling.draw(**{**period, "types": (), "size": 5, "purpose": "test of CC7.3", **given})


@pytest.mark.requirement("A09")
def test_a_sample_is_drawn_again_from_the_seed_and_the_ids_alone(cast: Cast) -> None:
    with cast.ada.inside():
        happen(40)
        sealer.seal(sweep=True)
        population = [str(event) for _, event in leaves()]
        sample = draw()
        happen(40)  # what comes later changes nothing
        sealer.seal(sweep=True)
        ours = [str(event) for _, event in sampling.drawn(sample)]
        theirs = sorted(population, key=lambda id: hashlib.sha256(f"{sample.seed}:{id}".encode()).digest())[:5]
        assert ours == theirs
        assert (sample.population, sampling.is_the_same(sample)) == (len(population), True)
        assert draw().seed != sample.seed
        assert draw(seed="42", size=3).seed == "42"
        told = Event.objects.about("sample", str(sample.pk)).get(type="sample.selected")
        assert told.data["seed"] == sample.seed
    rows = list(
        csv.DictReader(io.StringIO(browser(cast.ada).get(f"/admin/audit/sample/{sample.pk}/csv/").content.decode()))
    )
    assert [row["event"] for row in rows] == ours


def test_only_what_is_asked_is_drawn_from_and_what_cannot_be_is_refused(cast: Cast) -> None:
    with cast.ada.inside():
        with pytest.raises(ValidationError, match="no event of this organization was sealed"):
            draw()
        happen(3)
        sealer.seal(sweep=True)
        assert draw(types=["person.signed_out"]).population == 3
        for given, says in (({"size": 0}, "size"), ({"purpose": " "}, "purpose"), ({"types": ["x.y"]}, "since")):
            with pytest.raises(ValidationError, match=says):
                draw(**given)
    with cast.mia.inside(), pytest.raises(Refused):
        draw()


def test_a_sample_is_drawn_and_shown_in_the_admin(cast: Cast) -> None:
    with cast.ada.inside():
        happen(3)
        sealer.seal(sweep=True)
    today = timezone.now().date()
    sent = {"since": str(today), "until": str(today), "type": "person.*", "size": "2", "purpose": "CC7.3"}
    client = browser(cast.ada)
    answer = client.post("/admin/audit/sample/draw/", sent)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "The log gives the same events today" in page
    assert client.post("/admin/audit/sample/draw/", {**sent, "size": "0"}).status_code == 400
