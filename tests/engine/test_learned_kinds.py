"""Every kind: which level two values reach, and which keys they share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, kinds
from mdm.engine.matching.learned.aspects import EQUAL, MOST_LEVELS, NOTHING, Aspect
from mdm.engine.matching.learned.kinds import DECLARED, dates, mailboxes, names, sizes, texts
from mdm.engine.matching.learned.kinds.names import split
from mdm.engine.matching.normal import plain

OTHERS = [f"{a}{n} {b}{n}" for n, (a, b) in enumerate(zip("abcdefghij" * 20, "qrstuvwxyz" * 20, strict=True))]
WORDED = (Kind.COMPANY_NAME, Kind.TEXT, Kind.NAME_LIST, Kind.ADDRESS)  # how rare a word is shows beside others


def built(kind: Kind, *values: str | None) -> list[Aspect]:
    others = OTHERS if kind in WORDED else [None] * len(OTHERS)
    table = pl.DataFrame({"x": [*values, *others]}, schema={"x": pl.String})
    return kinds.aspects([Column("x", kind)], table)


def label(aspect: Aspect, a: int = 0, b: int = 1) -> str:
    """The label of the level of two rows; `Equal` for all rarities, empty for nothing known."""
    level = int(aspect.levels(np.array([a]), np.array([b]))[0])
    if level == NOTHING:
        return ""
    return "Equal" if level < EQUAL else aspect.steps[level].label


def shared(aspects: list[Aspect]) -> set[str]:
    """Names of the keys that the first two rows share, without the column's name."""
    out = set()
    for atom in (atom for aspect in aspects for atom in aspect.atoms):
        if atom.codes is not None:
            same = 0 <= atom.codes[0] == atom.codes[1]
        else:
            assert atom.pairs is not None
            rows, keys = atom.pairs
            same = bool(set(keys[rows == 0]) & set(keys[rows == 1]))
        if same:
            out.add(atom.name.rpartition(".")[2])
    return out


