"""The executable schema: our SDL with the resolvers bound to it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLSchema, build_schema

from connectors.sandbox.shopify import roots  # noqa: F401 - registers the root fields
from connectors.sandbox.shopify.fields import RESOLVERS
from connectors.sandbox.shopify.variants import MONEY

SDL = Path(__file__).with_name("schema.graphql")


def _money(value: Any) -> str:
    """Amounts come as decimal text."""
    if not isinstance(value, str) or not MONEY.fullmatch(value):
        raise GraphQLError(f'Money cannot represent {value!r}: give a decimal text such as "100.57".')
    return value


@cache
def executable() -> GraphQLSchema:
    """The schema, built once a process; every root field must have a resolver."""
    schema = build_schema(SDL.read_text())
    money: Any = schema.type_map["Money"]
    money.parse_value = money.coerce_input_value = _money
    for type_name, resolvers in RESOLVERS.items():
        type_: Any = schema.type_map[type_name]
        for name, resolver in resolvers.items():
            type_.fields[name].resolve = resolver
    for root in (schema.query_type, schema.mutation_type):
        missing = [name for name, field in root.fields.items() if field.resolve is None] if root else []
        if missing:
            raise LookupError(f"Nothing answers {', '.join(missing)}.")
    return schema
