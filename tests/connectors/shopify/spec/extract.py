"""Make our extract of the vendor's schema: `python extract.py FULL_INTROSPECTION.json.gz`.

The full file is the answer to the introspection query of the Admin API (npm @shopify/dev-mcp ships one a version).
Only names and types are kept, and only of what the simulated shop declares: the connector can use no more. A name the
vendor does not have ends the script.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from graphql import parse

HERE = Path(__file__).parent
DECLARED = HERE.parents[3] / "connectors" / "sandbox" / "shopify" / "schema.graphql"
VERSION = "2026-10"
BUILT_IN = ("String", "Int", "Float", "Boolean", "ID")


def full(path: str | Path) -> dict[str, Any]:
    """The `__schema` object of a full introspection, gzipped or not."""
    raw = Path(path).read_bytes()
    data = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    found: dict[str, Any] = data.get("data", data)["__schema"]
    return found


def text(type_: dict[str, Any]) -> str:
    """A type reference as SDL has it, such as [String!]!."""
    if type_["kind"] == "NON_NULL":
        return text(type_["ofType"]) + "!"
    return f"[{text(type_['ofType'])}]" if type_["kind"] == "LIST" else str(type_["name"])


def _input(field: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"type": text(field["type"])}
    if field.get("defaultValue") is not None:
        found["default"] = field["defaultValue"]
    return found | ({"deprecated": True} if field.get("isDeprecated") else {})


def _field(field: dict[str, Any], arguments: list[str]) -> dict[str, Any]:
    known = {argument["name"]: argument for argument in field["args"]}
    found = {"args": {name: _input(known[name]) for name in arguments}} if arguments else {}
    return _input(field) | found


def extract(vendor: dict[str, Any], declared: str) -> dict[str, Any]:
    """Our extract: type name -> kind with fields, values or members; raises KeyError for a name the vendor lacks."""
    types = {type_["name"]: type_ for type_ in vendor["types"]}
    found = {}
    for node in parse(declared).definitions:
        name = node.name.value if getattr(node, "name", None) else None
        if name:
            found[name] = _type(types[name], node)
    return {"version": VERSION, "types": dict(sorted(found.items()))}


def _type(type_: dict[str, Any], node: Any) -> dict[str, Any]:
    kind = type_["kind"]
    if kind == "ENUM":
        known = {value["name"] for value in type_["enumValues"]}
        return {"kind": kind, "values": [_in(value.name.value, known) for value in node.values]}
    if kind == "UNION":
        known = {member["name"] for member in type_["possibleTypes"]}
        return {"kind": kind, "types": [_in(member.name.value, known) for member in node.types]}
    if kind == "SCALAR":
        return {"kind": kind}
    if kind == "INPUT_OBJECT":
        fields = {field["name"]: field for field in type_["inputFields"]}
        found: dict[str, Any] = {
            "kind": kind,
            "fields": {n.name.value: _input(fields[n.name.value]) for n in node.fields},
        }
        return found | ({"oneOf": True} if type_.get("isOneOf") else {})
    fields = {field["name"]: field for field in type_["fields"]}
    known = {one["name"] for one in type_.get("interfaces") or []}
    return {
        "kind": kind,
        "interfaces": [_in(one.name.value, known) for one in node.interfaces or ()],
        "fields": {
            field.name.value: _field(
                fields[field.name.value], [argument.name.value for argument in field.arguments or ()]
            )
            for field in node.fields
        },
    }


def _in(name: str, known: set[str]) -> str:
    if name not in known:
        raise KeyError(name)
    return name


def main() -> None:
    """Write extract.json beside this script."""
    found = extract(full(sys.argv[1]), DECLARED.read_text())
    lines = [f"  {json.dumps(name)}: {json.dumps(type_)}" for name, type_ in found["types"].items()]
    head = f'{{"version": {json.dumps(VERSION)}, "types": {{\n'
    (HERE / "extract.json").write_text(head + ",\n".join(lines) + "\n}}\n")


if __name__ == "__main__":
    main()
