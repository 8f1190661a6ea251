"""Measures the output guard on sentences that it was not written from, beside plain expressions in the same run.

    python -m bench.output

Personal data: recall and precision per kind, disguises, look-alikes. Language: hateful and fine sentences, insults.
Cost: replies of 500 characters a second, and what 500 patterns of a merchant cost beside 5.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import manners
from bench.output_corpus import REPLY_SENTENCES, Labelled, disguised, look_alikes, sentences
from bench.toxicity import contempt, fresh, unseen
from guardrails.output import OutputPolicy, PatternRule, inspect

Found = list[tuple[str, int, int]]
KINDS = ("email", "phone", "card", "ssn", "ip")
_PLAIN = {
    "email": r"[\w.+-]+@[\w-]+\.[\w.-]+",
    "ssn": r"\b\d{3}-\d{2}-\d{4}\b",
    "card": r"\b(?:\d[ -]?){13,16}\b",
    "ip": r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
    "phone": r"(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}\b",
}
_RUDE = re.compile(r"\b(?:fuck\w*|shit\w*|bitch\w*|idiots?|stupid|hate|kill|disgust\w*|faggots?|retards?)\b", re.I)


def ours(text: str) -> Found:
    """Return what the guard finds of personal data."""
    return [(f.kind, f.start, f.end) for f in inspect(text).findings if f.kind in KINDS]


def plain(text: str) -> Found:
    """Return what one expression a kind finds: the baseline."""
    found: Found = []
    for kind, pattern in _PLAIN.items():
        for match in re.finditer(pattern, text):
            if all(match.end() <= start or end <= match.start() for _, start, end in found):
                found.append((kind, *match.span()))
    return found


def rates(rows: Iterable[Labelled], find: Callable[[str], Found]) -> dict[str, tuple[float, float]]:
    """Return recall and precision per kind and over all; a finding counts where it covers most of its label."""
    hits, misses, false = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        found = find(row.text)
        used = set()
        for kind, start, end in row.labels:
            covering = [
                i
                for i, (k, b, e) in enumerate(found)
                if k == kind and min(end, e) - max(start, b) >= 0.7 * (end - start)
            ]
            used.update(covering)
            (hits if covering else misses)[kind] += 1
        false.update(kind for i, (kind, _, _) in enumerate(found) if i not in used)
    table = {kind: _rate(hits[kind], misses[kind], false[kind]) for kind in KINDS}
    return table | {"all": _rate(hits.total(), misses.total(), false.total())}


def _rate(hits: int, misses: int, false: int) -> tuple[float, float]:
    return hits / max(hits + misses, 1), hits / max(hits + false, 1)


def is_toxic(text: str) -> bool:
    """Whether the guard calls a text toxic."""
    return any(finding.kind == "toxicity" for finding in inspect(text).findings)


def toxic_rates(hateful: Sequence[str], fine: Sequence[str]) -> tuple[float, float]:
    """Return recall and false-positive rate of the guard on sentences."""
    return sum(map(is_toxic, hateful)) / len(hateful), sum(map(is_toxic, fine)) / len(fine)


def replies(count: int = 400) -> list[str]:
    """Return replies of 500 characters made of a support desk's sentences."""
    pick = random.Random(5)
    made = []
    for _ in range(count):
        text = ""
        while len(text) < 500:
            text += " " + pick.choice(REPLY_SENTENCES)
        made.append(text[:500])
    return made


def per_second(texts: list[str], policy: OutputPolicy | None = None, rounds: int = 5) -> float:
    """Return the median over rounds of replies a second of this process."""
    speeds = []
    for _ in range(rounds):
        began = time.process_time()
        for text in texts:
            inspect(text, policy)
        speeds.append(len(texts) / (time.process_time() - began))
    return median(speeds)


def main() -> int:
    """Print the tables and return the exit status."""
    rows = sentences(1500)
    guard, baseline = rates(rows, ours), rates(rows, plain)
    print(f"{len(rows)} sentences       guard: recall precision   plain expressions: recall precision")
    for kind, (recall, precision) in guard.items():
        print(f"  {kind:6} {recall:24.3f} {precision:9.3f} {baseline[kind][0]:27.3f} {baseline[kind][1]:9.3f}")
    hidden = disguised()
    caught = sum(any(kind == found for found, _, _ in ours(text)) for kind, text in hidden)
    bare = sum(any(kind == found for found, _, _ in plain(text)) for kind, text in hidden)
    print(f"{len(hidden)} disguises: {caught} found, plain expressions {bare}")
    alike = look_alikes()
    wrong = sum(bool(inspect(text).findings) for text in alike)
    print(f"{len(alike)} look-alikes: {wrong} flagged, plain expressions {sum(bool(plain(text)) for text in alike)}")
    recall, false = toxic_rates(fresh.HATEFUL, fresh.FINE)
    listed = [sum(bool(_RUDE.search(text)) for text in texts) / len(texts) for texts in (fresh.HATEFUL, fresh.FINE)]
    print(
        f"hateful: recall {recall:.2f} at false positives {false:.2f}; a word list {listed[0]:.2f} at {listed[1]:.2f}"
    )
    recall, false = toxic_rates(unseen.HATEFUL, unseen.FINE)
    print(f"hateful, never used: recall {recall:.2f} at false positives {false:.2f}")
    sets = {"open": manners.OPEN, "held": manners.HELD, "last": manners.LAST}
    sets |= {"contempt, used": (contempt.RUDE, contempt.FINE)}
    for name, (rude, fine) in sets.items():
        caught, wrong = (sum(inspect(text).verdict == "block" for text in texts) for texts in (rude, fine))
        print(f"rude replies, {name}: {caught} of {len(rude)} blocked, harmless {wrong} of {len(fine)}")
    blocked = sum(inspect(text).verdict == "block" for text in fresh.INDIVIDUAL)
    print(f"insults and threats at one person: {blocked} of {len(fresh.INDIVIDUAL)} blocked")
    texts = replies()
    few, many = (
        OutputPolicy(patterns=tuple(PatternRule(f"r{n}", f"word {n} of") for n in range(size))) for size in (5, 500)
    )
    for policy in (None, few, many):
        per_second(texts[:50], policy, 1)
    base, some, all_ = (per_second(texts, policy) for policy in (None, few, many))
    print(f"replies of 500 characters a second: {base:.0f}; with 5 patterns {some:.0f}, with 500 {all_:.0f}")
    return int(guard["all"][0] < 0.9 or guard["all"][1] < 0.97 or wrong > 0 or caught < 0.93 * len(hidden))


if __name__ == "__main__":
    sys.exit(main())
