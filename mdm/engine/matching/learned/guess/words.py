"""What is made of words: names of persons and organisations, places, streets, addresses, text."""

from __future__ import annotations

import re
from functools import lru_cache

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.guess.sample import Sample
from mdm.engine.matching.normal import fold
from mdm.engine.matching.vocabulary import common, given_names, legal_forms, streets

NUMBERED = re.compile(  # 12 Hill Street, Flat 3, ...; Hauptweg 3a
    r"(\w[\w. ]{0,8} )?\d+[\w/-]{0,5},? [^\W\d].*|[^\W\d].* \d{1,4} ?[a-z]?", re.I
)

ORGANISED = common.FILLER | {
    fold(word)
    for word in (
        "school college university academy hospital clinic centre center church institute foundation association club "
        "society council agency bank hotel restaurant ministry department services learning care child childcare day "
        "nursery preschool kindergarten schule verein stiftung klinik praxis apotheke"
    ).split()
}
FORMS = {word for phrase in legal_forms.PHRASES for word in phrase if len(phrase) == 1 and len(word) > 1}
STREETS = frozenset(
    word
    for word, short in streets.SHORT.items()
    if short in "st rd ave blvd dr ln ct pl sq hwy pkwy ter cir trl wy al g".split() and len(word) > 1
) | frozenset(
    "crescent close circuit cres crt drv row mews grove gardens rue chemin impasse via calle straat gata".split()
)
# Last words of street names in English, as the US Postal Service lists them (Publication 28, appendix C1).
SUFFIXES = STREETS | frozenset(
    """alley bend bluff branch bridge brook bypass canyon cape causeway cliff common corner course cove creek crossing
    dale dam divide estate estates expressway extension fall falls ferry field fields flat flats ford forest forge fork
    fort freeway garden gateway glen green harbor haven heights hill hills hollow inlet island isle junction key knoll
    lake landing light lock lodge loop mall manor meadow mill mission motorway mount mountain neck orchard oval overpass
    park parkway pass passage path pike pine plain plaza point port prairie ranch rapid rest ridge rise river route run
    shoal shore spring springs spur station stream summit throughway trace track trafficway tunnel turnpike union valley
    via viaduct view village vista walk wall well wells marg path chowk nagar ganj""".split()
)
TAILS = tuple(tail for tail, _ in streets.TAILS)


def kind(sample: Sample) -> Kind | None:
    """The kind, or None where nothing is known of the words."""
    length = sample.share(len(words) > 7 for words in sample.folded)
    digits = sample.share(re.search(r"\d", value) for value in sample.values)
    if length < 0.7 and digits > 0.6 and sample.like(NUMBERED) > 0.6 and _streets(sample) + _commas(sample) > 0.5:
        return Kind.ADDRESS
    if length > 0.5:
        return Kind.ADDRESS if digits > 0.7 and _streets(sample) > 0.5 else Kind.TEXT
    forms = sample.words(FORMS.__contains__)
    organised = sample.words(lambda word: word in ORGANISED or word in FORMS)
    if _streets(sample) > max(0.4, forms):
        return Kind.ADDRESS if digits > 0.5 else Kind.STREET
    if forms > 0.15 or organised > 0.25:
        return Kind.COMPANY_NAME
    return Kind.TEXT if digits > 0.4 else _names(sample)


def _streets(sample: Sample) -> float:
    """The share of records with a word of streets, or an end of an English street's name before a comma."""
    ends = (fold(value.partition(",")[0]).split() for value in sample.values)
    return sample.share(
        any(word in STREETS or word.endswith(TAILS) for word in words) or (len(end) > 1 and end[-1] in SUFFIXES)
        for words, end in zip(sample.folded, ends, strict=True)
    )


def _commas(sample: Sample) -> float:
    return sample.share("," in value for value in sample.values)


def _names(sample: Sample) -> Kind | None:
    """Persons and places, by lists of them; single words without either that come again and again are categories."""
    single = sample.share(len(words) < 2 for words in sample.folded)
    given, family = sample.words(given_names.GROUPS.__contains__), sample.words(common.FAMILY.__contains__)
    if single < 0.5:
        return _long_names(sample, given, family)
    if given > 0.12 and given > family:
        return Kind.GIVEN_NAME
    place = sample.known(_places().__contains__)
    if place > 0.25 and given + family < 0.04:
        return Kind.CITY
    if family > 0.03 or place > 0.1:
        return Kind.FAMILY_NAME
    if sample.distinct < max(0.15 * sample.records, 20):
        return Kind.CATEGORY
    letters = sample.share(value.isalpha() for value in sample.values)
    return Kind.FAMILY_NAME if single > 0.85 and letters > 0.85 else None


def _long_names(sample: Sample, given: float, family: float) -> Kind:
    few = sample.share(2 <= len(words) <= 4 for words in sample.folded)
    if given > 0.25 or (few > 0.9 and given + family > 0.1):
        return Kind.PERSON_NAME
    return Kind.CITY if sample.known(_places().__contains__) > 0.25 else Kind.COMPANY_NAME


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """Names of places that have an area code of their own, in many languages, of the library of phone numbers."""
    from phonenumbers.geodata import GEOCODE_DATA  # large, and needed for columns of names only

    said = (text for names in GEOCODE_DATA.values() for text in names.values())
    return frozenset(fold(part) for text in said for part in re.split(r"[,/]| - ", text))
