"""What sealing costs: the vault's first and repeated use of a secret, beside bare AES-256-GCM in the same run."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from statistics import median

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal import vault
from portal.ids import uuid7
from portal.vault import Place


def per_call_us(call: Callable[[], object], rounds: int) -> float:
    """Return the median time of one call in microseconds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter_ns()
        call()
        times.append((time.perf_counter_ns() - started) / 1000)
    return median(times)


def main() -> int:
    key, value, place = os.urandom(32), "a database password", Place(uuid7(), "t", "1", "f")
    nonce, cipher = os.urandom(12), AESGCM(key)
    bare = per_call_us(lambda: cipher.encrypt(nonce, value.encode(), b""), 2_000)
    seal = per_call_us(lambda: vault.seal_with(key, 1, place, value), 20)
    sealed = vault.seal_with(key, 1, place, value)
    again = per_call_us(lambda: vault.open_with(key, place, sealed), 2_000)
    print(f"bare AES-256-GCM {bare:.1f} us; seal (scrypt, a new salt) {seal:,.0f} us, {seal / bare:,.0f} x bare")
    print(f"open again (derived key kept in memory) {again:.1f} us, {again / bare:.1f} x bare")
    return 0


if __name__ == "__main__":
    sys.exit(main())
