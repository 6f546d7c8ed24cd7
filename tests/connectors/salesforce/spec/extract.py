"""Make our extract of the vendor's names: `python extract.py FOLDER`.

FOLDER holds `standard-object-fields.json` (names and types of standard objects, from jsforce's type declarations, MIT)
and `error-codes-v58.json` (names of the enumerations StatusCode and ExceptionCode of the partner WSDL). Only what we
use is kept. Lengths, and fields that the organisation behind those declarations did not have, stand in reference.json,
by hand from the object reference and the field reference (developer.salesforce.com, "Object Reference for the
Salesforce Platform", "Salesforce Field Reference Guide"); so does all of Pricebook2 and what several currencies add.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OBJECTS = ("Account", "Contact", "Product2", "PricebookEntry")
CODES = (
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
    "CIRCULAR_DEPENDENCY",
    "DELETE_FAILED",
    "DUPLICATES_DETECTED",
    "DUPLICATE_EXTERNAL_ID",
    "DUPLICATE_VALUE",
    "ENTITY_IS_DELETED",
    "EXCEEDED_ID_LIMIT",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "FIELD_INTEGRITY_EXCEPTION",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "INVALID_CROSS_REFERENCE_KEY",
    "INVALID_DATE_FORMAT",
    "INVALID_EMAIL_ADDRESS",
    "INVALID_FIELD",
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "INVALID_MERGE_RECORD",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "INVALID_PERSON_ACCOUNT_OPERATION",
    "INVALID_QUERY_FILTER_OPERATOR",
    "INVALID_QUERY_LOCATOR",
    "INVALID_REPLICATION_DATE",
    "INVALID_SESSION_ID",
    "INVALID_TYPE",
    "INVALID_TYPE_ON_FIELD_IN_RECORD",
    "JSON_PARSER_ERROR",
    "LIMIT_EXCEEDED",
    "MALFORMED_ID",
    "MALFORMED_QUERY",
    "MERGE_FAILED",
    "METHOD_NOT_ALLOWED",
    "MISSING_ARGUMENT",
    "NOT_FOUND",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "QUERY_TIMEOUT",
    "REQUEST_LIMIT_EXCEEDED",
    "REQUIRED_FIELD_MISSING",
    "SERVER_UNAVAILABLE",
    "STANDARD_PRICE_NOT_DEFINED",
    "STRING_TOO_LONG",
    "UNABLE_TO_LOCK_ROW",
    "UNKNOWN_EXCEPTION",
)


def extract(folder: Path) -> dict[str, Any]:
    """The content of our extract's files by their names; raises KeyError for a name the full files lack."""
    objects = json.loads((folder / "standard-object-fields.json").read_text())["objects"]
    [codes_file] = folder.glob("error-codes-*.json")
    codes = json.loads(codes_file.read_text())
    known = {code: [kind for kind in ("StatusCode", "ExceptionCode") if code in codes[kind]] for code in CODES}
    missing = [code for code, kinds in known.items() if not kinds]
    if missing:
        raise KeyError(f"{codes_file.name} knows nothing of {', '.join(missing)}")
    return {"fields.json": {name: objects[name] for name in OBJECTS}, "codes.json": known}


def main() -> None:
    """Write the extract beside this file."""
    if len(sys.argv) != 2:
        raise SystemExit("Usage: python extract.py FOLDER_WITH_THE_FULL_FILES")
    for name, content in extract(Path(sys.argv[1])).items():
        (HERE / name).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
