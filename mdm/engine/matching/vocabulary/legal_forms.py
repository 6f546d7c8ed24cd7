"""Legal forms of organisations: how they are written, which class they are, and which classes people mix up.

A class is one legal person's form; spellings are folded, the longest is tried first. What this list lacks comes from
the library cleanco, as a suffix only and from three letters on: shorter ones are words or countries elsewhere.
"""

from __future__ import annotations

from cleanco.termdata import terms_by_country

from mdm.engine.matching.normal import fold

_CLASSES = {
    # Germany, Austria, Switzerland
    "gmbh & co kg": "gmbh & co kg|gmbh und co kg|gmbh u co kg|gmbh co kg|gmbh & cokg|gmbh & co|mbh & co kg"
    "|gmbh & co ohg|gmbh & cie kg",
    "gmbh": "gmbh|g mbh|gesellschaft mbh|ges m b h|gesmbh|mbh|ggmbh|gesellschaft mit beschränkter haftung"
    "|mit beschränkter haftung",
    "ug": "ug haftungsbeschränkt|ug|unternehmergesellschaft haftungsbeschränkt|unternehmergesellschaft",
    "ag": "ag|aktiengesellschaft",
    "kg": "kg|kommanditgesellschaft",
    "ohg": "ohg|offene handelsgesellschaft|og",
    "ek": "e k|ek|e kfm|ekfm|e kfr|ekfr|eingetragener kaufmann|eingetragene kauffrau",
    "gbr": "gbr|gesellschaft bürgerlichen rechts",
    "ev": "e v|ev|eingetragener verein",
    "eg": "e g|eg|eingetragene genossenschaft",
    "kgaa": "kgaa|ag & co kgaa|gmbh & co kgaa|se & co kgaa",
    "se": "se|societas europaea",
    # India
    "pvt ltd": "pvt ltd|private limited|private ltd|pvt limited|p ltd|p limited|pvt|opc pvt ltd|opc private limited|pl",
    "llp": "llp|limited liability partnership",
    # United Kingdom and others of its tradition
    "ltd": "ltd|limited|company limited|co limited|co ltd|company ltd",
    "plc": "plc|public limited company",
    "pty ltd": "pty ltd|proprietary limited|pty limited|pty",
    "pte ltd": "pte ltd|pte",
    "sdn bhd": "sdn bhd",
    # United States, Canada
    "inc": "inc|incorporated|co inc|company inc",
    "corp": "corp|corporation",
    "llc": "llc|l l c|limited liability company|co llc|company llc",
    "lp": "lp|limited partnership",
    "pllc": "pllc",
    "pc": "pc",
    "co": "co|company",
    # elsewhere in Europe and America
    "sarl": "sarl|s a r l",
    "sas": "sas|sasu",
    "sa": "sa|société anonyme|sociedad anónima",
    "srl": "srl",
    "spa": "spa|società per azioni",
    "bv": "bv|besloten vennootschap",
    "nv": "nv",
    "ab": "ab|aktiebolag",
    "oy": "oy|oyj",
    "aps": "aps",
    "as": "a s|as|asa",
    "sp zoo": "sp z oo|sp zoo|spółka z oo",
    "sro": "sro|spol s ro",
    "kft": "kft",
    "doo": "doo|d o o",
    "ltda": "ltda|lda",
    "sa de cv": "sa de cv",
    "kk": "kk|kabushiki kaisha",
}

# Forms that people write for one another without meaning another company.
_MIXED_UP = (
    {"pvt ltd", "ltd", "co"},
    {"inc", "corp", "co", "ltd"},
    {"gmbh & co kg", "kg"},
    {"ug", "gmbh"},
    {"ltd", "co", "llc"},
)

PHRASES: dict[tuple[str, ...], str] = {
    tuple(fold(spelling).split()): name for name, spellings in _CLASSES.items() for spelling in spellings.split("|")
}
SUFFIXES: dict[tuple[str, ...], str] = {
    tuple(words): " ".join(words)
    for terms in terms_by_country.values()
    for words in (fold(term).split() for term in terms)
    if len("".join(words)) > 2 and tuple(words) not in PHRASES
}
LONGEST = max(map(len, PHRASES))
# Too short or too much of a word to be a form in the middle of a name.
ONLY_AT_THE_END = {
    "ag",
    "se",
    "eg",
    "ev",
    "e v",
    "e g",
    "pl",
    "pc",
    "co",
    "sa",
    "ab",
    "og",
    "lp",
    "ek",
    "company",
    "spa",
    "as",
    "a s",
}


def agree(a: str, b: str) -> bool:
    """Whether two classes may stand for one company; a form left out agrees with all."""
    return not a or not b or a == b or any(a in mixed and b in mixed for mixed in _MIXED_UP)
