"""The key that signs an organization's heads: made once, kept in the vault, its public half shown to everybody."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from audit.models import SealKey
from audit.sealing import note
from portal import tenancy, trail


def current() -> SealKey | None:
    """Return the key that signs now, or None where nothing was sealed yet. One query."""
    found: SealKey | None = SealKey.objects.order_by("-number").first()
    return found


def make() -> SealKey:
    """Make the organization's first key, with its event; in the sealer's transaction, under its lock.

    The log's origin is the portal's address and the organization's id, as both are now: it never changes, so that what
    others wrote down stays the name of this log.
    """
    private = Ed25519PrivateKey.generate()
    host = urlsplit(settings.PORTAL_URL).netloc or "countersign.invalid"
    name = f"{host}/seals/{tenancy.organization_id()}".replace("+", "-")
    key = SealKey(
        number=1,
        name=name,
        public=private.public_key().public_bytes_raw(),
        private=base64.b64encode(private.private_bytes_raw()).decode(),
    )
    key.save(force_insert=True)
    trail.record(
        trail.Event(
            "seal_key.made",
            trail.Subject("seal_key", str(key.pk)),
            data={"verifier_key": verifier_key(key)},
        )
    )
    return key


def verifier_key(key: SealKey) -> str:
    """Return the public key as verifiers are given it."""
    return note.verifier_key(key.name, bytes(key.public))


def sign(key: SealKey, text: str) -> str:
    """Sign a note's text; the private key is opened here and nowhere else."""
    return note.sign(text, key.name, base64.b64decode(key.private.reveal()))


def manifest(digests: Mapping[str, str]) -> str:
    """Return the signed list of an evidence pack's files: `digests` maps each name to its SHA-256 in hexadecimal.

    It goes into the pack as `MANIFEST.note`. Makes the organization's key where nothing was sealed yet.
    """
    with transaction.atomic():
        key = current() or make()
    lines = [f"{digest}  {name}" for name, digest in sorted(digests.items())]
    return sign(key, "\n".join(["countersign-pack v1", f"key {verifier_key(key)}", *lines]) + "\n")
