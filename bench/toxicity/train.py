"""Trains the model of hateful language from our own sentences: `python -m bench.toxicity.train`.

Only numpy, a fixed seed: the same sentences give the same file. Prints recall and false-positive rate on families,
groups and words that it never saw.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.toxicity.examples import Example, developed, everything, held_out
from guardrails.output import hate

FILTERS, HIDDEN, EPOCHS, BATCH, RATE = 32, 32, 5, 64, 1.5e-3
DROP_PIECE, DROP_FEATURE, DECAY = 0.08, 0.35, 1e-4
SIGNS = (hate.PEOPLE, hate.SLUR)
PAD = max(hate.WIDTHS) - 1


def start(size: int, random: np.random.Generator, reader: hate.Reader) -> dict[str, Any]:
    """Return the parameters before training."""
    made: dict[str, Any] = {}
    for width in hate.WIDTHS:
        made[f"filter {width}"] = random.normal(0, (width * size) ** -0.5, (width, size, FILTERS))
        made[f"bias {width}"] = np.zeros(FILTERS)
    total = FILTERS * len(hate.WIDTHS)
    made["hidden"], made["hidden bias"] = random.normal(0, total**-0.5, (total, HIDDEN)), np.zeros(HIDDEN)
    made["out"], made["out bias"] = random.normal(0, HIDDEN**-0.5, (HIDDEN, 1)), np.zeros(1)
    people = reader.weights[reader.pieces("people")].mean(axis=0).astype(np.float32)
    made["sign 0"], made["sign 1"] = people.copy(), people + random.normal(0, 0.3, size)
    return {name: np.asarray(value, dtype=np.float32) for name, value in made.items()}


def batches(rows: list[list[int]], random: np.random.Generator) -> Iterator[list[int]]:
    """Yield the places of sentences, batch by batch, in a new order."""
    order = random.permutation(len(rows))
    for first in range(0, len(rows), BATCH):
        yield [int(place) for place in order[first : first + BATCH]]


def tensor(ids: list[list[int]], reader: hate.Reader, parameters: dict[str, Any]) -> tuple[Any, Any]:
    """Return the padded vectors of some sentences, and the numbers of their pieces."""
    longest = max(map(len, ids))
    pieces = np.full((len(ids), longest + 2 * PAD), -1)
    for row, sentence in enumerate(ids):
        pieces[row, PAD : PAD + len(sentence)] = sentence
    vectors = reader.weights[np.maximum(pieces, 0)].astype(np.float32)
    vectors[pieces < 0] = 0
    for number, sign in enumerate(SIGNS):
        vectors[pieces == reader.signs[sign]] = parameters[f"sign {number}"]
    return vectors, pieces


def step(
    vectors: Any, signs: list[Any], truth: Any, p: dict[str, Any], random: np.random.Generator
) -> tuple[float, dict[str, Any]]:
    """Return the loss of a batch and the gradients; `signs` says where each sign stands."""
    count, length, _ = vectors.shape
    tops, features = [], []
    for width in hate.WIDTHS:
        size = length - width + 1
        total = sum(vectors[:, o : o + size] @ p[f"filter {width}"][o] for o in range(width)) + p[f"bias {width}"]
        top = total.argmax(axis=1)
        tops.append(top)
        features.append(np.take_along_axis(total, top[:, None, :], axis=1)[:, 0])
    raw = np.concatenate(features, axis=1)
    keep = (random.random(raw.shape) > DROP_FEATURE) / (1 - DROP_FEATURE)
    pooled = np.maximum(raw, 0) * keep
    before = pooled @ p["hidden"] + p["hidden bias"]
    hidden = np.maximum(before, 0)
    answer = 1 / (1 + np.exp(-(hidden @ p["out"] + p["out bias"])[:, 0]))
    loss = -np.mean(truth * np.log(answer + 1e-7) + (1 - truth) * np.log(1 - answer + 1e-7))
    error = ((answer - truth) / count)[:, None]
    back = (error @ p["out"].T) * (before > 0)
    found = {"out": hidden.T @ error, "out bias": error.sum(axis=0)}
    found |= {"hidden": pooled.T @ back, "hidden bias": back.sum(axis=0)}
    down = (back @ p["hidden"].T) * keep * (raw > 0)
    at_signs = np.zeros((len(SIGNS), vectors.shape[2]), dtype=np.float32)
    rows = np.arange(count)[:, None]
    for number, width in enumerate(hate.WIDTHS):
        part = down[:, number * FILTERS : (number + 1) * FILTERS]
        found[f"bias {width}"] = part.sum(axis=0)
        slope = np.zeros_like(p[f"filter {width}"])
        for offset in range(width):
            seen = vectors[rows, tops[number] + offset]
            slope[offset] = np.einsum("bfd,bf->df", seen, part)
            for index, where in enumerate(signs):
                at_signs[index] += p[f"filter {width}"][offset] @ (part * where[rows, tops[number] + offset]).sum(
                    axis=0
                )
        found[f"filter {width}"] = slope
    return float(loss), found | {f"sign {index}": row for index, row in enumerate(at_signs)}


def train(examples: list[Example], reader: hate.Reader, seed: int = 7, epochs: int = EPOCHS) -> dict[str, Any]:
    """Return the trained parameters."""
    random = np.random.default_rng(seed)
    ids = [reader.pieces(example.text.lower()) or [0] for example in examples]
    truth = np.array([example.is_hate for example in examples], dtype=np.float32)
    p = start(reader.weights.shape[1], random, reader)
    first, second = ({name: np.zeros_like(value) for name, value in p.items()} for _ in range(2))
    done = 0
    for epoch in range(epochs):
        losses = []
        for places in batches(ids, random):
            some = [[piece for piece in ids[i] if random.random() > DROP_PIECE] or [0] for i in places]
            vectors, pieces = tensor(some, reader, p)
            where = [pieces == reader.signs[sign] for sign in SIGNS]
            loss, slopes = step(vectors, where, truth[places], p, random)
            done += 1
            rate = RATE * (1 - epoch / epochs)
            for name, slope in slopes.items():
                slope = slope + DECAY * p[name]
                first[name] = 0.9 * first[name] + 0.1 * slope
                second[name] = 0.999 * second[name] + 0.001 * slope**2
                p[name] -= rate * (first[name] / (1 - 0.9**done)) / (np.sqrt(second[name] / (1 - 0.999**done)) + 1e-8)
            losses.append(loss)
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}", flush=True)
    return p


def rates(model: hate.Model, examples: list[Example], threshold: float) -> tuple[float, float]:
    """Return recall and false-positive rate of the model alone."""
    flagged = [(example.is_hate, model.score(example.text.lower()) >= threshold) for example in examples]
    hateful = [is_flagged for is_hate, is_flagged in flagged if is_hate]
    fine = [is_flagged for is_hate, is_flagged in flagged if not is_hate]
    return sum(hateful) / len(hateful), sum(fine) / len(fine)


def main() -> None:
    """Train on the developed families and measure on the others; then train on all and write the file."""
    reader = hate.reader()
    parameters = train(developed(), reader)
    model = hate.Model(reader, parameters)
    for threshold in (0.3, 0.5, 0.7):
        print(f"at {threshold}: held out recall {rates(model, held_out(), threshold)}")
    parameters = train(everything(), reader)
    np.savez_compressed(hate.FILE, **{name: value.astype(np.float16) for name, value in parameters.items()})
    print(f"{hate.FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
