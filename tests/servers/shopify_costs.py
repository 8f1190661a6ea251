"""What a GraphQL call costs by Shopify's published rule: an object 1, a connection 2 and its page, a mutation 10."""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)


def cost_of(schema: GraphQLSchema, document: DocumentNode) -> float:
    """Return the requested cost of a document's one operation."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    if operation.operation is OperationType.MUTATION:
        return 10.0
    return _selection(operation.selection_set, fragments)


def _selection(selected: SelectionSetNode | None, fragments: dict[str, Any]) -> float:
    total = 0.0
    for each in selected.selections if selected else ():
        if isinstance(each, FieldNode):
            total += _field(each, fragments)
        elif isinstance(each, FragmentSpreadNode):
            total += _selection(fragments[each.name.value].selection_set, fragments)
        elif isinstance(each, InlineFragmentNode):
            total += _selection(each.selection_set, fragments)
    return total


def _field(node: FieldNode, fragments: dict[str, Any]) -> float:
    if node.selection_set is None or node.name.value in ("nodes", "pageInfo", "presentmentMoney"):
        inside = _selection(node.selection_set, fragments)
        return inside + 1.0 if node.name.value == "nodes" else 0.0 + inside
    size = next((arg.value for arg in node.arguments or () if arg.name.value == "first"), None)
    inside = _selection(node.selection_set, fragments)
    if isinstance(size, IntValueNode):
        return 2.0 + int(size.value) * max(inside, 1.0)
    return 1.0 + inside
