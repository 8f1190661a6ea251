"""Signing notes and checkpoints as C2SP writes them down (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).

What reads and checks them stands in `countersign_verify.py`. Knows no Django.
"""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.sealing.countersign_verify import ED25519, key_id


def to_base64(value: bytes) -> str:
    """Return standard Base 64 (RFC 4648 section 4)."""
    return base64.b64encode(value).decode()


def sign(text: str, name: str, private: bytes) -> str:
    """Return the note of a text that ends with a newline, signed with an Ed25519 key of that name."""
    if not text.endswith("\n") or "\n\n" in text:
        raise ValueError("a note's text ends with a newline and, as we write it, has no empty line")
    key = Ed25519PrivateKey.from_private_bytes(private)
    signature = key_id(name, key.public_key().public_bytes_raw()) + key.sign(text.encode())
    return f"{text}\n\u2014 {name} {to_base64(signature)}\n"


def verifier_key(name: str, public: bytes) -> str:
    """Return the public key as verifiers are given it: `name+key id+base64(type, key)`."""
    return f"{name}+{key_id(name, public).hex()}+{to_base64(ED25519 + public)}"


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Return the text of a checkpoint: origin, size and root, without extension lines."""
    return f"{origin}\n{size}\n{to_base64(root)}\n"


def link_text(origin: str, number: int, sealed_at: str, checkpoint: bytes, previous: bytes | None) -> str:
    """Return the text that ties head `number` to the one before it.

    `checkpoint` is the SHA-256 of the head's checkpoint text, `previous` that of the link text before. No checkpoint
    reads like this: its second line would have to be a number.
    """
    before = to_base64(previous) if previous else "none"
    return (
        f"{origin}\nhead {number}\nsealed {sealed_at}\ncheckpoint sha256 {to_base64(checkpoint)}\n"
        f"previous sha256 {before}\n"
    )
