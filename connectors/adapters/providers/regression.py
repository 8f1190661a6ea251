"""Penalised multinomial logistic regression in its dual form, and the line that turns scores into a confidence."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def fit(kernel: Array, truth: Array, counts: Array, *, penalty: float, steps: int, start: Array | None = None) -> Array:
    """Minimise the penalised cross-entropy by Nesterov's accelerated steps.

    One fit per column of `counts`, all at once; an example that counts nothing in a fit was not seen by it. `start`
    are scores that stand before anything is learned: what is learned is then the difference to them.
    Returns the dual weights, shape (examples, fits, kinds).
    """
    step = 1.0 / (0.5 * largest_eigenvalue(kernel) * float(counts.max()) + penalty)
    shape = (*counts.shape, truth.shape[1])
    counts, truth = counts[:, :, None].astype(np.float32), truth[:, None, :].astype(np.float32)
    base = np.float32(0) if start is None else start[:, None, :].astype(np.float32)
    dual = np.zeros(shape, dtype=np.float32)
    ahead = dual
    for turn in range(steps):
        scores = (kernel @ ahead.reshape(len(kernel), -1)).reshape(shape)
        moved = ahead - np.float32(step) * ((softmax(scores + base) - truth) * counts + np.float32(penalty) * ahead)
        ahead = moved + np.float32(turn / (turn + 3)) * (moved - dual)
        dual = moved
    return dual


def largest_eigenvalue(kernel: Array) -> float:
    """By power iteration, with a little to spare; the kernel's entries are mostly positive, so ones start well."""
    vector = np.ones(len(kernel), dtype=kernel.dtype)
    length = 1.0
    for _ in range(12):
        vector = kernel @ (vector / np.linalg.norm(vector))
        length = float(np.linalg.norm(vector))
    return 1.1 * length


def line(inputs: Array, right: Array, weights: Array | None = None) -> Array:
    """Fit P(right) on the inputs by Newton's method, with Platt's softened targets (Platt 1999)."""
    counts = np.ones(len(right)) if weights is None else weights
    wins, losses = float((counts * right).sum()), float((counts * ~right).sum())
    target = np.where(right, (wins + 1) / (wins + 2), 1 / (losses + 2))
    found = np.zeros(inputs.shape[1])
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-np.clip(inputs @ found, -30, 30)))
        slope = inputs.T @ (counts * (chance - target)) + 0.1 * found
        curve = (inputs * (counts * chance * (1 - chance))[:, None]).T @ inputs + 0.1 * np.eye(inputs.shape[1])
        found -= np.linalg.solve(curve, slope)
    return found


def softmax(scores: Array) -> Array:
    """Return rows that sum to one."""
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normalised: Array = scores / scores.sum(axis=-1, keepdims=True)
    return normalised