@pytest.mark.parametrize(
    ("kind", "a", "b", "expected", "keys"),
    [
        (Kind.GIVEN_NAME, "Anna", "ANNA", "Equal", "same sound"),
        (Kind.GIVEN_NAME, "José", "Jose", "Equal", "same sound"),
        (Kind.GIVEN_NAME, "Robert", "Bob", "A form of the same name", ""),
        (Kind.GIVEN_NAME, "Michaela", "Micheala", "A slip apart", "start"),
        (Kind.GIVEN_NAME, "Pat", "Patricia", "A form of the same name", ""),
        (Kind.GIVEN_NAME, "Pat", "Patrick", "A form of the same name", ""),
        (Kind.GIVEN_NAME, "Patrick", "Patricia", "Different", "start"),
        (Kind.GIVEN_NAME, "Julian", "Julia", "Another name, though alike", "start"),
        (Kind.GIVEN_NAME, "Friedrich", "F", "Its initial", ""),
        (Kind.GIVEN_NAME, "Peggie", "Margaret", "A form of the same name", ""),
        (Kind.GIVEN_NAME, "Darla", "Darletta", "Somewhat alike", "start"),
        (Kind.GIVEN_NAME, "Faisal", "Fysl", "Somewhat alike", "sound"),
        (Kind.FAMILY_NAME, "Siddiqui", "Sdyqy", "Somewhat alike", "sound"),
        (Kind.GIVEN_NAME, "Ekaterina Maria", "Ekaterina", "Short for it", "start"),
        (Kind.GIVEN_NAME, "Maria", "Marta", "Another name, though alike", ""),
        (Kind.GIVEN_NAME, "Heinrich", "Olga", "Different", ""),
        (Kind.GIVEN_NAME, "Anna", None, "", ""),
        (Kind.FAMILY_NAME, "Müller", "muller", "Equal", "same sound start"),
        (Kind.FAMILY_NAME, "Meyer", "Meier", "A slip apart", "sound"),
        (Kind.FAMILY_NAME, "Smith Jr", "Smith", "Equal", "same sound start"),
        (Kind.CITY, "Berlin", "Berlni", "A slip apart", "sound start"),
        (Kind.CITY, "Berlin", "Hamburg", "Different", ""),
        (Kind.REGION, "NSW", "nsw", "Equal", "same sound"),
        (Kind.COUNTRY, "Germany", "germany", "Equal", "same sound start"),
        (Kind.STREET, "Hauptstraße", "Hauptstr.", "Equal", "same sound start"),
        (Kind.STREET, "King Street", "King St", "Equal", "same sound start"),
        (Kind.HOUSE_NUMBER, "012", "12", "Equal", "same"),
        (Kind.HOUSE_NUMBER, "12", "12a", "A slip apart", ""),
        (Kind.HOUSE_NUMBER, "1", "2", "Different", ""),
        (Kind.POSTCODE, "SW1A 1AA", "sw1a1aa", "Equal", "same area"),
        (Kind.POSTCODE, "10115", "10151", "A slip apart", "area"),
        (Kind.POSTCODE, "10115", "10188", "Same area", "area"),
        (Kind.POSTCODE, "10115", "80331", "Different", ""),
        (Kind.DATE, "1990-02-28", "28.02.1990", "Equal", "same year_month month_day year_day year"),
        (Kind.DATE, "1990-02-03", "1990-03-02", "Day and month swapped", "year"),
        (Kind.DATE, "1990-02-28", "1990-02-26", "A slip apart", "year_month year"),
        (Kind.DATE, "1990-02-28", "1954-02-28", "Two of day, month and year equal", "month_day"),
        (Kind.DATE, "1990-02-28", "1991-12-01", "Within a year", ""),
        (Kind.DATE, "1990-02-28", "1954-12-01", "Different", ""),
        (Kind.EMAIL, "A.B@x.de", "<a.b@x.de>", "Equal", "same box start middle"),
        (Kind.EMAIL, "anna@x.de", "anna@x.dd", "A slip apart", "box start"),
        (Kind.EMAIL, "hilda.zylka@x.de", "hildazylka@firma.com", "Same mailbox name", "box"),
        (Kind.EMAIL, "anna.weber@x.de", "annaweber@firma.com", "Somewhat alike", "box"),  # as are those of namesakes
        (Kind.EMAIL, "jsmith@x.de", "j.smith@firma.com", "Somewhat alike", "box"),
        (Kind.EMAIL, "jsmith7@x.de", "j.smith7@firma.com", "Same mailbox name", "box"),
        (Kind.EMAIL, "anna.weber@x.de", "info@bolt.com", "Different", ""),
        (Kind.EMAIL, "info@zylka.de", "info@bolt.com", "Somewhat alike", ""),  # every firm has a mailbox of that name
        (Kind.EMAIL, "info@weber.de", "info@meier.de", "Somewhat alike", ""),
        (Kind.EMAIL, "info@weber.de", "info@weber.de", "Equal", "same start middle"),
        (Kind.PHONE, "+49 30 1234567", "030 / 1234567", "One ends with the other", "end tail"),
        (Kind.PHONE, "030 1234567", "0301234576", "A slip apart", "start"),
        (Kind.PHONE, "030 1234567", "0800 765432", "Different", ""),
        (Kind.PHONE, "212 753 0444", "212 753 0439", "Different", "start"),  # another line of one exchange
        (Kind.IDENTIFIER, "AB-123 456", "ab123456", "Equal", "same start end"),
        (Kind.IDENTIFIER, "AB123456", "AB123465", "A slip apart", "start"),
        (Kind.IDENTIFIER, "AB123456", "AB124465", "Two slips apart", "start"),
        (Kind.IDENTIFIER, "AB123456", "ZX987654", "Different", ""),
        (Kind.NUMBER, "$1,200.00", "1200", "Equal", "same"),
        (Kind.NUMBER, "100", "101", "Within 2 %", ""),
        (Kind.NUMBER, "100", "109", "Within 10 %", ""),
        (Kind.NUMBER, "100", "130", "Within a third", ""),
        (Kind.NUMBER, "100", "400", "Different", ""),
        (Kind.CATEGORY, "Male", "male", "Equal", "same"),
        (Kind.CATEGORY, "male", "female", "Different", ""),
        (Kind.URL, "https://www.bolt.com/a", "bolt.com/b", "Equal", "same"),
        (Kind.COMPANY_NAME, "Weber GmbH", "Weber", "Equal", "same word"),
        (Kind.COMPANY_NAME, "Zylka Schrauben", "Zylka", "One holds the other", "word"),
        (Kind.COMPANY_NAME, "Zylka Schrauben", "Zylkaschrauben", "Most shared", ""),
        (Kind.COMPANY_NAME, "Zylka Schrauben", "Meier Transporte", "Nothing shared", ""),
        (Kind.NAME_LIST, "Codd, Date", "Date and Codd", "One holds the other", "word"),
        (Kind.ADDRESS, "5356 S King Dr", "5356 South King Drive", "Equal", "same word"),
        (Kind.ADDRESS, "4216 W 19th St", "4216 W 18th St", "Much shared", "word"),
    ],
)
def test_levels_and_keys(kind: Kind, a: str, b: str | None, expected: str, keys: str) -> None:
    aspects = built(kind, a, b)
    assert label(aspects[0]) == expected
    assert shared(aspects[:1]) == set(keys.split())
    assert label(aspects[0], 1, 0) == expected


