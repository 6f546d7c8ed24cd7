"""Tables: what becomes of names and addresses before they are compared, and every level of their comparisons."""

from __future__ import annotations

import pytest

from mdm.engine.matching import names
from mdm.engine.matching.customers import places
from mdm.engine.matching.customers.judges import addresses, companies, persons
from mdm.engine.matching.normal import fold, plain, sound
from mdm.engine.matching.similar import align, heard, shortened, slip
from mdm.engine.matching.vocabulary import legal_forms
from tests.engine.records import address


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Müller", "muller"),
        ("Mueller", "muller"),
        ("Łódź", "lodz"),
        ("G.m.b.H.", "gmbh"),
        ("G.m.b.H", "gmbh"),
        ("M.G. Road", "mg road"),
        ("A. Schulz", "a schulz"),
        ("O'Neill & Sons", "oneill and sons"),
        ("Straße", "strasse"),
        ("राम", "ram"),
    ],
)
def test_fold(text, plain):
    assert fold(text) == plain


@pytest.mark.parametrize(
    ("first", "second"),
    [("meyer", "maier"), ("schmidt", "schmitt"), ("mohammed", "mohamed"), ("fischer", "fisher"), ("vikas", "wikas")],
)
def test_words_that_sound_alike(first, second):
    assert sound(first) == sound(second)


def test_a_typo_keeps_its_letters():
    assert (fold("Lpoez"), plain("Lpoez"), plain("Mueller & Söhne")) == ("lpoz", "lpoez", "mueller and sohne")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("kapoor", "kapur", True),
        ("shree", "shri", True),
        ("pandey", "pandei", True),
        ("kothari", "kotari", True),
        ("lee", "li", False),
        ("kapur", "kapil", False),
    ],
)
def test_heard(first, second, expected):
    assert heard(first, second) is heard(second, first) is expected


def test_words_that_do_not_sound_alike():
    assert len({sound(word) for word in ("weber", "sharma", "johnson", "gupta", "keller")}) == 5


@pytest.mark.parametrize(
    ("text", "words", "form"),
    [
        ("Müller Schrauben GmbH & Co. KG", "muller schrauben", "gmbh & co kg"),
        ("Müller Schrauben Gesellschaft mit beschränkter Haftung", "muller schrauben", "gmbh"),
        ("Weber e. K.", "weber", "ek"),
        ("Weber e.K.", "weber", "ek"),
        ("Acme Fasteners (P) Ltd.", "acme fasteners", "pvt ltd"),
        ("Acme Pvt.Ltd.", "acme", "pvt ltd"),
        ("Acme Private Limited", "acme", "pvt ltd"),
        ("Acme Fasteners Pvt. Ltd. - Pune", "acme fasteners pune", "pvt ltd"),
        ("M/s. Sharma Traders", "sharma traders", ""),
        ("The Smith Company, Inc.", "smith", "inc"),
        ("Midwest Bolt & Supply L.L.C.", "midwest bolt supply", "llc"),
        ("Foo S.p.A.", "foo", "spa"),
        ("Łódź Sp. z o.o.", "lodz", "sp zoo"),
        ("Acme UK", "acme uk", ""),
        ("AG Weser", "ag weser", ""),
        ("Limited", "limited", ""),
    ],
)
def test_company_name(text, words, form):
    name = names.company(text)
    assert name
    assert (" ".join(name.words), name.form) == (words, form)


@pytest.mark.parametrize("text", ["N/A", "unknown", "Test", "-", "xxx", "walk-in customer"])
def test_no_name_at_all(text):
    assert names.company(text) is None
    assert names.person("", text) is None


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        ("gmbh", "", True),
        ("gmbh", "gmbh", True),
        ("pvt ltd", "ltd", True),
        ("inc", "corp", True),
        ("gmbh", "ag", False),
        ("gmbh", "gmbh & co kg", False),
        ("llc", "inc", False),
    ],
)
def test_legal_forms_that_agree(first, second, agree):
    assert legal_forms.agree(first, second) is agree
    assert legal_forms.agree(second, first) is agree


