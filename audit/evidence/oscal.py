"""A pack as OSCAL `assessment-results` (NIST, version 1.2): what other tools of an auditor read.

Identifiers are derived from the log's name, the period and the head, so that the same pack is the same document.
Nothing is asserted that the pack does not show: a control without an event in the period, or with a promise that this
version does not keep whole, is `not-satisfied` and says which. Nobody assessed anything here; the remarks say so.
"""

from __future__ import annotations

import uuid
from typing import Any

from audit.evidence.facts import Facts, Shown

OSCAL_VERSION = "1.2.3"
_NAMESPACE = uuid.UUID("9d1f3a52-6a55-5c0e-9c3b-6f8f2b1f4a10")
_NS = "https://countersign.invalid/ns/oscal"


def assessment_results(facts: Facts) -> dict[str, Any]:
    """Return the document."""

    def id_of(*parts: object) -> str:
        seed = (facts.origin, facts.since, facts.until, facts.head_number, *parts)
        return str(uuid.uuid5(_NAMESPACE, "|".join(map(str, seed))))

    shown = [each for _, controls in facts.frameworks for each in controls]
    return {
        "assessment-results": {
            "uuid": id_of("document"),
            "metadata": {
                "title": f"Evidence of {facts.organization}, {facts.since[:10]} to {facts.until[:10]}",
                "last-modified": facts.sealed_at,
                "version": f"{facts.head_number}",
                "oscal-version": OSCAL_VERSION,
                "parties": [{"uuid": id_of("party"), "type": "organization", "name": facts.organization}],
                "remarks": "Written by the product itself from its own record. It is evidence for an assessor, and no"
                " assessment.",
            },
            "import-ap": {"href": f"#{id_of('plan')}"},
            "results": [
                {
                    "uuid": id_of("result"),
                    "title": "What the record shows",
                    "description": f"{facts.counts['leaves']} sealed events under head {facts.head_number} of the log"
                    f" `{facts.origin}`.",
                    "start": facts.since,
                    "end": facts.until,
                    "reviewed-controls": {
                        "control-selections": [
                            {"include-controls": [{"control-id": each.control.id} for each in shown]}
                        ]
                    },
                    "observations": [_observation(each, id_of, facts) for each in shown],
                    "findings": [_finding(each, id_of) for each in shown],
                }
            ],
            "back-matter": {
                "resources": [
                    {
                        "uuid": id_of("plan"),
                        "title": "Control mapping",
                        "description": "Which promises of the product answer which control, and their tests.",
                        "rlinks": [{"href": "controls.json", "media-type": "application/json"}],
                    }
                ]
            },
        }
    }


def _observation(each: Shown, id_of: Any, facts: Facts) -> dict[str, Any]:
    return {
        "uuid": id_of("observation", each.control.id),
        "title": f"{each.control.reference} {each.control.title}",
        "description": f"{each.events} events of the period serve it; {each.tests} tests prove the promises under it.",
        "props": [
            {"name": "events", "ns": _NS, "value": str(each.events)},
            {"name": "promises", "ns": _NS, "value": " ".join(each.control.promises)},
        ],
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
        "relevant-evidence": [
            {"href": "index.html", "description": "The events by type, and the files that hold them."},
        ],
        "collected": facts.sealed_at,
    }


def _finding(each: Shown, id_of: Any) -> dict[str, Any]:
    state = {"state": "satisfied" if each.is_shown else "not-satisfied"}
    if not each.is_shown:
        state["reason"] = "other"
        state["remarks"] = (
            f"Not kept whole by this version: {', '.join(each.unproved)}."
            if each.unproved
            else "No event in the period."
        )
    return {
        "uuid": id_of("finding", each.control.id),
        "title": f"{each.control.reference} {each.control.title}",
        "description": each.control.asks,
        "target": {"type": "objective-id", "target-id": each.control.id, "status": state},
        "related-observations": [{"observation-uuid": id_of("observation", each.control.id)}],
    }
