"""The controls that officers answer for, each with the promises of this product that serve it. Sentences are ours.

A control leads to promises, a promise to the tests that prove it (`promises.json`, written from the tests themselves)
and to the events that show it at work (each type of event declares the promises it serves). Laws move: a date here is
data, with the act it was taken from; `REVIEWED` says when it was last looked at.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal import trail

REVIEWED = date(2026, 11, 24)
"""When these rows were last compared with their sources."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control or article: what it asks, in our words, and the promises that answer it."""

    id: str
    reference: str
    title: str
    asks: str
    promises: tuple[str, ...]
    applies_from: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Framework:
    """A law or standard, with its source and what of it stands here."""

    id: str
    title: str
    source: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of the product: its sentence, whether this version keeps it whole, and the tests that prove it."""

    id: str
    sentence: str
    is_whole: bool
    tests: tuple[str, ...]
    event_types: tuple[str, ...]


def _c(id: str, reference: str, title: str, asks: str, promises: str, **more: Any) -> Control:
    return Control(id, reference, title, asks, tuple(promises.split()), **more)


_HIGH_RISK = date(2027, 12, 2)
_MOVED = (
    "For high-risk systems of Annex III. Was 2 August 2026; the amending act of 2026 (the digital omnibus) moved it."
    " Ask counsel which date binds you."
)

FRAMEWORKS: tuple[Framework, ...] = (
    Framework(
        "eu-ai-act",
        "EU AI Act",
        "Regulation (EU) 2024/1689",
        (
            _c(
                "eu-ai-act-12", "Article 12", "Record-keeping",
                "A high-risk system records events by itself over its lifetime, so that situations of risk and"
                " its working can be traced afterwards.",
                "A01 A03 A04 A06", applies_from=_HIGH_RISK, note=_MOVED,
            ),
            _c(
                "eu-ai-act-14", "Article 14", "Human oversight",
                "People can understand what the system does, set aside what it gives, overrule it, and stop it.",
                "T01 T02 T13 T16 Q11 Q17", applies_from=_HIGH_RISK, note=_MOVED,
            ),
            _c(
                "eu-ai-act-26", "Article 26", "Deployers of high-risk systems",
                "Who uses such a system gives its oversight to people with the authority for it, watches it at work,"
                " and keeps its logs for six months or longer.",
                "I03 T16 A06 A07 A08", applies_from=_HIGH_RISK, note=_MOVED,
            ),
            _c(
                "eu-ai-act-50", "Article 50", "Transparency",
                "People are told that they deal with an AI system, and what was generated is marked as such.",
                "T20", applies_from=date(2026, 8, 2),
                note="Marking what is generated (paragraph 2) binds systems that were on the market before that day"
                " from 2 December 2026 on, by the amending act of 2026.",
            ),
        ),
    ),
    Framework(
        "iso-42001",
        "ISO/IEC 42001",
        "ISO/IEC 42001:2023, Annex A",
        (
            _c(
                "iso-42001-a.4", "A.4", "Resources for AI systems",
                "What an AI system is made of (data, tools, models, people) is known and written down.",
                "Q06 Q07 Q09 A02",
            ),
            _c(
                "iso-42001-a.5", "A.5", "Assessing impacts",
                "What the system may do to people and groups is looked at before and while it is used.",
                "T02 T25 T26",
            ),
            _c(
                "iso-42001-a.6.2.6", "A.6.2.6", "Operation and monitoring",
                "The system at work is watched, and what goes wrong is found and mended.",
                "T15 A07 A08",
            ),
            _c(
                "iso-42001-a.6.2.8", "A.6.2.8", "Event logs",
                "It is settled when the system records events, and it does so at least while it is used.",
                "A01 A02 A03 A04 A06",
            ),
            _c(
                "iso-42001-a.8", "A.8", "Information for interested parties",
                "Users and others concerned get what they need to know about the system, and a way to report harm.",
                "Q11 Q12 Q13 T20",
            ),
            _c(
                "iso-42001-a.9", "A.9", "Use of AI systems",
                "The system is used as intended and within the organization's rules.",
                "T03 T07 T09 T10 T13 Q03 Q16",
            ),
        ),
    ),
    Framework(
        "soc-2",
        "SOC 2",
        "AICPA Trust Services Criteria, 2017 with points of focus of 2022",
        (
            _c(
                "soc-2-cc6.1", "CC6.1", "Logical access",
                "Software and structures keep protected information from those who are not meant to reach it.",
                "I01 I02 I05 I06 S01 S02 S03",
            ),
            _c(
                "soc-2-cc6.2", "CC6.2", "Granting and removing access",
                "Access is given after it was authorized and taken away when it is no longer due.",
                "I03 I04 I07 A02",
            ),
            _c(
                "soc-2-cc6.3", "CC6.3", "Least privilege",
                "Access follows roles and duties; nobody does alone what takes two.",
                "I03 I04 T16 Q02",
            ),
            _c(
                "soc-2-cc6.6", "CC6.6", "Threats from outside",
                "Measures stand against what comes from outside the system's boundary.",
                "S05 S06 S09 T21 Q03",
            ),
            _c(
                "soc-2-cc6.7", "CC6.7", "Information in motion",
                "Information is protected while it moves, and leaves only through those allowed to send it.",
                "Q01 Q04 S05 T17 A05",
            ),
            _c(
                "soc-2-cc7.2", "CC7.2", "Monitoring for anomalies",
                "What is unusual in the system's working is found and looked into.",
                "A07 A08 O03",
            ),
            _c(
                "soc-2-cc7.3", "CC7.3", "Judging events",
                "Events are judged for whether they are incidents.",
                "A01 A02 A03 A04",
            ),
            _c(
                "soc-2-cc7.4", "CC7.4", "Responding",
                "Incidents are contained, mended and told by a set way of working.",
                "T01 T02 A04",
            ),
            _c(
                "soc-2-cc8.1", "CC8.1", "Changes",
                "Changes are authorized, tested, approved and recorded.",
                "A02 T26 T02 O04",
            ),
            _c(
                "soc-2-cc9.2", "CC9.2", "Vendors and partners",
                "The risk that vendors and partners bring is known and managed.",
                "Q07 Q10 T06 S04 S08",
            ),
            _c(
                "soc-2-pi1.2", "PI1.2", "Inputs",
                "What goes in is complete and right.",
                "T08 T21 Q09",
            ),
            _c(
                "soc-2-pi1.3", "PI1.3", "Processing",
                "What is processed comes out as it was specified, and errors are found.",
                "T14 T15 Q12 Q05",
            ),
            _c(
                "soc-2-pi1.4", "PI1.4", "Outputs",
                "What comes out goes, whole and right, to those it is meant for alone.",
                "T12 T17 T18 T19 T20 Q15",
            ),
        ),
    ),
    Framework(
        "nist-ai-rmf",
        "NIST AI RMF",
        "NIST AI 100-1, version 1.0",
        (
            _c(
                "nist-ai-rmf-govern-1.4", "GOVERN 1.4", "Transparent policies and controls",
                "How risks are managed, and what came of it, is set out in policies that can be looked at.",
                "A02 A09 T24",
            ),
            _c(
                "nist-ai-rmf-govern-1.6", "GOVERN 1.6", "Inventory",
                "The AI systems in use are listed, with the means for it matching the risk.",
                "A01 A03",
            ),
            _c(
                "nist-ai-rmf-map-3.5", "MAP 3.5", "Oversight is defined",
                "Who oversees the system, and how, is settled and written down.",
                "T13 T16 I03",
            ),
            _c(
                "nist-ai-rmf-measure-2.4", "MEASURE 2.4", "In production",
                "What the system does and how its parts behave is watched while it is used.",
                "A07 A08 T15",
            ),
            _c(
                "nist-ai-rmf-measure-2.8", "MEASURE 2.8", "Transparency and accountability",
                "Risks to being able to answer for the system are looked at and written down.",
                "A04 A06 A09",
            ),
            _c(
                "nist-ai-rmf-manage-2.4", "MANAGE 2.4", "Switching off",
                "There is a way, with people in charge of it, to take over from a system or to turn it off.",
                "T01 T02 Q17",
            ),
            _c(
                "nist-ai-rmf-manage-4.3", "MANAGE 4.3", "Incidents are told",
                "Incidents and errors are told to those concerned, followed and written down.",
                "A03 A07 T15",
            ),
        ),
    ),
)  # fmt: skip


@cache
def _known() -> dict[str, dict[str, Any]]:
    text = Path(__file__).with_name("promises.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found


def promise(id: str) -> Promise:
    """Return a promise with the tests and the types of events that belong to it; raise `KeyError` for none such."""
    known = _known()[id]
    types = sorted(name for name, kind in trail.declared().items() if id in kind.promises)
    return Promise(id, known["sentence"], known["whole"], tuple(known["tests"]), tuple(types))


def control(id: str) -> Control:
    """Return a control by its id; raise `KeyError` for none such."""
    for framework in FRAMEWORKS:
        for each in framework.controls:
            if each.id == id:
                return each
    raise KeyError(id)


def types_of(control: Control) -> list[str]:
    """Return the types of events that show a control at work, in order."""
    return sorted({name for id in control.promises for name in promise(id).event_types})
