"""How well does confidence tell right answers from wrong ones? AUROC and reliability on a labelled set made by code.

    python -m bench.confidence [--points]

The set (`bench.labelled`) has every way of answering a question once, about two thirds of them wrong, so the curve says
less rather than more than a good model deserves. The curve is fitted on half of the domains and judged on the others.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bench.labelled import DOMAINS, SEED, Asked, Case, asked_of, cases, fill, is_same, run, schema_of
from connectors.adapters.providers import matching
from connectors.adapters.providers.contracts import VerifiedQuery
from questions import signals, statement
from questions.signals.combine import LEVELS, SHIPPED, Calibration, Platt, score_of
from questions.signals.signal import Signal

TODAY = date(2026, 11, 23)
ASKED_FOR = 0.95
"""How often High has to be right."""
WAYS = ("{}", "Please show me: {}", "Can you tell me {}", "{} now", "I would like to know: {}")


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with its signals: which half it belongs to, what wrote the statement, whether it is right."""

    is_held_out: bool
    origin: str
    signals: tuple[Signal, ...]
    is_right: bool

    @property
    def score(self) -> int:
        return score_of(self.signals)


def of_statement(case: Case) -> list[Signal]:
    """Return the signals of a statement the model wrote."""
    schema = schema_of(DOMAINS[case.domain])
    tree = statement.tree_of(case.sql, "sqlite")
    return [
        signals.origin.SCHEMA,
        *signals.of_reading(case.question, tree, schema),
        *signals.of_shape(tree, schema),
        *signals.of_result(case.result),
    ]


def judged() -> list[Judged]:
    """Return the labelled set with its signals: written by a model, with samples compared, matched with a query."""
    found, pools = [], defaultdict(list)
    made = list(cases())
    for case in made:
        pools[case.domain, case.question].append(case)
    chance = random.Random(SEED)
    for case in made:
        own = of_statement(case)
        held_out = case.domain % 2 == 1
        by_model = signals.origin.by_model(is_backed=False)
        found.append(Judged(held_out, "model", (by_model, *own), case.is_right))
        agreed = _agreed(case, pools[case.domain, case.question], chance)
        sampled = (signals.origin.by_model(is_backed=agreed == 2), signals.origin.agreement(agreed, 2))
        found.append(Judged(held_out, "model, 2 samples", (*sampled, *own), case.is_right))
    return found + list(_matched())


def _agreed(case: Case, pool: Sequence[Case], chance: random.Random) -> int:
    """Draw two more statements, each right half of the time, and count those with the same rows as this one."""
    count = 0
    for _ in range(2):
        wanted = chance.random() < 0.5
        other = chance.choice([each for each in pool if each.is_right == wanted] or list(pool))
        count += sorted(map(repr, other.result.rows)) == sorted(map(repr, case.result.rows))
    return count


def _matched() -> list[Judged]:
    """Ask every question in several ways, and near misses, of a memory that holds half of the questions."""
    found = []
    for number, domain in enumerate(DOMAINS):
        chance = random.Random(SEED + number)
        base = fill(domain, chance)
        asked = list({each.question: each for each in asked_of(domain, chance)}.values())
        memory = tuple(VerifiedQuery(each.question, each.question, each.gold) for each in asked[::2])
        for each in asked:
            for way in WAYS:
                fit = matching.match(way.format(each.question), memory, TODAY)
                if fit is not None:
                    right = is_same(base, each.gold, fit.query.sql, is_ordered=each.is_ordered)
                    own = _of_match(fit, each, run(base, fit.query.sql))
                    found.append(Judged(number % 2 == 1, "verified", tuple(own), right))
        base.close()
    return found


def _of_match(fit: matching.Match, asked: Asked, result: object) -> list[Signal]:
    return [
        signals.origin.verified(asked.question, fit.score, "countersigned"),
        signals.origin.SCHEMA,
        *signals.of_result(result),  # type: ignore[arg-type]
    ]


def auroc(rows: Sequence[Judged]) -> float:
    """Return the chance that a right answer scores above a wrong one; ties count half."""
    right, wrong = ([row.score for row in rows if row.is_right is wanted] for wanted in (True, False))
    if not right or not wrong:
        return float("nan")
    below, equal = Counter(wrong), 0.0
    for score in right:
        equal += sum(n * (1.0 if other < score else 0.5 if other == score else 0.0) for other, n in below.items())
    return equal / (len(right) * len(wrong))


def main() -> int:
    started = time.perf_counter()
    rows = judged()
    train, held = ([row for row in rows if row.is_held_out is wanted] for wanted in (False, True))
    curve = signals.fit_platt([(row.score, row.is_right) for row in train])
    assert curve is not None
    right = sum(row.is_right for row in rows)
    print(f"{len(rows)} cases of {len(DOMAINS)} generated databases, {right} right; {len(held)} held out")
    print(
        f"fitted slope {curve.slope:.4f}, offset {curve.offset:.3f}; shipped {SHIPPED.slope:.4f}, {SHIPPED.offset:.3f}"
    )
    for origin in ("model", "model, 2 samples", "verified"):
        part = [row for row in held if row.origin == origin]
        wrong = sum(not row.is_right for row in part)
        print(f"  AUROC {origin:<18}{auroc(part):.3f}   ({len(part)} held out, {wrong} wrong)")
    print(f"  AUROC {'all':<18}{auroc(held):.3f}")
    high = _table(held, SHIPPED)
    ok = high >= ASKED_FOR and abs(curve.slope - SHIPPED.slope) < 0.02 and abs(curve.offset - SHIPPED.offset) < 0.5
    print(f"High is right in {high:.1%} of the held-out cases, asked for {ASKED_FOR:.0%}: {'ok' if ok else 'NOT MET'}")
    print(f"{time.perf_counter() - started:.1f} s")
    if "--points" in sys.argv:
        _points(train)
    return 0 if ok else 1


def _table(rows: Sequence[Judged], curve: Platt) -> float:
    """Print how often each level was right, and return it for High."""
    by_level = defaultdict(list)
    for row in rows:
        by_level[signals.level_of(row.signals, Calibration(curve))].append(row)
    print("  level      cases  right  share   said")
    shares = {}
    for _, level in LEVELS:
        found = by_level[level]
        right = sum(row.is_right for row in found)
        shares[level] = right / len(found) if found else float("nan")
        said = sum(curve(row.score) for row in found) / len(found) if found else float("nan")
        print(f"  {level:<10}{len(found):>6}{right:>7}  {shares[level]:>5.1%}  {said:>5.1%}")
    return shares["high"]


def _points(rows: Sequence[Judged]) -> None:
    """Print how often an answer with each signal was right, to set points by."""
    seen = defaultdict(list)
    for row in rows:
        for signal in row.signals:
            seen[signal.name, signal.points].append(row.is_right)
    for (name, points), labels in sorted(seen.items()):
        print(f"  {name:<20}{points:>5}  {sum(labels):>4} of {len(labels)} right")


if __name__ == "__main__":
    sys.exit(main())
