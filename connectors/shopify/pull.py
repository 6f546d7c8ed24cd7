"""Reading: pages of what changed, records by id, what was deleted.

A cursor at rest is `{"since", "gone"}` (and `places` for companies): the shop's own stamps, read again from a little
before them, with `swept` for contacts. Under way it also has `after`, `seen`, `began` and `every`, so that a stopped
pull goes on at its page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TypeVar

from connectors.base import Access, Page, Payload
from connectors.errors import Permanent, Retriable
from connectors.mapping import dig
from connectors.shopify import documents as doc
from connectors.shopify import fields
from connectors.shopify.client import Shop, TooCostly
from connectors.shopify.fields import COMPANY, CONTACT, CUSTOMER, FAMILY, GID, OWNER, VARIANT
from mdm.engine.values import Json

PAGE = 40  # customers with five addresses and seven metafields: some 800 of the 1000 points Shopify allows a request
SWEEP = 900  # seconds between readings of the contacts of all companies
OVERLAP = 2  # seconds read again before the watermark: stamps are whole seconds, and one may still be filling up
PAGES = {
    CUSTOMER: ("customers", doc.CUSTOMERS),
    COMPANY: ("companies", doc.COMPANIES),
    VARIANT: ("products", doc.PRODUCTS),
    FAMILY: ("products", doc.FAMILIES),
}
BY_ID = {
    CUSTOMER: doc.CUSTOMERS_BY_ID,
    COMPANY: doc.COMPANIES_BY_ID,
    CONTACT: doc.CONTACTS_BY_ID,
    VARIANT: doc.VARIANTS_BY_ID,
    FAMILY: doc.FAMILIES_BY_ID,
}
FOUND = {
    CUSTOMER: ("customers", doc.CUSTOMERS_FOUND),
    COMPANY: ("companies", doc.COMPANIES_FOUND),
    VARIANT: ("productVariants", doc.VARIANTS_FOUND),
}
STAMPED = ("", "product", "location", "location.billingAddress", "location.shippingAddress")  # what may carry a stamp
# Where fewer are asked for at first: a page of companies brings contacts along, and of ids each variant costs some 40
# points with its product and metafields. What shops charge for a page of products differs much: the first tells.
BY_IDS, BY_SEARCH = "{} by id", "{} by search"
MOST = {CONTACT: 20, BY_IDS.format(VARIANT): 20}
# Events tell of these. Contacts have none; those of products do not say which were families, and the hub would keep a
# record of each that it is told is gone.
SUBJECTS = {CUSTOMER: "CUSTOMER", COMPANY: "COMPANY", VARIANT: "PRODUCT_VARIANT"}

T = TypeVar("T")
Nodes = list[Mapping[str, Json]]
State = dict[str, Json]
Known = Mapping[str, Mapping[str, Json]]
NOTHING: Known = {}


class Reader:
    """Reads the records of one shop. What is too costly is asked for at half the size from then on."""

    def __init__(self, shop: Shop, access: Access) -> None:
        self._shop, self._access = shop, access
        self._size = max(1, min(250, int(access.options.get("page_size") or PAGE)))
        self._sizes: dict[str, int] = {}  # of each way to ask, where it is not the one above
        self._sweep = timedelta(seconds=float(access.options.get("sweep_seconds") or SWEEP))
        self._overlap = timedelta(seconds=float(access.options.get("overlap_seconds") or OVERLAP))

    def pull(self, object_type: str, cursor: Mapping[str, Json], *, full: bool = False) -> Iterator[Page]:
        """Pages of an object type since the cursor; the last one's cursor is at rest."""
        state: State = {} if full else dict(cursor)
        yield from (self._contacts(state) if object_type == CONTACT else self._records(object_type, state))

    def fetch(self, object_type: str, external_ids: Sequence[str], known: Known = NOTHING) -> list[Payload]:
        """These records, in order; an empty body for one the shop does not have.

        `known`: by id, metafields by `namespace.key` that were written just now. They are taken as they were accepted,
        since each one read costs as much as the record it belongs to.
        """
        wrong = next((number for number in external_ids if not GID[object_type].fullmatch(number)), None)
        if wrong is not None:
            raise Permanent(f"'{wrong[:80]}' is no Shopify id of a {object_type}.", field="id")
        unique = list(dict.fromkeys(external_ids))
        found: dict[str, Payload] = {}
        for spared, numbers in _alike(unique, known).items():
            while numbers:
                ask = partial(self._by_id, object_type, numbers, spared)
                payloads = self._fitting(BY_IDS.format(object_type), ask)
                found |= {payload.external_id: self._with(payload, known) for payload in payloads}
                numbers = numbers[len(payloads) :]
        return [found[number] for number in external_ids]

    def read_back(
        self, object_type: str, external_ids: Sequence[str], known: Known, since: datetime | None
    ) -> list[Payload]:
        """As `fetch`, of records written since then by the shop's clock.

        A page of a search costs less than its records one by one, but the search may trail behind: a record it does not
        find, or shows as it was before, is read by its id.
        """
        numbers = list(dict.fromkeys(external_ids))
        found: dict[str, Payload] = {}
        if since is not None and object_type in FOUND and len(numbers) > 1:
            spared = frozenset.intersection(*(frozenset(known.get(number, ())) for number in numbers))
            while numbers:
                ask = partial(self._search, object_type, numbers, spared, _text(since))
                payloads, asked = self._fitting(BY_SEARCH.format(object_type), ask)
                found |= {payload.external_id: self._with(payload, known) for payload in payloads}
                numbers = numbers[asked:]
        missing = [number for number in external_ids if number not in found]
        found |= {payload.external_id: payload for payload in self.fetch(object_type, missing, known)}
        return [found[number] for number in external_ids]

    def types(self, object_type: str) -> dict[str, str]:
        """The type of every metafield the shop defines for an object type, by `namespace.key`."""
        variables = {"owner": OWNER[object_type]}
        nodes = self.every(doc.DEFINITIONS, variables, "metafieldDefinitions")
        return {f"{node['namespace']}.{node['key']}": str(dig(node, "type.name")) for node in nodes}

    def every(self, document: str, variables: Mapping[str, Json], path: str) -> Nodes:
        """All nodes of a connection that is short enough to be held at once, from `after` on where that is given."""
        found: Nodes = []
        after = variables.get("after")
        while True:
            data = self._shop.read(document, {**variables, "after": after})
            found += dig(data, f"{path}.nodes") or []
            after = _next(dig(data, path))
            if not after:
                return found

    # ---- customers and companies ----------------------------------------------------------------------------------

    def _records(self, kind: str, state: State) -> Iterator[Page]:
        path, document = PAGES[kind]
        since, told = state.get("since"), set()
        while True:
            observed = datetime.now(UTC)
            variables = {"after": state.get("after"), "query": self._from("updated_at", since)}
            page = self._page(kind, self._holding(kind, document), variables, path)
            state.setdefault("began", self._now())
            payloads = [one for node in page["nodes"] for one in self._payloads(kind, node, page, observed)]
            told |= {payload.external_id for payload in payloads}
            state["seen"] = max([str(state.get("seen") or ""), *(str(node["updatedAt"]) for node in page["nodes"])])
            state["after"] = _end(page) or state.get("after")
            if payloads:
                yield Page(payloads=tuple(payloads), cursor=dict(state))
            if not _next(page):
                break
        yield self._rest(kind, state, told)

    def _rest(self, kind: str, state: State, told: set[str]) -> Page:
        """What the pages do not show: companies whose location changed, and what is gone. Ends at rest."""
        began = state["began"]
        rest: State = {"since": min(state["seen"], began) or state.get("since") or began, "gone": began}
        payloads: list[Payload] = []
        if kind == COMPANY:
            places = state.get("places") or state.get("since")
            payloads += self._moved(places, told) if places else []
            rest["places"] = began
        if state.get("gone") and kind in SUBJECTS:
            payloads += self._gone(kind, state["gone"])
        return Page(payloads=tuple(payloads), cursor=rest)

    def _moved(self, since: str, told: set[str]) -> list[Payload]:
        """Companies with a location changed since: whether that moves the company's own stamp, Shopify does not say."""
        variables = {"first": self._size, "query": self._from("updated_at", since)}
        nodes = self.every(doc.CHANGED_LOCATIONS, variables, "companyLocations")
        numbers = dict.fromkeys(str(dig(node, "company.id")) for node in nodes)
        return self.fetch(COMPANY, [number for number in numbers if number not in told])

    def _gone(self, kind: str, since: str) -> list[Payload]:
        """What was deleted since, as the shop's events tell; they name what exists no more."""
        terms = (f"action:destroy AND subject_type:{SUBJECTS[kind]}", self._from("created_at", since))
        variables = {"first": 100, "query": " AND ".join(term for term in terms if term)}
        found: dict[str, Payload] = {}
        for node in self.every(doc.DELETIONS, variables, "events"):
            number = str(node.get("subjectId") or "")
            if node.get("action") == "destroy" and GID[kind].fullmatch(number):
                body = {"_deleted_at": node["createdAt"]}
                found[number] = Payload(
                    object_type=kind, external_id=number, body=body, observed_at=datetime.now(UTC)
                )
        return list(found.values())

    # ---- contacts -------------------------------------------------------------------------------------------------

    def _contacts(self, state: State) -> Iterator[Page]:
        """Contacts by way of their companies: Shopify lists them nowhere else, and not in the order of their changes,
        so the new watermark is the moment the reading began.

        Most pulls ask the companies that moved; now and then all, since Shopify does not say whether a contact moves
        its company. What comes between is told by a webhook.
        """
        since, swept = state.get("since"), state.get("swept")
        every = state.setdefault("every", not since or not swept or _later(swept, self._sweep) < self._now())
        query = self._from("updated_at", swept if every else since)
        while True:
            observed = datetime.now(UTC)
            variables = {"after": state.get("after"), "query": query, "companies": None if every else query}
            page = self._page(CONTACT, doc.CONTACTS_BY_COMPANY, variables, "companies")
            state.setdefault("began", self._now())
            nodes = [node for company in page["nodes"] for node in self._of_company(company, query)]
            state["after"] = _end(page) or state.get("after")
            if not _next(page):
                break
            if nodes:
                yield Page(payloads=self._as_payloads(nodes, observed), cursor=dict(state))
        cursor = {"since": state["began"], "swept": state["began"] if every else swept}
        yield Page(payloads=self._as_payloads(nodes, observed), cursor=cursor)

    def _of_company(self, company: Mapping[str, Json], query: str | None) -> Nodes:
        contacts = company["contacts"]
        found, after = list(contacts["nodes"]), _next(contacts)
        while after:
            data = self._shop.read(doc.MORE_CONTACTS, {"id": company["id"], "after": after, "query": query})
            more = dig(data, "company.contacts") or {}  # the company may have gone meanwhile
            found, after = [*found, *more.get("nodes", ())], _next(more)
        return found

    def _as_payloads(self, nodes: Nodes, observed: datetime) -> tuple[Payload, ...]:
        return tuple(self._payload(CONTACT, node, observed) for node in nodes)

    # ---- requests -------------------------------------------------------------------------------------------------

    def _page(self, kind: str, document: str, variables: State, path: str) -> Mapping[str, Json]:
        """One page of a connection: `{"nodes", "pageInfo"}`."""
        data = self._fitting(kind, lambda size: self._shop.read(document, {**variables, "first": size}))
        page = dig(data, path)
        if not isinstance(page, Mapping) or not isinstance(page.get("nodes"), list):
            raise Retriable(f"Shopify answered without the {path} it was asked for; it is tried again later.")
        return {**page, "shop": dig(data, "shop.name")}

    def _payloads(
        self, kind: str, node: Mapping[str, Json], page: Mapping[str, Json], observed: datetime
    ) -> Iterator[Payload]:
        """The records one node of a page stands for: a product for its variants, and for a family if it is one."""
        if kind == VARIANT:
            for body in self._variants(node, page["shop"]):
                yield self._payload(kind, body, observed)
        elif kind != FAMILY or is_family(node):
            yield self._payload(kind, {**node, "_shop": page["shop"]} if kind == FAMILY else node, observed)

    def _variants(self, product: Mapping[str, Json], shop: Json) -> Nodes:
        """All variants of a product, each with the product beside it."""
        held, whole = product["variants"], {name: value for name, value in product.items() if name != "variants"}
        found, after = list(held["nodes"]), _next(held)
        if after:
            document = self._holding(VARIANT, doc.MORE_VARIANTS)
            found += self.every(document, {"id": product["id"], "after": after}, "product.variants")
        return [{**node, "product": whole, "_shop": shop} for node in found]

    def _with(self, payload: Payload, known: Known) -> Payload:
        """The payload with the metafields known of it, where they would stand had they been read."""
        held = known.get(payload.external_id, {})
        names = fields.keys(payload.object_type, self._access.fields)
        added = {f"m{at}": held[name] for at, name in enumerate(names) if name in held}
        added = {alias: value for alias, value in added.items() if alias not in payload.body}
        return replace(payload, body={**payload.body, **added}) if payload.body and added else payload

    def _by_id(self, kind: str, numbers: Sequence[str], spared: Collection[str], size: int) -> list[Payload]:
        some = list(numbers[:size])
        observed = datetime.now(UTC)
        data = self._shop.read(self._holding(kind, BY_ID[kind], spared), {"ids": some})
        nodes = {str(node["id"]): node for node in data["nodes"] if node and node.get("id")}
        if kind in (VARIANT, FAMILY):
            shop = {"_shop": dig(data, "shop.name")}
            nodes = {id: {**node, **shop} for id, node in nodes.items() if kind == VARIANT or is_family(node)}
        gone = [number for number in some if number not in nodes]
        return [
            *(self._payload(kind, node, observed) for node in nodes.values()),
            *(Payload(object_type=kind, external_id=number, body={}, observed_at=observed) for number in gone),
        ]

    def _search(
        self, kind: str, numbers: Sequence[str], spared: Collection[str], since: str, size: int
    ) -> tuple[list[Payload], int]:
        """What the search shows of some of these records as they are since then, and how many it was asked for."""
        some = numbers[:size]
        observed, (path, document) = datetime.now(UTC), FOUND[kind]
        terms = " OR ".join(f"id:{number.rpartition('/')[2]}" for number in some)
        variables = {"first": len(some), "query": terms}
        data = self._shop.read(self._holding(kind, document, spared), variables)
        shop = {"_shop": dig(data, "shop.name")} if kind == VARIANT else {}
        fresh = [node for node in dig(data, f"{path}.nodes") or () if node["id"] in some and _changed(node) >= since]
        return [self._payload(kind, {**node, **shop}, observed) for node in fresh], len(some)

    def _fitting(self, way: str, ask: Callable[[int], T]) -> T:
        size = self._sizes.setdefault(way, min(self._size, MOST.get(way, 250)))
        while True:
            try:
                return ask(size)
            except TooCostly:
                if size == 1:
                    raise
                size = self._sizes[way] = size // 2

    def _holding(self, kind: str, document: str, spared: Collection[str] = ()) -> str:
        return doc.holding(document, fields.keys(kind, self._access.fields), spared)

    def _payload(self, kind: str, node: Mapping[str, Json], observed: datetime) -> Payload:
        body = self._whole(node) if kind == CUSTOMER else node
        return Payload(object_type=kind, external_id=str(node["id"]), body=body, observed_at=observed)

    def _whole(self, customer: Mapping[str, Json]) -> Mapping[str, Json]:
        """The customer with all addresses: what is left out here would be deleted by the next write of the list."""
        places = customer["addressesV2"]
        if not _next(places):
            return customer
        more = self.every(doc.MORE_ADDRESSES, {"id": customer["id"], "after": _next(places)}, "customer.addressesV2")
        return {**customer, "addressesV2": {**places, "nodes": [*places["nodes"], *more], "pageInfo": {}}}

    # ---- time -----------------------------------------------------------------------------------------------------

    def _from(self, name: str, since: Json) -> str | None:
        """The search term for everything from a watermark on, and a little before it."""
        if not since:
            return None
        return f"{name}:>='{_text(datetime.fromisoformat(str(since)) - self._overlap)}'"

    def _now(self) -> str:
        """The shop's clock at its last answer, ours where it told none."""
        try:
            return _text(parsedate_to_datetime(self._shop.date))
        except ValueError:
            return _text(datetime.now(UTC))


