"""Are two source records one product? Features, levels, vetoes, zones, keys and words of the model of products."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdm.engine.kinds import Kind
from mdm.engine.matching import MODELS, PRODUCTS, Evidence, Zone
from mdm.engine.matching.products import ProductFeatures
from mdm.engine.matching.products.judges import dimensions, names, numbers, types
from mdm.engine.matching.products.model import ALL
from mdm.engine.values import Key
from tests.engine.articles import article

GTIN, OTHER_GTIN, CARTON = "4006381333931", "4006381333948", "14006381333938"
NAME = "Sechskantschraube DIN 933 M8x40 8.8 verzinkt VE 100"
BOLT = {"sku": "933-8-40-VZ"}
SIZES = {"standard": "DIN 933", "thread": "M8", "nominal_length": "40 mm", "grade": "8.8", "finish": "verzinkt"}


def test_products_have_a_model_of_their_own():
    assert MODELS["product"] is PRODUCTS
    assert PRODUCTS.version == "products-4"


# features


def test_features_of_a_record():
    f = article(
        NAME,
        product_type="item",
        sku="SB-0933.8",
        mpn="0004711",
        gtin=[GTIN, "4006381333932"],
        brand="Weber GmbH",
        names=[("en", "Hex bolt ISO 4017 M8x40 8.8 zinc plated Marathon")],
        web_title="Sechskantschraube M8x40",
    )
    assert f.product_type == "item"
    assert [(number.text, number.compact) for number in f.skus + f.mpns] == [
        ("SB-0933.8", "SB09338"),
        ("0004711", "4711"),
    ]
    assert (f.gtins, f.damaged) == (("04006381333931",), ("04006381333932",))
    assert f.brands == ("weber",)
    assert f.standards == ("DIN 933", "ISO 4017")
    assert f.words == ("marathon",)
    assert f.may_be("length") == {"40 mm"}
    assert f.may_be("drive") == frozenset()


@pytest.mark.parametrize(
    ("attribute", "value", "dimension", "may_be"),
    [
        ("standard", "DIN 912", "standard", {"ISO 4762"}),
        ("standard", "DIN 933 / ISO 4017", "standard", {"ISO 4017"}),
        ("standard", "DIN 99999", "standard", {"DIN 99999"}),
        ("standard", "DIN 933", "type", {"hex bolt"}),
        ("thread", "M 8 x 1,25", "thread", {"M8"}),
        ("thread", "8 mm", "thread", {"8", "M8", "ST8"}),
        ("thread", "1/4-20 UNC", "thread", {"1/4-20"}),
        ("thread", "M8x40", "thread", set()),
        ("nominal_length", "4 cm", "length", {"40 mm"}),
        ("nominal_length", "40", "length", set()),
        ("grade", "Festigkeitsklasse 8.8", "grade", {"8.8"}),
        ("grade", "A2", "grade", {"A2-50", "A2-70", "A2-80"}),
        ("grade", "8", "grade", {"8"}),
        ("grade", "8.8", "material", {"steel"}),
        ("material", "Edelstahl A4", "material", {"stainless A4"}),
        ("material", "Edelstahl", "material", {"stainless A1", "stainless A2", "stainless A4"}),
        ("material", "Edelstahl", "finish", {"plain"}),
        ("material", "Unobtainium", "material", {"?unobtainium"}),
        ("finish", "galvanised", "finish", {"zinc plated"}),
        ("finish", "tZn", "finish", {"hot-dip galvanised"}),
        ("pack_size", 100, "pack", {"100"}),
        ("pack_size", "1.5", "pack", set()),
    ],
)
def test_declared_dimensions(attribute, value, dimension, may_be):
    assert article(**{attribute: value}).may_be(dimension) == may_be


def test_attributes_and_names_that_contradict_each_other_leave_it_open():
    assert article(NAME, thread="M10").may_be("thread") == {"M8", "M10"}
    assert article(NAME, grade="8.8").may_be("grade") == {"8.8"}
    assert article(NAME, finish="Delta 7").may_be("finish") == {"zinc plated"}


def test_features_do_not_depend_on_order():
    listed = [
        (Key("names", "de"), "product_name", NAME),
        (Key("names", "en"), "product_name", "Bolt M10"),
        (Key("gtin"), "gtin", "0" + GTIN),
        (Key("thread"), "thread", "M12"),
        (Key("sku"), "part_number", "A-1"),
    ]
    assert PRODUCTS.features(listed) == PRODUCTS.features(listed[::-1])


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT
JSON = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.sampled_from(["value", "x"]), SCALARS, max_size=3)
NAMED = st.sampled_from(
    "product_type gtin sku former_sku mpn brand standard thread nominal_length grade material finish pack_size "
    "web_title names extra".split()
)


@settings(deadline=None)
@given(values=st.lists(st.tuples(NAMED, st.sampled_from(list(Kind)), JSON), max_size=6))
def test_values_without_standard_form_do_no_harm(values):
    """What could not be standardised is kept as it came, so anything may arrive here."""
    f = PRODUCTS.features(
        [(Key(name, "", str(number)), str(kind), raw) for number, (name, kind, raw) in enumerate(values)]
    )
    assert len(PRODUCTS.keys(f)) <= 32
    assert PRODUCTS.compare(f, f).veto == ""


# levels


def level(judge: Any, first: ProductFeatures, second: ProductFeatures) -> str | None:
    found, turned = judge(first, second), judge(second, first)
    assert (found and (found.level, {found.a, found.b})) == (turned and (turned.level, {turned.a, turned.b}))
    return found and found.level.name


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        (GTIN, GTIN, "SAME"),
        (GTIN, "0" + GTIN, "SAME"),
        (GTIN, "4006381333932", "SLIP"),
        (GTIN, CARTON, "OTHER_PACK"),
        (GTIN, OTHER_GTIN, "DIFFERENT"),
        (GTIN, "on request", None),
        ("4006381333932", "4006381333932", "SLIP"),
    ],
)
def test_gtin_levels(first, second, wanted):
    assert level(numbers.judge_gtin, article(gtin=first), article(gtin=second)) == wanted


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ({"sku": "933-08-040"}, {"sku": "933-08-040"}, "SAME"),
        ({"sku": "SB-933.08"}, {"sku": "sb93308"}, "WRITTEN"),
        ({"sku": "000000000000104711"}, {"sku": "104711"}, "WRITTEN"),
        ({"sku": "104711"}, {"mpn": "104711"}, "CROSS"),
        ({"sku": "104711"}, {"sku": "DE-104711"}, "MARKED"),
        ({"sku": "104711-B"}, {"sku": "104711"}, "MARKED"),
        ({"sku": "933840100"}, {"sku": "9338401000"}, "DIFFERENT"),
        ({"sku": "SCHRAUBE"}, {"sku": "SCHRAUBEX"}, "DIFFERENT"),
        ({"sku": "A7"}, {"sku": "a-7"}, "SHORT"),
        ({"sku": "GF0933-05040-01", "former_sku": "405367"}, {"sku": "405367"}, "SAME"),
        ({"former_sku": "405367"}, {"sku": "405368"}, "DIFFERENT"),
        ({"sku": "A7"}, {"mpn": "A7"}, None),
        ({"sku": "GF0933-05040-01"}, {"sku": "933-05040-1"}, "MARKED"),
        ({"sku": "GF0933-05040-01"}, {"sku": "09330504001"}, "MARKED"),
        ({"sku": "GF0933-05040-01"}, {"sku": "GF0933-05400-01"}, "SWAPPED"),
        ({"sku": "GF0933-05040-01"}, {"sku": "232759"}, "OTHER_KIND"),
        ({"sku": "1004711"}, {"sku": "1004712"}, "DIFFERENT"),
        ({"sku": "1004711"}, {}, None),
    ],
)
def test_sku_levels(first, second, wanted):
    assert level(numbers.judge_sku, article(**first), article(**second)) == wanted


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ({"brand": "Weber"}, {"brand": "Weber GmbH"}, "SAME_BRAND"),
        ({"brand": "Weber"}, {}, "SAME"),
        ({"brand": "Weber"}, {"brand": "Keller"}, "OTHER_BRAND"),
        ({}, {"mpn": "W-4712"}, "DIFFERENT"),
        ({"sku": "W4711"}, {"sku": "W4711"}, None),
    ],
)
def test_mpn_levels(first, second, wanted):
    assert level(numbers.judge_mpn, article(mpn="W-4711", **first), article(**{"mpn": "w4711", **second})) == wanted


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("DIN 933 M8x40", "Hex bolt ISO 4017 M8x40", "STANDARD"),
        ("DIN 934 M8", "ISO 4032 M8", "STANDARD_NO_LENGTH"),
        ("DIN 125 A M8", "Washer DIN 125-A 8,4", "STANDARD_NO_LENGTH"),
        ("Sechskantschraube M8x40", "Hex bolt M8x40", "TYPE"),
        ("DIN 933 M8x40", "Hex bolt full thread M8x40", "USUAL"),
        ("DIN 912 M8x40", "Socket cap screw M8x40", "USUAL"),
        ("DIN 913 M8x10", "Gewindestift M8x10", "TYPE"),
        ("Sechskantschraube M8x40", "DIN 933 M8x40", "TYPE"),
        ("Stoppmutter DIN 985 M8", "Nut DIN 982 M8", "DIFFERENT"),
        ("Hutmutter M8", "Cap nut M8", "TYPE_NO_LENGTH"),
        ("Federring M8", "Spring washer M8", "TYPE_NO_LENGTH"),
        ("Scheibe DIN 125 M8", "Washer ISO 7089 M8", "STANDARD_NO_LENGTH"),
        ("Schraube M8x40", "Hex bolt M8x40", "POSSIBLE"),
        ("Hex bolt M8x40", "Socket cap screw M8x40", "DIFFERENT"),
        ("M8x40", "Hex bolt M8x40", None),
    ],
)
def test_type_levels(first, second, wanted):
    assert level(types.judge, article(first), article(second)) == wanted


@pytest.mark.parametrize(
    ("dimension", "first", "second", "wanted"),
    [
        ("thread", "M8x40", "M 8 x 1,25 x 40", "SAME"),
        ("thread", "4,0x40", "ST 4x40", "POSSIBLE"),
        ("thread", "M8x40", "8.8 verzinkt", "ONE_SIDED"),
        ("thread", "M8x40", "M8x1x40", "DIFFERENT"),
        ("thread", "verzinkt", "8.8", None),
        ("length", "M8x40", "M8 4 cm", "SAME"),
        ("length", "M8x40", "M8x45", "DIFFERENT"),
        ("grade", "A2-70", "A2", "POSSIBLE"),
        ("grade", "A2", "A2", "SAME"),
        ("grade", "8.8", "10.9", "DIFFERENT"),
        ("finish", "vz", "galvanised", "SAME"),
        ("finish", "vz", "feuerverzinkt", "DIFFERENT"),
        ("pack", "VE 100", "100 pcs", "SAME"),
        ("pack", "VE 100", "M8", "ONE_SIDED"),
        ("pack", "VE 100", "Box/500", "DIFFERENT"),
        ("drive", "Kreuzschlitz", "PZ2", "POSSIBLE"),
    ],
)
def test_dimension_levels(dimension, first, second, wanted):
    assert level(dimensions.judge(dimension), article(first), article(second)) == wanted


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ({"material": "Edelstahl A2"}, {"material": "V2A"}, "SAME"),
        ({"grade": "A2-70"}, {"grade": "A2-70"}, None),
        ({"grade": "A2-70"}, {"material": "V2A"}, "SAME"),
        ({"grade": "A2-70"}, {"grade": "8.8"}, "DIFFERENT"),
        ({"material": "Unobtainium"}, {"material": "Stahl"}, None),
    ],
)
def test_material_counts_where_no_grade_does(first, second, wanted):
    assert level(dimensions.MATERIAL.judge, article(**first), article(**second)) == wanted


@pytest.mark.parametrize(
    ("judge", "first", "second", "wanted"),
    [
        (names.judge_brand, {"brand": "Weber GmbH"}, {"brand": "WEBER"}, "SAME"),
        (names.judge_brand, {"brand": "Weber"}, {"brand": "Keller"}, "DIFFERENT"),
        (names.judge_brand, {"brand": "Weber"}, {}, None),
        (
            names.judge_words,
            {"web_title": "Akku Drehmoment X12"},
            {"web_title": "Drehmoment, X12 Akku"},
            "SAME_UNSIZED",
        ),
        (names.judge_words, {"web_title": "Akku Drehmoment X12"}, {"web_title": "Akku Drehmoment X14"}, "SHARED"),
        (names.judge_words, {"web_title": "M8x40 Marathon"}, {"web_title": "Marathon M8x40"}, "SAME"),
        (names.judge_words, {"web_title": "Montageset"}, {"web_title": "Balkonfuss"}, "DIFFERENT"),
        (names.judge_words, {"web_title": "M8x40"}, {"web_title": "Balkonfuss"}, None),
    ],
)
def test_brand_and_word_levels(judge, first, second, wanted):
    assert level(judge, article(**first), article(**second)) == wanted


@pytest.mark.parametrize("comparison", ALL, ids=lambda item: item.name)
def test_levels_get_lighter(comparison):
    weights = [item.weight for item in comparison.levels]
    assert weights[0] > 0 > weights[-1]
    assert all(0 < item.m < 1 and 0 < item.u < 1 for item in comparison.levels)


# vetoes

VETOES = [
    ({"product_type": "item"}, {"product_type": "family"}, "One is an item, the other a family."),
    ({"standard": "DIN 931"}, {"standard": "DIN 933"}, "not equivalent (ISO 4014 and ISO 4017)."),
    ({"names": "Hex bolt M8x40"}, {"names": "Hex nut M8"}, "Different types of part"),
    ({"thread": "M8"}, {"thread": "M10"}, "Different threads (M10 and M8)."),
    ({"thread": "M8"}, {"thread": "M8x1"}, "Different threads (M8 and M8x1)."),
    ({"thread": "M8"}, {"thread": "M8 LH"}, "Different threads"),
    ({"names": "M8x40"}, {"names": "M8x45"}, "Different lengths (40 mm and 45 mm)."),
    ({"grade": "8.8"}, {"grade": "10.9"}, "Different grades (10.9 and 8.8)."),
    ({"grade": "A2-70"}, {"grade": "A4"}, "Different grades"),
    ({"material": "Messing"}, {"grade": "8.8"}, "Different materials (brass and steel)."),
    ({"finish": "vz"}, {"finish": "feuerverzinkt"}, "Different finishes (hot-dip galvanised and zinc plated)."),
    ({"finish": "vz"}, {"finish": "gelb verzinkt"}, "Different finishes"),
    ({"finish": "blank"}, {"finish": "vz"}, "Different finishes"),
    ({"names": "Hex bolt full thread"}, {"names": "Hex bolt mit Schaft"}, "different parts of the shank"),
    ({"names": "Holzschraube TX20"}, {"names": "Holzschraube PZ2"}, "Different drives (Pozidriv and Torx)."),
    ({"pack_size": 100}, {"names": "VE 500"}, "Different packs (100 and 500)."),
    ({"gtin": GTIN}, {"gtin": OTHER_GTIN}, "Different valid GTINs (04006381333931 and 04006381333948)."),
]


@pytest.mark.parametrize(("first", "second", "words"), VETOES)
def test_vetoes(first, second, words):
    """Whatever else agrees: one number, one name."""
    a, b = ({"sku": "104711", "mpn": "W-88", **side} for side in (first, second))
    found = PRODUCTS.compare(article(**a), article(**b))
    assert words in found.veto
    assert found.zone is Zone.NO_MATCH
    assert PRODUCTS.veto(article(**b), article(**a)) == found.veto


NO_VETO = [
    ({"standard": "DIN 933"}, {"standard": "ISO 4017"}),
    ({"standard": "DIN 125"}, {"standard": "ISO 7090"}),
    ({"standard": "DIN 934"}, {"names": "Hex nut M8"}),
    ({"thread": "M8"}, {"thread": "8"}),
    ({"grade": "A2"}, {"grade": "A2-70"}),
    ({"grade": "8.8"}, {"material": "Stahl"}),
    ({"finish": "vz"}, {"finish": "galvanised"}),
    ({"finish": "Delta 7"}, {"finish": "vz"}),
    ({"finish": "vz"}, {}),
    ({"pack_size": 100}, {}),
    ({"gtin": GTIN}, {"gtin": CARTON}),
    ({"gtin": GTIN}, {"gtin": "4006381333932"}),
    ({"brand": "Weber"}, {"brand": "Keller"}),
    ({"thread": "M10", "names": "M8x40"}, {"thread": "M8"}),
]


@pytest.mark.parametrize(("first", "second"), NO_VETO)
def test_what_no_veto_catches(first, second):
    assert PRODUCTS.veto(article(**first), article(**second)) == ""


# zones


@pytest.mark.parametrize(
    ("first", "second", "zone"),
    [
        # numbers
        ({"gtin": GTIN}, {"gtin": GTIN}, Zone.MATCH),
        ({"sku": "104711"}, {"sku": "104711"}, Zone.REVIEW),
        ({"sku": "104711", "thread": "M8"}, {"sku": "104711", "thread": "M8"}, Zone.MATCH),
        ({"sku": "104711", "mpn": "W-88"}, {"sku": "104711", "mpn": "W-88"}, Zone.MATCH),
        ({"sku": "104711", "mpn": "104711"}, {"sku": "104711", "mpn": "104711"}, Zone.REVIEW),
        ({"mpn": "W-88", "brand": "Weber"}, {"mpn": "W88", "brand": "Weber"}, Zone.REVIEW),
        ({"sku": "104711"}, {"sku": "104712"}, Zone.NO_MATCH),
        ({"sku": "104711", "gtin": GTIN}, {"sku": "104711", "gtin": CARTON}, Zone.MATCH),
        ({"gtin": GTIN}, {"gtin": CARTON}, Zone.NO_MATCH),
        # sizes: all agree, one is left out, the standard is only in words
        ({"names": NAME}, {"names": "Hex bolt ISO 4017 M8 x 40 8.8 zinc plated pack of 100"}, Zone.MATCH),
        ({"names": NAME}, {**SIZES, "pack_size": 100}, Zone.MATCH),
        ({"names": NAME}, {**SIZES}, Zone.REVIEW),
        ({"names": NAME}, {"names": "Hex bolt ISO 4017 M8 x 40 8.8 pack of 100"}, Zone.REVIEW),
        ({"names": NAME}, {"names": "Hex bolt full thread M8x40 8.8 zinc plated pack of 100"}, Zone.MATCH),
        ({"names": NAME}, {"names": "Hex bolt M8x40 8.8 zinc plated pack of 100"}, Zone.REVIEW),
        ({"names": NAME}, {"names": "Hex bolt M8x40"}, Zone.NO_MATCH),
        (
            {"names": "DIN 912 M10x80 10.9 100 St", "brand": "Weber"},
            {"names": "DIN 912 M10x80 10.9 VE 100", "brand": "Weber"},
            Zone.REVIEW,
        ),
        ({"names": NAME, **BOLT}, {"names": "Hex bolt M8x40", **BOLT}, Zone.MATCH),
        ({"names": "DIN 934 M8 8 vz 100 St"}, {"names": "Hex nut ISO 4032 M8 class 8 ZP 100/box"}, Zone.MATCH),
        ({"names": "DIN 125-A M8 200HV vz 100 St"}, {"names": "Washer ISO 7089 8,4 200 HV ZP 100/box"}, Zone.MATCH),
        ({"names": "DIN 125-A M8 vz 100 St"}, {"names": "Washer ISO 7089 8,4 ZP 100/box"}, Zone.REVIEW),
        ({"names": "Sechskantschraube M8x40"}, {"names": "Hex bolt M8x40"}, Zone.NO_MATCH),
        # no sizes: words alone are never enough
        ({"names": "Drehmoment Ratsche X12"}, {"names": "Ratsche Drehmoment X12"}, Zone.REVIEW),
        ({"names": "Drehmoment Ratsche X12"}, {"names": "Drehmoment Ratsche X14"}, Zone.NO_MATCH),
    ],
)
def test_zones(first, second, zone):
    a, b = article(**first), article(**second)
    assert PRODUCTS.compare(a, b).zone is zone, PRODUCTS.compare(a, b)
    if zone is not Zone.NO_MATCH:
        assert PRODUCTS.keys(a) & PRODUCTS.keys(b)


def test_a_family_is_not_told_by_what_its_items_share():
    family = {"product_type": "family", "names": "Sechskantschraube DIN 933 8.8 verzinkt"}
    assert PRODUCTS.compare(article(**family), article(**family)).zone is Zone.NO_MATCH


# keys


@pytest.mark.parametrize(
    ("first", "second", "key"),
    [
        ({"gtin": GTIN}, {"gtin": GTIN}, "gtin:04006381333931"),
        ({"gtin": GTIN}, {"gtin": "4006381333391"}, "digits:00011333334689"),
        ({"sku": "SB-933.08"}, {"sku": "sb93308"}, "num:SB93308"),
        ({"sku": "104711"}, {"mpn": "0104711"}, "num:104711"),
        ({"sku": "104711"}, {"sku": "DE-104711"}, "num:104711"),
        ({"names": NAME}, {"standard": "ISO 4017", "names": "M8x40"}, "size:8:40 mm:ISO 4017"),
        ({"names": NAME}, {"names": "Hex bolt M8x40"}, "size:8:40 mm:hex bolt"),
        ({"names": NAME}, {"names": "DIN 933 M8x40 8.8 ZP"}, "grade:finish:8:40 mm:8.8:zinc plated:ISO 4017"),
        ({"names": NAME}, {"names": "DIN 933 M8x40 100 St ZP"}, "finish:pack:8:40 mm:zinc plated:100:ISO 4017"),
        ({"names": "DIN 934 M8"}, {"names": "ISO 4032 M8"}, "size:8::ISO 4032"),
        ({"names": "Hex nut M8 8"}, {"names": "DIN 934 M8"}, "size:8::nut"),
        ({"names": "M8x40 8.8 100 St"}, {"names": "DIN 933 M8x40 8.8 VE 100"}, "bare:8:40 mm:100:8.8"),
        ({"gtin": GTIN}, {"gtin": CARTON}, "item:400638133393"),
        ({"sku": "GF0933-05040-01"}, {"sku": "933-05040-1"}, "groups:933-5040-1"),
        ({"sku": "GF0933-05040-01"}, {"sku": "GF0933-05400-01"}, "swapped:00000133459FG"),
        ({"names": "Akku Ratsche X12"}, {"names": "X12 Ratsche, Akku"}, "words:akkuratschex12"),
    ],
)
def test_keys(first, second, key):
    assert key in PRODUCTS.keys(article(**first)) & PRODUCTS.keys(article(**second))


def test_keys_of_one_record_are_few():
    assert len(PRODUCTS.keys(article(NAME, sku="SB-933", mpn="W88", gtin=GTIN))) <= 16
    many = article(names=[(f"l{n}", f"M{n} DIN 93{n} Nr {n} A2 vz {n}00 St") for n in range(3, 9)])
    assert len(PRODUCTS.keys(many)) <= 32


# words


def test_evidence_in_words():
    found = PRODUCTS.compare(article(NAME, gtin=GTIN), article("Hex bolt ISO 4017 M8 x 40 8.8", gtin=GTIN))
    lines = {line.name: line for line in found.lines}
    assert lines["gtin"].words == "Same GTIN: 04006381333931."
    assert lines["type"].words == "Same or equivalent standard: DIN 933 | ISO 4017."
    assert lines["thread"].words == "Same thread: M8."
    assert lines["pack"].words == "Only one says the pack: 100 | not said."
    assert lines["sku"].words == "SKU: not known on both sides."
    assert found.weight == pytest.approx(sum(line.weight for line in found.lines))
    assert Evidence.from_json(found.to_json()) == found


PIECES = st.lists(
    st.sampled_from(
        "DIN933 ISO4017 DIN931 M8x40 M8x45 M8 M8x1 8.8 10.9 A2 A2-70 vz blank tZn VE100 500St Sechskantschraube "
        "Schraube Mutter nut bolt Marathon".split()
    ),
    max_size=7,
)
SKUS = st.sampled_from(
    [{}, {"sku": "104711"}, {"sku": "DE104711"}, {"mpn": "104711"}, {"gtin": GTIN}, {"gtin": CARTON}]
)


@settings(max_examples=300, deadline=None)
@given(PIECES, PIECES, SKUS, SKUS, st.randoms(use_true_random=False))
def test_decisions_are_symmetric_and_independent_of_order(first, second, mine, theirs, random):
    a, b = article(" ".join(first), **mine), article(" ".join(second), **theirs)
    found = PRODUCTS.compare(a, b)
    assert PRODUCTS.compare(b, a) == found
    assert (found.veto != "") <= (found.zone is Zone.NO_MATCH)
    listed = [("de", word) for word in first]
    again = random.sample(listed, len(listed))
    assert article(names=listed or "x", **mine) == article(names=again or "x", **mine)


def test_a_comparison_takes_well_under_a_millisecond():
    a, b = article(NAME, sku="1", brand="Weber"), article("Hex bolt M8x40 8.8", sku="2", brand="Keller")

    def once() -> float:
        start = time.perf_counter()
        for _ in range(20):
            PRODUCTS.compare(a, b)
        return (time.perf_counter() - start) / 20

    assert min(once() for _ in range(10)) < 0.0005