def test_a_rare_value_says_more_than_a_common_one() -> None:
    table = pl.DataFrame({"x": ["Smith"] * 200 + ["Zylka"] * 2 + [f"Name{number}" for number in range(800)]})
    aspect = kinds.aspects([Column("x", Kind.FAMILY_NAME)], table)[0]
    common, rare = (int(aspect.levels(np.array([row]), np.array([row + 1]))[0]) for row in (0, 200))
    assert rare < common < EQUAL


def test_a_well_known_given_name_says_little_even_in_a_table_of_few() -> None:
    table = pl.DataFrame({"x": ["Anna", "Anna", "Xanthippe", "Xanthippe"]})
    given = kinds.aspects([Column("x", Kind.GIVEN_NAME)], table)[0]
    known, rare = (int(given.levels(np.array([row]), np.array([row + 1]))[0]) for row in (0, 2))
    assert rare < known < EQUAL


def test_a_birthday_is_no_rarer_than_the_days_of_a_life_allow() -> None:
    table = {"born": [f"{1900 + n // 300:04d}-{n % 12 + 1:02d}-{n % 25 + 1:02d}" for n in range(20_000)]}
    table["code"] = [f"X{n:06d}" for n in range(20_000)]
    born, code = kinds.aspects([Column("born", Kind.DATE), Column("code", Kind.IDENTIFIER)], pl.DataFrame(table))
    assert code.rarity.min() == 0 and born.rarity.min() == 1
    assert born.terms()["values"].other == 1 and code.terms()["values"].other == 0


def test_a_common_family_name_says_little_in_a_table_of_few_and_no_more_where_many_bear_it() -> None:
    few = kinds.aspects([Column("x", Kind.FAMILY_NAME)], pl.DataFrame({"x": ["Jones", "Jones", "Zylka", "Zylka"]}))[0]
    known, rare = (int(few.levels(np.array([row]), np.array([row + 1]))[0]) for row in (0, 2))
    assert rare < known < EQUAL
    assert all(names.usual_family(plain(name)) for name in ("Jones", "Müller", "Mueller", "Bauer", "Rodríguez"))
    assert not any(names.usual_family(plain(name)) for name in ("Zylka", "Jonesen"))
    often = {"x": ["Jones"] * 30 + ["Zylka"] * 30 + [f"Name{number}" for number in range(100)]}
    many = kinds.aspects([Column("x", Kind.FAMILY_NAME)], pl.DataFrame(often))[0]
    known, other = (int(many.levels(np.array([row]), np.array([row + 1]))[0]) for row in (0, 30))
    assert known == other


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("5356 South King Drive", "5356"),
        ("#05-12, Zylka Tower, 7 Garden Rise", "7"),
        ("Flat 3, 15 High Street", "15"),
        ("12 King St #4", "12"),
        ("#12, Street 3", "12"),
        ("#5-7 Garden Road", "5"),
        ("# 05 – 12/13, 7 Garden Rise", "7"),
        ("Flat No 3, 15 High St", "15"),
        ("Floor 3, 15 High St", "15"),
        ("Suite 100-200, 9 Main St", "9"),
        ("12 High St, Flat 3", "12"),
        ("Unit 7, Riverside Business Park", "7"),
        ("Suite 200", "200"),
        ("W 49th St", ""),
    ],
)
def test_numbers_of_houses_are_read_past_those_of_flats(line: str, number: str) -> None:
    aspects = kinds.aspects([Column("x", Kind.ADDRESS)], pl.DataFrame({"x": [line, "1 Other Road"]}))
    assert aspects[1].shown(0) == number


