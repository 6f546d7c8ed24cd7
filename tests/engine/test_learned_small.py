"""Tables of a few rows, which people try first: duplicates are found, and those who only share a name are not joined.

A row is its entity and its values; a record of entity 1 may be joined to records of entity 1 alone.
"""

from __future__ import annotations

import polars as pl
import pytest

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Records, deduplicate, link
from tests.engine.test_learned_floor import clustered, linked

PERSON = {
    "name": Kind.PERSON_NAME,
    "born": Kind.DATE,
    "street": Kind.ADDRESS,
    "town": Kind.CITY,
    "mail": Kind.EMAIL,
}
FIRM = {"firm": Kind.COMPANY_NAME, "street": Kind.ADDRESS, "zip": Kind.POSTCODE, "town": Kind.CITY, "phone": Kind.PHONE}

TABLES = {
    "German persons": (
        PERSON,
        """
        1|Anna Schmidt|1971-04-02|Hauptstr. 5|Köln|anna.schmidt@example.com
        1|Schmidt Anna|02.04.1971|Hauptstraße 5|Koeln|
        2|Jonas Weber|1988-11-30|Am Markt 1|Bonn|j.weber@example.org
        2|Jonas Webber|1988-11-30|Am Markt 1||j.weber@example.org
        3|Maria Lopez|1979-01-23|Seestraße 8|Kiel|maria.lopez@example.net
        4|Anna Schmitt|1990-07-19|Ringstr. 12|Köln|a.schmitt@example.org
        """,
    ),
    "no duplicates at all": (
        PERSON,
        """
        1|Anna Schmidt|1971-04-02|Hauptstr. 5|Köln|anna.schmidt@example.com
        2|Anna Schmitt|1990-07-19|Ringstr. 12|Köln|a.schmitt@example.org
        3|Peter Müller|1965-05-05|Gartenweg 3|Köln|peter@example.org
        4|Petra Müller|1969-09-17|Lindenallee 40|Köln|petra.mueller@example.com
        5|Thomas Wagner|1982-12-01|Hauptstr. 77|Bonn|
        6|Thomas Becker|1982-03-14|Schulstr. 2|Bonn|tb@example.com
        """,
    ),
    "an American family": (
        PERSON,
        """
        1|Robert Miller|1954-03-31|123 Main Street|Springfield|
        1|Bob Miller|3/31/1954|123 Main St|Springfield|bob.miller@example.com
        2|Susan Miller|1957-08-12|123 Main Street|Springfield|
        3|Robert Miller Jr|1981-06-02|123 Main St|Springfield|
        4|James Carter|1990-01-15|9 Oak Ave|Denver|jcarter@example.com
        4|Jim Carter|1990-01-15|9 Oak Avenue|Denver|jcarter@example.com
        """,
    ),
    "Turkish and Polish persons": (
        PERSON,
        """
        1|Ayşe Yılmaz|1985-02-11|Atatürk Cad. 14|İzmir|ayse.yilmaz@example.com
        1|Ayse Yilmaz|1985-02-11|Ataturk Cad 14|Izmir|
        2|Mehmet Yılmaz|1979-10-03|Atatürk Cad. 14|İzmir|
        3|Agnieszka Kowalska|1992-06-21|ul. Długa 7|Gdańsk|akowalska@example.org
        3|Agnieszka Kowalska|1992-06-12|ul. Dluga 7|Gdansk|akowalska@example.org
        4|Katarzyna Kowalska|1968-11-05|ul. Polna 30|Łódź|
        """,
    ),
    "Spanish and Indian persons": (
        PERSON,
        """
        1|José García|1970-07-07|Calle Mayor 3|Madrid|jgarcia@example.com
        1|Jose Garcia|1970-07-07|C/ Mayor 3|Madrid|jgarcia@example.com
        2|Juan García|1994-12-24|Gran Vía 50|Madrid|juan.g@example.org
        3|Priya Sharma|1988-04-18|12 MG Road|Bengaluru|priya.sharma@example.com
        3|Priya Sharma|1988-04-18||Bangalore|priya.sharma@example.com
        4|Priya Singh|1996-09-09|4 Park Street|Kolkata|psingh@example.org
        """,
    ),
    "German firms": (
        FIRM,
        """
        1|Zylka Schrauben GmbH|Industriestr. 12|58636|Iserlohn|02371 90110
        1|Zylka Schrauben|Industriestraße 12|58636|Iserlohn|+49 2371 90110
        2|Zimmermann Transporte KG|Hafenstr. 3|47119|Duisburg|0203 44881
        3|Bäckerei Huber|Marktplatz 1|83022|Rosenheim|08031 5512
        3|Huber Bäckerei e.K.|Marktpl. 1|83022|Rosenheim|
        4|Metzgerei Huber|Bahnhofstr. 9|83022|Rosenheim|08031 77120
        """,
    ),
    "American firms": (
        FIRM,
        """
        1|Acme Fasteners Inc.|100 Harbor Blvd|94080|South San Francisco|650-555-0142
        1|ACME Fasteners|100 Harbor Boulevard|94080|S San Francisco|(650) 555-0142
        2|Summit Dental Group|2200 Pine St|80302|Boulder|303-555-0190
        3|Summit Roofing LLC|88 Canyon Rd|80302|Boulder|303-555-0777
        4|Lakeside Bakery|5 Shore Dr|60601|Chicago|312-555-0111
        4|Lakeside Bakery Co|5 Shore Drive|60601|Chicago|312-555-0111
        """,
    ),
}


def read(rows: str, columns: dict[str, Kind]) -> tuple[Records, set[tuple[str, str]]]:
    """Records r0, r1, ..., and the pairs of them that are one entity."""
    cells = [line.strip().split("|") for line in rows.strip().splitlines()]
    ids = [f"r{number}" for number in range(len(cells))]
    values = pl.DataFrame(
        [[cell or None for cell in row[1:]] for row in cells],
        schema=dict.fromkeys(columns, pl.String),
        orient="row",
    )
    same = {
        (ids[i], ids[j])
        for i, first in enumerate(cells)
        for j, second in enumerate(cells)
        if i < j and first[0] == second[0]
    }
    return Records(pl.Series("id", ids), tuple(Column(*one) for one in columns.items()), values), same


@pytest.mark.parametrize("name", TABLES)
def test_a_few_rows(name: str) -> None:
    columns, rows = TABLES[name]
    records, same = read(rows, columns)
    assert clustered(deduplicate(records)) == same


GOODS = {"title": Kind.TEXT, "price": Kind.PRICE}


def test_a_few_products_of_two_shops() -> None:
    left, _ = read(
        """
        1|Sony Cyber-shot DSC-W120 Digital Camera Silver|149.99
        2|Sony Cyber-shot DSC-W150 Digital Camera Black|199.99
        3|Panasonic KX-TG1034S DECT 6.0 Cordless Phone|79.95
        4|Bosch GSR 1234 Cordless Drill 18V|129.00
        """,
        GOODS,
    )
    right, _ = read(
        """
        1|Sony DSCW120 7.2MP Camera - Silver|144.00
        3|Panasonic KXTG1034S Phone System|74.99
        5|Canon PowerShot A590 8MP Camera|139.00
        6|Makita DF330 Drill 10.8V|219.00
        """,
        GOODS,
    )
    assert linked(link(left, right)) == {("r0", "r0"), ("r2", "r1")}
