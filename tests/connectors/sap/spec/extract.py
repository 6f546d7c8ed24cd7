"""Make our extracts of SAP's services: names, types, lengths, keys, permissions and navigation.

Run `python tests/connectors/sap/spec/extract.py FULL_EDMX` with the complete metadata document of a service we use
(api.sap.com: API_BUSINESS_PARTNER, API_PRODUCT_SRV or API_SLSPRICINGCONDITIONRECORD_SRV); it rewrites the file of that
service beside this one. Only the entity sets we use are kept, and of them only facts: no labels, no documentation, no
fields a customer added (`YY1_`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

FILES = {
    "API_BUSINESS_PARTNER": Path(__file__).with_name("business_partner.json"),
    "API_PRODUCT_SRV": Path(__file__).with_name("product.json"),
    "API_SLSPRICINGCONDITIONRECORD_SRV": Path(__file__).with_name("price.json"),
}
# Where a test run may be given the complete documents.
FULL = {
    "API_BUSINESS_PARTNER": "GOLDENROD_SAP_SPEC",
    "API_PRODUCT_SRV": "GOLDENROD_SAP_PRODUCT_SPEC",
    "API_SLSPRICINGCONDITIONRECORD_SRV": "GOLDENROD_SAP_PRICE_SPEC",
}
EDM = "{http://schemas.microsoft.com/ado/2008/09/edm}"
SAP = "{http://www.sap.com/Protocols/SAPData}"
USED = (
    "A_AddressEmailAddress",
    "A_AddressFaxNumber",
    "A_AddressHomePageURL",
    "A_AddressPhoneNumber",
    "A_BPContactToFuncAndDept",
    "A_BuPaAddressUsage",
    "A_BuPaIdentification",
    "A_BuPaIndustry",
    "A_BusinessPartner",
    "A_BusinessPartnerAddress",
    "A_BusinessPartnerContact",
    "A_BusinessPartnerRole",
    "A_BusinessPartnerTaxNumber",
    "A_Customer",
    "A_CustomerCompany",
    "A_CustomerSalesArea",
    "A_CustomerSalesAreaTax",
    "A_CustomerTaxGrouping",
    "A_Product",
    "A_ProductBasicText",
    "A_ProductDescription",
    "A_ProductPlant",
    "A_ProductSalesDelivery",
    "A_ProductUnitsOfMeasure",
    "A_ProductUnitsOfMeasureEAN",
    "A_SlsPrcgCndnRecdValidity",
    "A_SlsPrcgCndnRecordScale",
    "A_SlsPrcgConditionRecord",
)


def full(service: str) -> str:
    """The complete document of a service, empty where the environment names none."""
    path = os.environ.get(FULL[service], "")
    return Path(path).read_text(encoding="utf-8") if path else ""


def service(text: str) -> str:
    """The name of the service a metadata document describes."""
    return next(ElementTree.fromstring(text).iter(f"{EDM}Schema")).attrib["Namespace"]


def read(text: str) -> dict[str, Any]:
    """The extract of a metadata document's text: entity set -> key, permissions, properties, navigation."""
    root = ElementTree.fromstring(text)
    schema = next(root.iter(f"{EDM}Schema"))
    sets = {one.attrib["Name"]: one for one in schema.iter(f"{EDM}EntitySet")}
    types = {one.attrib["Name"]: one for one in schema.iter(f"{EDM}EntityType")}
    ends = {_end_name(one, end): end for one in schema.iter(f"{EDM}Association") for end in one.iter(f"{EDM}End")}
    return {name: _entity_set(sets[name], types, ends) for name in USED if name in sets}


def _end_name(association: Element, end: Element) -> tuple[str, str]:
    return association.attrib["Name"], end.attrib["Role"]


def _entity_set(entity_set: Element, types: dict[str, Element], ends: dict[tuple[str, str], Element]) -> dict[str, Any]:
    one = types[entity_set.attrib["EntityType"].rpartition(".")[2]]
    return {
        "key": [ref.attrib["Name"] for ref in one.iter(f"{EDM}PropertyRef")],
        **_permissions(entity_set, "creatable", "updatable", "deletable"),
        "properties": {prop.attrib["Name"]: _property(prop) for prop in one.iter(f"{EDM}Property") if _standard(prop)},
        "navigation": dict(_navigation(one, ends)),
    }


def _standard(prop: Element) -> bool:
    return not prop.attrib["Name"].startswith("YY1_")


def _permissions(element: Element, *names: str) -> dict[str, bool]:
    return {name: element.get(SAP + name, "true") == "true" for name in names}


def _property(prop: Element) -> dict[str, Any]:
    facets = {"max_length": prop.get("MaxLength"), "precision": prop.get("Precision"), "scale": prop.get("Scale")}
    writable = {name: False for name, allowed in _permissions(prop, "creatable", "updatable").items() if not allowed}
    numbers = {name: int(value) for name, value in facets.items() if value is not None and value != "0"}
    return {"type": prop.attrib["Type"], **numbers, **writable}


def _navigation(entity: Element, ends: dict[tuple[str, str], Element]) -> Iterator[tuple[str, dict[str, str]]]:
    for nav in entity.iter(f"{EDM}NavigationProperty"):
        end = ends[nav.attrib["Relationship"].rpartition(".")[2], nav.attrib["ToRole"]]
        target = end.attrib["Type"].rpartition(".")[2].removesuffix("Type")
        if target in USED:
            yield nav.attrib["Name"], {"target": target, "multiplicity": end.attrib["Multiplicity"]}


def text(extract: dict[str, Any]) -> str:
    """The extract as the file holds it: one property or navigation a line."""
    lines = ["{"]
    for at, (name, one) in enumerate(extract.items()):
        head = {part: value for part, value in one.items() if part not in ("properties", "navigation")}
        lines += [f'  "{name}": {{', *(f'    "{part}": {json.dumps(value)},' for part, value in head.items())]
        lines += [*_block("properties", one["properties"], ","), *_block("navigation", one["navigation"], "")]
        lines += ["  }" + ("," if at + 1 < len(extract) else "")]
    return "\n".join([*lines, "}"]) + "\n"


def _block(name: str, members: dict[str, Any], end: str) -> list[str]:
    rows = ",\n".join(f'      "{member}": {json.dumps(value)}' for member, value in members.items())
    return [f'    "{name}": {{', *filter(None, [rows]), f"    }}{end}"]


if __name__ == "__main__":
    given = Path(sys.argv[1]).read_text(encoding="utf-8")
    FILES[service(given)].write_text(text(read(given)), encoding="utf-8")
