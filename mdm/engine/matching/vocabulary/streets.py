"""Words of streets in one short form per meaning, and marks of a unit inside a building.

All languages share one table: a short form stands for its family (`st` for street, Straße and saint alike), both
sides are written the same way, and nothing is lost by it.
"""

from __future__ import annotations

from mdm.engine.matching.normal import fold

_FAMILIES = {
    "st": "st str street strasse straße saint sankt strt",
    "rd": "rd road",
    "ave": "ave av avenue aven",
    "blvd": "blvd boulevard boul",
    "dr": "dr drive drv",
    "ln": "ln lane",
    "ct": "ct court crt",
    "pl": "pl place platz",
    "sq": "sq square",
    "hwy": "hwy highway",
    "pkwy": "pkwy parkway pky",
    "ter": "ter terrace",
    "cir": "cir circle",
    "trl": "trl trail",
    "wy": "wy way weg",
    "al": "al allee",
    "g": "g gasse",
    "ngr": "ngr nagar nagr",
    "col": "col colony",
    "mg": "mg margh marg",
    "ext": "ext extn extension",
    "ph": "ph phase",
    "sec": "sec sector sect",
    "ind": "ind indl industrial industrie",
    "est": "est estate",
    "bld": "bld bldg building",
    "cmplx": "cmplx complex",
    "n": "n north nord",
    "s": "s south süd",
    "e": "e east ost",
    "w": "w west",
    "ne": "ne northeast",
    "nw": "nw northwest",
    "se": "se southeast",
    "sw": "sw southwest",
    "mt": "mt mount",
    "ft": "ft fort",
}

SHORT: dict[str, str] = {fold(word): short for short, words in _FAMILIES.items() for word in words.split()}
# German writes the street word into the name: Hauptstraße, Hauptstr., Haupt Straße.
TAILS: tuple[tuple[str, str], ...] = tuple(
    (fold(tail), short)
    for tail, short in (
        ("strasse", "st"),
        ("str", "st"),
        ("weg", "wy"),
        ("platz", "pl"),
        ("gasse", "g"),
        ("allee", "al"),
    )
)
# Before, or after, the number or letter of a unit inside a building; both go.
UNITS_BEFORE = frozenset(fold(word) for word in "apt apartment suite ste unit flat room rm office apartmentnr".split())
UNITS_AFTER = frozenset(fold(word) for word in "floor fl og ug eg etage stock".split())
# Say nothing.
MARKS = frozenset(
    fold(word) for word in "no nr near opp opposite number num plot hno house haus hausnr shop door".split()
)

CITIES: dict[str, str] = {
    fold(other): fold(name)
    for name, others in {
        "munich": "münchen",
        "cologne": "köln",
        "nuremberg": "nürnberg",
        "hanover": "hannover",
        "bengaluru": "bangalore",
        "mumbai": "bombay",
        "chennai": "madras",
        "kolkata": "calcutta",
        "pune": "poona",
        "vadodara": "baroda",
        "gurugram": "gurgaon",
        "mysuru": "mysore",
        "kochi": "cochin",
        "thiruvananthapuram": "trivandrum",
        "delhi": "new delhi",
        "new york": "new york city|nyc|manhattan",
        "vienna": "wien",
        "zurich": "zürich",
        "geneva": "genf|genève",
        "milan": "milano|mailand",
        "prague": "praha|prag",
        "frankfurt": "frankfurt am main|frankfurt main|frankfurt a m",
    }.items()
    for other in others.split("|")
}
