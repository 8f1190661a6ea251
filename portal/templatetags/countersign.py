"""The words and shapes of every page: verdicts, times, money, cards. Available in each template without loading."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal import change, subjects
from portal.roles import Capability, i_may

register = template.Library()

VERDICTS = {
    "pass": "Pass",
    "human": "Needs a person",
    "block": "Blocked",
    "stop": "Stopped",
    "record": "Recorded only",
    "skip": "Not run",
    "busy": "Working",
}
"""A verdict's shape (its class in the style sheet) and the word that stands beside it."""

_MICROS = 1_000_000


@register.simple_tag
def verdict(outcome: Any, label: str = "") -> SafeString:
    """Draw a verdict as shape, word and colour; an outcome nobody knows is shown as not run, never as a pass."""
    shape = str(outcome)
    if shape not in VERDICTS:
        shape, label = "skip", label or str(outcome)
    return format_html('<span class="verdict {}">{}</span>', shape, label or VERDICTS[shape])


@register.simple_tag
def story(kind: str, subject_id: object) -> SafeString:
    """Link to everything that happened to a subject, for who may read the trail."""
    address = subjects.story_url(kind, subject_id) if i_may(Capability.VIEW_GOVERNANCE) else ""
    return format_html('<a class="story" href="{}">Story</a>', address) if address else mark_safe("")


@register.simple_tag
def receipts(kind: str, subject_id: object) -> SafeString:
    """Link to the receipts of what was decided about a subject, for who may read the trail."""
    address = subjects.receipts_url(kind, subject_id) if i_may(Capability.VIEW_GOVERNANCE) else ""
    return format_html('<a class="story" href="{}">Receipt</a>', address) if address else mark_safe("")


@register.simple_tag
def story_of(row: Any) -> SafeString:
    """Link to the story of a governed row."""
    kind = change.governed().get(type(row), "")
    return story(kind, row.pk) if kind else mark_safe("")


@register.simple_block_tag
def card(content: str, title: str = "", aside: str = "", kind: str = "", label: str = "") -> SafeString:
    """Draw a card around the block: `{% card title="Answer" aside="policy 17" %}…{% endcard %}`."""
    head = ""
    if title:
        beside = format_html('<span class="small quiet num">{}</span>', aside) if aside else ""
        head = format_html("<header><h2>{}</h2>{}</header>", title, beside)
    named = format_html(' aria-label="{}"', label or title) if label or title else ""
    return format_html('<section class="card {}"{}>{}{}</section>', kind, named, head, mark_safe(content))  # noqa: S308 - a rendered block


@register.filter
def cost(microusd: int | None) -> str:
    """Show millionths of a dollar: exact below one dollar (`$0.0041`), with cents alone from there up."""
    if microusd is None:
        return ""
    if microusd == 0 or abs(microusd) >= _MICROS:
        return f"${microusd / _MICROS:,.2f}"
    exact = f"{microusd / _MICROS:.6f}"
    return f"${exact[:-2]}{exact[-2:].rstrip('0')}"


@register.filter
def duration(ms: int | None) -> str:
    """Show a duration: `84 ms`, `2.4 s`, `3 min 5 s`."""
    if ms is None:
        return ""
    if ms < 1000:
        return f"{ms} ms"
    seconds = ms / 1000
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds // 60)} min {int(seconds % 60)} s"


@register.filter
def grouped(number: int | None) -> str:
    """Show a whole number with separators: `1,204`."""
    return "" if number is None else f"{number:,}"


@register.filter
def size(count: int | None) -> str:
    """Show a number of bytes: `412 bytes`, `2.1 kB`, `3.4 MB`."""
    if count is None:
        return ""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """Show a moment relative to now, exact with its zone on hover: lists read, exports count."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    exact = f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), exact, _relative(moment))


def _relative(moment: datetime) -> str:
    past = timezone.now() - moment
    is_past = past >= timedelta(0)
    seconds = int(abs(past).total_seconds())
    if seconds < 60:
        return "just now" if is_past else "in a moment"
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = seconds // length
            if unit == "day" and number > 30:
                return f"{timezone.localtime(moment):%-d %B %Y}"
            words = f"{number} {unit}{'' if number == 1 else 's'}"
            return f"{words} ago" if is_past else f"in {words}"
    return "just now"
