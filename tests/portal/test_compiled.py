"""Statements that are compiled once: each call has its own values and organization, and none stays behind."""

from __future__ import annotations

import uuid

import pytest
from django.db import DataError, transaction

from connectors.models import Connector
from portal import compiled, trail, work
from portal.compiled import Compiled
from portal.models import Membership
from tests.factories import Cast

MEMBERS = Compiled(lambda user_id: Membership.objects.filter(user_id=user_id).select_related("user").order_by("id"))


def test_the_same_statement_serves_each_organization_its_own(cast: Cast) -> None:
    found = Compiled(lambda: Membership.objects.order_by("id").values_list("organization_id"))
    with cast.ana.inside():
        here = found.rows()
    with cast.cleo.inside():
        there = found.rows()
    assert len(found._known) <= 2  # one for each role
    assert set(here) == {(cast.northlight.pk,)}
    assert there
    assert set(there).isdisjoint(here)


def test_a_value_of_one_call_is_not_in_the_next(cast: Cast) -> None:
    with cast.ana.inside():
        assert MEMBERS.first(cast.ana.user.pk).user.email == cast.ana.user.email
        assert MEMBERS.first(cast.mia.user.pk).user.email == cast.mia.user.email
        assert MEMBERS.first(uuid.uuid4()) is None


def test_whoever_may_nothing_is_asked_nothing(cast: Cast) -> None:
    found = Compiled(lambda pk: Connector.objects.none().filter(pk=pk))
    with cast.ana.inside():
        assert found.rows(uuid.uuid4()) == []


def test_a_value_that_gets_lost_is_refused(cast: Cast) -> None:
    loses = Compiled(lambda name: Connector.objects.filter(name=name[:3]))
    with cast.ana.inside(), pytest.raises(TypeError, match="give its plain value"):
        loses.rows("Orders")


def test_an_update_changes_only_a_row_of_its_organization(cast: Cast) -> None:
    with cast.ana.inside():
        row = MEMBERS.first(cast.ana.user.pk)
    with cast.cleo.inside():
        assert not compiled.update(row, ["role"])
    with cast.ana.inside():
        assert compiled.update(row, ["role"])
        assert trail.record(trail.Event("person.signed_out", trail.Subject("person", "x")))


def test_what_was_read_ahead_is_not_asked_again(cast: Cast, django_assert_num_queries) -> None:
    with cast.ana.inside(), compiled.reading_ahead():
        compiled.read_ahead(compiled.Read(MEMBERS, (cast.ana.user.pk,)), compiled.Read(MEMBERS, (cast.mia.user.pk,)))
        with django_assert_num_queries(0):
            assert MEMBERS.first(cast.mia.user.pk).user.email == cast.mia.user.email
            assert MEMBERS.first(cast.ana.user.pk) is not MEMBERS.first(cast.ana.user.pk)
        compiled.forget_ahead()
        with django_assert_num_queries(1):
            assert MEMBERS.first(cast.ana.user.pk).user == cast.ana.user


def test_what_was_read_ahead_is_of_its_organization_and_its_block_alone(cast: Cast, django_assert_num_queries) -> None:
    with compiled.reading_ahead():
        with cast.ana.inside():
            compiled.read_ahead(compiled.Read(MEMBERS, (cast.ana.user.pk,)))
        with cast.cleo.inside():
            assert MEMBERS.rows(cast.ana.user.pk) == []
    with cast.ana.inside():
        compiled.read_ahead(compiled.Read(MEMBERS, (cast.ana.user.pk,)))
        with django_assert_num_queries(1):
            assert MEMBERS.rows(cast.ana.user.pk)


def test_a_job_that_cannot_be_finished_keeps_its_lease_for_whoever_puts_it_back(cast: Cast) -> None:
    from questions import ask
    from tests.questions_lab import Lab

    lab = Lab(cast)
    with cast.paul.inside():
        job = ask.run_sql(connector_id=lab.orders.pk, sql="SELECT 1")
    with cast.paul.inside():
        started = work.start(work.kinds()["question"], job.pk, None)
        token, started.failure = started.lease_token, "a NUL \x00 cannot be kept"
        with pytest.raises(DataError), transaction.atomic():
            work.finish(started, ["failure"])
        assert started.lease_token == token
