"""Train the shipped ticket classifier from the hand-written examples; the same examples give the same weights.

    python -m connectors.adapters.providers.training

The examples are single requests, things people say beside them, and instructions aimed at the machine. Tickets are
composed of them: letters, chats, long stories, with slips of the pen. A request's phrasing stays within one fold,
with those that mean nearly the same: what cross-validation has not seen is unlike what it learned from. The held-out
tickets of `bench/` are never read here.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.adapters.providers import regression
from connectors.adapters.providers.classifier import KINDS, WEIGHTS, Classifier, signs
from connectors.adapters.providers.contracts import INTENTS
from connectors.adapters.providers.embeddings import embed
from connectors.adapters.providers.features import vectorise
from connectors.adapters.providers.reading import conversation, read
from connectors.adapters.providers.variety import FILLINGS, fill, roughen

Array = NDArray[Any]

FOLDER = Path(__file__).parent / "examples"
SOURCES = ("requests.txt", "asides.txt", "machine.txt", "tickets.jsonl", "tuning.jsonl")
FOLDS = 4
SEED = 20260
PENALTY = 0.3
STEPS = 130
INTERCEPT = 0.1
"""What the constant counts in the kernel: how freely a kind may be commoner than another."""
_SLOT = re.compile(r"\{(\w+)\}")
_SECTION = re.compile(r"\[([a-z_]+)\]")


@dataclass(frozen=True, slots=True)
class Line:
    """One hand-written line: its kind, its section (the kind, or what sort of aside), and its words."""

    kind: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One text to learn from; `family` keeps variants of a phrasing in one fold."""

    text: str
    kind: str
    family: int
    weight: float = 1.0


@lru_cache(maxsize=1)
def lines() -> tuple[Line, ...]:
    """Return the hand-written lines of all sources."""
    found: list[Line] = []
    for name in SOURCES[:3]:
        section = ""
        for line in (FOLDER / name).read_text("utf-8").splitlines():
            if mark := _SECTION.fullmatch(line.strip()):
                section = mark[1]
            elif line.strip():
                found.append(Line(section if section in KINDS else "aside", section, line.strip()))
    return tuple(found)


@lru_cache(maxsize=1)
def letters() -> tuple[tuple[str, str], ...]:
    """Return the hand-written whole tickets as (text, intent)."""
    rows = (json.loads(line) for line in (FOLDER / SOURCES[3]).read_text("utf-8").splitlines())
    return tuple((row["text"], row["intent"]) for row in rows)


def digest() -> str:
    """Return the digest of everything that the weights depend on: examples, features, this file."""
    here = Path(__file__).parent
    code = ("features.py", "training.py", "variety.py", "reading.py", "regression.py")
    paths = [*(FOLDER / name for name in SOURCES), *(here / name for name in code)]
    found = hashlib.sha256()
    for path in paths:
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def clause_rows() -> list[Row]:
    """Return single clauses: each line as it stands, and roughened twice, sometimes beside a few words more."""
    chance = random.Random(SEED)  # noqa: S311
    asides = [line for line in lines() if line.kind == "aside"]
    openings = [line.text for line in asides if line.section == "opening"]
    closings = [line.text for line in asides if line.section == "closing"]
    found: list[Row] = []
    for family, line in zip(families(), lines(), strict=True):
        found.append(Row(fill(line.text, chance), line.kind, family))
        for turn in range(2 if line.kind in (*INTENTS, "machine") else 1):
            text = fill(line.text, chance)
            if turn == 1 and line.kind in INTENTS:
                beside = (f"{chance.choice(openings)} {text}", f"{text} {chance.choice(closings)}", text)
                text = chance.choice(beside)
                lead = chance.choice(("ok so ", "well ", "i mean ", "and ", "but ", "also ", "actually ", "", ""))
                text = lead + fill(text, chance)
            found.append(Row(roughen(text, chance), line.kind, family, 0.6))
    return found


def ticket_rows(share: float = 0.7) -> list[Row]:
    """Return whole tickets around each request: what people tell before and after, in every length."""
    chance = random.Random(SEED + 1)  # noqa: S311
    by_section: dict[str, list[str]] = {}
    for line in lines():
        by_section.setdefault(line.section, []).append(line.text)
    found: list[Row] = []
    for family, line in zip(families(), lines(), strict=True):
        if line.kind in INTENTS and line.kind != "spam" and chance.random() < share:
            found.append(Row(compose(line.text, by_section, chance), line.kind, family, 0.6))
    return found


def chat_rows(share: float = 0.3) -> list[Row]:
    """Return conversations around requests, some with another request before: the latest is what is wanted."""
    chance = random.Random(SEED + 2)  # noqa: S311
    by_section: dict[str, list[str]] = {}
    for line in lines():
        by_section.setdefault(line.section, []).append(line.text)
    found: list[Row] = []
    for family, line in zip(families(), lines(), strict=True):
        if line.kind not in INTENTS or chance.random() >= share:
            continue
        turns = [chance.choice(by_section["opening"]), *chance.sample(by_section["story"], chance.choice((0, 1, 2)))]
        if chance.random() < 0.15:
            turns.append(chance.choice(by_section[chance.choice(INTENTS)]))
        turns += [line.text, *chance.sample(by_section["answer"], chance.choice((0, 0, 1)))]
        said = [f"Customer: {roughen(fill(turn, chance), chance)}\nAgent: I see." for turn in turns]
        found.append(Row("\n".join(said), line.kind, family))
    return found