def is_family(product: Mapping[str, Json]) -> bool:
    """Whether a product is sold in several variants; else its one variant is all there is of it."""
    return int(dig(product, "variantsCount.count") or 0) > 1


def _later(text: str, by: timedelta) -> str:
    return _text(datetime.fromisoformat(text) + by)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _changed(node: Mapping[str, Json]) -> str:
    """The latest stamp of a record, its product's and its main location's among them."""
    location = next(iter(dig(node, "locations.nodes") or ()), None)
    whole = {**node, "location": location}
    stamps = (dig(whole, f"{place}.updatedAt".lstrip(".")) for place in STAMPED)
    return max(str(stamp or "") for stamp in stamps)


def _end(connection: Json) -> str | None:
    end = dig(connection, "pageInfo.endCursor")
    return str(end) if end else None


def _next(connection: Json) -> str | None:
    """Where the next page of a connection begins, None after the last."""
    return _end(connection) if dig(connection, "pageInfo.hasNextPage") else None


def _alike(numbers: Sequence[str], known: Known) -> dict[frozenset[str], list[str]]:
    """Ids by the metafields that need not be read of them."""
    groups: dict[frozenset[str], list[str]] = defaultdict(list)
    for number in numbers:
        groups[frozenset(known.get(number, ()))].append(number)
    return groups
