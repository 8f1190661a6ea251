"""How good is the local ticket classifier? Accuracy, calibration and coverage on tickets it never saw.

    python -m bench.classify [FILE.jsonl]

Each line of the file is {"intent": …, "text": …}; without one, the shipped held-out examples are used.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path

from connectors.adapters.providers import classifier
from connectors.adapters.providers.contracts import ClassifyRequest

HELD_OUT = classifier.EXAMPLES.with_name("heldout.jsonl")


def measure(path: Path = HELD_OUT, *, precision: float = 0.95, bins: int = 10) -> dict[str, float]:
    """Return accuracy, expected calibration error, and coverage.

    Coverage is the share of tickets that the most confident answers make up while they are right at
    least as often as `precision`.
    """
    rows = _rows(path)
    answers = [classifier.classify(ClassifyRequest("", row["text"])) for row in rows]
    right = [answer.intent == row["intent"] for answer, row in zip(answers, rows, strict=True)]
    scored = sorted(zip((a.confidence for a in answers), right, strict=True), reverse=True)
    coverage, hits = 0.0, 0
    for count, (_, is_right) in enumerate(scored, 1):
        hits += is_right
        if hits / count >= precision:
            coverage = count / len(rows)
    sums = [0.0] * bins
    for confidence, is_right in scored:
        sums[min(int(confidence * bins), bins - 1)] += is_right - confidence
    error = sum(map(abs, sums)) / len(rows)
    return {"tickets": len(rows), "accuracy": sum(right) / len(rows), "ece": error, "coverage": coverage}


def confusions(path: Path = HELD_OUT) -> Counter[tuple[str, str]]:
    """Return how often one intent was taken for another."""
    pairs = ((r["intent"], classifier.classify(ClassifyRequest("", r["text"])).intent) for r in _rows(path))
    return Counter(pair for pair in pairs if pair[0] != pair[1])


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else HELD_OUT
    started = time.perf_counter()
    classifier.classifier()
    trained = time.perf_counter()
    found = measure(path)
    each = (time.perf_counter() - trained) / found["tickets"]
    print(f"trained in {trained - started:.2f} s; {each * 1000:.2f} ms a ticket")
    print(f"{found['tickets']} tickets: accuracy {found['accuracy']:.3f}, ECE {found['ece']:.3f}")
    print(f"coverage at 95 % precision: {found['coverage']:.3f}")
    for (truth, taken), count in confusions(path).most_common(12):
        print(f"  {count} × {truth} taken for {taken}")


if __name__ == "__main__":
    main()
