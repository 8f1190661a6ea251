"""Input at the edge of what is possible: a signature's time, an address in look-alike letters, a day's last second."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from tests.tickets_shop import Shop
from tickets import intake
from tickets.models import Action, Difference, Intake
from tickets.reconcile import reconcile


@pytest.mark.requirement("T21", part="a signature header of any form is refused, never an error")
@pytest.mark.parametrize("moment", ["9" * 400, "-1", "１２３", "1_0", "", "1e9"])
def test_a_signature_with_a_time_that_is_none_is_refused(shop: Shop, moment: str) -> None:
    made = Intake(name="shop", secret="a shared secret")
    made.save(force_insert=True)
    with pytest.raises(intake.SignatureRefused):
        intake.deliver(made.key, f"t={moment},v1=00", "one", b"{}")


@pytest.mark.requirement("T08", part="look-alike letters are another sender")
def test_a_letter_that_only_becomes_ascii_by_lowering_is_refused() -> None:
    given = {"external_ref": "1", "body": "Hello", "sender_email": "mar\u212a@example.com"}
    with pytest.raises(ValidationError) as refused:
        intake.checked(given)
    assert list(refused.value.message_dict) == ["sender_email"]


@pytest.mark.requirement("T15", part="reconciliation at midnight")
def test_a_refund_begun_before_midnight_and_made_after_it_is_no_difference(shop: Shop) -> None:
    ticket = shop.run(shop.ticket("Hello, the cap from order #1043 arrived torn. Please refund order #1043."))
    today = datetime.now(UTC).date()
    before = datetime.combine(today, time.min, tzinfo=UTC) - timedelta(seconds=1)
    Action.objects.filter(ticket=ticket).update(executed_at=before)
    assert reconcile(shop.connector, before.date()) == []
    assert reconcile(shop.connector, today) == []
    Action.objects.filter(ticket=ticket).update(idempotency_key="00000000-0000-7000-8000-000000000001")
    assert [each.kind for each in reconcile(shop.connector, before.date())] == ["only_log"]
    assert Difference.objects.count() == 1
