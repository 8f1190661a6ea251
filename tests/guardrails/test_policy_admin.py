"""Officers edit policies in the admin; nobody else does, and a wrong value is said at its field."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.models import Event
from guardrails.models import (
    ActionCeiling,
    EscalationRule,
    KillSwitch,
    OrganizationSwitch,
    OutputPolicyModel,
    UserSpendCap,
)
from portal import tenancy
from portal.ids import PLATFORM_ID
from portal.models import Organization
from portal.roles import Role
from tests.factories import Cast, Person, make_person

POLICIES = (
    "ticketpolicy",
    "actionceiling",
    "actioncap",
    "actionmoneycap",
    "escalationrule",
    "outputpolicymodel",
    "replycase",
    "questionpolicy",
    "spendpolicy",
    "userspendcap",
    "organizationswitch",
)
COUNTERS = ("spendcounter", "spendreservation", "capreservation")


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user, backend="portal.sign_in.EmailBackend")
    return client


@pytest.mark.requirement("I03", part="policies in the admin")
def test_an_admin_opens_every_policy_and_the_other_roles_none(cast: Cast) -> None:
    for person, status in ((cast.ada, 200), (cast.paul, 403), (cast.ana, 403), (cast.mia, 403)):
        client = client_of(person)
        for name in POLICIES + COUNTERS:
            assert client.get(f"/admin/guardrails/{name}/", follow=True).status_code == status, (person.email, name)


def test_every_policy_has_a_form_that_saves_as_it_was_shown(cast: Cast) -> None:
    """Posting back what the form shows changes nothing and records nothing."""
    from django.apps import apps

    client = client_of(cast.ada)
    for name in POLICIES:
        with cast.ada.inside():
            row = apps.get_model("guardrails", name).objects.first()
            before = Event.objects.count()
        if row is None:
            continue
        url = f"/admin/guardrails/{name}/{row.pk}/change/"
        form = client.get(url).context["adminform"].form
        given = {key: form[key].value() for key in form.fields}
        answer = client.post(
            url, {key: value for key, value in given.items() if value is not None and value is not False}
        )
        assert answer.status_code == 302, (name, answer.context["adminform"].form.errors)
        with cast.ada.inside():
            assert Event.objects.count() == before, name


@pytest.mark.requirement("A02", part="limits, rules and thresholds")
def test_an_edit_is_saved_and_recorded_with_its_reason(cast: Cast) -> None:
    with cast.ada.inside():
        row = ActionCeiling.objects.get(action="refund")
    given = {"action": "refund", "currency": "USD", "auto_minor": 4000, "block_minor": 20000, "change_reason": "audit"}
    assert client_of(cast.ada).post(f"/admin/guardrails/actionceiling/{row.pk}/change/", given).status_code == 302
    with cast.ada.inside():
        assert ActionCeiling.objects.get(pk=row.pk).auto_minor == 4000
        event = Event.objects.get(type="action_ceiling.changed")
        assert (event.data["reason"], event.actor_id) == ("audit", str(cast.ada.user.pk))


def test_a_wrong_value_is_said_at_its_field_and_nothing_is_saved(cast: Cast) -> None:
    with cast.ada.inside():
        row = ActionCeiling.objects.get(action="refund")
    given = {"action": "refund", "currency": "USD", "auto_minor": 25000, "block_minor": 20000}
    answer = client_of(cast.ada).post(f"/admin/guardrails/actionceiling/{row.pk}/change/", given)
    assert answer.context["adminform"].form.errors["auto_minor"] == [
        "auto_minor: `25000` is above the block ceiling of `20000`; lower it or raise the block ceiling"
    ]
    with cast.ada.inside():
        assert ActionCeiling.objects.get(pk=row.pk).auto_minor == 5000
        assert not Event.objects.filter(type="action_ceiling.changed").exists()


def test_a_rule_is_made_and_its_twin_is_refused_in_the_form(cast: Cast) -> None:
    client, url = client_of(cast.ada), "/admin/guardrails/escalationrule/add/"
    given = {
        "name": "VIPs",
        "priority": 1,
        "condition": '{"field": "customer.is_vip", "op": "eq", "value": true}',
        "outcome": "human",
        "is_active": "on",
    }
    assert client.post(url, given).status_code == 302
    again = client.post(url, given)
    assert "another rule has it already" in str(again.context["adminform"].form.errors)
    with cast.ada.inside():
        assert EscalationRule.objects.get().condition["value"] is True


def test_kinds_of_the_output_policy_are_ticked(cast: Cast) -> None:
    with cast.ada.inside():
        row = OutputPolicyModel.objects.get()
    given = {
        "blocked_kinds": ["card", "ssn"],
        "required_rules": "[]",
        "ai_disclosure": "on",
        "ai_disclosure_text": "An AI wrote this.",
        "default_region": "US",
    }
    assert client_of(cast.ada).post(f"/admin/guardrails/outputpolicymodel/{row.pk}/change/", given).status_code == 302
    with cast.ada.inside():
        assert OutputPolicyModel.objects.get().blocked_kinds == ["card", "ssn"]


def test_policies_an_organization_has_once_are_neither_added_nor_removed(cast: Cast) -> None:
    client = client_of(cast.ada)
    with cast.ada.inside():
        row = OrganizationSwitch.objects.get()
    assert client.get("/admin/guardrails/organizationswitch/add/").status_code == 403
    answer = client.post(f"/admin/guardrails/organizationswitch/{row.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 403


def test_a_cap_is_given_to_people_of_the_organization_only(cast: Cast) -> None:
    client, url = client_of(cast.ada), "/admin/guardrails/userspendcap/add/"
    page = client.get(url).content.decode()
    assert all(f'value="{person.user.pk}"' in page for person in cast.team)
    assert str(cast.cleo.user.pk) not in page
    answer = client.post(url, {"user": str(cast.cleo.user.pk), "cap_microusd": 5})
    assert "user" in answer.context["adminform"].form.errors
    assert client.post(url, {"user": str(cast.mia.user.pk), "cap_microusd": 5}).status_code == 302
    with cast.ada.inside():
        assert UserSpendCap.objects.get().user_id == cast.mia.user.pk


def test_another_organizations_policy_is_not_there(cast: Cast) -> None:
    with cast.ada.inside():
        row = ActionCeiling.objects.first()
    client, url = client_of(cast.cleo), "/admin/guardrails/actionceiling/"
    page = client.get(url).content.decode()
    with cast.cleo.inside():
        assert str(ActionCeiling.objects.first().pk) in page, "the control: the own rows are there"
    assert str(row.pk) not in page
    assert client.get(f"{url}{row.pk}/change/").status_code == 302


@pytest.mark.requirement("T01", part="turned in the admin")
def test_platform_staff_turn_the_kill_switch_in_the_admin_and_nobody_else(cast: Cast) -> None:
    with tenancy.scope(PLATFORM_ID, actor=tenancy.SYSTEM):
        platform = Organization._base_manager.get(pk=PLATFORM_ID)
    petra = client_of(make_person(platform, "Petra Platform", "petra@platform.example", Role.ADMIN))
    url = "/admin/guardrails/killswitch/"
    given = {"is_halted": "on", "reason": "incident 7"}
    assert client_of(cast.ada).get(url).status_code == 403
    assert client_of(cast.ada).post(f"{url}add/", given).status_code == 403
    assert petra.post(f"{url}add/", {"is_halted": "on"}).context["adminform"].form.errors["reason"]
    assert petra.post(f"{url}add/", given).status_code == 302
    assert "incident 7" in petra.get(url).content.decode()
    latest = KillSwitch.objects.first()
    assert (latest.is_halted, latest.actor_name) == (True, "Petra Platform")
    assert KillSwitch.objects.count() == 2
