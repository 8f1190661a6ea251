"""Permissions on policies, switches and money: officers edit, nobody writes what only verbs write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal import change
from tests.factories import Cast
from tests.tables.row import ADA, ADA_LED, ADA_METHOD, NOBODY, Row, absent, admin_rows


def a_rule(cast: Cast) -> Mapping[str, Any]:
    from guardrails.models import EscalationRule

    condition = {"field": "action.amount", "op": "gte", "value": "20.00 USD"}
    with cast.ada.inside():
        made = change.apply(EscalationRule(name="High value", priority=10, condition=condition))
    return {"object_id": str(made.pk)}


def a_rate(cast: Cast) -> Mapping[str, Any]:
    from guardrails.models import CurrencyRate

    with cast.ada.inside():
        made = change.apply(CurrencyRate(from_currency="EUR", to_currency="USD", rate="1.08"))
    return {"object_id": str(made.pk)}


def a_cap(cast: Cast) -> Mapping[str, Any]:
    from guardrails.models import UserSpendCap

    with cast.ada.inside():
        made = change.apply(UserSpendCap(user_id=cast.ana.user.pk, cap_microusd=10))
    return {"object_id": str(made.pk)}


def a_case(cast: Cast) -> Mapping[str, Any]:
    from guardrails import reply_cases

    with cast.ada.inside():
        made = reply_cases.save("Greeting", "Hello.", {})
    return {"object_id": str(made.pk)}


def sheet_rows(app_and_model: str) -> dict[str, Row]:
    """Import and export of a policy: like its edits, of admins alone."""
    return {
        f"admin:{app_and_model}_import": Row(get=ADA, post=ADA),
        f"admin:{app_and_model}_process_import": Row(get="405 403 403 403 302", post=ADA),
        f"admin:{app_and_model}_export": Row(get=ADA, post=ADA),
    }


SINGLE = {"see": ADA, "add": NOBODY, "change": ADA, "remove": NOBODY}  # one row per organization, made with it
EDITED = {"see": ADA, "add": ADA, "change": ADA, "remove": ADA}
WRITTEN_BY_VERBS = {"see": ADA, "add": NOBODY, "change": ADA_LED, "save": NOBODY, "remove": NOBODY, "make": absent}

ROUTES = {
    **admin_rows("guardrails_ticketpolicy", **SINGLE),
    **admin_rows("guardrails_outputpolicymodel", **SINGLE),
    "admin:guardrails_outputpolicymodel_reply": Row(get=ADA, post=ADA_METHOD),
    "admin:guardrails_outputpolicymodel_reply_try": Row(get=ADA_METHOD, post=ADA),
    "admin:guardrails_outputpolicymodel_reply_save": Row(get=ADA_METHOD, post=ADA),
    **admin_rows("guardrails_replycase", **EDITED, make=a_case),
    **admin_rows("guardrails_questionpolicy", **SINGLE),
    **admin_rows("guardrails_queuepolicy", **SINGLE),
    **admin_rows("guardrails_ratepolicy", **SINGLE),
    **admin_rows("guardrails_spendpolicy", **SINGLE),
    **admin_rows("guardrails_organizationswitch", **SINGLE, save=ADA_LED),
    **admin_rows("guardrails_actionceiling", **EDITED),
    **admin_rows("guardrails_actioncap", **EDITED),
    **admin_rows("guardrails_actionmoneycap", **EDITED),
    **admin_rows("guardrails_currencyrate", **EDITED, make=a_rate),
    **admin_rows("guardrails_escalationrule", **EDITED, make=a_rule),
    **admin_rows("guardrails_userspendcap", **EDITED, make=a_cap),
    **admin_rows("guardrails_spendcounter", **WRITTEN_BY_VERBS),
    **admin_rows("guardrails_spendreservation", **WRITTEN_BY_VERBS),
    **admin_rows("guardrails_capreservation", **WRITTEN_BY_VERBS),
    # the switch over every organization: platform staff alone, nobody of Northlight
    **admin_rows("guardrails_killswitch", see=NOBODY, add=NOBODY, change=NOBODY, remove=NOBODY, make=absent),
    "admin:guardrails_killswitch_history": Row(get=ADA_LED, post=ADA_LED, make=absent),  # to the trail, which is theirs
    **sheet_rows("guardrails_ticketpolicy"),
    **sheet_rows("guardrails_actionceiling"),
    **sheet_rows("guardrails_actioncap"),
    **sheet_rows("guardrails_actionmoneycap"),
    **sheet_rows("guardrails_currencyrate"),
    **sheet_rows("guardrails_escalationrule"),
}
