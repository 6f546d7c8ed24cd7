"""The labelled sets: what kind each column is, as a person would say it who looks at the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Records
from mdm.matchfile import reading


@dataclass(frozen=True)
class Set:
    """`fields` is what follows --field; `floors` are F1 without labels and with 150; `zone` is what merges by itself:
    precision and share of the true pairs."""

    name: str
    fields: str
    floors: tuple[float | None, float | None] = (None, None)
    one_to_one: str = "auto"
    zone: tuple[float, float] = (0.999, 0.5)
    folder: str = ""

    @property
    def links(self) -> bool:
        return self.one_to_one != "auto" or self.name.startswith("abt_buy")


PERSON, OTHER = (0.999, 0.5), (0.99, 0.25)
SETS = (
    Set(
        "febrl3",
        "given_name=given_name surname=family_name street_number=house_number address_1=street address_2=address "
        "suburb=city postcode=postcode state=region date_of_birth=date soc_sec_id=identifier",
        (0.997, 0.998),
    ),
    Set(
        "fake_1000",
        "first_name=given_name surname=family_name dob=date city=city email=email",
        (0.90, 0.94),
    ),
    Set(
        "historical_25k",
        "full_name=person_name first_name=given_name surname=family_name dob=date birth_place=city "
        "postcode_fake=postcode gender=category occupation=category",
        (0.87, 0.89),
    ),
    Set(
        "gecko_persons_100k",
        "first_name=given_name gender=category last_name=family_name dob=date street=street city=city "
        "postcode=postcode house_no=house_number email=email phone=phone",
        (0.994, 0.996),
    ),
    Set(
        "chicago_childcare_orgs",
        "Site_name=company_name Address=address Zip=postcode Phone=phone",
        (0.91, 0.94),
        zone=OTHER,
    ),
    Set(
        "senzing_truthset",
        "PRIMARY_NAME_FULL=person_name NATIVE_NAME_FULL=person_name PRIMARY_NAME_LAST=family_name "
        "PRIMARY_NAME_FIRST=given_name PRIMARY_NAME_ORG=company_name SECONDARY_NAME_ORG=company_name GENDER=category "
        "DATE_OF_BIRTH=date PASSPORT_NUMBER=identifier DRIVERS_LICENSE_NUMBER=identifier SSN_NUMBER=identifier "
        "NATIONAL_ID_NUMBER=identifier TAX_ID_NUMBER=identifier LEI_NUMBER=identifier EMAIL_ADDRESS=email "
        "ADDR_FULL=address ADDR_LINE1=address ADDR_CITY=city ADDR_STATE=region ADDR_POSTAL_CODE=postcode "
        "ADDR_COUNTRY=country PHONE_NUMBER=phone",
        (0.95, None),
    ),
    Set("abt_buy", "name=text description=text price=number", (0.84, 0.87), zone=OTHER),
    Set(
        "abt_buy_many",
        "name=text description=text price=number",
        (0.65, 0.72),
        one_to_one="no",
        zone=OTHER,
        folder="abt_buy",
    ),
)


def find(name: str) -> Set:
    return next(one for one in SETS if one.name == name)


def fields(one: Set) -> list[tuple[str, Kind]]:
    """Columns and kinds; a blank in a column's name is written as an underscore."""
    parts = [part.split("=") for part in one.fields.split()]
    return [(name.replace("Site_name", "Site name"), Kind(kind)) for name, kind in parts]


def tables(one: Set, data: Path) -> tuple[list[Path], Path]:
    """The files of records, two where they are to be linked, and that of the truth."""
    folder = data / (one.folder or one.name)
    names = ("a", "b", "truth") if one.links else ("records", "truth")
    paths = [next(path for path in (folder / f"{n}.csv", folder / f"{n}.csv.gz") if path.exists()) for n in names]
    return paths[:-1], paths[-1]


def records(table: pl.DataFrame, wanted: list[tuple[str, Kind]]) -> Records:
    """A table as the engine takes it; columns that it lacks are left out."""
    columns = tuple(Column(name, kind) for name, kind in wanted if name in table.columns)
    return Records(table["id"], columns, table.select([column.name for column in columns]))


def load(one: Set, data: Path) -> tuple[list[Records], pl.DataFrame]:
    """Records to compare, and the truth: id and entity, or id_a and id_b."""
    paths, truth = tables(one, data)
    return [records(reading.read(path, []), fields(one)) for path in paths], reading.read(truth, [])