def test_a_flat_on_a_floor_is_no_part_of_a_street() -> None:
    table = pl.DataFrame({"x": ["#05-12, 7 Garden Rise", "7 Garden Rise", "#5-7 Garden Rise", "#22-24 Garden Rise"]})
    street, number = kinds.aspects([Column("x", Kind.STREET)], table)
    assert label(street) == label(number) == "Equal"
    assert label(number, 2, 3) == "Different"


MAILBOXES = [
    "", "annasmithj@x", "smithanna@x", "smithjo1@x", "7smith@x", "info@a.de", "j.smith@a.de", "Smith",
    "annamueller@x", "mueller-anna@x", "bauer@x", "zylka@x", "jsmith7@x",
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "many"),
    [
        (mailboxes.box, mailboxes.boxes),
        (mailboxes.unshared, mailboxes.all_unshared),
        (mailboxes.own, mailboxes.all_own),
    ],
)
def test_mailboxes_of_a_column_are_those_of_each_text(
    one: Callable[[str], str], many: Callable[[pl.Series], pl.Series]
) -> None:
    assert many(pl.Series(MAILBOXES)).to_list() == [one(text) for text in MAILBOXES]


def test_whose_mailbox_tells() -> None:
    assert [text for text in MAILBOXES if mailboxes.own(text)] == [
        "annasmithj@x", "smithjo1@x", "7smith@x", "Smith", "zylka@x", "jsmith7@x"
    ]  # fmt: skip
    assert mailboxes.unshared("info@a.de") == "" and mailboxes.unshared("j.smith@a.de") == "jsmith"


def test_a_name_that_is_common_as_a_family_name_is_no_rare_given_name() -> None:
    rows = {"g": ["Wang", "Wang", "Bela", "Bela"] + ["Jie"] * 60, "f": ["Jie", "Wei", "Nagy", "Kiss"] + ["Wang"] * 60}
    columns = [Column("g", Kind.GIVEN_NAME), Column("f", Kind.FAMILY_NAME)]
    given = kinds.aspects(columns, pl.DataFrame(rows))[0]
    common, rare = (int(given.levels(np.array([row]), np.array([row + 1]))[0]) for row in (0, 2))
    assert rare < common < EQUAL


def test_names_in_each_others_place() -> None:
    table = pl.DataFrame({"g": ["Daniella", "Shaw", "Ali"], "f": ["Shaw", "Daniella", "Shaw"]})
    given, family = kinds.aspects([Column("g", Kind.GIVEN_NAME), Column("f", Kind.FAMILY_NAME)], table)[:2]
    assert label(given) == label(family) == "In the place of another name"
    assert label(given, 1, 2) == "Different"


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [(Kind.EMAIL, "anna@x.de", "info@bolt.com"), (Kind.PHONE, "+49 30 1234567", "0171 7654321")],
)
def test_one_way_to_reach_somebody_in_the_column_of_another(kind: Kind, a: str, b: str) -> None:
    table = pl.DataFrame({"home": [a, b, b], "work": [b, a, None]})
    found = kinds.aspects([Column("home", kind), Column("work", kind)], table)
    assert [label(aspect) for aspect in found] == ["In another column"] * 2
    assert label(found[0], 0, 2) == "In another column" and label(found[1], 1, 2) == ""
    alone = kinds.aspects([Column("home", kind)], table)
    assert label(alone[0]) == "Different"


def test_numbers_of_two_registers_are_never_compared() -> None:
    table = pl.DataFrame({"x": ["123456", "999999"], "y": ["999999", "123456"]})
    found = kinds.aspects([Column("x", Kind.IDENTIFIER), Column("y", Kind.IDENTIFIER)], table)
    assert [label(aspect) for aspect in found] == ["Different", "Different"]


