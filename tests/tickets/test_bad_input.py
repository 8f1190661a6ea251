"""Bad input, line by line: each a clear error or a person's task, in the trail, and nothing half done."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audit.models import Event
from guardrails.models import EscalationRule
from portal import change
from tests.tickets_shop import Shop
from tickets import intake
from tickets.models import GateReceipt, Ticket

SMALL = "Hello, the cap from order #1043 arrived torn. Please refund my money for order #1043."

LANGUAGES = {
    "de": "Bitte erstatten Sie mir das Geld für Bestellung #1043, die Mütze kam zerrissen an.",
    "fr": "Veuillez me rembourser la commande #1043, la casquette est arrivée déchirée.",
    "es": "Por favor, reembolse el pedido #1043, la gorra llegó rota.",
    "it": "Vi prego di rimborsare l'ordine #1043, il cappello è arrivato strappato.",
    "pt": "Por favor, reembolse a encomenda #1043, o boné chegou rasgado.",
    "pl": "Proszę o zwrot pieniędzy za zamówienie #1043, czapka przyszła podarta.",
    "tr": "Lütfen #1043 numaralı siparişin parasını iade edin, şapka yırtık geldi.",
    "ru": "Пожалуйста, верните деньги за заказ #1043, кепка пришла порванной.",
    "ar": "من فضلك أعد لي المال عن الطلب #1043، وصلت القبعة ممزقة.",
    "he": "אנא החזירו לי את הכסף עבור הזמנה #1043, הכובע הגיע קרוע.",
    "ja": "注文 #1043 の帽子が破れて届きました。返金してください。",
    "hi": "कृपया ऑर्डर #1043 का पैसा वापस करें, टोपी फटी हुई आई।",
}
ODD = {
    "twelve languages": "\n".join(LANGUAGES.values()),
    "400 order numbers": "Please refund " + " ".join(f"#{number}" for number in range(1043, 1443)),
    "html": "<html><body><p>Please refund <b>order #1043</b>.</p><script>alert(1)</script><img src=x onerror=y></body>",
    "written from right to left": "Please refund order \u202e3401#\u202c, the cap is torn.",
    "nothing but marks": "\u200b\u200d\u2060 ‮ ⁦⁩ .",
    "as long as it may be": "Please refund order #1043. " + "a" * (intake.MAX_BODY - 40),
}


@pytest.mark.requirement("T03", part="no text stops the flow")
def test_a_text_of_any_kind_comes_to_an_end_and_moves_no_more_than_one_refund(shop: Shop) -> None:
    ended = {}
    for name, body in ODD.items():
        ticket = shop.run(shop.ticket(body))
        assert (ticket.last_error, ticket.job_state) == ("", "idle" if ticket.is_ended else ticket.job_state), name
        assert ticket.is_ended or ticket.state == "waiting", (name, ticket.state)
        assert ticket.reason, name
        assert Event.objects.filter(subject_id=str(ticket.pk)).count() >= 2, name
        ended[name] = ticket.state
    assert len(shop.refunds("1043")) <= 1
    assert shop.refunds_unseen() == len(shop.refunds("1043")), "no other order was touched"
    assert ended["400 order numbers"] != "replied", "which order is meant is a person's to say"
    assert ended["written from right to left"] != "replied", "what is shown is not what is written"


@pytest.mark.requirement("T21", part="a ticket that is too large or empty")
@pytest.mark.parametrize("body", ["x" * 1_000_000, "", " \n\t", None, 7])
def test_a_ticket_of_a_megabyte_or_of_nothing_is_refused_by_field(body: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        intake.checked({"external_ref": "1", "body": body})
    assert list(refused.value.message_dict) == ["body"]
    assert len(str(refused.value)) < 300


DELETED = {"field": "customer.shoe_size", "op": "gt", "value": 3}
NOT_RE2 = {"field": "ticket.text", "op": "matches", "value": "(?=refund)order(\\d)\\1"}


@pytest.mark.requirement("T07", part="a rule that stands there and cannot be told")
@pytest.mark.parametrize("condition", [DELETED, NOT_RE2], ids=["a deleted field", "not RE2"])
@pytest.mark.parametrize("outcome", ["human", "block"])
def test_a_saved_rule_that_cannot_be_told_is_a_persons_task(
    shop: Shop, condition: dict[str, Any], outcome: str
) -> None:
    rule = EscalationRule(name="old", priority=1, condition=condition, outcome=outcome)
    with pytest.raises(ValidationError, match="condition"):
        change.apply(rule)
    rule.save(force_insert=True)  # as one that was saved when the field was there
    ticket = shop.run(shop.ticket(SMALL))
    last = GateReceipt.objects.filter(ticket=ticket, is_preview=False).order_by("-position").first()
    assert (last.promise, last.outcome) == ("T07", "human")
    assert "`old`" in last.reason
    assert ticket.state in ("waiting", "handed_over")
    assert shop.refunds_unseen() == 0


@pytest.mark.requirement("T14", part="a store without a proper answer")
@pytest.mark.parametrize("fault", ["throttled", "error_before_executing", "garbled_before_executing", "down"])
def test_a_shop_without_a_proper_answer_leaves_nothing_half_done(shop: Shop, fault: str) -> None:
    """Too many calls, an error, a page in place of an answer, or nothing at all: for as long as anybody waits."""
    shop.fault("*", fault, remaining=None)
    ticket = shop.run(shop.ticket(SMALL), rounds=2)
    assert (shop.refunds_unseen(), ticket.last_error) == (0, "")
    assert not Ticket.objects.filter(pk=ticket.pk, state="replied").exists()
    shop.lose_patience(ticket)
    ticket = shop.run(ticket, rounds=3)
    assert ticket.state == "handed_over", (ticket.state, ticket.reason)
    assert ticket.reason
    shop.clear_faults()
    assert shop.refunds_unseen() == 0
    assert Event.objects.filter(type="ticket.ended", subject_id=str(ticket.pk)).count() == 1
