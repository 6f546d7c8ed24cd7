"""Describe results: what an object and its fields are, as far as clients look at them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.sandbox.salesforce.rules import title
from connectors.sandbox.salesforce.schema import OBJECTS, Field, SObject

_SOAP = {
    "boolean": "xsd:boolean",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "double": "xsd:double",
    "currency": "xsd:double",
    "int": "xsd:int",
    "id": "tns:ID",
    "reference": "tns:ID",
    "address": "urn:address",
}


def brief(sobject: SObject, base: str) -> dict[str, Any]:
    """An object without its fields."""
    url = f"{base}/sobjects/{sobject.name}"
    return {
        "name": sobject.name,
        "label": sobject.name,
        "keyPrefix": sobject.prefix,
        "custom": False,
        "queryable": True,
        "retrieveable": True,
        "replicateable": True,
        "createable": sobject.write,
        "updateable": sobject.write,
        "deletable": sobject.write,
        "mergeable": sobject.merge,
        "urls": {"sobject": url, "describe": f"{url}/describe", "rowTemplate": f"{url}/{{ID}}"},
    }


def full(sobject: SObject, base: str) -> dict[str, Any]:
    """An object with its fields."""
    fields = [_field(sobject, field) for field in sobject.fields.values()]
    return brief(sobject, base) | {"fields": fields, "childRelationships": list(_children(sobject))}


def _children(sobject: SObject) -> Iterator[dict[str, Any]]:
    for child in OBJECTS.values():
        for field in child.fields.values():
            if field.refers == sobject.name:
                names = {"field": field.name, "relationshipName": field.children or None}
                yield {"childSObject": child.name, **names, "cascadeDelete": bool(field.children)}


def _field(sobject: SObject, field: Field) -> dict[str, Any]:
    values = [{"active": True, "defaultValue": False, "label": value, "value": value} for value in field.values]
    return {
        "name": field.name,
        "label": title(sobject, field),
        "type": field.type,
        "soapType": _SOAP.get(field.type, "xsd:string"),
        "length": field.length,
        "nillable": field.nillable,
        "createable": field.write,
        "updateable": field.write and not field.fixed,
        "precision": field.precision,
        "scale": field.scale,
        "defaultedOnCreate": field.default is not None or field.name == "OwnerId",
        "custom": field.custom,
        "calculated": False,
        "unique": field.unique,
        "externalId": field.external,
        "idLookup": field.external or field.type == "id",
        "caseSensitive": field.case_sensitive,
        "filterable": field.filterable,
        "sortable": field.filterable,
        "restrictedPicklist": field.restricted,
        "picklistValues": values,
        "referenceTo": [field.refers] if field.refers else [],
        "relationshipName": field.relationship or None,
    }
