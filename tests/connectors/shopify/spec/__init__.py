"""The vendor's schema as a judge: our extract, or the full file named by GOLDENROD_SHOPIFY_SPEC."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_client_schema, build_schema

from tests.connectors.shopify.spec import extract as maker

EXTRACT = Path(__file__).with_name("extract.json")
FULL = os.environ.get("GOLDENROD_SHOPIFY_SPEC", "")


@cache
def types() -> dict[str, Any]:
    """The extract: type name -> kind with fields, values or members."""
    found: dict[str, Any] = json.loads(EXTRACT.read_text())["types"]
    return found


@cache
def schema() -> GraphQLSchema:
    """The extract as a schema to validate documents against."""
    parts = ["schema { query: QueryRoot mutation: Mutation }"]
    parts += [_sdl(name, type_) for name, type_ in types().items()]
    return build_schema("\n".join(parts))


@cache
def full_schema() -> GraphQLSchema | None:
    """The vendor's whole schema where the environment names the file."""
    return build_client_schema({"__schema": maker.full(FULL)}, assume_valid=True) if FULL else None  # type: ignore[typeddict-item]


def schemas() -> list[GraphQLSchema]:
    """All judges at hand."""
    whole = full_schema()
    return [schema(), *([whole] if whole else [])]


def _sdl(name: str, type_: dict[str, Any]) -> str:
    kind = type_["kind"]
    if kind == "SCALAR":
        return f"scalar {name}"
    if kind == "ENUM":
        return f"enum {name} {{ {' '.join(type_['values'])} }}"
    if kind == "UNION":
        return f"union {name} = {' | '.join(type_['types'])}"
    word = {"OBJECT": "type", "INTERFACE": "interface", "INPUT_OBJECT": "input"}[kind]
    faces = f" implements {' & '.join(type_['interfaces'])}" if type_.get("interfaces") else ""
    one_of = " @oneOf" if type_.get("oneOf") else ""
    fields = "\n".join(f"  {field}{_arguments(said)}: {_end(said)}" for field, said in type_["fields"].items())
    return f"{word} {name}{faces}{one_of} {{\n{fields}\n}}"


def _arguments(field: dict[str, Any]) -> str:
    inner = ", ".join(f"{name}: {_end(said)}" for name, said in field.get("args", {}).items())
    return f"({inner})" if inner else ""


def _end(said: dict[str, Any]) -> str:
    default = f" = {said['default']}" if "default" in said else ""
    return said["type"] + default + (" @deprecated" if said.get("deprecated") else "")
