"""The vault: sealed values differ, open only in their place, and show nothing (S01, S02 in part)."""

from __future__ import annotations

import pickle

import pytest

from portal import vault
from portal.ids import uuid7
from portal.models import DataKey
from portal.vault import LocalMasterKey, Place, Secret, VaultError
from tests.factories import Cast

CANARY = "canary-5f0c-do-not-leak"


@pytest.mark.requirement("S01")
def test_the_same_secret_twice_gives_different_ciphertext_and_opens(northlight: Cast) -> None:
    place = Place(northlight.northlight.pk, "connectors_credential", str(uuid7()), "password")
    first, second = vault.seal(place, CANARY), vault.seal(place, CANARY)
    assert first != second
    assert CANARY.encode() not in first
    assert vault.open_sealed(place, first) == vault.open_sealed(place, second) == CANARY


@pytest.mark.requirement("S01")
@pytest.mark.parametrize("field", ["organization_id", "table", "row_id", "field"])
def test_a_ciphertext_moved_elsewhere_does_not_open(northlight: Cast, field: str) -> None:
    import dataclasses

    place = Place(northlight.northlight.pk, "a_table", "1", "password")
    sealed = vault.seal(place, CANARY)
    _, key = DataKey.current_key(northlight.northlight.pk)
    moved = dataclasses.replace(place, **{field: uuid7() if field == "organization_id" else "elsewhere"})
    with pytest.raises(VaultError, match="does not open"):
        vault.open_with(key, moved, sealed)


@pytest.mark.requirement("S01")
@pytest.mark.parametrize("position", [1, 6, 22, 40, -1])
def test_a_changed_byte_does_not_open(position: int) -> None:
    place = Place(uuid7(), "t", "1", "f")
    sealed = bytearray(vault.seal_with(b"k" * 32, 1, place, CANARY))
    sealed[position] ^= 1
    with pytest.raises(VaultError):
        vault.open_with(b"k" * 32, place, bytes(sealed))


@pytest.mark.requirement("S02", part="rotation and envelope")
def test_rotation_seals_anew_and_still_opens_what_is_older(northlight: Cast) -> None:
    place = Place(northlight.northlight.pk, "t", "1", "f")
    old = vault.seal(place, CANARY)
    assert DataKey.rotate(northlight.northlight.pk) == 2
    new = vault.seal(place, CANARY)
    assert (vault.version_of(old), vault.version_of(new)) == (1, 2)
    assert vault.open_sealed(place, old) == vault.open_sealed(place, new) == CANARY


@pytest.mark.requirement("S02", part="rotation and envelope")
def test_a_data_key_does_not_open_under_another_master_key() -> None:
    wrapped = LocalMasterKey(b"a" * 32).wrap(b"k" * 32, b"place")
    with pytest.raises(VaultError, match="COUNTERSIGN_MASTER_KEY"):
        LocalMasterKey(b"b" * 32).unwrap(wrapped, b"place")


def test_a_secret_shows_nothing_and_cannot_be_pickled() -> None:
    secret = Secret(CANARY)
    assert CANARY not in f"{secret!r} {secret} {[secret]}"
    with pytest.raises(VaultError, match="pickled"):
        pickle.dumps(secret)


def test_derived_keys_are_kept_for_a_bounded_time_and_number() -> None:
    vault.derived_keys.clear()
    for number in range(3):
        vault.derived_keys.get(b"k" * 32, bytes([number]) * 16)
    assert len(vault.derived_keys._entries) == 3
    assert vault.CACHE_ENTRIES <= 1000
    assert vault.CACHE_SECONDS <= 600