def compose(request: str, by_section: dict[str, list[str]], chance: random.Random) -> str:
    """Return a ticket with one request in it."""
    item = chance.choice(FILLINGS["item"])
    parts = [chance.choice(by_section["opening"])] if chance.random() < 0.7 else []
    parts += chance.sample(by_section["story"], chance.choice((0, 1, 1, 2, 3, 5)))
    if chance.random() < 0.3:
        parts.append(chance.choice(by_section["who"]))
    parts.insert(chance.choice((len(parts), len(parts), max(0, len(parts) - 1))), request)
    if chance.random() < 0.6:
        parts.append(chance.choice(by_section["closing"]))
    told = [roughen(fill(part.replace("{item}", item), chance), chance) for part in parts]
    return chance.choice((" ", " ", "\n")).join(told)


@lru_cache(maxsize=1)
def families() -> tuple[int, ...]:
    """Return a number for each line; lines of one kind that mean nearly the same share it."""
    vectors = embed([_SLOT.sub("thing", line.text) for line in lines()])
    found = np.zeros(len(vectors), dtype=int)
    for position, kind in enumerate(KINDS):
        rows = np.array([index for index, line in enumerate(lines()) if line.kind == kind])
        found[rows] = position * 1000 + _clusters(vectors[rows], max(FOLDS, len(rows) // 8))
    return tuple(int(number) for number in found)


def _clusters(vectors: Array, count: int) -> Array:
    """Spherical k-means from evenly spread starts: deterministic, good enough to keep paraphrases together."""
    centres = vectors[np.linspace(0, len(vectors) - 1, count).astype(int)]
    for _ in range(15):
        nearest = (vectors @ centres.T).argmax(axis=1)
        for number in range(count):
            if (nearest == number).any():
                mean = vectors[nearest == number].mean(axis=0)
                centres[number] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return nearest


def letter_rows() -> list[Row]:
    """Return the hand-written whole tickets, each a family of its own."""
    return [Row(text, intent, number) for number, (text, intent) in enumerate(letters())]


def train() -> tuple[Classifier, list[Classifier]]:
    """Return the classifier of all examples, and for each fold one that has not seen it; not yet calibrated."""
    rows = [*clause_rows(), *ticket_rows(), *letter_rows()]
    labels = np.array([KINDS.index(row.kind) for row in rows])
    folds = np.array([row.family % FOLDS for row in rows])
    counts = np.array([row.weight for row in rows], dtype=np.float32)
    features = vectorise([row.text for row in rows])
    middle = features.mean(axis=0)
    features -= middle
    seen = np.column_stack([folds != fold for fold in range(FOLDS)] + [np.ones(len(rows), dtype=bool)])
    kernel = features @ features.T + np.float32(INTERCEPT)
    truth = np.eye(len(KINDS), dtype=np.float32)[labels]
    dual = regression.fit(kernel, truth, counts[:, None] * seen, penalty=PENALTY, steps=STEPS)
    made = [_classifier(features, middle, dual[:, number]) for number in range(FOLDS + 1)]
    return made[FOLDS], made[:FOLDS]


def _classifier(features: Array, middle: Array, dual: Array) -> Classifier:
    weights = (features.T @ dual).astype(np.float16).astype(np.float32)
    bias = np.float32(INTERCEPT) * dual.sum(axis=0) - middle @ weights
    return Classifier(weights, bias.astype(np.float32), np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0]))


def calibrate(whole: Classifier, parts: Sequence[Classifier]) -> Array:
    """Return the line that makes confidences true: on composed tickets of unseen families, and on the tuning set.

    Both count the same. The first is stranger than what customers write, the second more familiar.
    """
    inputs: list[Array] = []
    right: list[bool] = []
    for row in [*ticket_rows(), *chat_rows(), *letter_rows()]:
        _note(parts[row.family % FOLDS], row.text, {row.kind}, inputs, right)
    unseen = len(right)
    for text, intents in tuning():
        _note(whole, text, intents, inputs, right)
    counts = np.ones(len(right))
    counts[unseen:] = unseen / (len(right) - unseen)
    return regression.line(np.array(inputs), np.array(right), counts)


def _note(model: Classifier, text: str, intents: set[str], inputs: list[Array], right: list[bool]) -> None:
    judged = model.judge(read("", text))
    if not judged.reading.clauses:
        return
    rows = judged.evidence(judged.asking[-1] if judged.asking else None)
    chances = model.pooled(judged, rows)
    inputs.append(signs(chances, judged, rows))
    right.append(INTENTS[int(chances.argmax())] in intents)


def tuning() -> list[tuple[str, set[str]]]:
    """Return the tickets that were looked at while this was made: good for calibration, never for a claim."""
    rows = (json.loads(line) for line in (FOLDER / SOURCES[4]).read_text("utf-8").splitlines())
    return [(row.get("text") or conversation(row["messages"]), set(row["intents"])) for row in rows]


def main() -> None:
    whole, parts = train()
    line = calibrate(whole, parts)
    np.savez_compressed(
        WEIGHTS, weights=whole.weights.astype(np.float16), bias=whole.bias, line=line, digest=np.array(digest())
    )
    sys.stdout.write(f"wrote {WEIGHTS.name}: {WEIGHTS.stat().st_size:,} bytes from {len(lines()):,} lines\n")


if __name__ == "__main__":
    main()
