"""Documents parsed and validated once, and their errors in the vendor's form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    parse,
    validate,
)
from graphql.language import BREAK, Visitor, visit

# graphql-core's sentence -> the vendor's code and sentence; groups are named as the extensions are.
SAID = [
    (r"Cannot query field '(?P<fieldName>\w+)' on type '(?P<typeName>\w+)'", "undefinedField",
     "Field '{fieldName}' doesn't exist on type '{typeName}'"),
    (r"Unknown argument '(?P<argumentName>\w+)' on field '\w+\.(?P<name>\w+)'", "argumentNotAccepted",
     "Field '{name}' doesn't accept argument '{argumentName}'"),
    (r"(?:Field|Argument) '(?:\w+\.)?(?P<name>\w+)'? argument '(?P<arguments>\w+)' of type", "missingRequiredArguments",
     "Field '{name}' is missing required arguments: {arguments}"),
    (r"Argument '\w+\.(?P<name>\w+)\((?P<arguments>\w+):\)' of type", "missingRequiredArguments",
     "Field '{name}' is missing required arguments: {arguments}"),
    (r"Field '(?P<nodeName>\w+)' of type '(?P<typeName>[^']+)' must have a selection", "selectionMismatch",
     "Field must have selections (field '{nodeName}' returns {typeName} but has no selections. "
     "Did you mean '{nodeName} {{ ... }}'?)"),
    (r"Field '(?P<nodeName>\w+)' must not have a selection since type '(?P<typeName>[^']+)'", "selectionMismatch",
     "Selections can't be made on scalars (field '{nodeName}' returns {typeName} but has selections)"),
    (r"Unknown type '(?P<typeName>\w+)'", "undefinedType", "{typeName} isn't a defined type"),
    (r"Variable '\$(?P<variableName>\w+)' is not defined", "variableNotDefined",
     "Variable ${variableName} is used but not declared"),
    (r"Variable '\$(?P<variableName>\w+)' is never used", "variableNotUsed",
     "Variable ${variableName} is declared but not used"),
    (r"Variable '\$(?P<variableName>\w+)' of type '(?P<typeName>[^']+)' used in position", "variableMismatch", None),
    (r"Unknown fragment '(?P<fragmentName>\w+)'", "useAndDefineFragment", None),
    (r"Field '(?P<name>\w+)' is not defined by type '(?P<typeName>\w+)'", "argumentNotAccepted",
     "InputObject '{typeName}' doesn't accept argument '{name}'"),
]  # fmt: skip


@dataclass
class Document:
    """A document's tree, or why there is none."""

    tree: DocumentNode
    errors: list[dict[str, Any]] = field(default_factory=list)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation to run; None where the name does not say which."""
        definitions = self.tree.definitions
        found = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        named = [node for node in found if not name or (node.name and node.name.value == name)]
        return named[0] if len(named) == 1 else None

    def roots(self, name: str | None) -> list[str]:
        """The root fields of an operation, for counters and faults."""
        operation = self.operation(name)
        selections = operation.selection_set.selections if operation else ()
        return [node.name.value for node in selections if isinstance(node, FieldNode)]


class Documents:
    """Keeps what texts mean; forgets all when there are too many."""

    def __init__(self, schema: GraphQLSchema, most: int = 500) -> None:
        self.schema = schema
        self.most = most
        self._known: dict[str, Document] = {}

    def read(self, text: str) -> Document:
        """The document of a text."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= self.most:
                self._known.clear()
            known = self._known[text] = self._read(text)
        return known

    def _read(self, text: str) -> Document:
        try:
            tree = parse(text)
        except GraphQLSyntaxError as error:
            place = error.locations[0] if error.locations else None
            at = f" at [{place.line}, {place.column}]" if place else ""
            locations = [{"line": place.line, "column": place.column}] if place else []
            said = error.message.removeprefix("Syntax Error: ").rstrip(".")
            return Document(
                DocumentNode(definitions=()), [{"message": f"syntax error, {said}{at}", "locations": locations}]
            )
        return Document(tree, [told(error, tree) for error in validate(self.schema, tree)])


def told(error: GraphQLError, tree: DocumentNode) -> dict[str, Any]:
    """A validation error as the vendor tells it."""
    message, extensions = error.message, {"code": "argumentLiteralsIncompatible", "typeName": "Field"}
    for pattern, code, sentence in SAID:
        match = re.search(pattern, error.message)
        if match:
            parts = match.groupdict()
            message = sentence.format(**parts) if sentence else error.message
            extensions = {"code": code, **parts}
            break
    locations = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    node = error.nodes[0] if error.nodes else None
    path = path_of(node, tree) if node else []
    return {"message": message, "locations": locations, "path": path, "extensions": extensions}


class _Finder(Visitor):
    def __init__(self, wanted: Node) -> None:
        super().__init__()
        self.wanted = wanted
        self.found: list[str] = []

    def enter(self, node: Node, key: Any, parent: Any, path: Any, ancestors: Any) -> Any:
        if node is self.wanted:
            line = [step for one in [*ancestors, node] for step in [_step(one)] if step]
            self.found = line
            return BREAK
        return None


def _step(node: Any) -> str | None:
    if isinstance(node, OperationDefinitionNode):
        return f"{node.operation.value} {node.name.value}" if node.name else node.operation.value
    if isinstance(node, FragmentDefinitionNode):
        return f"fragment {node.name.value}"
    if isinstance(node, InlineFragmentNode):
        return f"... on {node.type_condition.name.value}" if node.type_condition else "..."
    if isinstance(node, FieldNode):
        return node.alias.value if node.alias else node.name.value
    return None


def path_of(node: Node, tree: DocumentNode) -> list[str]:
    """Where a node stands, as the vendor writes it: ["query Name", "customers", "nodes", "foo"]."""
    finder = _Finder(node)
    visit(tree, finder)
    return finder.found
