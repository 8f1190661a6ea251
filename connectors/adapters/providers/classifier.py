"""Classify a ticket on this machine: multinomial logistic regression over shipped examples (T23).

It learns from the hand-written tickets in `examples/` and an organization's own confirmed ones, and its
confidence is fitted by cross-validation to how often it is right. It never reads the held-out examples.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.adapters.providers.contracts import (
    ACTIONS,
    INTENTS,
    Classification,
    ClassifyRequest,
    Example,
)
from connectors.adapters.providers.features import vectorise
from connectors.adapters.providers.language import detect_language

Array = NDArray[Any]

EXAMPLES = Path(__file__).parent / "examples" / "tickets.jsonl"
PENALTY = 0.2
STEPS = 80
FOLDS = 5
OWN_WEIGHT = 3
"""An organization's own example counts as this many shipped ones: it knows its customers."""
MAX_OWN_EXAMPLES = 500
MAX_MODELS = 8
FOREIGN_CONFIDENCE = 0.5
"""The examples are English: what is not, is never trusted further than this."""
UNDECIDED_CONFIDENCE = 0.5
"""A ticket that asks for two different actions is never trusted further: one of them would be forgotten."""
OTHERS_FROM = 0.45
MAX_SENTENCES = 40
MAX_CHARS = 20_000
"""Of a longer ticket the beginning and the end are read; what people want stands there."""

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_models: OrderedDict[tuple[Example, ...], Classifier] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Classifier:
    """Weights of one training set, and the line (Platt 1999) that turns scores into a confidence."""

    weights: Array
    platt: tuple[float, float, float]

    def probabilities(self, texts: Sequence[str]) -> Array:
        """Return raw (uncalibrated) probabilities, one row per text, in the order of `INTENTS`."""
        return _softmax(vectorise(texts) @ self.weights)

    def classify(self, request: ClassifyRequest) -> Classification:
        """Return intent, calibrated confidence, and intents that single sentences show beside it."""
        text = f"{request.subject.strip()}\n{request.body.strip()}".strip()
        if len(text) > MAX_CHARS:
            text = f"{text[: MAX_CHARS // 2]}\n{text[-MAX_CHARS // 2 :]}"
        if not text:
            return Classification("general", 0.0)
        language = detect_language(text)
        raw = self.probabilities([text])[0]
        confidence = self.confidence(raw)
        if language != "en":
            confidence = min(confidence, FOREIGN_CONFIDENCE)
        intent = INTENTS[int(raw.argmax())]
        others = self._others(text, intent)
        if intent in ACTIONS and any(name in ACTIONS for name, _ in others):
            confidence = min(confidence, UNDECIDED_CONFIDENCE)
        return Classification(intent, round(confidence, 4), others, language)

    def confidence(self, raw: Array) -> float:
        """Return the probability that the leading intent is right."""
        scale, lead, offset = self.platt
        top, second = np.sort(raw)[::-1][:2]
        z = scale * _logit(top) + lead * float(top - second) + offset
        return float(1.0 / (1.0 + np.exp(-np.clip(z, -30, 30))))

    def _others(self, text: str, intent: str) -> tuple[tuple[str, float], ...]:
        """Intents that lead in a sentence of their own: "Refund the mug. And where is my lamp?" has two."""
        sentences = [part.strip() for part in _SENTENCE.findall(text) if len(part.split()) > 2]
        if len(sentences) < 2:
            return ()
        found: dict[str, float] = {}
        for raw in self.probabilities(sentences[:MAX_SENTENCES]):
            name, confidence = INTENTS[int(raw.argmax())], self.confidence(raw)
            if name not in (intent, "general") and confidence >= OTHERS_FROM:
                found[name] = max(confidence, found.get(name, 0.0))
        ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple((name, round(confidence, 4)) for name, confidence in ordered)


def classify(request: ClassifyRequest) -> Classification:
    """Classify with the shipped examples and those of the request; trains once per set of examples."""
    return classifier(request.examples).classify(request)


