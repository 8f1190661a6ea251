"""How good is the local ticket classifier, on tickets it never saw, beside rules by keyword?

    python -m bench.classify [FILE.jsonl ...]

Each line of a file is {"intents": [...], "text": ...} or {"intents": [...], "messages": [{"role", "text"}, ...]};
without files, the held-out sets of `bench/tickets/` are used (its README says how they are kept apart).
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.adapters.providers import classifier, language
from connectors.adapters.providers.contracts import INTENTS, Classification, ClassifyRequest
from connectors.adapters.providers.reading import conversation

FOLDER = Path(__file__).parent / "tickets"
HELD_OUT = tuple(FOLDER / name for name in ("chats.jsonl", "several.jsonl", "letters.jsonl"))
SEEN = classifier.WEIGHTS.with_name("tuning.jsonl")
LANGUAGES = FOLDER / "languages.jsonl"
PRESENT = 0.5
"""From this probability on, the flow counts another intent as present."""

_KEYWORDS = (
    ("person_request", r"\bhuman\b|\bagent\b|\bperson\b|\bmanager\b|\bsupervisor\b|\bcall me\b"),
    ("refund", r"\brefund|\bmoney back\b|\breimburs|\bcharged\b"),
    ("cancel", r"\bcancel"),
    ("exchange", r"\bexchange|\breplace|\bswap\b|\bwrong (?:size|item|colou?r)"),
    ("return_question", r"\breturn"),
    ("order_status", r"\bwhere\b|\btrack|\barriv|\bdeliver|\bshipped\b"),
    ("complaint", r"\bterribl|\bworst\b|\bawful|\bdisappoint|\brude\b"),
    ("spam", r"\bclick\b|\bseo\b|\bloan\b|\bfree\b|https?://"),
    ("product_question", r"\bdoes\b|\bwaterproof|\bsize\b|\bhow do i\b"),
)


@dataclass(frozen=True, slots=True)
class Labelled:
    text: str
    intents: frozenset[str]


def rows(path: Path) -> list[Labelled]:
    """Return a file's tickets; raises `ValueError` naming the line that is none."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        row = json.loads(line)
        intents = frozenset(row.get("intents") or [row["intent"]])
        if not intents <= set(INTENTS):
            raise ValueError(f"{path.name} line {number}: intents: `{sorted(intents - set(INTENTS))[0]}` is none")
        found.append(Labelled(row["text"] if "text" in row else conversation(row["messages"]), intents))
    return found


def by_model(text: str) -> Classification:
    return classifier.classify(ClassifyRequest("", text))


def by_keywords(text: str) -> Classification:
    """The baseline: the first rule whose word occurs leads, the others are present."""
    hits = [name for name, words in _KEYWORDS if re.search(words, text, re.IGNORECASE)]
    if not hits:
        return Classification("general", 0.5)
    return Classification(hits[0], 0.5, tuple((name, 0.5) for name in hits[1:]))


def measure(tickets: Sequence[Labelled], answer: Callable[[str], Classification] = by_model) -> dict[str, float]:
    """Return accuracy, macro-F1, expected calibration error, coverage at 95 % precision, and the figures of sets.

    An answer is right when its leading intent is one of the ticket's. Exact set and micro-F1 compare all intents.
    """
    answers = [answer(ticket.text) for ticket in tickets]
    right = [given.intent in ticket.intents for given, ticket in zip(answers, tickets, strict=True)]
    sets = [_present(given) for given in answers]
    return {
        "tickets": len(tickets),
        "accuracy": sum(right) / len(right),
        "macro_f1": _macro_f1(answers, tickets),
        "ece": _calibration_error([given.confidence for given in answers], right),
        "coverage": _coverage([given.confidence for given in answers], right),
        "exact_set": sum(found == ticket.intents for found, ticket in zip(sets, tickets, strict=True)) / len(tickets),
        "micro_f1": _micro_f1(sets, tickets),
    }


def _present(given: Classification) -> frozenset[str]:
    return frozenset({given.intent, *(name for name, chance in given.others if chance >= PRESENT)})


def _macro_f1(answers: Sequence[Classification], tickets: Sequence[Labelled]) -> float:
    """Mean F1 of the leading intents; where several may lead, the one that was given counts as the truth."""
    truth = [a.intent if a.intent in t.intents else min(t.intents) for a, t in zip(answers, tickets, strict=True)]
    scores = []
    for intent in sorted(set(truth)):
        hits = sum(a.intent == intent == true for a, true in zip(answers, truth, strict=True))
        given, wanted = sum(a.intent == intent for a in answers), truth.count(intent)
        scores.append(2 * hits / (given + wanted))
    return sum(scores) / len(scores)


def _micro_f1(sets: Sequence[frozenset[str]], tickets: Sequence[Labelled]) -> float:
    hits = sum(len(found & ticket.intents) for found, ticket in zip(sets, tickets, strict=True))
    return 2 * hits / (sum(map(len, sets)) + sum(len(ticket.intents) for ticket in tickets))


def _calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    sums = [0.0] * bins
    for confidence, is_right in zip(confidences, right, strict=True):
        sums[min(int(confidence * bins), bins - 1)] += is_right - confidence
    return sum(map(abs, sums)) / len(right)


def _coverage(confidences: Sequence[float], right: Sequence[bool], precision: float = 0.95) -> float:
    """Share of tickets that the most confident answers make up while they are right often enough."""
    found, hits = 0.0, 0
    ordered = sorted(zip(confidences, right, strict=True), reverse=True)
    for count, (_, is_right) in enumerate(ordered, 1):
        hits += is_right
        if hits / count >= precision:
            found = count / len(ordered)
    return found


def confusions(tickets: Sequence[Labelled]) -> Counter[tuple[str, str]]:
    """Return how often one intent was taken for another. For sets that may be looked at."""
    pairs = ((min(ticket.intents), by_model(ticket.text).intent) for ticket in tickets)
    return Counter(pair for pair in pairs if pair[0] != pair[1])


def language_accuracy(path: Path = LANGUAGES) -> tuple[float, int, int]:
    """Return accuracy, number of texts and of languages."""
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    hits = sum(language.detect_language(row["text"]) == row["language"] for row in found)
    return hits / len(found), len(found), len({row["language"] for row in found})


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or [*HELD_OUT, SEEN]
    started = time.perf_counter()
    classifier.classifier()
    by_model("warm up")
    print(f"ready in {time.perf_counter() - started:.2f} s; `keywords` is the baseline")
    print(f"{'set':<22}{'by':<10}{'n':>5}{'acc':>7}{'F1':>7}{'ECE':>7}{'cov95':>7}{'exact':>7}{'microF1':>9}{'ms':>7}")
    for path in paths:
        tickets = rows(path)
        for name, answer in (("model", by_model), ("keywords", by_keywords)):
            before = time.perf_counter()
            found = measure(tickets, answer)
            each = (time.perf_counter() - before) * 1000 / len(tickets)
            label = f"{path.stem}{' (seen)' if path == SEEN else ''}"
            figures = "".join(f"{found[key]:>7.3f}" for key in ("accuracy", "macro_f1", "ece", "coverage", "exact_set"))
            print(f"{label:<22}{name:<10}{found['tickets']:>5.0f}{figures}{found['micro_f1']:>9.3f}{each:>7.2f}")
    share, texts, languages = language_accuracy()
    print(f"language: {share:.3f} right on {texts} short texts in {languages} languages")


if __name__ == "__main__":
    main()
