"""The summary of a pack as PDF: two or three pages that print, byte for byte the same each time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from audit.evidence.facts import Facts

_INK, _QUIET, _RULE = (24, 28, 36), (92, 99, 112), (214, 218, 226)


class _Page(FPDF):
    """A4 with the page's number and the log's name at its foot."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("Helvetica", size=7.5)
        self.set_text_color(*_QUIET)
        self.cell(0, 5, _latin(f"{self.foot}  -  page {self.page_no()}"), align="L")


def pdf(facts: Facts) -> bytes:
    """Return the document."""
    page = _Page(format="A4")
    page.foot = facts.origin
    page.set_creation_date(datetime.fromisoformat(facts.sealed_at))
    page.set_title(_latin(f"Evidence of {facts.organization}"))
    page.set_producer("Countersign")
    page.set_auto_page_break(True, 18)
    page.set_margins(18, 18)
    page.add_page()
    _head(page, facts)
    _pairs(page, facts)
    _controls(page, facts)
    _events(page, facts)
    return bytes(page.output())


def _head(page: FPDF, facts: Facts) -> None:
    page.set_text_color(*_INK)
    page.set_font("Helvetica", "B", 17)
    _text(page, 0, 8, _latin(f"Evidence of {facts.organization}"))
    page.set_font("Helvetica", size=10.5)
    page.set_text_color(*_QUIET)
    _text(page, 0, 6, f"{facts.since} to {facts.until}")
    page.ln(3)


def _pairs(page: FPDF, facts: Facts) -> None:
    counts = facts.counts
    whole = "all there, none changed" if not counts["absent"] and not counts["changed"] else (
        f"{counts['absent']} absent, {counts['changed']} changed since they were sealed"
    )  # fmt: skip
    for name, value in (
        ("Sealed events", f"{counts['leaves']:,} ({whole})"),
        ("Leaves of the log", f"{facts.first_leaf:,} up to {facts.end_leaf:,}, of {facts.head_size:,}"),
        ("Signed head", f"number {facts.head_number}, sealed {facts.sealed_at}"),
        ("Log", facts.origin),
        ("Key", facts.verifier_key),
        ("Check it", "python countersign_verify.py pack.zip  (Python and the package cryptography are enough)"),
    ):
        page.set_font("Helvetica", "B", 9)
        page.set_text_color(*_INK)
        page.cell(38, 5.4, name)
        page.set_font("Helvetica", size=9)
        _text(page, 0, 5.4, _latin(value))
    page.ln(3)


def _controls(page: FPDF, facts: Facts) -> None:
    for framework, controls in facts.frameworks:
        _title(page, f"{framework.title} ({framework.source})")
        for each in controls:
            said = f"{each.events:,} events" + (f", last {each.last_at}" if each.last_at else "")
            if each.unproved:
                said += f"; not whole in this version: {' '.join(each.unproved)}"
            _row(page, f"{each.control.reference} {each.control.title}", said)


def _events(page: FPDF, facts: Facts) -> None:
    _title(page, "Beside the trail")
    for section, count in facts.sections:
        _row(page, section.title, f"{count:,} rows")
    _title(page, "Events by type")
    for name, said, count, last in facts.by_type:
        _row(page, f"{said} ({name})", f"{count:,}, last {last}")


def _text(page: FPDF, width: float, height: float, text: str, border: Literal["B", 0] = 0) -> None:
    page.multi_cell(width, height, text, border=border, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _title(page: FPDF, text: str) -> None:
    page.ln(2.5)
    page.set_font("Helvetica", "B", 10.5)
    page.set_text_color(*_INK)
    _text(page, 0, 6.5, _latin(text), "B")
    page.ln(1)


def _row(page: FPDF, left: str, right: str) -> None:
    page.set_font("Helvetica", size=8.5)
    page.set_draw_color(*_RULE)
    page.set_text_color(*_INK)
    start = page.get_y()
    if start > page.h - 26:
        page.add_page()
        start = page.get_y()
    _text(page, 98, 4.6, _latin(left))
    ended = page.get_y()
    page.set_xy(page.l_margin + 100, start)
    page.set_text_color(*_QUIET)
    _text(page, 0, 4.6, _latin(right))
    page.set_y(max(ended, page.get_y()))


def _latin(text: str) -> str:
    """Return what the fonts every reader has can show; the index holds the name as it is."""
    return text.encode("latin-1", "replace").decode("latin-1")
