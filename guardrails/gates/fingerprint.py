"""A short digest of what the gates hold an action to, so that a change of it is seen (T11)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from guardrails.gates.facts import PolicyFacts

LENGTH = 16


def digest(value: Any) -> str:
    """Return sixteen hex characters of the SHA-256 of any plain or frozen data, the same for equal data."""
    return hashlib.sha256(json.dumps(_plain(value), sort_keys=True).encode()).hexdigest()[:LENGTH]


def of_policy(policy: PolicyFacts, kind: str) -> str:
    """Return the digest of the policy as it bears on one kind of action.

    Left out: the revision (which rises with every change of any policy), the other kinds, shadow mode (which only
    holds back), and the rates, which an officer confirms from day to day.
    """
    limits = policy.for_action(kind)
    return digest(
        {
            "limits": replace(limits, shadow=None) if limits else None,
            "classification_threshold": policy.classification_threshold,
            "abuse": policy.abuse,
            "risk_max_age_s": policy.risk_max_age_s,
            "rules": policy.rules,
            "vip_factor": policy.vip_factor,
            "output": policy.output,
        }
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(json.dumps(_plain(each), sort_keys=True) for each in value)
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
