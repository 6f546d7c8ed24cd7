"""Features, comparisons, vetoes, zones, keys and words of the default model."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdm.engine.kinds import Kind
from mdm.engine.matching import DEFAULT, Evidence, Features, Zone
from mdm.engine.matching.customers.judges import identifiers, mail, phones
from mdm.engine.matching.customers.model import COMPANY, PEOPLE
from mdm.engine.values import Key
from tests.engine.records import address, org, person

ULM = address("Hauptstr. 12", "Ulm", "89073")
HAMBURG = address("Elbchaussee 5", "Hamburg", "22765")
PUNE = address("12 MG Road", "Pune", "411001", "IN")
MUMBAI = address("4 Linking Road", "Mumbai", "400050", "IN")
VAT_A, VAT_B = ("VAT", "DE136695976"), ("VAT", "DE129273398")
# One company (PAN AAPFU0939F) in two states, and another company.
GSTIN_MH, GSTIN_KA, GSTIN_OTHER = (
    ("GSTIN", "27AAPFU0939F1ZV"),
    ("GSTIN", "29AAPFU0939F1ZR"),
    ("GSTIN", "27AAGCR4375J1ZY"),
)


# features


def test_features_of_a_record():
    f = org(
        "Zylka GmbH",
        trade_name="Zylka",
        emails=["Info@Zylka.de", "zylka@gmail.com", "noreply@zylka.de"],
        phones=[("main", "0731 12345"), ("fax", "+491111111")],
        tax_ids=[VAT_A, ("VAT", "DE136695967"), ("GSTIN", "27AAPFU0939F1ZV")],
        account_number="0010001",
        addresses=[("bill_to", ULM), ("ship_to", {"street": "x"})],
    )
    assert f.party_type == "organisation"
    assert [name.text for name in f.companies] == ["Zylka", "Zylka GmbH"]
    assert f.emails == ("info@zylka.de", "zylka@gmail.com")
    assert f.domains == ("zylka.de",)
    assert f.phones == ("+4973112345",)
    assert f.tax_ids == (("GSTIN", "27AAPFU0939F1ZV"), ("VAT", "DE136695976"))
    assert f.damaged == (("VAT", "DE136695967"),)
    assert f.pans == ("AAPFU0939F",)
    assert f.identifiers == (("account_number", "0010001"),)
    assert [place.city for place in f.places] == ["ulm"]


def test_features_without_a_party_type():
    named = DEFAULT.features([(Key("first_name"), "given_name", "Anna"), (Key("last_name"), "family_name", "Zylka")])
    assert named.party_type == "person"
    assert DEFAULT.features([(Key("legal_name"), "company_name", "Zylka GmbH")]).party_type == ""


def test_features_do_not_depend_on_order_or_on_values_of_wrong_shape():
    values = [
        (Key("emails", "", "2"), "email", "b@zylka.de"),
        (Key("emails", "", "1"), "email", "a@zylka.de"),
        (Key("phones", "main"), "phone", "call me"),
        (Key("addresses", "bill_to"), "address", "Hauptstr. 12"),
        (Key("legal_name"), "company_name", ["Zylka"]),
        (Key("emails", "", "3"), "email", {"to": "c@zylka.de"}),
        (Key("tax_ids", "VAT"), "tax_id", None),
    ]
    assert DEFAULT.features(values) == DEFAULT.features(values[::-1]) == Features(
        emails=("a@zylka.de", "b@zylka.de"), domains=("zylka.de",)
    )  # fmt: skip


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["street", "city", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@settings(deadline=None)
@given(values=st.lists(st.tuples(st.sampled_from(list(Kind)), JSON), max_size=6))
def test_values_without_standard_form_do_no_harm(values):
    """What could not be standardised is kept as it came, so anything may arrive here."""
    listed = [(Key(kind, "VAT", str(number)), str(kind), value) for number, (kind, value) in enumerate(values)]
    f = DEFAULT.features([*listed, (Key("party_type"), "category", values and values[0][1])])
    assert DEFAULT.keys(f) == DEFAULT.keys(DEFAULT.features(listed)) or f.party_type
    assert DEFAULT.compare(f, f).veto == ""


# levels of e-mail, phone and identifiers; those of names and addresses have their own tables


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        ("anna@zylka.de", "anna@zylka.de", "SAME"),
        ("info@zylka.de", "info@zylka.de", "SHARED_BOX"),
        ("anna.keller@zylka.de", "anna.kelelr@zylka.de", "SLIP"),
        ("anna@zylka.de", "anna@zylak.de", "SLIP"),
        ("anna.keller1@zylka.de", "anna.keller2@zylka.de", "DOMAIN"),
        ("anna@zylka.de", "bernd@zylka.de", "DOMAIN"),
        ("anna.keller@zylka.de", "anna.keller@gmail.com", "BOX"),
        ("anna@web.de", "bernd@web.de", "DIFFERENT"),
        ("anna@web.de", "anna@gmx.de", "DIFFERENT"),
        ("info@zylka.de", "info@keller.de", "DIFFERENT"),
    ],
)
def test_mail_levels(first, second, level):
    assert mail.level(first, second).name == mail.level(second, first).name == level


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        ("+4973112345", "+4973112345", "SAME"),
        ("+4973112345", "+4973112354", "SLIP"),
        ("+4973112345", "+4973112346", "BLOCK"),
        ("+49731123450", "+4973112345117", "BLOCK"),
        ("+4973112345", "+4940555666", "DIFFERENT"),
    ],
)
def test_phone_levels(first, second, level):
    assert phones.level(first, second).name == phones.level(second, first).name == level


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        ([VAT_A], [VAT_A, VAT_B], "SAME"),
        ([GSTIN_MH], [GSTIN_KA], "PAN"),
        ([VAT_A], [("VAT", "DE136695967")], "SLIP"),
        ([("EIN", "042103594")], [("EIN", "042103549")], "SLIP"),
        ([VAT_A], [VAT_B], "DIFFERENT"),
        ([("EIN", "042103594")], [("EIN", "361234567")], "DIFFERENT"),
        ([VAT_A], [("VAT", "FR40303265045")], None),
        ([VAT_A], [("EIN", "042103594")], None),
        ([VAT_A], [], None),
    ],
)
def test_tax_levels(first, second, level):
    a, b = org("Zylka", tax_ids=first), org("Zylka", tax_ids=second)
    for found in (identifiers.judge_tax(a, b), identifiers.judge_tax(b, a)):
        assert (identifiers.Tax(found.level).name if found else None) == level


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        ({"account_number": "0010001"}, {"account_number": "0010001"}, "SAME"),
        ({"account_number": "0010012"}, {"account_number": "0010021"}, "SLIP"),
        ({"account_number": "0010001"}, {"account_number": "0020002"}, "DIFFERENT"),
        ({"account_number": "0010001"}, {"loyalty_id": "0010001"}, None),
    ],
)
def test_number_levels(first, second, level):
    found = identifiers.judge_number(org("Zylka", **first), org("Zylka", **second))
    assert (identifiers.Number(found.level).name if found else None) == level


@pytest.mark.parametrize("comparison", [*COMPANY, *PEOPLE], ids=lambda item: item.name)
def test_levels_are_ordered_and_their_probabilities_complete(comparison):
    weights = [level.weight for level in comparison.levels]
    assert sum(level.m for level in comparison.levels) == pytest.approx(1, abs=0.01)
    assert sum(level.u for level in comparison.levels) == pytest.approx(1, abs=0.05)
    assert weights[0] > 8
    assert weights[-1] < 0
    assert len({level.label for level in comparison.levels}) == len(weights)


# vetoes


VETOES = [
    (org("Zylka"), person("Anna|Zylka"), "One is a person, the other an organisation."),
    (
        org("Zylka", tax_ids=GSTIN_MH),
        org("Zylka", tax_ids=GSTIN_OTHER),
        "The GSTINs belong to different companies (PAN AAGCR4375J and AAPFU0939F).",
    ),
    (
        org("Zylka", tax_ids=VAT_A),
        org("Zylka", tax_ids=VAT_B),
        "Different valid VAT numbers of DE (DE129273398 and DE136695976).",
    ),
    (
        org("Zylka", tax_ids=("EIN", "042103594")),
        org("Zylka", tax_ids=("EIN", "361234567")),
        "The EINs differ by more than a slip (042103594 and 361234567).",
    ),
    (person("John|Zylka Jr."), person("John|Zylka Sr."), "Different generations (jr and sr)."),
    (
        person("Anna|Zylka", addresses=ULM, phones="0731 12345"),
        person("Peter|Zylka", addresses=ULM, phones="0731 12345"),
        "Two people of one family (Anna Zylka and Peter Zylka).",
    ),
]


@pytest.mark.parametrize(("a", "b", "sentence"), VETOES)
def test_vetoes(a, b, sentence):
    evidence = DEFAULT.compare(a, b)
    assert evidence.veto == sentence == DEFAULT.veto(b, a)
    assert evidence.zone is Zone.NO_MATCH


NO_VETO = [
    (org("Zylka", tax_ids=GSTIN_MH), org("Zylka", tax_ids=GSTIN_KA)),
    (org("Zylka", tax_ids=VAT_A), org("Zylka", tax_ids=("VAT", "FR40303265045"))),
    (org("Zylka", tax_ids=VAT_A), org("Zylka", tax_ids=[VAT_A, VAT_B])),
    (org("Zylka", tax_ids=VAT_A), org("Zylka", tax_ids=("VAT", "DE136695967"))),
    (org("Zylka", tax_ids=("EIN", "042103594")), org("Zylka", tax_ids=("EIN", "042103549"))),
    (person("Bill|Zylka"), person("William|Zylka")),
    (person("Anna|Zylka"), person("|Zylka")),
    (person("A.|Zylka"), person("Anna|Zylka")),
    (person("John|Zylka Jr."), person("John|Zylka")),
    (person("Anna|Zylka"), person("Anna|Keller")),
]


@pytest.mark.parametrize(("a", "b"), NO_VETO)
def test_what_is_no_veto(a, b):
    assert DEFAULT.veto(a, b) == DEFAULT.veto(b, a) == ""


# zones


ZONES = [
    # a valid tax id links, unless the names are clearly different
    (org("Zylka GmbH", tax_ids=VAT_A), org("ZYLKA", tax_ids=VAT_A, addresses=HAMBURG), "match"),
    (org("Zylka GmbH", tax_ids=VAT_A), org("", tax_ids=VAT_A), "match"),
    (org("Zylka GmbH", tax_ids=VAT_A), org("Keller Nieten AG", tax_ids=VAT_A), "review"),
    (org("Zylka GmbH", tax_ids=VAT_A), org("Zylka Vertriebs GmbH", tax_ids=VAT_A, addresses=ULM), "review"),
    (
        org("Zylka GmbH", tax_ids=VAT_A, addresses=ULM),
        org("Zylka Vretriebs GmbH", tax_ids=VAT_A, addresses=ULM),
        "review",
    ),
    (org("Zylka", tax_ids=VAT_A, addresses=ULM), org("Zylka Schrauben", tax_ids=VAT_A, addresses=ULM), "match"),
    (org("Zylka", tax_ids=VAT_A, addresses=ULM), org("Zylka Ulm", tax_ids=VAT_A, addresses=ULM), "review"),
    # a trade name: two things more agree, and only one side writes a legal form
    *(
        (
            org("Zylka GmbH", tax_ids=VAT_A, addresses=ULM, phones="0731 12345", emails="info@zylka.de"),
            org(name, tax_ids=VAT_A, **more),
            zone,
        )
        for name, more, zone in [
            ("Keller Nieten", {"addresses": ULM, "phones": "0731 12345"}, "match"),
            ("Keller Nieten", {"addresses": ULM, "emails": "ap@zylka.de"}, "match"),
            ("Keller Nieten", {"phones": "0731 12345", "emails": "ap@zylka.de"}, "match"),
            ("Keller Nieten", {"addresses": ULM}, "review"),
            ("Keller Nieten", {"phones": "0731 12345", "emails": "ap@keller.de"}, "review"),
            ("Keller Nieten KG", {"addresses": ULM, "phones": "0731 12345"}, "review"),
            ("Keller Vertrieb", {"addresses": ULM, "phones": "0731 12345"}, "review"),
        ]
    ),
    # one firm with a GSTIN per state, also where a name tells the branch
    (org("Zylka Fasteners", tax_ids=GSTIN_MH, addresses=PUNE), org("Zylka Fasteners", tax_ids=GSTIN_KA), "match"),
    (
        org("Zylka Fasteners", tax_ids=GSTIN_MH, addresses=PUNE),
        org("Zylka Fasteners Pune", tax_ids=GSTIN_KA, addresses=PUNE),
        "match",
    ),
    # subsidiaries beside their parent, at one address with one switchboard
    (
        org("Zylka GmbH", addresses=ULM, phones="0731 12345", emails="info@zylka.de"),
        org("Zylka Vertriebs GmbH", addresses=ULM, phones="0731 12345", emails="info@zylka.de"),
        "review",
    ),
    (org("Zylka Fasteners Pune", addresses=PUNE), org("Zylka Fasteners Holding", addresses=MUMBAI), "no_match"),
    (
        org("Zylka GmbH", addresses=ULM, phones="0731 12345"),
        org("Zylka AG", addresses=ULM, phones="0731 12345"),
        "review",
    ),
    # names and one thing more
    (org("Zylka GmbH", addresses=ULM), org("Zylka", addresses=address("Haupt-Straße 12", "Ulm", "89073")), "match"),
    (org("Zylka GmbH", emails="info@zylka.de"), org("Zylka GmbH", emails="einkauf@zylka.de"), "match"),
    (org("Zylka GmbH", addresses=ULM), org("Zylka GmbH", addresses=HAMBURG), "no_match"),
    (org("Zylka GmbH", addresses=ULM), org("Zylka GmbH"), "review"),
    # a shared phone, e-mail or address alone never links
    (org("Zylka GmbH", phones="0731 12345"), org("Keller Nieten", phones="0731 12345"), "no_match"),
    (org("Zylka GmbH", emails="info@zylka.de"), org("Keller Nieten", emails="info@zylka.de"), "no_match"),
    (
        org("Zylka GmbH", emails="info@z.de", phones="0731 12345", addresses=ULM),
        org("Keller Nieten", emails="info@z.de", phones="0731 12345", addresses=ULM),
        "review",
    ),
    (
        person(phones="0731 12345", emails="anna@zylka.de"),
        person(phones="0731 12345", emails="anna@zylka.de"),
        "review",
    ),
    # people
    (
        person("Anna|Zylka", phones="0171 1234567"),
        person("Anna|Zylka", phones="0171 1234567", emails="a@b.de"),
        "match",
    ),
    (person("Anna|Zylka", addresses=ULM), person("Anna|Zlyka", addresses=ULM), "match"),
    (person("Anna|Zylka", addresses=ULM), person("Anna|Zylka", addresses=HAMBURG), "no_match"),
    (person("A.|Zylka", addresses=ULM), person("Anna|Zylka", addresses=ULM), "review"),
    (person("A.|Zylka", emails="az@zylka.de"), person("Anna|Zylka", emails="az@zylka.de"), "match"),
    (
        person("A.|Zylka", emails="info@zylka.de", addresses=ULM),
        person("Anna|Zylka", emails="info@zylka.de", addresses=ULM),
        "review",
    ),
    (
        person("A.|Zylka", addresses=ULM, phones="0731 12345"),
        person("Anna|Zylka", addresses=ULM, phones="0731 12345"),
        "review",
    ),
    # short forms, known ones and such as look like one
    (person("Jeff|Zylka", addresses=ULM), person("Jeffrey|Zylka", addresses=ULM), "match"),
    (
        person("Jeff|Zylka", addresses=ULM, emails="zylka.jeffrey@gmx.de"),
        person("Jeffrey|Zylka", addresses=ULM, emails="jeffrey@zylka.de"),
        "match",
    ),
    (person("Zel|Zylka", phones="0171 1234567"), person("Zelmira|Zylka", phones="0171 1234567"), "match"),
    (
        person("Zel|Zylka", phones="0731 12345", addresses=ULM, emails="zel@web.de"),
        person("Zelmira|Zylka", phones="0731 12345", addresses=ULM, emails="zelmira_z@gmx.de"),
        "review",
    ),
    (person("Jeff|Zylka", addresses=ULM), person("Jeffrey|Zylka", addresses=HAMBURG), "no_match"),
    (
        person("Liam|Zylka", addresses=ULM, phones="0171 1234567"),
        person("William|Zylka", addresses=ULM, phones="0172 7654321"),
        "review",
    ),
    # a slip at one address, and other e-mail addresses that do not tell two people
    (
        person("Odika|Zylka", addresses=ULM, emails="odika.zylka@web.de"),
        person("Odika|Zylkka", addresses=ULM, emails="odika@gmx.de"),
        "match",
    ),
    (
        person("Sunita|Zylka", addresses=ULM, emails="sunita@web.de"),
        person("Sunilta|Zylka", addresses=ULM, emails="sunilta@gmx.de"),
        "review",
    ),
    (person("Imran Kumar|Zylka", addresses=ULM), person("Kritika Kumar|Zylka", addresses=ULM), "no_match"),
    (person("A.|Zylka", emails="anna.z@zylka.de"), person("Anna|Zylka", emails="anna.z@zylka.de"), "match"),
    (person("Karan|Zylka", emails="zylka@web.de"), person("Kiran|Zylka", emails="zylka@web.de"), "review"),
    (
        person("|Zylka", emails="anna.z@web.de", addresses=ULM),
        person("Anna|Zylka", emails="anna.z@web.de", addresses=ULM),
        "match",
    ),
    (
        person("|Zylka", addresses=ULM, phones="0731 12345"),
        person("Anna|Zylka", addresses=ULM, phones="0731 12345"),
        "review",
    ),
    (
        person("Lisa|Zylka", addresses=ULM, emails="lisa@web.de"),
        person("Elisabeth|Zylka", addresses=ULM, emails="elisabeth@gmx.de"),
        "review",
    ),
    (person("Anna|Zylka", phones="0171 1234567"), person("Karl|Keller", phones="0171 1234567"), "no_match"),
]


@pytest.mark.parametrize(("a", "b", "zone"), ZONES)
def test_zones(a, b, zone):
    assert DEFAULT.compare(a, b).zone == zone
    assert DEFAULT.compare(b, a).zone == zone


# keys: pairs that are one party meet, whatever happened to one record; the others need not


MEET = [
    (org("Zylka GmbH", addresses=ULM), org("ZYLKA", addresses=HAMBURG), "name"),
    (org("Zylka Fasteners", tax_ids=GSTIN_MH), org("Keller", tax_ids=GSTIN_KA), "tax"),
    (org("Zylka", tax_ids=VAT_A), org("Keller", tax_ids=("VAT", "DE136695967")), "digits"),
    (org("Zylka", emails="info@zylka.de"), org("Keller", emails="info@zylka.de"), "mail"),
    (org("Zylka", emails="info@zylka.de"), org("Keller", emails="ap@zylka.de"), "dom"),
    (org("Zylka", phones="0731 12345"), org("Keller", phones="0731 12345"), "tel"),
    (org("Zylka", phones="0731 12345"), org("Zylka Nieten", phones="0731 12354"), "digits"),
    (org("Zylka", account_number="17"), org("Keller", account_number="17"), "id"),
    (org("Zylka Schrauben", addresses=ULM), org("Zilka Schruben", addresses=address("", "Ulm", "89079")), "area"),
    (org("Zylka Schrauben", addresses=ULM), org("Zylka Nieten", addresses=address("", "Ulm", "")), "city"),
    (org("Zylka", addresses=ULM), org("Zilka", addresses=address("Haupt Str. 12", "Ulm", "89073")), "door"),
    (person("William|Zylka"), person("Bill|Zylka"), "name"),
    (person("Anna|Zylka"), person("Zylka|Anna"), "name"),
    (person("Anna|Schmidt", addresses=ULM), person("Schmidt|Anna", addresses=address("", "Ulm", "")), "name"),
    (person("A.|Zylka", addresses=ULM), person("Anna|Zilka", addresses=address("", "Ulm", "89073")), "post"),
    (person("Anna|Zylka", addresses=ULM), person("Ana|Zilka", addresses=address("", "Ulm", "")), "city"),
    (person("Anna|Zylka", addresses=ULM), person("|Zylka", addresses=ULM), "door"),
    (person("A|Z", emails="anna.zylka@web.de"), person("B|Y", emails="anna.zylka@gmial.com"), "box"),
    (person("Anna|Zylka", phones="0171 1234567"), person("Anja|Zylka", phones="0171 1234576"), "digits"),
]


@pytest.mark.parametrize(("a", "b", "rule"), MEET)
def test_keys_that_meet(a, b, rule):
    shared = DEFAULT.keys(a) & DEFAULT.keys(b)
    assert rule in {key.partition(":")[0] for key in shared}


APART = [
    (org("Sharma Traders", addresses=PUNE), org("Sharma Traders", addresses=MUMBAI)),
    (org("Zylka", addresses=ULM), org("Keller", addresses=ULM)),
    (person("Anna|Schmidt", addresses=ULM), person("Anna|Schmidt", addresses=HAMBURG)),
    (person("Anna|Zylka", addresses=ULM), person("Karl|Keller", addresses=ULM)),
    (person("Anna|Zylka", emails="anna@zylka.de"), person("Karl|Keller", emails="karl@zylka.de")),
]


@pytest.mark.parametrize(("a", "b"), APART)
def test_keys_nobody_needs(a, b):
    assert not DEFAULT.keys(a) & DEFAULT.keys(b)


def test_a_full_record_has_some_ten_keys():
    f = org(
        "Zylka Schrauben", addresses=ULM, emails="a@zylka.de", phones="0731 12345", tax_ids=VAT_A, account_number="1"
    )
    assert sorted(key.partition(":")[0] for key in DEFAULT.keys(f)) == [
        *("area", "city", "digits", "digits", "dom", "door", "id", "mail", "name", "tax", "tel")
    ]  # fmt: skip


# evidence


def test_evidence_in_words():
    a = org("Zylka GmbH", addresses=ULM, phones="0731 12345")
    b = org("Zylka", addresses=address("Hauptstraße 12", "Ulm", "89073"))
    evidence = DEFAULT.compare(a, b)
    assert [(line.name, line.words) for line in evidence.lines] == [
        ("prior", "Of 10,100 pairs of records picked at random one is a match."),
        ("company_name", "Same name: Zylka | Zylka GmbH."),
        ("tax_id", "Tax id: not known on both sides."),
        ("identifier", "Number: not known on both sides."),
        ("email", "E-mail: not known on both sides."),
        ("phone", "Phone: not known on both sides."),
        ("address", "Same address: Hauptstr. 12, 89073 Ulm, DE | Hauptstraße 12, 89073 Ulm, DE."),
    ]
    assert evidence.weight == pytest.approx(sum(line.weight for line in evidence.lines), abs=0.01)
    assert Evidence.from_json(evidence.to_json()) == evidence


RECORD = st.fixed_dictionaries(
    {},
    optional={
        "legal_name": st.sampled_from(["Zylka GmbH", "Zylka", "Zlyka Traders", "Zylka Vertriebs AG", "BPF", "N/A"]),
        "trade_name": st.sampled_from(["Zylka", "Bharat Precision Fasteners", "Sharma Traders"]),
        "emails": st.lists(
            st.sampled_from(["info@zylka.de", "a.zylka@web.de", "a.zylak@web.de", "x@gmail.com"]), max_size=3
        ),
        "phones": st.lists(st.sampled_from(["0731 12345", "0731 12354", "0731 12346", "040 555666"]), max_size=3),
        "addresses": st.lists(st.sampled_from([ULM, HAMBURG, PUNE, address("Haupt Str. 12", "Ulm", "")]), max_size=3),
        "tax_ids": st.lists(
            st.sampled_from([VAT_A, VAT_B, ("VAT", "DE136695967"), GSTIN_MH, GSTIN_KA, ("EIN", "042103594")]),
            max_size=3,
        ),
        "account_number": st.sampled_from(["0010001", "0010010", "7"]),
    },
)
PERSON = st.tuples(
    st.sampled_from(["Anna", "A.", "Hanna", "Peter", "", "Zylka", "Jan", "Jana"]),
    st.sampled_from(["Zylka", "Zlyka", "Zylka-Meier", "", "Anna", "Schmidt Jr."]),
)


@settings(max_examples=400, deadline=None)
@given(first=RECORD, second=RECORD)
def test_comparing_companies_is_symmetric(first, second):
    a, b = org(**first), org(**second)
    evidence = DEFAULT.compare(a, b)
    assert evidence == DEFAULT.compare(b, a)
    assert Evidence.from_json(evidence.to_json()) == evidence
    assert DEFAULT.veto(a, b) == DEFAULT.veto(b, a) == evidence.veto


@settings(max_examples=300, deadline=None)
@given(names=st.tuples(PERSON, PERSON), first=RECORD, second=RECORD)
def test_comparing_people_is_symmetric(names, first, second):
    parts = ("emails", "phones", "addresses")
    a, b = (
        person("|".join(name), **{part: record[part] for part in parts if part in record})
        for name, record in zip(names, (first, second), strict=True)
    )
    assert DEFAULT.compare(a, b) == DEFAULT.compare(b, a)


def test_a_pair_takes_some_ten_microseconds():
    a = org(
        "Hinterberger Schrauben GmbH", addresses=[ULM, HAMBURG], emails="info@h.de", phones="0731 12345", tax_ids=VAT_A
    )
    b = org("Hinterbreger Schrauben", addresses=[ULM, PUNE], emails="ap@h.de", phones="0731 12354")

    def once() -> float:
        start = time.perf_counter()
        for _ in range(50):
            DEFAULT.compare(a, b)
        return (time.perf_counter() - start) / 50

    assert min(once() for _ in range(20)) < 0.0002
