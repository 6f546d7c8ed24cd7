"""Parties and their records with dirt of named kinds, made from a seed: a floor for matching without any outside file.

Made apart from the demo estate on purpose: what is tuned to one must not be proved by it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from faker import Faker
from stdnum import luhn
from stdnum.iso7064 import mod_11_10

from mdm.engine.standardize import Hints, standardize
from mdm.engine.values import Key

LOCALES = {"DE": "de_DE", "IN": "en_IN", "US": "en_US"}
FORMS = {
    "DE": [["GmbH", "G.m.b.H.", "", "Gesellschaft mbH"], ["GmbH & Co. KG", "GmbH & Co KG", ""], ["e.K.", ""]],
    "IN": [["Pvt. Ltd.", "Private Limited", "(P) Ltd", "", "Pvt Ltd"], ["LLP", ""], ["", "& Co."]],
    "US": [["Inc.", "Incorporated", "", ", Inc"], ["LLC", "L.L.C.", ""], ["Corp.", "Corporation", "Co."]],
}  # fmt: skip
TRADES = {
    "DE": ["Schrauben", "Befestigungstechnik", "Eisenwaren", "Werkzeuge", "Metallbau", "Maschinenbau", "Baubedarf"],
    "IN": ["Fasteners", "Engineering Works", "Hardware Mart", "Traders", "Steel Industries", "Enterprises", "Tools"],
    "US": ["Bolt & Supply", "Fastener Supply", "Industrial Products", "Hardware", "Machine Works", "Tool Company"],
}
BRANCHES = {
    "DE": ["Vertriebs", "Logistik", "Holding", "Service"],
    "IN": ["Exports", "Infra", "International", "Auto Parts"],
    "US": ["Holdings", "West", "Logistics", "Distribution"],
}
SHORTER = {"Engineering": "Engg", "Industries": "Inds", "Industrial": "Ind", "Company": "Co", "Supply": "Sply"}
STREETS = [
    ("straße", "str."),
    ("Straße", "Str."),
    ("Street", "St"),
    ("Road", "Rd"),
    ("Avenue", "Ave"),
    ("Nagar", "Ngr"),
]
LATIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
MOBILE = {"DE": "+49171", "IN": "+9198", "US": "+1212"}
GST_STATES = ["27", "24", "29", "33", "07", "06"]
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Party:
    """What is true of one party."""

    number: int
    country: str
    name: str = ""
    forms: list[str] = field(default_factory=lambda: [""])
    given: str = ""
    family: str = ""
    phone: str = ""
    email: str = ""
    address: dict[str, str] = field(default_factory=dict)
    tax: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Record:
    """One record of a party in one system, and the dirt it got."""

    party: int
    system: str
    values: list[tuple[Key, str, object]]
    dirt: list[str]


class World:
    """Draws parties and records; everything follows from the seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.fakers = {country: Faker(locale) for country, locale in LOCALES.items()}
        for faker in self.fakers.values():
            faker.seed_instance(seed)
        self.towns = {
            country: [(faker.city(), faker.postcode()) for _ in range(40)] for country, faker in self.fakers.items()
        }
        self.parties: list[Party] = []
        self.domains: set[str] = set()

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def add(self, party: Party) -> Party:
        party.number = len(self.parties)
        self.parties.append(party)
        return party

    def organisation(self, country: str) -> Party:
        faker = self.fakers[country]
        name = f"{faker.last_name()} {self.random.choice(TRADES[country])}"
        if self.chance(0.3):
            name = f"{faker.last_name()} {name}"
        domain = self.domain(country, name)
        forms = self.random.choice(FORMS[country])
        box = self.random.choice(["info", "sales", "kontakt", "office"])
        party = Party(0, country, name, forms, phone=self.phone(country), email=f"{box}@{domain}")
        party.address, party.tax = self.address(country), self.tax(country)
        return self.add(party)

    def domain(self, country: str, name: str) -> str:
        words = name.lower().translate(LATIN).replace("&", "").split()
        while (domain := "".join(words[:2]) + {"DE": ".de", "IN": ".in"}.get(country, ".com")) in self.domains:
            words.insert(1, str(self.random.randint(2, 99)))
        self.domains.add(domain)
        return domain

    def subsidiary(self, parent: Party, branch: str) -> Party:
        """Another company of the group: shares the domain, often the switchboard, the house or the VAT id."""
        child = replace(parent, name=f"{parent.name} {branch}")
        if self.chance(0.6):
            child.address = self.address(parent.country)
        if self.chance(0.6):
            child.phone = self.phone(parent.country)
        if self.chance(0.7):
            child.email = "zentrale@" + parent.email.partition("@")[2]
        if not (parent.country == "DE" and self.chance(0.3)):
            child.tax = self.tax(parent.country)
        return self.add(child)

    def family(self, country: str) -> None:
        """One to four people at one address; some share phone or e-mail."""
        faker, family, address, phone = self.fakers[country], "", self.address(country), self.phone(country)
        family = faker.last_name()
        used: set[str] = set()
        for _ in range(self.random.choice([1, 1, 1, 2, 3, 4])):
            given = next(name for name in iter(faker.first_name, "") if name[:4] not in used)
            used.add(given[:4])
            box = f"{given}.{family}".lower().translate(LATIN).replace(" ", "")
            email = f"{box}{self.random.randint(1, 99)}@{self.random.choice(['gmail.com', 'web.de', 'yahoo.com'])}"
            own = phone if self.chance(0.4) else self.phone(country)
            self.add(Party(0, country, given=given, family=family, phone=own, email=email, address=dict(address)))

    def phone(self, country: str) -> str:
        return MOBILE[country] + "".join(
            self.random.choice("23456789") for _ in range({"DE": 7, "IN": 8, "US": 7}[country])
        )

    def address(self, country: str) -> dict[str, str]:
        faker, (city, postcode) = self.fakers[country], self.random.choice(self.towns[country])
        street, number = self.street(faker, country), self.random.randint(1, 180)
        line = f"{street} {number}" if country == "DE" else f"{number} {street}"
        return {"street": line, "city": city, "region": "", "postcode": postcode, "country": country}

    def street(self, faker: Faker, country: str) -> str:
        if country == "IN":
            return f"{faker.last_name()} {self.random.choice(['Road', 'Nagar', 'Street', 'Marg'])}"
        if country == "DE":
            return f"{faker.last_name()}{self.random.choice(['straße', 'weg', ' Straße'])}"
        return f"{faker.last_name()} {self.random.choice(['Street', 'Avenue', 'Road', 'Drive'])}"

    def tax(self, country: str) -> list[tuple[str, str]]:
        digits = [self.random.choice("0123456789") for _ in range(8)]
        if country == "DE":
            body = self.random.choice("123456789") + "".join(digits[1:])
            return [("VAT", f"DE{body}{mod_11_10.calc_check_digit(body)}")]
        if country == "US":
            return [("EIN", self.random.choice(["04", "36", "47", "94"]) + "".join(digits[:7]))]
        pan = "".join(self.random.choice("ABCDEFGHJKLMNPRST") for _ in range(3)) + "C" + self.random.choice("ABKMPRS")
        pan += "".join(self.random.choice("123456789") for _ in range(4)) + self.random.choice("ABCDEFGHJKL")
        states = self.random.sample(GST_STATES, self.random.choice([1, 1, 2, 3]))
        return [("GSTIN", self.gstin(state, pan)) for state in states]

    @staticmethod
    def gstin(state: str, pan: str) -> str:
        body = f"{state}{pan}1Z"
        return body + luhn.calc_check_digit(body, ALPHABET)

    # dirt

    def typo(self, text: str) -> str:
        """Swap, drop or double one letter."""
        spots = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
        if not spots:
            return text
        i = self.random.choice(spots)
        kind = self.random.choice("sdd2")
        return {
            "s": text[:i] + text[i + 1] + text[i] + text[i + 2 :],
            "d": text[:i] + text[i + 1 :],
            "2": text[:i] + text[i] + text[i:],
        }[kind]

    def swapped(self, number: str) -> str:
        """Two neighbouring digits swapped."""
        spots = [i for i in range(4, len(number) - 1) if number[i] != number[i + 1] and number[i : i + 2].isdigit()]
        if not spots:
            return number
        i = self.random.choice(spots)
        return number[:i] + number[i + 1] + number[i] + number[i + 2 :]

    def record(self, party: Party, system: str) -> Record:
        """One record with some dirt."""
        dirt: list[str] = []
        values = dict(self.dirty_address(party, dirt))
        phone = self.dirty(
            dirt, "phone", party.phone, {"swapped": self.swapped, "other": lambda _: self.phone(party.country)}
        )
        email = self.dirty(dirt, "email", party.email, self.mail_dirt(party))
        raw = [
            ("phones", "phone", "main", phone),
            ("emails", "email", "", email),
            ("addresses", "address", "bill_to", values),
        ]
        raw += self.naming(party, dirt)
        for scheme, tax in self.random.sample(party.tax, min(len(party.tax), 1)):
            kept = self.dirty(dirt, "tax", tax, {"swapped": self.swapped}, missing=0.45)
            raw.append(("tax_ids", "tax_id", scheme, kept))
        hints = Hints(party.country)
        return Record(
            party.number,
            system,
            [
                (Key(name, context), kind, standardize(kind, value, context, hints).value)
                for name, kind, context, value in raw
            ],
            dirt,
        )

    def dirty(
        self, dirt: list[str], what: str, value: str, kinds: dict[str, Callable[[str], str]], missing: float = 0.2
    ) -> str:
        if self.chance(missing):
            dirt.append(f"{what} missing")
            return ""
        for name, change in kinds.items():
            if self.chance(0.08):
                dirt.append(f"{what} {name}")
                return change(value)
        return value

    def mail_dirt(self, party: Party) -> dict[str, Callable[[str], str]]:
        return {"box": self.other_box, "typo": self.other_domain} if party.name else {"typo": self.other_domain}

    def other_box(self, email: str) -> str:
        return self.random.choice(["einkauf", "purchase", "ap", "m.kraus"]) + "@" + email.partition("@")[2]

    def other_domain(self, email: str) -> str:
        box, _, domain = email.partition("@")
        return f"{box}@{self.typo(domain)}"

    def dirty_address(self, party: Party, dirt: list[str]) -> dict[str, str]:
        address = dict(party.address)
        if self.chance(0.3):
            dirt.append("street abbreviated")
            for long, short in STREETS:
                address["street"] = address["street"].replace(long, short)
        if self.chance(0.12):
            dirt.append("moved")
            address = self.address(party.country)
        elif self.chance(0.15):
            dirt.append("address missing")
            return {}
        return address

    def naming(self, party: Party, dirt: list[str]) -> Iterator[tuple[str, str, str, str]]:
        if party.name:
            yield "party_type", "category", "", "organisation"
            yield "legal_name", "company_name", "", self.company_name(party, dirt)
            return
        yield "party_type", "category", "", "person"
        given, family = party.given, party.family
        if self.chance(0.08):
            dirt.append("name typo")
            given, family = self.random.choice([(self.typo(given), family), (given, self.typo(family))])
        elif self.chance(0.05):
            dirt.append("initial")
            given = given[0] + "."
        elif self.chance(0.2):
            dirt.append("transliterated")
            given, family = given.translate(LATIN), family.translate(LATIN)
        yield "first_name", "given_name", "", given
        yield "last_name", "family_name", "", family

    def company_name(self, party: Party, dirt: list[str]) -> str:
        name, form = party.name, self.random.choice(party.forms)
        if form != party.forms[0]:
            dirt.append("legal form")
        if self.chance(0.1):
            dirt.append("name typo")
            name = self.typo(name)
        if self.chance(0.2):
            dirt.append("name shorter")
            name = " ".join(SHORTER.get(word, word) for word in name.split())
        if self.chance(0.2):
            dirt.append("name case")
            name = name.upper().translate(LATIN)
        return f"{name} {form}".strip()


def estate(seed: int, size: int) -> tuple[World, list[Record]]:
    """`size` organisations with some subsidiaries, as many families, and up to three records of each party."""
    world = World(seed)
    for _ in range(size):
        parent = world.organisation(world.random.choice(list(LOCALES)))
        for branch in world.random.sample(BRANCHES[parent.country], world.random.choice([0, 0, 0, 1, 2])):
            world.subsidiary(parent, branch)
    for _ in range(size):
        world.family(world.random.choice(list(LOCALES)))
    records = [
        world.record(party, system)
        for party in world.parties
        for system, share in (("crm", 0.8), ("erp", 0.7), ("store", 0.5), ("crm", 0.05))
        if world.chance(share)
    ]
    world.random.shuffle(records)
    return world, records
