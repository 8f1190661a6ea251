"""Classify a ticket on this machine: shipped weights over the customer's clauses, own examples on top (T23).

The weights are trained by `training` from the hand-written examples; nothing is trained at start. A ticket is read
clause by clause: what is said beside the request is left out; so is what talks to the machine, at a cost.

INVARIANT: text put below a ticket that already asks for something never raises its confidence. The confidence is the
lowest of the readings up to each request, so further requests only add readings; every cap looks at single clauses.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.adapters.providers import regression
from connectors.adapters.providers.contracts import ACTIONS, INTENTS, Classification, ClassifyRequest, Example
from connectors.adapters.providers.features import vectorise
from connectors.adapters.providers.language import detect_language
from connectors.adapters.providers.machine import is_to_the_machine
from connectors.adapters.providers.reading import Clause, Reading, read

Array = NDArray[Any]

WEIGHTS = Path(__file__).parent / "examples" / "weights.npz"
KINDS: tuple[str, ...] = (*INTENTS, "aside", "machine")
"""What a clause can be: a request of one of the intents, something said beside one, or words to the machine."""
WISHES = len(INTENTS)
MAX_OWN_EXAMPLES = 500
MAX_MODELS = 8
OWN_WEIGHT = 3.0
OWN_PENALTY = 0.6
OWN_STEPS = 60
LATER_COUNTS = 0.7
"""What was asked a turn earlier counts this much of what was asked a turn later."""
ASKS_FROM, HINTS_FROM = 0.5, 0.3
"""From these chances of one intent on, a clause asks for it, or adds to what a clause that asks says."""
OTHERS_FROM = 0.5
UNTRUSTED = 0.49
"""No organization may set its threshold below 0.5: what is capped here always goes to a person."""
OWN_LANGUAGE_FROM = 10
"""With this many own examples in a language, tickets in it are trusted like English ones."""

_models: OrderedDict[tuple[Example, ...], Classifier] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Judged:
    """A ticket's clauses with what each is, and the rows of those that ask for something."""

    reading: Reading
    chances: Array
    asking: tuple[int, ...]
    hinting: tuple[int, ...]
    has_words_to_the_machine: bool

    def evidence(self, until: int | None) -> tuple[int, ...]:
        """Return the clauses that count up to one of them; all of a ticket in which none does."""
        found = tuple(row for row in self.hinting if until is None or row <= until)
        return found or tuple(range(len(self.chances)))


@dataclass(frozen=True)
class Classifier:
    """Weights of one set of examples, the line that turns scores into a confidence, languages it was taught."""

    weights: Array
    bias: Array
    line: Array
    languages: frozenset[str] = frozenset({"en"})

    def classify(self, request: ClassifyRequest) -> Classification:
        """Return intent, calibrated confidence, further intents of single clauses, and a language."""
        reading = read(request.subject, request.body)
        if not reading.clauses:
            return Classification("general", 0.0)
        judged = self.judge(reading)
        chances, confidence = self._settled(judged)
        intent = INTENTS[int(chances.argmax())]
        language = detect_language(reading.text)
        others = self._others(judged, intent)
        wanted = {intent, *(name for name, _ in others)}
        if len(wanted & set(ACTIONS)) > 1 or not self._is_trusted(judged, language):
            confidence = min(confidence, UNTRUSTED)
        return Classification(intent, round(confidence, 4), others, language)

    def chances(self, texts: Sequence[str]) -> Array:
        """Return what each text is, one row of `KINDS` per text, before any calibration."""
        return regression.softmax(vectorise(texts) @ self.weights + self.bias)

    def judge(self, reading: Reading) -> Judged:
        """Return what each clause is. A clause to the machine asks for nothing."""
        texts = [clause.text for clause in reading.clauses]
        chances = self.chances(texts)
        to_machine = [
            is_to_the_machine(text) or float(row[WISHES + 1]) >= 0.4 for text, row in zip(texts, chances, strict=True)
        ]
        clearness = [0.0 if out else float(row[:WISHES].max()) for row, out in zip(chances, to_machine, strict=True)]
        asking, hinting = (
            tuple(row for row, chance in enumerate(clearness) if chance >= least) for least in (ASKS_FROM, HINTS_FROM)
        )
        return Judged(reading, chances, asking, hinting, any(to_machine))

    def pooled(self, judged: Judged, rows: Sequence[int]) -> Array:
        """Return the chances of each intent from these clauses: together, and each for itself, later turns more."""
        clauses = [judged.reading.clauses[row] for row in rows]
        together = self.chances(["\n".join(clause.text for clause in clauses)])[0]
        last = clauses[-1].turn
        weight = np.array([LATER_COUNTS ** (last - clause.turn) for clause in clauses])
        best = (judged.chances[list(rows), :WISHES] * weight[:, None]).max(axis=0)
        return regression.softmax(0.5 * np.log(together[:WISHES] + 1e-4) + np.log(best + 1e-4))

    def _settled(self, judged: Judged) -> tuple[Array, float]:
        """Return the chances of the whole, and the lowest confidence of the readings up to each request."""
        if not judged.asking:
            rows = judged.evidence(None)
            chances = self.pooled(judged, rows)
            return chances, min(UNTRUSTED, self.confidence(chances, judged, rows))
        confidence = 1.0
        for asking in judged.asking:
            rows = judged.evidence(asking)
            chances = self.pooled(judged, rows)
            confidence = min(confidence, self.confidence(chances, judged, rows))
        return chances, confidence

    def confidence(self, chances: Array, judged: Judged, rows: Sequence[int]) -> float:
        """Return the probability that the leading intent is right."""
        z = float(signs(chances, judged, rows) @ self.line)
        return float(1.0 / (1.0 + np.exp(-np.clip(z, -30, 30))))

    def _others(self, judged: Judged, intent: str) -> tuple[tuple[str, float], ...]:
        """Intents that lead in a clause of their own: "Refund the mug. And where is my lamp?" has two."""
        found: dict[str, float] = {}
        for row in judged.asking:
            chances = judged.chances[row, :WISHES]
            name, chance = INTENTS[int(chances.argmax())], float(chances.max())
            if name != intent and chance >= OTHERS_FROM:
                found[name] = max(chance, found.get(name, 0.0))
        ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple((name, round(chance, 4)) for name, chance in ordered)

    def _is_trusted(self, judged: Judged, language: str) -> bool:
        """Return whether everything was read, in languages that were learned, and nothing spoke to the machine."""
        if judged.has_words_to_the_machine or not judged.reading.is_whole or language not in self.languages:
            return False
        clauses = judged.reading.clauses
        for row in judged.asking:  # a few English words below do not make a foreign request an English one
            if detect_language("\n".join(clause.text for clause in clauses[: row + 1])) not in {*self.languages, "und"}:
                return False
        return not any(_is_foreign(clause, self.languages) for clause in clauses)