@pytest.mark.parametrize(
    ("text", "given", "family", "generation"),
    [
        ("Dr. Anna von der Leyen", "anna", "leyen", ""),
        ("Weber, Hans-Peter", "hans peter", "weber", ""),
        ("John Smith Jr.", "john", "smith", "jr"),
        ("Smith, John", "john", "smith", ""),
        ("Weber", "", "weber", ""),
        ("Shri Rahul Kumar Sharma", "rahul kumar", "sharma", ""),
    ],
)
def test_full_name(text, given, family, generation):
    name = names.full_name(text)
    assert name
    assert (" ".join(name.given), " ".join(name.family), name.generation) == (given, family, generation)


@pytest.mark.parametrize(
    ("emails", "given"),
    [
        (["anna.weber7@web.de"], "anna"),
        (["a.weber@web.de"], "a"),
        (["peter.weber@web.de"], "a"),
        (["anna.meier@web.de"], "a"),
        ([], "a"),
    ],
)
def test_an_initial_is_spelled_out_by_an_address_that_fits(emails, given):
    name = names.person("A.", "Weber")
    assert name
    assert names.spelled_out(name, emails).given == (given,)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("schrauben", "schruaben", True),
        ("weber", "webber", True),
        ("befestigungstechnik", "befestigunstehcnik", True),
        ("weber", "wagner", False),
        ("rao", "roy", False),
        ("sha", "shea", True),
        ("m8x40", "m8x45", False),
    ],
)
def test_slip(first, second, expected):
    assert slip(first, second) is expected
    assert slip(second, first) is expected


@pytest.mark.parametrize(
    ("short", "long", "expected"),
    [
        ("mfg", "manufacturing", True),
        ("engg", "engineering", True),
        ("intl", "international", True),
        ("rama", "ram", False),
        ("tech", "beton", False),
    ],
)
def test_shortened(short, long, expected):
    assert shortened(short, long) is expected


def test_words_cut_differently_are_the_same():
    found = align(("weber", "schrauben"), ("weberschrauben",))
    assert (found.only_a, found.only_b) == ((), ())


COMPANIES = [
    ("Hinterberger Präzisionsschrauben GmbH", "HINTERBERGER Praezisionsschrauben", "DISTINCTIVE"),
    ("Hinterberger Präzisionsschrauben", "Präzisionsschrauben Hinterberger GmbH", "DISTINCTIVE"),
    ("Acme Fasteners Pvt. Ltd.", "ACME FASTENERS PRIVATE LIMITED", "DISTINCTIVE"),
    ("Zylka GmbH", "Zylka", "SAME"),
    ("Weber-Schrauben GmbH", "Weberschrauben", "SAME"),
    ("Hinterberger Schrauben GmbH", "Hinterbreger Schrauben GmbH", "SLIP"),
    ("Zylka Traders", "Zylka", "FILLER"),
    ("Zylka Intl. Fasteners", "Zylka International Fasteners", "FILLER"),
    ("Zylka Befest. GmbH", "Zylka Befestigungen GmbH", "FILLER"),
    ("Bharat Precision Fasteners and Engi", "Bharat Precision Fasteners and Engineering Pvt Ltd", "FILLER"),
    ("Sharma Traders", "SHARMA TRADERS", "COMMON"),
    ("BPF", "Bharat Precision Fasteners", "INITIALS"),
    ("Zylka Fensterbau GmbH", "Zylka Fensetrbau GmbH", "SLIP"),
    ("Zylka Türenbau GmbH", "Zylka Truenbau GmbH", "SLIP"),
    ("Shree Zylka Fasteners", "Shri Zylka Fasteners", "SLIP"),
    ("Zylka GmbH", "Zylka AG", "FORM"),
    ("Zylka GmbH", "Zylka GmbH & Co. KG", "FORM"),
    ("Zylka Vertriebs GmbH", "Zylka GmbH", "EXTENDED"),
    ("Acme Fasteners Pune", "Acme Fasteners", "EXTENDED"),
    ("Acme Fasteners Pune", "Acme Fasteners Holding", "PARTIAL"),
    ("Zylka Schrauben", "Zylka Werkzeugbau Ulm", "PARTIAL"),
    ("Zylka Schrauben", "Hinterberger Nieten", "DIFFERENT"),
    ("Zylka GmbH", "Keller GmbH", "DIFFERENT"),
    ("Müller Werkzeuge", "Schulz Werkzeuge", "DIFFERENT"),
]