def test_whole_names_fill_what_stands_in_no_column_of_its_own() -> None:
    table = pl.DataFrame(
        {"g": ["Anna", None], "f": ["Weber", None], "w": [None, "Weber, Anna"]}, schema_overrides={"w": pl.String}
    )
    columns = [Column("g", Kind.GIVEN_NAME), Column("f", Kind.FAMILY_NAME), Column("w", Kind.PERSON_NAME)]
    assert [label(aspect) for aspect in kinds.aspects(columns, table)] == ["Equal", "Equal"]
    assert split("Anna Maria van Dyk") == ("anna maria", "dyk")
    assert split("王杰") == ("jie", "wang")  # written without a blank, the family first


def test_jr_is_not_sr() -> None:
    aspects = built(Kind.PERSON_NAME, "David Dobbins Jr", "Dobbins Senior, David")
    assert [label(aspect) for aspect in aspects] == ["Equal", "Equal", "Different"]
    first, second = built(Kind.GIVEN_NAME, "Morris I", "Morris II")
    assert (label(first), label(second)) == ("Equal", "Different")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2/28/90", "19900228"),
        ("20/8/1991", "19910820"),
        ("24-May-11", "20110524"),
        ("19900228", "19900228"),
        ("28021990", "19900228"),
        ("1846-09-53", "18460953"),
        ("1990", "19900000"),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_of_any_writing(text: str, expected: str | None) -> None:
    assert dates.normal(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Canon PowerShot SD880IS 10MP", ["sd880is"]),
        ("Panasonic KX-TG1034S DECT 6.0", ["kxtg1034s"]),
        ("Olympus Case - 202066", ["202066"]),
        ("8GB 37' 1080p 120Hz 2-pack", []),
    ],
)
def test_model_numbers_in_texts(text: str, expected: list[str]) -> None:
    assert texts.model_codes(text) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Sony Recorder HDRX1", "Sony Camera HDR-X1", "Equal"),
        ("Canon SD880IS", "Canon SD880 Silver", "One code begins or ends with the other"),
        ("Bosch GSR1234", "Bosch ZXY9876", "Codes differ"),
        ("Bosch GSR1234", "Bosch drill", ""),
    ],
)
def test_codes_of_products(a: str, b: str, expected: str) -> None:
    assert label(built(Kind.TEXT, a, b)[1]) == expected


def test_every_kind_that_is_compared_is_so_once_and_has_room_for_its_levels() -> None:
    members = [kind for group, _ in DECLARED for kind in group]
    twice = [kind for kind in members if members.count(kind) > 1]
    assert set(twice) <= {Kind.ADDRESS} and set(Kind) - set(members) == {Kind.QUANTITY, Kind.UNIT_FACTOR}
    for kind in set(members):
        for aspect in built(kind, "1990-02-28", "Anna"):
            assert EQUAL < len(aspect.steps) <= MOST_LEVELS
            assert sum(step.m for step in aspect.steps) == pytest.approx(1.0, abs=0.05)


WHOLE = pl.DataFrame(
    [
        {"one_line": "Hughes Plaza, 100 Howard Hughes Way, Las Vegas, NV 89111"},
        {"line": "100 Howard Hughs Plaza", "town": "Las Vegas", "state": "NV", "zip": "89111"},
        {"line": "7 Poppy Hills Drive", "town": "Las Vegas", "state": "NV", "zip": "89113"},
        {"town": "Las Vegas", "state": "NV"},
        *({"one_line": f"{text.title()} Road {n}, Reno, NV 895{n:02}"} for n, text in enumerate(OTHERS[:50])),
        *({"line": f"{n} {text.title()} St", "town": "Reno", "state": "NV"} for n, text in enumerate(OTHERS[50:100])),
    ],
    schema={"one_line": pl.String, "line": pl.String, "town": pl.String, "state": pl.String, "zip": pl.String},
)
PLACES = [
    Column(name, kind)
    for name, kind in zip(
        WHOLE.columns, (Kind.ADDRESS, Kind.STREET, Kind.CITY, Kind.REGION, Kind.POSTCODE), strict=True
    )
]


