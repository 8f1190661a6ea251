"""Turn short texts into vectors of 256 numbers, on this machine, from files the `wordllama` wheel ships.

The package itself is not imported: its loader goes to the network, its files do not need to.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

DIMENSIONS = 256
MAX_CHARS = 20_000
MAX_AT_ONCE = 64
"""Up to this many texts are cut into pieces one after the other."""
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_lock = threading.Lock()


class Embeddings:
    """Static word-piece vectors: a text is the mean of its pieces, of length one (or zero when empty)."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer: Any = Tokenizer.from_file(str(folder / _TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        tensors = load_file(str(folder / _WEIGHTS))
        (weights,) = tensors.values()
        self._weights: Vectors = np.ascontiguousarray(weights, dtype=np.float32)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text, shape (len(texts), 256), each of length one unless nothing was in it."""
        rows = np.zeros((len(texts), self._weights.shape[1]), dtype=np.float32)
        cleaned = [text[:MAX_CHARS].encode("utf-8", "replace").decode() for text in texts]
        for row, ids in zip(rows, self._pieces(cleaned), strict=True):
            if ids:
                row[:] = self._weights[ids].mean(axis=0)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.divide(rows, lengths, out=rows, where=lengths > 0)

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Return each text's word pieces. A few texts are done before a pool of threads would have woken up."""
        if len(texts) <= MAX_AT_ONCE:
            return [self._tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        return [found.ids for found in self._tokenizer.encode_batch(texts, add_special_tokens=False)]


def embed(texts: Sequence[str]) -> Vectors:
    """Embed with the one shared instance; the first call in a process loads it (about half a second)."""
    return _shared().embed(texts)


def _shared() -> Embeddings:
    with _lock:  # lru_cache alone would load twice under two first calls
        return _load()


@lru_cache(maxsize=1)
def _load() -> Embeddings:
    spec = find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("wordllama: the package is not installed; run `make install`")
    return Embeddings(Path(next(iter(spec.submodule_search_locations))))