@pytest.mark.parametrize(("first", "second", "level"), COMPANIES)
def test_company_levels(first, second, level):
    a, b = names.company(first), names.company(second)
    assert a and b
    assert companies.level(a, b).name == level
    assert companies.level(b, a).name == level


PERSONS = [
    ("Anna", "Zylka", "Anna", "Zylka", "SAME"),
    ("Anna Maria", "Zylka", "Anna", "Zylka", "SAME"),
    ("Jürgen", "Groß", "Juergen", "Gross", "SAME"),
    ("Jörg", "van der Meulen", "Jörg", "Meulen", "SAME"),
    ("Anna", "Schmidt", "Anna", "Schmidt", "COMMON"),
    ("Zylka", "Anna", "Anna", "Zylka", "SWAPPED"),
    ("Bill", "Zylka", "William", "Zylka", "SHORT"),
    ("Hans", "Zylka", "Johannes", "Zylka", "SHORT"),
    ("Mohd", "Zylka", "Mohammed", "Zylka", "SHORT"),
    ("Anna", "Zylka", "Anna", "Zlyka", "SLIP"),
    ("Rajseh", "Zylka", "Rajesh", "Zylka", "SLIP"),
    ("Anna", "Zylka-Meier", "Anna", "Zylka", "PART"),
    ("A.", "Zylka", "Anna", "Zylka", "INITIAL"),
    ("", "Zylka", "Anna", "Zylka", "FAMILY_ONLY"),
    ("Anna", "", "Anna", "Zylka", "GIVEN_ONLY"),
    ("Karan", "Zylka", "Kiran", "Zylka", "UNSURE"),
    ("Tina", "Zylka", "Ina", "Zylka", "HOUSEHOLD"),
    ("Anna", "Zylka", "Hanna", "Zylka", "HOUSEHOLD"),
    ("Martin", "Zylka", "Martina", "Zylka", "HOUSEHOLD"),
    ("Anna", "Zylka", "Peter", "Zylka", "HOUSEHOLD"),
    ("P.", "Zylka", "Anna", "Zylka", "HOUSEHOLD"),
    ("Anna", "Zylka", "Anna", "Keller", "DIFFERENT"),
    # a typo in what may be an umlaut, and an umlaut beside it
    ("Ana", "Lpoez", "Ana", "Lopez", "SLIP"),
    ("Agtae", "Zylka", "Agate", "Zylka", "SLIP"),
    ("Juergen", "Lpoez", "Jürgen", "Lopez", "SLIP"),
    ("Samuel", "Zylka", "Samule", "Zylka", "SLIP"),
    ("Sue", "Zylka", "Susanne", "Zylka", "SHORT"),
    # written by ear
    ("Anil", "Kapoor", "Anil", "Kapur", "SLIP"),
    ("Anil", "Rao", "Anil", "Roy", "DIFFERENT"),
    # what looks like a short form
    ("Jeff", "Zylka", "Jeffrey", "Zylka", "SHORT"),
    ("Vicky", "Zylka", "Vikram", "Zylka", "SHORT"),
    ("Hajo", "Zylka", "Hans-Jürgen", "Zylka", "SHORT"),
    ("Gitti", "Zylka", "Brigitte", "Zylka", "SHORT"),
    ("Uli", "Zylka", "Ulrike", "Zylka", "SHORT"),
    ("Jaggi", "Zylka", "Jagdish", "Zylka", "SHORT"),
    ("Dinesh", "Zylka", "Dineshkumar", "Zylka", "BEGINS"),
    ("Zelly", "Zylka", "Zelmira", "Zylka", "BEGINS"),
    ("Zel", "Zylka", "Zelmira", "Zylka", "BEGINS"),
    ("Ze", "Zylka", "Zelmira", "Zylka", "UNSURE"),
    ("Max", "Zylka", "Maxine", "Zylka", "HOUSEHOLD"),
    ("Ram", "Zylka", "Ramesh", "Zylka", "HOUSEHOLD"),
    ("Ram", "Zylka", "Ramkumar", "Zylka", "BEGINS"),
    ("Hari", "Zylka", "Harish", "Zylka", "HOUSEHOLD"),
    ("Paul", "Zylka", "Pauline", "Zylka", "HOUSEHOLD"),
    ("Martin", "Zylka", "Mart", "Zylka", "BEGINS"),
    # swapped, and something else besides
    ("Curtis", "Krystal", "Krystal A.", "Curtis", "SWAPPED"),
    ("Zyylka", "Anna", "Anna", "Zylka", "SLIP"),
    ("Zylka", "Bill", "William", "Zylka", "SHORT"),
    ("Zylka", "Zel", "Zelmira", "Zylka", "BEGINS"),
    ("Thomas", "Martin", "Martina", "Thomas", "DIFFERENT"),
    ("Keller", "Anna", "Anna", "Zylka", "DIFFERENT"),
    # a middle name both have is no first name
    ("Imran Kumar", "Zylka", "Kritika Kumar", "Zylka", "HOUSEHOLD"),
    ("Imran Kumar", "Zylka", "Imran", "Zylka", "SAME"),
    ("Anna Maria", "Zylka", "Maria", "Zylka", "SAME"),
    ("Hans-Peter", "Zylka", "Klaus-Peter", "Zylka", "HOUSEHOLD"),
    ("I. Kumar", "Zylka", "Imran Kumar", "Zylka", "INITIAL"),
    ("K. Kumar", "Zylka", "Imran Kumar", "Zylka", "HOUSEHOLD"),
    ("Anna", "Zylka", "Peter", "Keller", "DIFFERENT"),
]