def signs(chances: Array, judged: Judged, rows: Sequence[int]) -> Array:
    """Return what the confidence is fitted on: how far the leading intent leads, and how clearly a clause says it."""
    second, top = np.sort(chances)[-2:]
    lead = int(chances.argmax())
    used = list(rows)
    clearest = float(judged.chances[used, lead].max())
    elsewhere = float(np.delete(judged.chances[used, :WISHES], lead, axis=1).max())
    return np.array([_logit(float(top)), float(top - second), _logit(clearest), elsewhere, np.log(len(used)), 1.0])


def _is_foreign(clause: Clause, known: frozenset[str]) -> bool:
    if len(clause.text.split()) < 3 and clause.text.isascii():
        return False
    return detect_language(clause.text) not in {*known, "und"}


def classify(request: ClassifyRequest) -> Classification:
    """Classify with the shipped weights and the request's own examples; learns once per set of examples."""
    return classifier(request.examples).classify(request)


def classifier(own: Sequence[Example] = ()) -> Classifier:
    """Return the classifier for these own examples. Nothing of one organization is in another's: the
    examples themselves are the key, and at most `MAX_MODELS` are kept."""
    key = tuple(own)[-MAX_OWN_EXAMPLES:]
    with _lock:
        if key in _models:
            _models.move_to_end(key)
            return _models[key]
        model = learn(key)
        _models[key] = model
        while len(_models) > MAX_MODELS:
            oldest = next(iter(name for name in _models if name))
            del _models[oldest]
        return model


@lru_cache(maxsize=1)
def shipped() -> Classifier:
    """Return the classifier as it is shipped; reads the file once."""
    with np.load(WEIGHTS) as stored:
        return Classifier(stored["weights"].astype(np.float32), stored["bias"], stored["line"])


def learn(own: Sequence[Example] = ()) -> Classifier:
    """Return the shipped classifier moved, as little as needed, to what the own examples say.

    Raises `ValueError` naming an own example's unknown intent.
    """
    for example in own:
        if example.intent not in INTENTS:
            raise ValueError(f"intent: `{example.intent}` is none; use one of {', '.join(INTENTS)}")
    if not own:
        return shipped()
    base = shipped()
    texts, labels = _lessons(own)
    features = vectorise(texts)
    truth = np.eye(len(KINDS), dtype=np.float32)[labels]
    kernel = features @ features.T
    counts = np.full((len(texts), 1), OWN_WEIGHT, dtype=np.float32)
    start = features @ base.weights + base.bias
    dual = regression.fit(kernel, truth, counts, penalty=OWN_PENALTY, steps=OWN_STEPS, start=start)
    return Classifier(base.weights + features.T @ dual[:, 0], base.bias, base.line, _languages(own))


def _lessons(own: Sequence[Example]) -> tuple[list[str], list[int]]:
    """Return texts and labels: each example whole, and its clauses that ask for something or stand alone."""
    texts: list[str] = []
    labels: list[int] = []
    for example in own:
        label = KINDS.index(example.intent)
        reading = read("", example.text)
        texts.append(reading.text or example.text)
        labels.append(label)
        if len(reading.clauses) > 1:
            judged = shipped().judge(reading)
            texts += [reading.clauses[row].text for row in judged.asking]
            labels += [label] * len(judged.asking)
    return texts[-2 * MAX_OWN_EXAMPLES :], labels[-2 * MAX_OWN_EXAMPLES :]


def _languages(own: Sequence[Example]) -> frozenset[str]:
    """Return English and each language of which there are enough own examples."""
    counts: dict[str, int] = {}
    for example in own:
        language = detect_language(example.text)
        counts[language] = counts.get(language, 0) + 1
    return frozenset({"en", *(name for name, count in counts.items() if count >= OWN_LANGUAGE_FROM and name != "und")})


def _logit(value: float) -> float:
    value = min(max(value, 1e-6), 1 - 1e-6)
    return float(np.log(value / (1 - value)))
