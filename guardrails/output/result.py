"""What the output guard answers: a verdict, the text that may be sent, and the findings. Plain data."""

from __future__ import annotations

from dataclasses import dataclass

PASS, REDACT, BLOCK = "pass", "redact", "block"
ADD, HUMAN = "add", "human"
"""What a finding does besides: its missing text is added, or a person completes the reply."""

KINDS = ("email", "phone", "card", "ssn", "ip", "pattern", "toxicity", "tone", "required", "grounding")
"""What a finding can be of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found (or missing), with its place in the original text.

    `kind` is email, phone, card, ssn, ip, pattern, toxicity, tone, required or grounding; `action` is block,
    redact, add or human. The reason never quotes personal data. `addition` is the text a rule carries.
    """

    kind: str
    start: int
    end: int
    reason: str
    action: str = BLOCK
    rule_id: str = ""
    addition: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """`verdict` is pass, redact (send `redacted` instead) or block; `redacted` is the text after all changes.

    A reply that a person has to complete (`action` human) counts as block: it may not be sent as it is.
    """

    verdict: str
    redacted: str
    findings: tuple[Finding, ...] = ()
    reason: str = ""
