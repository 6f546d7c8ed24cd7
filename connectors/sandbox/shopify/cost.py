"""The calculated cost of a query and the bucket it is paid from.

The vendor's table (shopify.dev, "GraphQL Admin API rate limits"): scalars and enums 0, objects 1, interfaces and unions
the largest of their possible selections, mutations 10, connections by `first` or `last`. The size of a connection is
not published as a formula. "linear" charges 2 + as many nodes as asked for (the vendor's engineering article of 2021,
and the dearer of the two); "measured" grows with the logarithm, 11 for 250 nodes, as answers seen since 2025 do.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    value_from_ast_untyped,
)

MOST = 1000


class Cost:
    """Prices one operation of a document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any], sizing: str) -> None:
        self.schema = schema
        self.variables = variables
        self.sized = _measured if sizing == "measured" else float
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def requested(self, operation: OperationDefinitionNode) -> int:
        """What it may cost at most."""
        return math.ceil(self._object(self._root(operation), operation.selection_set, None))

    def actual(self, operation: OperationDefinitionNode, data: Any) -> int:
        """What the answer cost."""
        if data is None:
            return 0
        return math.ceil(self._object(self._root(operation), operation.selection_set, data))

    def _root(self, operation: OperationDefinitionNode) -> Any:
        return self.schema.get_root_type(operation.operation)

    def _object(self, type_: Any, selections: SelectionSetNode | None, data: Any) -> float:
        """The cost below one object; `data` None means unknown."""
        if is_abstract_type(type_):
            possible = self.schema.get_possible_types(type_)
            return max((self._object(one, selections, data) for one in possible), default=0.0)
        total = 0.0
        for node in self._fields(type_, selections):
            field = type_.fields.get(node.name.value)
            if field is not None:  # __typename and introspection cost nothing
                total += self._field(type_, field.type, node, data)
        return total

    def _field(self, parent: Any, type_: Any, node: FieldNode, data: Any) -> float:
        named = get_named_type(type_)
        key = node.alias.value if node.alias else node.name.value
        value = data.get(key) if isinstance(data, dict) else None
        if is_leaf_type(named) or key == "userErrors" or (data is not None and value is None):
            return 10.0 if parent.name == "Mutation" else 0.0
        if parent.name == "Mutation":
            return 10.0 + self._below_payload(named, node.selection_set, value)
        if named.name.endswith("Connection"):
            return self._connection(named, node, value)
        if is_list_type(getattr(type_, "of_type", type_)) or is_list_type(type_):
            return self._list(named, node, value)
        return 1.0 + self._object(named, node.selection_set, value)

    def _below_payload(self, payload: Any, selections: SelectionSetNode | None, data: Any) -> float:
        total = 0.0
        for node in self._fields(payload, selections):
            field = payload.fields.get(node.name.value)
            if field is not None:
                total += max(0.0, self._field(payload, field.type, node, data) - 1.0)
        return total

    def _list(self, named: Any, node: FieldNode, value: Any) -> float:
        if value is not None:
            return sum(1.0 + self._object(named, node.selection_set, one) for one in value if one is not None)
        ids = self._argument(node, "ids")
        times = len(ids) if isinstance(ids, list) else 1
        return times * (1.0 + self._object(named, node.selection_set, None))

    def _connection(self, named: Any, node: FieldNode, value: Any) -> float:
        per_node = 0.0
        asked = self._argument(node, "first") or self._argument(node, "last") or 0
        size = int(asked) if isinstance(asked, int) else 0
        for inner in self._fields(named, node.selection_set):
            if inner.name.value not in ("nodes", "edges"):
                continue
            known = None if value is None else value.get(inner.alias.value if inner.alias else inner.name.value)
            size = size if known is None else len(known)
            per_node += self._per_node(named, inner, known)
        return 2.0 + (self.sized(size) * per_node if size else 0.0)

    def _per_node(self, named: Any, inner: FieldNode, known: list[Any] | None) -> float:
        """The cost of one node; of known ones the mean."""
        below = get_named_type(named.fields[inner.name.value].type)
        wrap = inner.name.value == "nodes"
        if known is None:
            return self._object(below, inner.selection_set, None) + wrap
        if not known:
            return 0.0
        return sum(self._object(below, inner.selection_set, one) + wrap for one in known) / len(known)

    def _fields(self, type_: Any, selections: SelectionSetNode | None) -> Iterator[FieldNode]:
        for node in selections.selections if selections else ():
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, type_):
                    yield from self._fields(type_, fragment.selection_set)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else type_.name
                if self._applies(condition, type_):
                    yield from self._fields(type_, node.selection_set)

    def _applies(self, condition: str, type_: Any) -> bool:
        wanted = self.schema.type_map[condition]
        if wanted is type_:
            return True
        return (
            isinstance(type_, GraphQLObjectType) and is_abstract_type(wanted) and self.schema.is_sub_type(wanted, type_)
        )

    def _included(self, node: Any) -> bool:
        for directive in node.directives or ():
            name = directive.name.value
            if name in ("skip", "include"):
                condition = value_from_ast_untyped(directive.arguments[0].value, self.variables)
                if bool(condition) == (name == "skip"):
                    return False
        return True

    def _argument(self, node: FieldNode, name: str) -> Any:
        for argument in node.arguments or ():
            if argument.name.value == name:
                return value_from_ast_untyped(argument.value, self.variables)
        return None


def _measured(size: float) -> float:
    return 1.0 + math.floor(10.0 / math.log(250.0) * math.log(size)) if size >= 1 else 0.0


class Bucket:
    """Points that come back with time; `plan` gives `bucket` and `restore` (points a second)."""

    def __init__(self, plan: dict[str, Any], clock: Callable[[], float]) -> None:
        self.most = float(plan.get("bucket", 10000))
        self.restore = float(plan.get("restore", 500))
        self._clock = clock
        self._held = self.most
        self._at = clock()
        self._lock = threading.Lock()

    def take(self, points: float) -> bool:
        """Pay the requested cost; False where the bucket holds less."""
        with self._lock:
            self._refill()
            if points > self._held:
                return False
            self._held -= points
            return True

    def give_back(self, points: float) -> None:
        """What was requested and not used."""
        with self._lock:
            self._held = min(self.most, self._held + points)

    def empty(self) -> None:
        """Take all points, as other calls of the app would."""
        with self._lock:
            self._refill()
            self._held = 0.0

    def status(self) -> dict[str, float]:
        """The throttleStatus of an answer."""
        with self._lock:
            self._refill()
            return {
                "maximumAvailable": self.most,
                "currentlyAvailable": math.floor(self._held),
                "restoreRate": self.restore,
            }

    def _refill(self) -> None:
        now = self._clock()
        self._held = min(self.most, self._held + (now - self._at) * self.restore)
        self._at = now
