"""What is read out of names of articles."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdm.engine.matching.products import reader
from mdm.engine.matching.vocabulary import fasteners, standards, surfaces

BOLT = {"type": "hex bolt", "standard": "ISO 4017", "thread": "M8", "length": "40 mm", "grade": "8.8"}
BOLT |= {"material": "steel", "finish": "zinc plated", "run": "full"}
ZINC, YELLOW, HOT = "zinc plated", "yellow zinc plated", "hot-dip galvanised"


def said(name: str) -> dict[str, str]:
    """By dimension the value, or the values it may have."""
    return {dimension: " or ".join(sorted(values)) for dimension, values in reader.read(name).said}


NAMES = [
    ("Sechskantschraube DIN 933 M8x40 8.8 verzinkt VE 100", {**BOLT, "pack": "100"}),
    ("SKT-SCHR DIN933 M8X40 8.8 VZ VE100", {**BOLT, "pack": "100"}),
    ("6kt.-Schraube ISO 4017 - M 8 x 40 - 8.8 - galv. verz. 100 St.", {**BOLT, "pack": "100"}),
    ("Hexagon head bolts, M8-40, zinc plated, grade 8.8, DIN 933 (100)", {**BOLT, "pack": "100"}),
    ("100 pcs Hex bolt ISO4017 M8 x 40 mm 8.8 galvanised", {**BOLT, "pack": "100"}),
    ("Hex bolt DIN 933 40 x M8 8.8 ZP Box/100", {**BOLT, "pack": "100"}),
    ("DIN933 8.8 verzinkt M8 40mm lang 1.000 Stück", {**BOLT, "pack": "1000"}),
    ("M8 x 1,25 x 40, DIN 933, 8,8, A2K, 50er Pack", {**BOLT, "pack": "50"}),
    ("Sechskantschraube DIN EN ISO 4017 M8x40 8.8 feuerverzinkt", {**BOLT, "finish": HOT}),
    ("Hex bolt DIN 931 M8x1x40 10.9", {"type": "hex bolt", "standard": "ISO 4014", "thread": "M8x1", "length": "40 mm",
                                       "grade": "10.9", "material": "steel", "run": "partial"}),
    ("Zylinderschraube mit Innensechskant DIN 912 M6x20 12.9 schwarz",
     {"type": "socket cap screw", "standard": "ISO 4762", "thread": "M6", "length": "20 mm", "grade": "12.9",
      "material": "steel", "finish": "black"}),
    ("Zyl.schr. ISK M6X20 A4-80", {"type": "socket cap screw", "thread": "M6", "length": "20 mm", "grade": "A4-80",
                                   "material": "stainless A4", "finish": "plain"}),
    ("Senkschraube ISK DIN7991 M5X16 10.9 blank",
     {"type": "socket countersunk screw", "standard": "ISO 10642", "thread": "M5", "length": "16 mm", "grade": "10.9",
      "material": "steel", "finish": "plain"}),
    ("Gewindestift DIN 916 M6x10 45H", {"type": "set screw", "standard": "ISO 4029", "thread": "M6", "length": "10 mm",
                                        "grade": "45H", "material": "steel", "run": "full"}),
    ("Sechskantmutter DIN 934 M8 8 verz. 200 Stück", {"type": "hex nut", "standard": "ISO 4032", "thread": "M8",
                                                      "grade": "8", "material": "steel", "finish": ZINC,
                                                      "pack": "200"}),
    ("Hex nut ISO4032 M8x1 LH class 10 200pk", {"type": "hex nut", "standard": "ISO 4032", "thread": "M8x1 LH",
                                                "grade": "10", "material": "steel", "pack": "200"}),
    ("Nyloc nut DIN985 M8 A2", {"type": "lock nut", "standard": "ISO 10511", "thread": "M8",
                                "grade": "A2-50 or A2-70 or A2-80", "material": "stainless A2", "finish": "plain"}),
    ("Sechskantmutter M10 Güte 10 DIN EN 1661", {"type": "flange nut", "standard": "ISO 4161", "thread": "M10",
                                                "grade": "10", "material": "steel"}),
    ("Stoppmutter M8-8 fvz", {"type": "flange lock nut or lock nut", "thread": "M8", "grade": "8", "material": "steel",
                              "finish": HOT}),
    ("Scheibe DIN 125 A 8,4 200HV VE 1.000", {"type": "flat washer", "standard": "ISO 7089", "thread": "M8",
                                              "grade": "200 HV", "material": "steel", "pack": "1000"}),
    ("U-Scheibe DIN 125 M8 Messing", {"type": "flat washer", "standard": "ISO 7089 or ISO 7090", "thread": "M8",
                                      "material": "brass", "finish": "plain"}),
    ("Federring DIN 127 B M8", {"type": "spring washer", "standard": "DIN 127-B", "thread": "M8"}),
    ("Spanplattenschraube Senkkopf TX20 4,0x40 gelb verzinkt",
     {"type": "chipboard screw", "thread": "4 or M4 or ST4", "length": "40 mm", "finish": YELLOW, "drive": "Torx"}),
    ("Blechschr. DIN 7981 C-H ST 4,2x13 vz", {"type": "pan head tapping screw", "standard": "ISO 14585 or ISO 7049",
                                              "thread": "ST4.2", "length": "13 mm", "finish": ZINC}),
    ("Threaded rod DIN 976-1 M10 1 m 4.8", {"type": "threaded rod", "standard": "DIN 976", "thread": "M10",
                                            "length": "1000 mm", "grade": "4.8", "material": "steel", "run": "full"}),
    ('Socket cap screw 1/4"-20 UNC x 1-1/2"', {"type": "socket cap screw", "thread": "1/4-20", "length": "38.1 mm"}),
    ("Lock nut nylon insert M8 8", {"type": "flange lock nut or lock nut", "thread": "M8", "grade": "8",
                                    "material": "steel"}),
    ("FED.RING DIN 127 6,1 C60 BLK", {"type": "spring washer", "standard": "DIN 127-A or DIN 127-B", "thread": "M6",
                                      "grade": "C60", "material": "steel", "finish": "black or plain"}),
    ("Spanplattenschraube 4,5 St zinklamelle - 35 mm", {"type": "chipboard screw", "thread": "4.5 or M4.5 or ST4.5",
                                                        "length": "35 mm", "material": "steel",
                                                        "finish": "zinc flake"}),
    ("LI-BLECHSCHR. DIN 7981 ST4.8 A2", {"type": "pan head tapping screw", "standard": "ISO 14585 or ISO 7049",
                                         "thread": "ST4.8", "grade": "A2-50 or A2-70 or A2-80",
                                         "material": "stainless A2", "finish": "plain"}),
    ("Zyl.Schr. I-6kt DIN912 M20-2.5 x 110 10.9 ZN FLAKE",
     {"type": "socket cap screw", "standard": "ISO 4762", "thread": "M20", "length": "110 mm", "grade": "10.9",
      "material": "steel", "finish": "zinc flake"}),
    ("DIN 7 Parallel pin 4 St - 8 mm / 500 pcs", {"type": "pin", "standard": "ISO 2338", "thread": "4 or M4 or ST4",
                                                  "length": "8 mm", "material": "steel", "pack": "500"}),
    ("M8x40 ST vz", {"thread": "M8", "length": "40 mm", "material": "steel", "finish": ZINC}),
    ("Akku-Bohrschrauber X12 Pro", {}),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), NAMES)
def test_what_names_say(name, wanted):
    assert said(name) == wanted


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("M8x40 VE 100", "100"), ("M8x40 VPE=100 ST", "100"), ("M8x40 pack of 100", "100"), ("M8x40 Box/100", "100"),
        ("M8x40 100/Box", "100"), ("M8x40 100 pcs per box", "100"), ("M8x40 100 Stk.", "100"), ("M8x40 (100)", "100"),
        ("M8x40 100er-Pack", "100"), ("M8x40 1,000 pcs", "1000"), ("M8x40, 500er Karton", "500"),
        ("M8x40/100 St", "100"),
        ("M8x40 ST", ""), ("M8 x 40 ST", ""), ("DIN 933 ST M8x40", ""),
    ],
)  # fmt: skip
def test_packs(name, pack):
    assert said(name).get("pack", "") == pack


@pytest.mark.parametrize(
    ("name", "lost", "kept"),
    [
        ("6kt-Schr. DIN 933 M8x40 8.8 verz. VE 100", "pack", "grade"),
        ("Sechskantschraube DIN 933 8.8 vz M8x100X", "length", "finish"),
        ("Sechskantschraube, DIN 933, 8.8, M8 x 10", "thread", "grade"),
        ("Hexagonal head bolts DIN 931 10.9, M16 x", "thread", "grade"),
        ("Hexagon socket cap screw M6X12 8.8 zinc", "finish", "grade"),
        ("Hexagon socket capscrew M6X12 8.8 zinc f", "finish", "grade"),
    ],
)
def test_a_name_that_was_cut_does_not_say_what_stands_at_its_end(name, lost, kept):
    assert len(name) in (39, 40)
    assert lost not in said(name)
    assert kept in said(name)
    assert lost in said(f"Artikel: {name}")


def test_words_that_are_no_size_are_kept():
    assert reader.read("Akku-Bohrschrauber X12 Pro 18V").words == ("18v", "akku", "bohrschrauber", "x12")
    assert reader.read("Sechskantschraube DIN 933 M8x40 8.8 verzinkt Marathon").words == ("marathon",)


def test_statements_narrow_each_other_and_contradictions_stay_open():
    few, one, other = frozenset({"A2-50", "A2-70"}), frozenset({"A2-70"}), frozenset({"8.8"})
    assert reader.narrowed([few, one]) == one
    assert reader.narrowed([one, other]) == {"A2-70", "8.8"}
    assert reader.narrowed([frozenset(), one]) == one
    assert reader.narrowed([]) == frozenset()


@settings(max_examples=300, deadline=None)
@given(st.text('DINISOM8x40.,-/ VESTßÄ×½A2K"#()\x00', max_size=40) | st.text(max_size=60))
def test_any_text_can_be_read(name):
    found = reader.read(name)
    assert {dimension for dimension, _ in found.said} <= set(reader.DIMENSIONS)
    assert all(values for _, values in found.said)


@pytest.mark.parametrize(
    "name",
    ["VE" + "." * 1990, "schraube" * 240, "M8x" * 600, "DIN EN ISO " * 180, "1 x " * 490, "(" * 1990],
)
def test_names_made_to_be_slow_are_not(name):
    start = time.perf_counter()
    reader.read.__wrapped__(name)
    assert time.perf_counter() - start < 0.2


# the vocabulary


@pytest.mark.parametrize(
    ("din", "iso"),
    [
        ("DIN 931", "ISO 4014"), ("DIN 933", "ISO 4017"), ("DIN 912", "ISO 4762"), ("DIN 934", "ISO 4032"),
        ("DIN 125", "ISO 7089"), ("DIN 125-B", "ISO 7090"), ("DIN 7991", "ISO 10642"), ("DIN 985", "ISO 10511"),
        ("DIN 7985", "ISO 7045"), ("DIN 9021", "ISO 7093-1"), ("DIN 603", "ISO 8677"), ("DIN 6923", "ISO 4161"),
    ],
)  # fmt: skip
def test_equivalent_standards(din, iso):
    assert standards.CLASSES[din] & standards.CLASSES[iso]


def test_standards_that_are_not_equivalent():
    assert not standards.CLASSES["DIN 931"] & standards.CLASSES["DIN 933"]
    assert not standards.CLASSES["DIN 125-A"] & standards.CLASSES["ISO 7090"]
    assert not standards.CLASSES["DIN 985"] & standards.CLASSES["DIN 982"]


def test_the_vocabulary_is_sound():
    """Each class has one type, and all types are those that words can tell."""
    told = {kind for _, types in fasteners.TYPES for kind in types}
    assert set(standards.TYPE_OF.values()) <= told
    assert {name for names in standards.CLASSES.values() for name in names} == set(standards.TYPE_OF)
    assert told >= fasteners.NUTS | fasteners.WASHERS
    assert {dimension for dimension, _ in surfaces.PHRASES.values()} <= set(reader.DIMENSIONS)
    needed = {part for parts, _ in fasteners.TYPES for part in parts}
    assert needed <= {part for parts in fasteners.PARTS.values() for part in parts}
