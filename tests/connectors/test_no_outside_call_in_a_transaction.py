"""The portal installs the probe, so that an adapter that acts refuses inside a transaction of ours."""

from __future__ import annotations

import pytest
from django.db import transaction

from connectors.adapters.guardrail import TransactionOpen, assert_no_transaction, set_transaction_probe
from connectors.transactions import is_open


@pytest.mark.requirement("T14", part="the portal's transactions are seen")
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_transaction_on_any_alias_is_seen():
    assert_no_transaction("store.refund")
    for alias in ("default", "owner"):
        with transaction.atomic(using=alias), pytest.raises(TransactionOpen, match=r"store\.refund"):
            assert_no_transaction("store.refund")
    assert_no_transaction("store.refund")


@pytest.mark.django_db
def test_a_tests_own_wrapper_does_not_count_but_a_real_block_inside_it_does():
    assert_no_transaction("store.refund")
    with transaction.atomic(), pytest.raises(TransactionOpen):
        assert_no_transaction("store.refund")


def test_the_probe_is_installed_by_the_app():
    before = set_transaction_probe(None)
    set_transaction_probe(before)
    assert before is is_open
