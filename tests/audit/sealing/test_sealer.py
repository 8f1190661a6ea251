"""The sealer: every committed event once, in a stable order, whatever happens to it or beside it."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from audit import write
from audit.models import Event, Head, Leaf, SealKey, SealState
from audit.sealing import sealer, store
from audit.sealing.health import sealing_health
from audit.sealing.tree import Frontier
from audit.tasks import seal_all
from portal.ids import uuid7, uuid7_floor
from tests.audit.sealing.log import another_session, as_owner, happen, insert, leaves, seal
from tests.factories import Cast, make_cast

ALL = pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])


def whole() -> None:
    """Assert that the log of the current organization holds every event once, without a gap, under its head."""
    found = leaves()
    assert [index for index, _ in found] == list(range(len(found)))
    assert {event for _, event in found} == set(Event.objects.values_list("id", flat=True))
    head = Head.objects.order_by("-number").first()
    assert head.size == len(found)
    frontier = Frontier()
    for leaf in Leaf.objects.order_by("index"):
        assert b"".join(frontier.append(bytes(leaf.hash))) == bytes(leaf.subtrees)
    assert frontier.root() == bytes(head.root) == store.frontier(head.size).root()


@pytest.mark.requirement("A04")
@ALL
def test_an_event_that_commits_late_is_not_skipped_and_stands_in_order() -> None:
    cast = make_cast()
    with cast.ada.inside(), another_session() as session:
        seal()
        seal()  # the event of the key itself
        before, late = len(leaves()), uuid7()
        insert(session, late)
        early_birds = happen(2)
        assert sealer.seal() == 0, "a transaction that began before them is still open"
        assert sealing_health().lag_s > 0
        session.commit()
        assert seal() == 3
        assert [event for _, event in leaves()[before:]] == [late, *early_birds]
        whole()
        assert sealing_health().lag_s == 0


@pytest.mark.requirement("A04")
@ALL
def test_a_backlog_over_a_power_of_ten_is_taken_by_number_and_none_is_left_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast = make_cast()
    with cast.ada.inside():
        seal()
        seal()
        before, made = len(leaves()), [uuid7() for _ in range(4)]
        for number, event in zip((999_999_998, 999_999_999, 1_000_000_000, 1_000_000_001), made, strict=True):
            as_owner(
                "INSERT INTO audit_event (id, organization_id, xact_id, type, actor_kind, actor_id, actor_name,"
                " subject_kind, subject_id)"
                " VALUES (%s, %s, %s::text::xid8, 'person.signed_out', 'system', 'x', 'X', 'person', 'x')",
                *(event, cast.northlight.pk, str(number)),
            )
        monkeypatch.setattr(sealer, "BATCH", 2)
        beyond = sealer._Now(1_000_000_002, SealState.objects.get().cluster, datetime.now(UTC))
        monkeypatch.setattr(sealer, "_now", lambda: beyond)
        assert sealer.seal() == 4, "a batch that ended in the larger numbers would leave the smaller behind"
        assert [event for _, event in leaves()[before:]] == made


@pytest.mark.requirement("A04")
@ALL
def test_sealers_at_once_and_one_organization_beside_another(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    monkeypatch.setattr(sealer, "BATCH", 7)
    failed: list[BaseException] = []

    def work(write_too: bool) -> None:
        try:
            with cast.ada.inside():
                for _ in range(6):
                    happen(3 if write_too else 0)
                    sealer.seal()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number < 2,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    with cast.cleo.inside():
        happen(3)
    assert set(sealer.organizations_to_seal()) >= {cast.southwind.pk}
    with cast.ada.inside():
        seal()
        whole()
        with another_session() as session:
            session.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{cast.northlight.pk}/seal"])
            happen()
            assert sealer.seal() == 0, "another sealer has the lock"
        assert seal() == 1
    with cast.cleo.inside():
        assert leaves() == []
        seal()
        seal()
        whole()
    assert cast.southwind.pk not in sealer.organizations_to_seal()


@pytest.mark.requirement("A04")
@ALL
def test_a_restored_dump_a_changed_log_and_the_task_of_every_organization(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    sent: list[Any] = []
    monkeypatch.setattr("audit.tasks.seal.send", lambda *given: sent.append(*given))
    seal_all.apply().get()
    assert {cast.northlight.pk, cast.southwind.pk} <= set(sent)
    with cast.ada.inside():
        seal()
        happen(2)
        as_owner("UPDATE audit_sealstate SET after_xact = after_xact + 1000000, cluster = cluster")
        assert cast.northlight.pk in sealer.organizations_to_seal(), "the database counts transactions anew"
        assert seal() >= 2
        happen(1)
        as_owner("UPDATE audit_sealstate SET cluster = 17")
        assert seal() == 1
        whole()
        as_owner("UPDATE audit_leaf SET hash = sha256(hash), subtrees = substr(subtrees, 33) || sha256(subtrees)")
        happen(1)
        assert seal() == 0
        seal()
        told = Event.objects.filter(type="seal.stopped")
        assert "changed from outside" in told.get().data["reason"], "told once"
        assert "changed from outside" in sealing_health().trouble
        assert not sealing_health().is_well


def in_one_transaction(northlight: Cast) -> None:
    """Seal what this test's own transaction sees."""
    sealer.seal(sweep=True)
    sealer.seal(sweep=True)


class Killed(BaseException):
    """What no handler of ours catches."""


@pytest.mark.requirement("A04")
def test_a_sealer_killed_at_any_statement_leaves_nothing_half(northlight: Cast) -> None:
    in_one_transaction(northlight)
    for statement in range(30):
        happen(2)
        ran = iter(range(1000))

        def kill(execute: Any, sql: str, *rest: Any, at: int = statement, ran: Any = ran) -> Any:
            if next(ran) == at:
                raise Killed
            return execute(sql, *rest)

        try:
            with transaction.atomic(), connection.execute_wrapper(kill):
                sealer.seal(sweep=True)
            break
        except Killed:
            pass
    assert statement > 7, "it was killed at each of its statements"
    sealer.seal(sweep=True)
    whole()


@pytest.mark.requirement("A04")
def test_a_clock_that_jumps_back_and_a_month_made_late(northlight: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    in_one_transaction(northlight)
    size = len(leaves())
    for days in (400, -60, 630):
        moment = datetime.now(UTC) + timedelta(days=days)
        made = uuid.UUID(int=uuid7_floor(moment).int + 7)
        with monkeypatch.context() as patch:
            patch.setattr(write, "uuid7", lambda made=made: made)
            happen()
        sealer.seal(sweep=True)
        assert leaves()[-1] == (size, made)
        size += 1
    whole()


def test_batches_one_key_and_a_chain_of_heads(northlight: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "BATCH", 3)
    in_one_transaction(northlight)
    happen(7)
    assert sealer.seal(sweep=True) == 7
    whole()
    key = SealKey.objects.get()
    assert Event.objects.get(type="seal_key.made").data["verifier_key"].startswith(key.name + "+")
    assert not any("private" in str(event.data) for event in Event.objects.filter(type="seal_key.made"))
    heads = list(Head.objects.order_by("number"))
    assert [head.number for head in heads] == list(range(1, len(heads) + 1))
    assert heads[0].link.splitlines()[4] == "previous sha256 none"
    assert all(head.checkpoint.splitlines()[0] == key.name for head in heads)
    assert SealState.objects.get().swept_at


def test_sealed_tables_are_append_only(northlight: Cast) -> None:
    in_one_transaction(northlight)
    for table in ("audit_leaf", "audit_head"):
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with (
                pytest.raises(Exception, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
