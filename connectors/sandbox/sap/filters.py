"""`$filter`: the OData 2.0 expression language, compiled to a test on a record's values."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connectors.sandbox.sap import literals
from connectors.sandbox.sap.errors import Refused, bad
from connectors.sandbox.sap.schema import Entity, Property

Values = Mapping[str, Any]
TOKEN = re.compile(
    r"\s*(?P<literal>(?:datetimeoffset|datetime|time|guid)'[^']*'|'(?:[^']|'')*+'|-?\d+(?:\.\d+)?[MmLlDdFf]?\b)"
    r"|\s*(?P<name>[A-Za-z_$][\w/]*)|\s*(?P<mark>[(),])"
)
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "substringof": (2, lambda part, whole: part in whole),
    "startswith": (2, lambda whole, part: whole.startswith(part)),
    "endswith": (2, lambda whole, part: whole.endswith(part)),
    "tolower": (1, lambda text: text.lower()),
    "toupper": (1, lambda text: text.upper()),
}


@dataclass
class Node:
    """A part of an expression. `equals` (property -> the values it may have) and `since` are what must hold of every
    record it lets pass."""

    value: Callable[[Values], Any]
    prop: Property | None = None
    literal: tuple[Any] | None = None
    equals: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    since: int | None = None  # a lower bound of LastChangeDate


def parse(entity: Entity, text: str) -> Node:
    """The test of a filter text; raises Refused where it cannot be read."""
    parser = _Parser(entity, text)
    node = parser.either()
    if parser.next is not None:
        raise parser.error(f"nothing more was expected at '{parser.next}'")
    return node


class _Parser:
    def __init__(self, entity: Entity, text: str) -> None:
        self.entity, self.text = entity, text
        self.tokens = self._tokens()
        self.at = 0

    def _tokens(self) -> list[str]:
        found, at = [], 0
        while self.text[at:].strip():
            token = TOKEN.match(self.text, at)
            if not token:
                raise self.error(f"the text at '{self.text[at : at + 20]}' cannot be read")
            found.append(token[0].strip())
            at = token.end()
        return found

    def error(self, reason: str) -> Refused:
        return bad("/IWBEP/CM_MGW_RT/022", f"The $filter '{self.text}' is not valid: {reason}.")

    @property
    def next(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.next
        if token is None or (expected is not None and token != expected):
            raise self.error(f"'{expected or 'a value'}' was expected instead of '{token or 'the end'}'")
        self.at += 1
        return token

    def either(self) -> Node:
        node = self.both()
        while self.next == "or":
            self.take()
            node = _or(node, self.both())
        return node

    def both(self) -> Node:
        node = self.unary()
        while self.next == "and":
            self.take()
            node = _and(node, self.unary())
        return node

    def unary(self) -> Node:
        if self.next == "not":
            self.take()
            inner = self.unary().value
            return Node(lambda values: not inner(values))
        left = self.operand()
        if self.next in COMPARE:
            return self.compared(left, self.take(), self.operand())
        return left

    def operand(self) -> Node:
        token = self.take()
        if token == "(":
            node = self.either()
            self.take(")")
            return node
        if self.next == "(":
            return self.function(token)
        if token in self.entity.properties:
            return Node(lambda values: values[token], self.entity.properties[token])
        try:
            held = literals.from_url(token)
        except ValueError:
            raise self.error(f"'{token}' is neither a property of {self.entity.name} nor a value") from None
        return Node(lambda values: held, literal=(held,))

    def function(self, name: str) -> Node:
        if name not in FUNCTIONS:
            raise self.error(f"the function {name} is not known here")
        count, call = FUNCTIONS[name]
        self.take("(")
        parts = [self.operand()]
        while self.next == ",":
            self.take()
            parts.append(self.operand())
        self.take(")")
        if len(parts) != count or not all(_is_text(part) for part in parts):
            raise self.error(f"{name} takes {count} texts")
        getters = [part.value for part in parts]
        return Node(lambda values: call(*(get(values) for get in getters)))

    def compared(self, left: Node, sign: str, right: Node) -> Node:
        if left.literal and right.prop:
            left, right, sign = right, left, {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}.get(sign, sign)
        if left.prop and right.literal:
            return self.against_literal(left.prop, sign, right.literal[0])
        return Node(_comparison(left.value, sign, right.value))

    def against_literal(self, prop: Property, sign: str, held: Any) -> Node:
        if prop.type == "String" and isinstance(held, str):
            held = literals.tidy(prop, held) if prop.alpha else held
        elif held is not None and not isinstance(held, HELD[prop.type]):
            raise self.error(f"{prop.name} is of type Edm.{prop.type}")
        node = Node(_comparison(lambda values: values[prop.name], sign, lambda values: held))
        if sign == "eq":
            node.equals = {prop.name: (held,)}
        if prop.name == "LastChangeDate" and sign in ("eq", "ge", "gt"):
            node.since = held
        return node


HELD: dict[str, type | tuple[type, ...]] = {
    "String": str,
    "Guid": str,
    "Boolean": bool,
    "Int16": int,
    "Byte": int,
    "DateTime": int,
    "DateTimeOffset": int,
    "Time": int,
    "Decimal": (int, Decimal),
}


def _is_text(node: Node) -> bool:
    if node.prop:
        return node.prop.type == "String"
    return node.literal is None or isinstance(node.literal[0], str)


def _comparison(left: Callable[[Values], Any], sign: str, right: Callable[[Values], Any]) -> Callable[[Values], Any]:
    compare = COMPARE[sign]
    if sign in ("eq", "ne"):
        return lambda values: compare(left(values), right(values))

    def ordered(values: Values) -> bool:
        one, other = left(values), right(values)
        return one is not None and other is not None and bool(compare(one, other))

    return ordered


def _and(one: Node, other: Node) -> Node:
    first, second = one.value, other.value
    bounds = [since for since in (one.since, other.since) if since is not None]
    equals = {**one.equals, **other.equals}
    return Node(lambda values: first(values) and second(values), equals=equals, since=max(bounds, default=None))


def _or(one: Node, other: Node) -> Node:
    first, second = one.value, other.value
    since = None if one.since is None or other.since is None else min(one.since, other.since)
    equals = {name: (*held, *other.equals[name]) for name, held in one.equals.items() if name in other.equals}
    return Node(lambda values: first(values) or second(values), equals=equals, since=since)
