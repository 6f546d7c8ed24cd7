"""Variables checked against their types, with problems told in the vendor's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    print_ast,
    type_from_ast,
    value_from_ast,
)

Problem = tuple[list[Any], str]
NULL = "Expected value to not be null"


def with_defaults(operation: OperationDefinitionNode, schema: GraphQLSchema, given: dict[str, Any]) -> dict[str, Any]:
    """The given values and the defaults of those not given."""
    values = dict(given)
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        if name not in values and definition.default_value is not None:
            type_: Any = type_from_ast(schema, definition.type)
            values[name] = value_from_ast(definition.default_value, type_)
    return values


def errors(operation: OperationDefinitionNode, schema: GraphQLSchema, given: dict[str, Any]) -> list[dict[str, Any]]:
    """INVALID_VARIABLE errors in the vendor's form, one a variable."""
    found = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        if name not in given and definition.default_value is not None:
            continue
        type_: Any = type_from_ast(schema, definition.type)
        problems = list(_problems(given.get(name), type_, []))
        if problems:
            found.append(_error(definition, name, given.get(name), problems))
    return found


def _error(definition: Any, name: str, value: Any, problems: list[Problem]) -> dict[str, Any]:
    parts = ", ".join(f"{'.'.join(map(str, path))} ({text})" for path, text in problems if path)
    said = f" for {parts}" if parts else ""
    location = definition.loc.start_token
    return {
        "message": f"Variable ${name} of type {print_ast(definition.type)} was provided invalid value{said}",
        "locations": [{"line": location.line, "column": location.column}],
        "extensions": {
            "code": "INVALID_VARIABLE",
            "value": value,
            "problems": [{"path": path, "explanation": text} for path, text in problems],
        },
    }


def _problems(value: Any, type_: Any, path: list[Any]) -> Iterator[Problem]:
    if isinstance(type_, GraphQLNonNull):
        if value is None:
            yield path, NULL
            return
        type_ = type_.of_type
    if value is None:
        return
    if isinstance(type_, GraphQLList):
        for position, item in enumerate(value if isinstance(value, list) else [value]):
            yield from _problems(item, type_.of_type, [*path, position])
    elif isinstance(type_, GraphQLInputObjectType):
        yield from _object(value, type_, path)
    elif isinstance(type_, GraphQLEnumType):
        if value not in type_.values:
            yield path, f'Expected "{value}" to be one of: {", ".join(type_.values)}'
    elif isinstance(type_, GraphQLScalarType):
        yield from _scalar(value, type_, path)


def _object(value: Any, type_: GraphQLInputObjectType, path: list[Any]) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield path, f"Expected {value!r} to be a key-value object."
        return
    for name in value:
        if name not in type_.fields:
            yield [*path, name], f"Field is not defined on {type_.name}"
    for name, field in type_.fields.items():
        if name in value or field.default_value is Undefined:
            yield from _problems(value.get(name), field.type, [*path, name])
    if getattr(type_, "is_one_of", False) and [held for held in value.values() if held is not None] == []:
        yield path, f"'{type_.name}' requires exactly one argument, but 0 were provided."
    elif getattr(type_, "is_one_of", False) and len(value) != 1:
        yield path, f"'{type_.name}' requires exactly one argument, but {len(value)} were provided."


def _scalar(value: Any, type_: GraphQLScalarType, path: list[Any]) -> Iterator[Problem]:
    try:
        parse = getattr(type_, "coerce_input_value", None) or type_.parse_value
        parse(value)
    except Exception:
        yield path, f"Could not coerce value {value!r} to {type_.name}"
