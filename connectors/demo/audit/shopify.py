"""Reads customers, companies and products over Shopify's Admin GraphQL API."""

from __future__ import annotations

import time
from collections.abc import Iterator

import requests

from connectors.demo.audit import shopify_goods
from connectors.demo.audit.seen import TIMEOUT, AuditFailed, Json, Seen, address, dumped, json_of, known

VERSION = "2026-10"
PAGE = 75  # some 12 points each of the 1000 a request may cost
TURNS = 60
IDS = {"golden": "golden_id", "crm": "salesforce_id", "erp": "sap_id"}
MARKS = " ".join(f'{role}: metafield(namespace: "mdm", key: "{key}") {{ value }}' for role, key in IDS.items())
CUSTOMERS = f"""query($after: String) {{ found: customers(first: {PAGE}, after: $after) {{ nodes {{
  id firstName lastName {MARKS} key: metafield(namespace: "mdm", key: "key") {{ value }}
  defaultEmailAddress {{ emailAddress }} defaultPhoneNumber {{ phoneNumber }}
  defaultAddress {{ address1 address2 city zip provinceCode countryCodeV2 }}
  companyContactProfiles {{ company {{ id }} }}
}} pageInfo {{ hasNextPage endCursor }} }} }}"""
PLACE = "{ address1 address2 city zip zoneCode countryCode }"
COMPANIES = f"""query($after: String) {{ found: companies(first: {PAGE}, after: $after) {{ nodes {{
  id name externalId {MARKS}
  locations(first: 1, sortKey: ID) {{ nodes {{
    phone taxSettings {{ taxRegistrationId }} billingAddress {PLACE} shippingAddress {PLACE}
  }} }}
}} pageInfo {{ hasNextPage endCursor }} }} }}"""


class Shopify:
    """`access` holds url and access_token."""

    def __init__(self, access: dict[str, str]) -> None:
        self.url = access["url"].rstrip("/")
        self.session = requests.Session()
        self.session.headers["X-Shopify-Access-Token"] = access["access_token"]

    def read(self) -> list[Seen]:
        """All customers, all companies with their first location, all products with their variants."""
        parties = [*map(_customer, self._all(CUSTOMERS)), *map(_company, self._all(COMPANIES))]
        variants = map(shopify_goods.variant, self._all(shopify_goods.VARIANTS))
        families = map(shopify_goods.family, self._all(shopify_goods.PRODUCTS))
        return [*parties, *variants, *(one for one in families if one)]

    def count(self) -> int:
        """How many it holds, past the API."""
        kinds = ("Customer", "Company", "ProductVariant")
        families = sum(not row["deleted"] and len(row["variants"]) > 1 for row in dumped(self.url, "Product"))
        return families + sum(not row["deleted"] for kind in kinds for row in dumped(self.url, kind))

    def _all(self, query: str) -> Iterator[dict[str, Json]]:
        after: str | None = None
        more = True
        while more:
            page = self._ask(query, {"after": after})["found"]
            yield from page["nodes"]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    def _ask(self, query: str, variables: dict[str, Json]) -> dict[str, Json]:
        """The data of one query; waits where the shop is asked too often."""
        for _ in range(TURNS):
            target = f"{self.url}/admin/api/{VERSION}/graphql.json"
            answer = self.session.post(target, json={"query": query, "variables": variables}, timeout=TIMEOUT)
            body: dict[str, Json] = json_of(answer, "Shopify")
            errors = body.get("errors") or []
            if not errors:
                return dict(body["data"])
            if errors[0].get("extensions", {}).get("code") != "THROTTLED":
                raise AuditFailed(f"Shopify refused a query: {errors[0].get('message')}")
            time.sleep(0.5)
        raise AuditFailed("Shopify was busy for too long.")


def _customer(node: dict[str, Json]) -> Seen:
    place = node["defaultAddress"] or {}
    lines = [place.get("address1"), place.get("address2")]
    rest = (place.get(name) for name in ("city", "provinceCode", "zip", "countryCodeV2"))
    values = {
        "first_name": node["firstName"],
        "last_name": node["lastName"],
        "emails": known((node["defaultEmailAddress"] or {}).get("emailAddress")),
        "phones|main": (node["defaultPhoneNumber"] or {}).get("phoneNumber"),
        "addresses|ship_to": address(lines, *rest),
    }
    return Seen(
        connection="shopify",
        object_type="Customer",
        id=node["id"],
        person=True,
        key=(node["key"] or {}).get("value", ""),
        ids=_ids(node),
        works_for=tuple(profile["company"]["id"] for profile in node["companyContactProfiles"]),
        values=values,
    )


def _company(node: dict[str, Json]) -> Seen:
    location: dict[str, Json] = next(iter(node["locations"]["nodes"]), {})
    values = {
        "shown_name": node["name"],
        "legal_name": node["name"],
        "phones|main": location.get("phone"),
        "tax_ids": known((location.get("taxSettings") or {}).get("taxRegistrationId")),
        "addresses|bill_to": _place(location.get("billingAddress")),
        "addresses|ship_to": _place(location.get("shippingAddress")),
    }
    key = node["externalId"] or ""
    return Seen(
        connection="shopify", object_type="Company", id=node["id"], person=False, key=key, ids=_ids(node), values=values
    )


def _ids(node: dict[str, Json]) -> dict[str, str]:
    return {role: node[role]["value"] for role in IDS if node[role]}


def _place(node: dict[str, Json] | None) -> dict[str, str] | None:
    if not node:
        return None
    lines = [node["address1"], node["address2"]]
    return address(lines, node["city"], node["zoneCode"], node["zip"], node["countryCode"])
