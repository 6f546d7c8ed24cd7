"""What must be written so that a partner holds what the hub wants: its difference to what was just read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import FieldRow
from connectors.errors import Permanent
from connectors.mapping import write
from connectors.sap import mapping, names, odata, plan_addresses, plan_terms, terms
from connectors.sap.odata import Record, many
from connectors.sap.options import Options
from connectors.sap.writes import Write, difference
from mdm.contracts import Desired
from mdm.engine.values import Json, Key

Attributes = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Wish:
    """One Desired as it concerns a partner: `asked` are the attributes to bring there, None empties.

    `held` are all values the hub wants there, those that need no change among them.
    """

    desired: Desired
    options: Options
    added: tuple[FieldRow, ...] = ()
    asked: Attributes = field(default_factory=dict)

    @property
    def what(self) -> str:
        return f"{mapping.PARTNER} {self.desired.external_id or 'of ' + self.desired.golden_id}"


def wish(desired: Desired, added: tuple[FieldRow, ...], options: Options) -> Wish:
    """What a Desired asks for: what changed, all of it where the hub does not know the partner yet, or only a block."""
    if desired.operation == "block":
        return Wish(desired, options, added, {"blocked": True})
    everything = not desired.external_id
    asked = {key: value for key, value in desired.attributes.items() if everything or key in desired.changed}
    return Wish(desired, options, added, {key: value for key, value in asked.items() if not key.startswith("ids|")})


# ---- a partner that is there ---------------------------------------------------------------------------------------


def update(wanted: Wish, body: Record, at: datetime) -> list[Write]:
    """The writes that turn a partner as read into what is wanted, the partner itself first, since that one is locked by
    its entity tag; raises Permanent for what can never be."""
    number = str(body.get("BusinessPartner"))
    _same_nature(wanted, body)
    return [
        *_partner(wanted, body),
        *_identifications(wanted, body, number),
        *_tax_numbers(wanted, body, number),
        *plan_addresses.update(wanted.asked, body, number, at, wanted.what),
        *plan_terms.update(wanted.asked, wanted.desired.attributes, body, number, wanted.options, wanted.what),
    ]


def _same_nature(wanted: Wish, body: Record) -> None:
    nature = wanted.asked.get("party_type")
    if nature is not None and mapping.NATURES.get(str(nature)) != body.get("BusinessPartnerCategory"):
        raise Permanent(f"{wanted.what}: SAP cannot turn it into a {nature}; a steward must part the two records.",
                        field="party_type")


def _partner(wanted: Wish, body: Record) -> Iterator[Write]:
    category = str(body.get("BusinessPartnerCategory"))
    native = basic(wanted, category, held_name=names.join(body, wanted.what))
    customer = native.pop("to_Customer", None)
    if changed := difference(native, body):
        yield Write("PATCH", odata.path("A_BusinessPartner", body), changed, etag=odata.etag(body))
    record = odata.one(body, "to_Customer", wanted.what)
    if customer and record and (changed := difference(customer, record)):
        yield Write("PATCH", odata.path("A_Customer", record), changed, etag=odata.etag(record))


def basic(wanted: Wish, category: str, held_name: str | None = None) -> dict[str, Json]:
    """The plain fields of a partner; the four name fields only where the name is not the one held."""
    native = write(mapping.rows(category, wanted.added), wanted.asked, wanted.what)
    if native.get(mapping.LANGUAGE.native):
        native[mapping.LANGUAGE.native] = str(native[mapping.LANGUAGE.native]).upper()
    legal_name = wanted.asked.get("legal_name")
    if category == "2" and isinstance(legal_name, str) and names.fitting(legal_name) != held_name:
        native |= names.fields(legal_name)
    return native


# ---- identifications -----------------------------------------------------------------------------------------------


def identifications(wanted: Wish, everything: bool = False) -> dict[str, str]:
    """Type -> number of the ids to write: the crosswalk key always, the others where they changed or where all are."""
    desired = wanted.desired
    found = {mapping.CROSSWALK: desired.crosswalk_key} if desired.crosswalk_key else {}
    for key, kind in mapping.IDENTIFICATIONS.items():
        number = desired.ids.get(Key.parse(key).context)
        if number and (everything or key in desired.changed):
            found[kind] = number
    return found


def _identifications(wanted: Wish, body: Record, number: str) -> Iterator[Write]:
    """Types of one number each: the new one comes before the old one goes, so that a partner never stands without."""
    held = many(body, "to_BuPaIdentification", wanted.what)
    for kind, value in identifications(wanted, everything=not wanted.desired.external_id).items():
        rows = [row for row in held if row.get("BPIdentificationType") == kind]
        if not any(row.get("BPIdentificationNumber") == value for row in rows):
            yield Write("POST", f"A_BusinessPartner({odata.quoted(number)})/to_BuPaIdentification",
                        {"BusinessPartner": number, "BPIdentificationType": kind, "BPIdentificationNumber": value})
        for row in rows:
            if row.get("BPIdentificationNumber") != value:
                yield Write("DELETE", odata.path("A_BuPaIdentification", row), etag=odata.etag(row))


# ---- tax numbers ---------------------------------------------------------------------------------------------------


def tax_numbers(wanted: Wish) -> dict[str, str | None]:
    """Scheme -> number asked for, None to empty."""
    found: dict[str, str | None] = {}
    for text_key, value in wanted.asked.items():
        key = Key.parse(text_key)
        if key.name == "tax_ids":
            found[key.context] = value if isinstance(value, str) and value.strip() else None
    return found


def _tax_numbers(wanted: Wish, body: Record, number: str) -> Iterator[Write]:
    held = many(body, "to_BusinessPartnerTax", wanted.what)
    for name, value in tax_numbers(wanted).items():
        rows = [row for row in held if mapping.scheme(row.get("BPTaxType")) == name]
        if value is None:
            paths = ((odata.path("A_BusinessPartnerTaxNumber", row), odata.etag(row)) for row in rows)
            yield from (Write("DELETE", path, etag=etag) for path, etag in paths)
        else:
            yield from _tax_number(name, value, rows, number, wanted)


def _tax_number(name: str, value: str, rows: Sequence[Record], number: str, wanted: Wish) -> Iterator[Write]:
    """Numbers of one scheme may stand side by side under the categories of several countries, one under each."""
    category = mapping.tax_type(name, value, wanted.options)
    same = [row for row in rows if row.get("BPTaxType") == category or name != "VAT"]
    if any(mapping.tax_number(row, wanted.what) == value for row in rows):
        return
    if same:
        yield Write("PATCH", odata.path("A_BusinessPartnerTaxNumber", same[0]), {"BPTaxNumber": value},
                    etag=odata.etag(same[0]))
    else:
        yield Write("POST", f"A_BusinessPartner({odata.quoted(number)})/to_BusinessPartnerTax",
                    {"BusinessPartner": number, "BPTaxType": category, "BPTaxNumber": value})


# ---- a new partner -------------------------------------------------------------------------------------------------


def creation(wanted: Wish) -> dict[str, Json]:
    """The deep body that creates a partner with all it should hold; raises Permanent where it lacks a name.

    A customer gets the roles FLCU00 and FLCU01, a company code and a sales area; a person who does not buy privately
    is made a contact person (BUP001) instead.
    """
    category = mapping.NATURES.get(str(wanted.asked.get("party_type")), "")
    if not category:
        sentence = f"{wanted.what}: it is not known whether this is an organisation or a person; set its party type."
        raise Permanent(sentence, field="party_type")
    native = {name: value for name, value in basic(wanted, category).items() if value not in (None, "")}
    extra = native.pop("to_Customer", {})
    _named(wanted, native, category)
    buys = category == "2" or wanted.asked.get("buys_privately") is True
    return {
        "BusinessPartnerCategory": category,
        **({"BusinessPartnerGrouping": wanted.options.grouping} if wanted.options.grouping else {}),
        **native,
        **_filled({
            "to_BusinessPartnerRole": [{"BusinessPartnerRole": role} for role in
                                       (terms.CUSTOMER_ROLES if buys else (terms.CONTACT_ROLE,))],
            "to_BuPaIdentification": _rows("BPIdentificationType", "BPIdentificationNumber",
                                           identifications(wanted, everything=True).items()),
            "to_BusinessPartnerTax": _rows("BPTaxType", "BPTaxNumber", (
                (mapping.tax_type(name, value, wanted.options), value)
                for name, value in tax_numbers(wanted).items() if value)),
            "to_BusinessPartnerAddress": plan_addresses.creation(wanted.asked),
            "to_Customer": {**extra, **plan_terms.creation(wanted.asked, wanted.options)} if buys else None,
        }),
    }


def _named(wanted: Wish, native: Mapping[str, Json], category: str) -> None:
    needed = names.FIELDS[0] if category == "2" else "LastName"
    if not native.get(needed):
        key = "legal_name" if category == "2" else "last_name"
        raise Permanent(f"{wanted.what}: SAP demands a {key.replace('_', ' ')}; give it one first.", field=key)


def _rows(kind: str, number: str, pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{kind: one, number: other} for one, other in pairs]


def _filled(parts: Mapping[str, Json]) -> dict[str, Json]:
    return {name: part for name, part in parts.items() if part}
