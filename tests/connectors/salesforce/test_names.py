"""Every field, length and error code this connector names is one the vendor has, or one our README asks for."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from connectors.mapping import Address
from connectors.salesforce import errors, mapping
from connectors.salesforce.checks import WRITTEN

SPEC = Path(__file__).parent / "spec"
README = Path(mapping.__file__).with_name("README.md").read_text()
EXTRACT, REFERENCE, CODES = (json.loads((SPEC / name).read_text()) for name in ("fields.json", "reference.json",
                                                                                "codes.json"))
FIELDS = [(object_type, name) for object_type, names in mapping.SELECTED.items() for name in names]
LENGTHS = {
    (object_type, name): length
    for object_type, rows in WRITTEN.items() for row in rows if row.write
    for name, length in (
        ((row.native[part], length) for part, length in row.lengths.items()) if isinstance(row, Address)
        else ((row.native, row.max_length),)
    )
}


def custom():
    """Custom fields as the table of the README lists them: (object, name) -> length, None where it has none."""
    rows = re.findall(r"^\| `(\w+__c)` \| ([\w, ]+) \| [\w -]+(?:\((\d+)\))?[^|]*\|", README, re.MULTILINE)
    return {(object_type, name): int(length) if length else None
            for name, objects, length in rows for object_type in objects.split(", ")}


@pytest.mark.parametrize(("object_type", "name"), FIELDS)
def test_every_field_exists(object_type, name):
    known = custom() if name.endswith("__c") else {
        (kind, field) for source in (EXTRACT, REFERENCE) for kind in mapping.SELECTED for field in source[kind]
    }
    assert (object_type, name) in known


@pytest.mark.parametrize(("object_type", "name", "length"), [(*key, length) for key, length in LENGTHS.items()])
def test_every_length_is_the_vendors_or_the_readmes(object_type, name, length):
    if name.endswith("__c"):
        assert custom()[object_type, name] == length
    else:
        assert REFERENCE[object_type][name][1] == (length or 0)


def test_every_error_code_is_one():
    assert CODES.keys() >= errors.RETRY | errors.SET_UP
    named = set(re.findall(r'"([A-Z]{4,}_[A-Z_]+)"', Path(errors.__file__).read_text()))
    assert named <= CODES.keys()


@pytest.mark.skipif(not os.environ.get("GOLDENROD_SALESFORCE_SPEC"), reason="no folder of full vendor files given")
def test_against_the_full_files():
    folder = Path(os.environ["GOLDENROD_SALESFORCE_SPEC"])
    objects = json.loads((folder / "standard-object-fields.json").read_text())["objects"]
    for kind, names in mapping.SELECTED.items():
        standard = {name for name in names if not name.endswith("__c")}
        assert standard - objects[kind].keys() <= REFERENCE[kind].keys()
    codes = json.loads((folder / "error-codes-v58.json").read_text())
    assert {*codes["StatusCode"], *codes["ExceptionCode"]} >= errors.RETRY | errors.SET_UP
