"""The vault: seals secrets with AES-256-GCM so that a stolen database opens nothing (S01, S02).

Envelope: one data key per organization (versioned, rotatable), wrapped under a master key that may live in a
KMS. For each value the cipher key is derived from the data key by scrypt (RFC 7914) with a salt of
its own, so the same secret twice gives different ciphertext; organization, table, row and field are the additional
data (NIST SP 800-38D), so a ciphertext copied elsewhere does not open.

Derived keys are kept in memory for a bounded time. That gives away nothing new: whoever can read the
process's memory finds the data key and the master key there as well; nothing is ever written.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**14, 8, 1
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
CACHE_SECONDS, CACHE_ENTRIES = 300, 512
BRIEF_SECONDS, BRIEF_USES = 240, 2**20
FORMAT = 1


class VaultError(RuntimeError):
    """A value could not be opened or sealed. The message names the place, never the value."""


class Secret:
    """A secret in memory: shows nothing, compares by value in constant time, refuses to be pickled."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself; call it at the moment of use and keep no reference."""
        return self._value

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        import hmac

        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> tuple[object, ...]:
        raise VaultError("a secret cannot be pickled; pass the id of its row and open it where it is used")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value stands; it opens nowhere else."""

    organization_id: uuid.UUID
    table: str
    row_id: str
    field: str

    @property
    def additional_data(self) -> bytes:
        return "|".join(("countersign/1", str(self.organization_id), self.table, self.row_id, self.field)).encode()


class MasterKey(Protocol):
    """What wraps data keys: local here, a KMS in production behind the same two calls."""

    def wrap(self, data_key: bytes, additional_data: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes, additional_data: bytes) -> bytes: ...


class LocalMasterKey:
    """A master key of 32 bytes from the environment."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise VaultError(
                "COUNTERSIGN_MASTER_KEY: needs 32 bytes in base64; make one with `openssl rand -base64 32`"
            )
        self._cipher = AESGCM(key)

    def wrap(self, data_key: bytes, additional_data: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data_key, additional_data)

    def unwrap(self, wrapped: bytes, additional_data: bytes) -> bytes:
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], additional_data)
        except InvalidTag as error:
            raise VaultError(
                "a data key does not open: COUNTERSIGN_MASTER_KEY is not the one it was sealed under"
            ) from error


class _DerivedKeys:
    """A small, bounded, time-limited cache of derived keys; safe between threads."""

    def __init__(self) -> None:
        self._entries: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, data_key: bytes, salt: bytes) -> bytes:
        name = hashlib.sha256(data_key + salt).digest()
        now = time.monotonic()
        with self._lock:
            found = self._entries.get(name)
            if found is not None and found[0] > now:
                self._entries.move_to_end(name)
                return found[1]
        derived = hashlib.scrypt(data_key, salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, maxmem=2**26, dklen=KEY_BYTES)
        with self._lock:
            self._entries[name] = (now + CACHE_SECONDS, derived)
            while len(self._entries) > CACHE_ENTRIES:
                self._entries.popitem(last=False)
        return derived

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


derived_keys = _DerivedKeys()


@dataclass(frozen=True, slots=True)
class _BriefKey:
    """What seals values that live for minutes: one salt, and the key derived from it, for a bounded time and number."""

    version: int
    salt: bytes
    derived: bytes
    until: float
    left: itertools.count[int]


_brief_keys: dict[uuid.UUID, _BriefKey] = {}


def seal_briefly(place: Place, value: str) -> bytes:
    """Seal a value that lives for minutes and is no credential, such as the rows of an answer on their way to the page.

    The format and the binding to `place` are those of `seal`, and `open_sealed` opens it. The salt is this process's
    for the organization, renewed after `BRIEF_SECONDS` or `BRIEF_USES`, so that scrypt is not paid for each value; each
    value has a random nonce of its own (NIST SP 800-38D §8.2.2 allows 2^32 of them under one key).
    """
    key = _brief_keys.get(place.organization_id)
    if key is None or key.until < time.monotonic() or next(key.left) >= BRIEF_USES:
        key = _brief_keys[place.organization_id] = _make_brief_key(place.organization_id)
    return _sealed(key.derived, key.version, key.salt, place, value)


def _make_brief_key(organization_id: uuid.UUID) -> _BriefKey:
    from portal.models.data_key import DataKey

    version, data_key = DataKey.current_key(organization_id)
    salt = os.urandom(SALT_BYTES)
    if len(_brief_keys) >= CACHE_ENTRIES:
        _brief_keys.clear()
    until = time.monotonic() + BRIEF_SECONDS
    return _BriefKey(version, salt, derived_keys.get(data_key, salt), until, itertools.count())


def seal_with(data_key: bytes, version: int, place: Place, value: str) -> bytes:
    """Return `format ‖ key version ‖ salt ‖ nonce ‖ ciphertext` of `value`, bound to `place`."""
    salt = os.urandom(SALT_BYTES)
    return _sealed(derived_keys.get(data_key, salt), version, salt, place, value)


def _sealed(derived: bytes, version: int, salt: bytes, place: Place, value: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    header = bytes([FORMAT]) + version.to_bytes(4, "big")
    body = AESGCM(derived).encrypt(nonce, value.encode(), header + place.additional_data)
    return header + salt + nonce + body


def version_of(sealed: bytes) -> int:
    """Return which version of the organization's data key sealed this value; raise `VaultError` if none did."""
    if len(sealed) < 5 + SALT_BYTES + NONCE_BYTES + 16 or sealed[0] != FORMAT:
        raise VaultError("the stored value is not a sealed one; set the secret again")
    return int.from_bytes(sealed[1:5], "big")


def open_with(data_key: bytes, place: Place, sealed: bytes) -> str:
    """Return the value sealed at `place`; raise `VaultError` if it was sealed elsewhere or changed."""
    version_of(sealed)
    header, rest = sealed[:5], sealed[5:]
    salt, nonce, body = (
        rest[:SALT_BYTES],
        rest[SALT_BYTES : SALT_BYTES + NONCE_BYTES],
        rest[SALT_BYTES + NONCE_BYTES :],
    )
    try:
        opened = AESGCM(derived_keys.get(data_key, salt)).decrypt(nonce, body, header + place.additional_data)
    except InvalidTag as error:
        raise VaultError(f"the secret of {place.table}.{place.field} does not open here; set it again") from error
    return opened.decode()


def master_key() -> MasterKey:
    """Return the configured master key."""
    from django.conf import settings

    return LocalMasterKey(settings.COUNTERSIGN_MASTER_KEY)


def seal(place: Place, value: str) -> bytes:
    """Seal `value` for `place` under the organization's current data key."""
    from portal.models.data_key import DataKey

    version, data_key = DataKey.current_key(place.organization_id)
    return seal_with(data_key, version, place, value)


def open_sealed(place: Place, sealed: bytes) -> str:
    """Open a value sealed at `place` with the version of the data key that sealed it."""
    from portal.models.data_key import DataKey

    return open_with(DataKey.key_of_version(place.organization_id, version_of(sealed)), place, sealed)
