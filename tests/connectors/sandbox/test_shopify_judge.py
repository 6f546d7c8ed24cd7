"""The simulated shop's own schema before the vendor's: nothing in it may differ."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import GraphQLSchema, build_schema, parse, print_ast

from connectors.sandbox.shopify.schema import SDL
from tests.connectors.shopify import spec


def statements(schema: GraphQLSchema, only: GraphQLSchema) -> dict[str, str]:
    """Every name of `only` with what `schema` says of it: type, default, deprecation, membership."""
    return dict(_statements(schema, only))


def _statements(schema: GraphQLSchema, only: GraphQLSchema) -> Iterator[tuple[str, str]]:
    for name, wanted in only.type_map.items():
        if name.startswith("__"):
            continue
        type_ = schema.type_map.get(name)
        yield name, type(type_).__name__ + str(getattr(type_, "is_one_of", ""))
        for value in getattr(wanted, "values", {}):
            yield f"{name}.{value}", str(value in getattr(type_, "values", {}))
        for face in getattr(wanted, "interfaces", ()):
            yield f"{name} is {face.name}", str(face.name in [one.name for one in getattr(type_, "interfaces", ())])
        for field, said in getattr(wanted, "fields", {}).items():
            yield from _field(f"{name}.{field}", getattr(type_, "fields", {}).get(field), said)


def _field(name: str, field, wanted) -> Iterator[tuple[str, str]]:
    yield name, _said(field)
    for argument in getattr(wanted, "args", {}):
        yield f"{name}({argument})", _said(getattr(field, "args", {}).get(argument))


def _said(field) -> str:
    if field is None:
        return "missing"
    default = field.ast_node.default_value if field.ast_node and hasattr(field.ast_node, "default_value") else None
    shown = print_ast(default) if default else ""
    return f"{field.type} {shown} {'deprecated' if field.deprecation_reason is not None else ''}"


def test_every_name_is_the_vendors() -> None:
    ours = build_schema(SDL.read_text())
    said = statements(ours, ours)
    assert len(said) > 900
    assert said == statements(spec.schema(), ours)


@pytest.mark.skipif(not spec.FULL, reason="GOLDENROD_SHOPIFY_SPEC names no full schema")
def test_every_name_is_in_the_full_file() -> None:
    ours = build_schema(SDL.read_text())
    full = spec.maker.extract(spec.maker.full(spec.FULL), SDL.read_text())["types"]
    assert full == spec.types()
    whole = spec.full_schema()
    assert whole is not None
    for name, field in ours.query_type.fields.items():
        assert str(whole.query_type.fields[name].type) == str(field.type)


@pytest.mark.parametrize(
    "wrong",
    ["type Customer { nickname: String }", "type Customer { id: ID }", "enum CompanyAddressType { BILLING GIFT }"],
)
def test_a_wrong_declaration_is_caught(wrong: str) -> None:
    ours = build_schema(f"type Query {{ a: Int }} {wrong}", assume_valid=True)
    said, vendors = statements(ours, ours), statements(spec.schema(), ours)
    name = parse(wrong).definitions[0].name.value
    assert {key: value for key, value in said.items() if key.startswith(name)} != {
        key: value for key, value in vendors.items() if key.startswith(name)
    }
