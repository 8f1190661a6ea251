"""Repairs `f(data -> 'key')`, which sqlglot reads as a lambda inside a call. Changes the tree in place.

Left alone, the column before the arrow would be no column in the tree, and DuckDB would be given a lambda.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp


def repair(root: Any) -> None:
    """Replace each lambda whose body begins with a literal by the JSON access that it is."""
    for node in list(root.find_all(exp.Lambda)):
        if len(node.expressions) != 1 or not isinstance(node.expressions[0], exp.Identifier):
            continue
        first = _first(node.this)
        if first is None:
            continue
        access = exp.JSONExtract(
            this=exp.Column(this=node.expressions[0].copy()), expression=first.copy(), only_json_types=True
        )
        if first is node.this:
            node.replace(access)
        else:
            first.replace(access)
            node.replace(node.this)


def _first(node: Any) -> Any:
    """Return the leftmost literal of an expression, None when it begins with anything else."""
    while isinstance(node, (exp.Binary, exp.JSONExtract, exp.JSONExtractScalar, exp.Cast, exp.Is, exp.In)):
        node = node.this
    return node if isinstance(node, exp.Literal) else None