@pytest.mark.parametrize(
    ("a", "b", "words", "number"),
    [
        (0, 1, "Most shared", "Equal"),
        (0, 2, "Little shared", "Different"),
        (1, 2, "", ""),  # both in parts: they are compared part by part
        (0, 3, "", ""),  # a town is no address
    ],
)
def test_an_address_in_one_line_is_compared_with_one_in_parts(a: int, b: int, words: str, number: str) -> None:
    found = {aspect.name: aspect for aspect in kinds.aspects(PLACES, WHOLE)}
    assert label(found["whole address"], a, b) == words
    assert label(found["whole address (number)"], a, b) == number


def test_addresses_that_are_all_written_alike_are_not_compared_twice() -> None:
    named = {aspect.name for aspect in kinds.aspects(PLACES, WHOLE.with_columns(pl.col("line").fill_null("1 Main St")))}
    assert "line" in named and "whole address" not in named


@pytest.mark.parametrize(
    ("a", "b", "words", "number"),
    [
        ("201 E 49th St", "201 East 49th Street", "Equal", "Equal"),
        ("201 E 49th St", "205 E 49th St", "Equal", "A slip apart"),
        ("21 E 62nd St", "23 E 22nd St", "Somewhat alike", "A slip apart"),
        ("Hauptstraße 5a", "Haupstr. 5a", "A slip apart", "Equal"),
        ("Main Street", "201 Main Street", "Equal", ""),
    ],
)
def test_streets_and_the_numbers_in_them(a: str, b: str, words: str, number: str) -> None:
    found = {aspect.name: aspect for aspect in built(Kind.STREET, a, b)}
    assert label(found["x"]) == words and label(found["x (number)"]) == number


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Hex bolt M8x40", "M8 x 40 mm bolt, hexagon", "Equal"),
        ("Hex bolt M8x40", "Hex bolt M8x45", "Sizes differ"),
        ("Juice 1 l", "1000 ml of juice", "Equal"),
        ("Juice 0,5 l", "Juice 1.5 l", "Sizes differ"),
        ('Television 40"', "Television, 102 cm", "Equal"),
        ('Television 40" 8 GB', "Television 40 inch, 16 GB", "Some sizes differ"),
        ('Television 40"', "Television 8 GB", ""),  # they speak of different things
        ("Batteries, pack of 4", "4-pack batteries", "Equal"),
        ("Tool 5 in 1", "Tool 6 in", ""),
        ("Television", 'Television 40"', ""),
    ],
)
def test_sizes_in_texts(a: str, b: str, expected: str) -> None:
    found = [aspect for aspect in built(Kind.TEXT, a, b, 'Box 1" 1 l') if aspect.name == "x (sizes)"]
    assert label(found[0]) == expected and ("size" in shared(found)) == (expected in ("Equal", "Some sizes differ"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,5 kg", "mass=1.23e+03"),
        ("1,000 ml", "volume=1e+03"),
        ("7 1/2 inch", "length=190"),
        ("10 x 20 x 30 cm", "by=10x20x30"),
        ("M8", "thread=8"),
        ("1/0 in", None),
        ("123456789012 mm", None),
        ("0,500 kg", "mass=500"),
        ("1,500 kg", "mass=1.5e+06"),
        ("5 L", "volume=5e+03"),
        ("5 LİTRE", None),  # letters that are small in another way are no unit
        ("5 ınch", None),
        ("1x" * 2000, "by=1x1x1"),
    ],
)
def test_sizes_are_read_in_one_form(text: str, expected: str | None) -> None:
    assert sizes.sizes(text) == expected


def test_texts_without_any_size_have_no_sizes() -> None:
    assert [aspect.name for aspect in built(Kind.TEXT, "Bolt", "Nut")] == ["x", "x (codes)"]


@pytest.mark.parametrize("number", [0, 1, 3])
def test_one_record_says_of_a_whole_address_what_the_table_says(number: int) -> None:
    for field in kinds.fields(PLACES):
        assert (field.text(WHOLE.row(number, named=True)) or None) == (field.column(WHOLE)[number] or None)