@pytest.mark.parametrize(("given_a", "family_a", "given_b", "family_b", "level"), PERSONS)
def test_person_levels(given_a, family_a, given_b, family_b, level):
    a, b = names.person(given_a, family_a), names.person(given_b, family_b)
    assert a and b
    assert persons.level(a, b).name == level
    assert persons.level(b, a).name == level


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Hauptstraße 12a", "Haupt-Str. 12 A"),
        ("123 N. Main St., Apt 4B", "123 North Main Street"),
        ("2nd Floor, 12 M.G. Road", "12 MG Rd"),
        ("Am Alten Markt 3, 2. OG", "Am Alten Markt 3"),
        ("Plot No. 45, Gandhi Nagar", "Plot 45 Gandhi Ngr."),
        ("Industriestr. 3", "Industriestraße 3"),
    ],
)
def test_streets_written_differently(first, second):
    a, b = (places.place(address(street, "Pune", "411001")) for street in (first, second))
    assert a and b
    assert (a.street, a.houses) == (b.street, b.houses)


PLACES = [
    (address("Hauptstr. 12", "München", "80331"), address("Hauptstraße 12", "Munich", ""), "SAME"),
    (address("Hauptstr. 12", "Ulm", "89073"), address("Haupstraße 12", "Ulm", "89073"), "SAME"),
    (address("Hauptstr. 12", "Ulm", "89073"), address("Hauptstr. 14", "Ulm", "89073"), "STREET"),
    (address("Hauptstr. 12", "Ulm", "89073"), address("Hauptstr.", "Ulm", "89073"), "STREET"),
    (address("Hauptstr. 12", "Ulm", "89073"), address("Bahnhofstr. 3", "Ulm", "89073"), "POSTCODE"),
    (address("Hauptstr. 12", "Ulm", "89073"), address("Bahnhofstr. 3", "Ulm", "89075"), "CITY"),
    (address("", "Ulm", "", region="BW"), address("", "Stuttgart", "", region="BW"), "REGION"),
    (address("", "Ulm", "89073"), address("", "Hamburg", "20095"), "ELSEWHERE"),
    (address("", "Ulm", "89073"), address("", "Ulm", "89073", country="US"), "ABROAD"),
]


@pytest.mark.parametrize(("first", "second", "level"), PLACES)
def test_address_levels(first, second, level):
    a, b = places.place(first), places.place(second)
    assert a and b
    assert addresses.level(a, b).name == level
    assert addresses.level(b, a).name == level


def test_an_address_of_neither_city_nor_postcode_says_nothing():
    assert places.place(address("Hauptstr. 12", country="DE")) is None