def classifier(own: Sequence[Example] = ()) -> Classifier:
    """Return the classifier for these own examples. Nothing of one organization is in another's: the
    examples themselves are the key, and at most `MAX_MODELS` are kept."""
    key = tuple(own)[-MAX_OWN_EXAMPLES:]
    with _lock:
        if key in _models:
            _models.move_to_end(key)
            return _models[key]
        model = train(key)
        _models[key] = model
        while len(_models) > MAX_MODELS:
            oldest = next(iter(name for name in _models if name))
            del _models[oldest]
        return model


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[str, ...], Array, Array]:
    """Texts' intents and features, read once: (texts, labels, features)."""
    rows = [json.loads(line) for line in EXAMPLES.read_text("utf-8").splitlines()]
    labels = np.array([INTENTS.index(row["intent"]) for row in rows])
    texts = tuple(row["text"] for row in rows)
    return texts, labels, vectorise(texts)


def train(own: Sequence[Example] = ()) -> Classifier:
    """Fit weights on everything and the confidence on what cross-validation had not seen.

    Raises `ValueError` naming an own example's unknown intent.
    """
    for example in own:
        if example.intent not in INTENTS:
            raise ValueError(f"intent: `{example.intent}` is none; use one of {', '.join(INTENTS)}")
    _, labels, features = _shipped()
    counts = np.ones(len(labels), dtype=np.float32)
    if own:
        features = np.vstack([features, vectorise([example.text for example in own])])
        labels = np.concatenate([labels, [INTENTS.index(example.intent) for example in own]])
        counts = np.concatenate([counts, np.full(len(own), OWN_WEIGHT, dtype=np.float32)])
    kernel = features @ features.T
    truth = np.eye(len(INTENTS), dtype=np.float32)[labels]
    folds = np.arange(len(labels)) % FOLDS
    seen = np.column_stack([folds != fold for fold in range(FOLDS)] + [np.ones(len(labels), dtype=bool)])
    dual = _fit(kernel, truth, counts[:, None] * seen)
    scores = (kernel @ dual.reshape(len(labels), -1)).reshape(dual.shape)
    unseen = _softmax(scores[np.arange(len(labels)), folds])
    weights = features.T @ dual[:, FOLDS]
    return Classifier(weights, _platt(unseen, unseen.argmax(axis=1) == labels))


def _fit(kernel: Array, truth: Array, counts: Array) -> Array:
    """Minimise the penalised cross-entropy in its dual form by Nesterov's accelerated steps.

    One fit per column of `counts`, all at once; an example that counts nothing in a fit was not seen by it.
    Returns the dual weights, shape (examples, fits, intents).
    """
    step = 1.0 / (0.5 * _largest_eigenvalue(kernel) * float(counts.max()) + PENALTY)
    shape = (*counts.shape, truth.shape[1])
    counts, truth = counts[:, :, None].astype(np.float32), truth[:, None, :]
    dual = np.zeros(shape, dtype=np.float32)
    ahead = dual
    for turn in range(STEPS):
        scores = (kernel @ ahead.reshape(len(kernel), -1)).reshape(shape)
        moved = ahead - step * ((_softmax(scores) - truth) * counts + PENALTY * ahead)
        ahead = moved + np.float32(turn / (turn + 3)) * (moved - dual)
        dual = moved
    return dual


def _largest_eigenvalue(kernel: Array) -> float:
    """By power iteration, with a little to spare; the kernel's entries are positive, so ones start well."""
    vector = np.ones(len(kernel), dtype=kernel.dtype)
    length = 1.0
    for _ in range(10):
        vector = kernel @ (vector / np.linalg.norm(vector))
        length = float(np.linalg.norm(vector))
    return 1.05 * length


def _platt(raw: Array, right: Array) -> tuple[float, float, float]:
    """Fit P(right) on the leading score and its lead by Newton's method, with Platt's softened targets."""
    top_two = np.sort(raw, axis=1)[:, ::-1][:, :2]
    logits = [_logit(value) for value in top_two[:, 0]]
    inputs = np.column_stack([logits, top_two[:, 0] - top_two[:, 1], np.ones(len(raw))])
    wins, losses = int(right.sum()), int((~right).sum())
    target = np.where(right, (wins + 1) / (wins + 2), 1 / (losses + 2))
    line = np.zeros(3)
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-np.clip(inputs @ line, -30, 30)))
        slope = inputs.T @ (chance - target) + 0.1 * line
        curve = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + 0.1 * np.eye(3)
        line -= np.linalg.solve(curve, slope)
    return float(line[0]), float(line[1]), float(line[2])


def _softmax(scores: Array) -> Array:
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normalised: Array = scores / scores.sum(axis=-1, keepdims=True)
    return normalised


def _logit(value: float) -> float:
    value = min(max(float(value), 1e-6), 1 - 1e-6)
    return float(np.log(value / (1 - value)))
