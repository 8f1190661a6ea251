"""A small local model of hateful language: does this sentence attack the people it names? Opens nothing.

A convolution over the static word vectors that the `wordllama` wheel ships, with every group and every slur as one
sign, so that what counts is what is said and not of whom. `bench/toxicity/train.py` makes its file from sentences of
our own. It reads only sentences that name people, which few replies do.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from guardrails.output.people import PEOPLE, SLUR, masked

FILE = Path(__file__).with_name("hate.npz")
WIDTHS = (1, 2, 3, 4, 5)
MAX_PIECES = 96
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_SPACE = re.compile(r"\s+")
_lock = threading.Lock()
Numbers = NDArray[np.float32]


class Reader:
    """Turns a sentence into rows of word vectors, groups and slurs as a sign of their own."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer: Any = Tokenizer.from_file(str(folder / _TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        (weights,) = load_file(str(folder / _WEIGHTS)).values()
        self.weights: NDArray[Any] = weights
        self.signs = {sign: self._tokenizer.encode(sign, add_special_tokens=False).ids[-1] for sign in (PEOPLE, SLUR)}

    def pieces(self, sentence: str) -> list[int]:
        """Return the numbers of the word pieces of a lower-case sentence."""
        text = _SPACE.sub(" ", masked(sentence)).strip().encode("utf-8", "replace").decode()
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids[:MAX_PIECES])


class Model:
    """The trained filters; `score` is the probability that a sentence is hateful."""

    def __init__(self, reader: Reader, parameters: dict[str, Numbers]) -> None:
        self._reader = reader
        self._parameters = {name: np.asarray(value, dtype=np.float32) for name, value in parameters.items()}
        self._rows = {reader.signs[sign]: self._parameters[f"sign {n}"] for n, sign in enumerate((PEOPLE, SLUR))}

    def score(self, sentence: str) -> float:
        """Return how likely it is that a lower-case sentence attacks the people it names."""
        ids = self._reader.pieces(sentence)
        if not ids:
            return 0.0
        rows = self._reader.weights[ids].astype(np.float32)
        for index, piece in enumerate(ids):
            if piece in self._rows:
                rows[index] = self._rows[piece]
        padded = np.zeros((len(ids) + 2 * (max(WIDTHS) - 1), rows.shape[1]), dtype=np.float32)
        padded[max(WIDTHS) - 1 : max(WIDTHS) - 1 + len(ids)] = rows
        return _forward(padded, self._parameters)


def _forward(rows: Numbers, parameters: dict[str, Numbers]) -> float:
    """Return the answer of the network for one padded sentence."""
    features = []
    for width in WIDTHS:
        weights = parameters[f"filter {width}"]
        size = len(rows) - width + 1
        total = sum(rows[offset : offset + size] @ weights[offset] for offset in range(width))
        features.append(np.maximum((total + parameters[f"bias {width}"]).max(axis=0), 0))
    hidden = np.maximum(np.concatenate(features) @ parameters["hidden"] + parameters["hidden bias"], 0)
    logit = float((hidden @ parameters["out"] + parameters["out bias"])[0])
    return float(1 / (1 + np.exp(-logit)))


def reader() -> Reader:
    """Return a reader of the vectors the wheel ships."""
    spec = find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("wordllama: the package is not installed; run `make install`")
    return Reader(Path(next(iter(spec.submodule_search_locations))))


def score(sentence: str) -> float:
    """Ask the one shared model; the first call in a process loads it (about half a second)."""
    with _lock:
        model = _load()
    return model.score(sentence)


@lru_cache(maxsize=1)
def _load() -> Model:
    with np.load(FILE) as stored:
        return Model(reader(), dict(stored))
