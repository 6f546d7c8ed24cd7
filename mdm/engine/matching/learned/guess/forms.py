"""What is known by its signs alone: e-mails, addresses of the web, dates, phones, postcodes, lists of names."""

from __future__ import annotations

import re
from collections import defaultdict

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.guess.sample import Sample

EMAIL = re.compile(r"\S+@\S+\.\w{2,}")
URL = re.compile(r"https?://\S+|www\.\S+|[\w-]+(\.[\w-]+)*\.(com|org|net|edu|gov|info|io|co|eu|[a-z]{2})(/\S*)?", re.I)
DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?"  # 1972-04-07
    r"|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})"  # 7.4.1972, 4/7/72
    r"|\d{1,2}\.? +[^\W\d]{3,9}\.?,? +\d{4}|[^\W\d]{3,9}\.? +\d{1,2},? +\d{4}"  # 7 April 1972, April 7, 1972
)
PACKED_DATE = re.compile(r"(1[789]|20)\d\d[01]\d[0-3]\d")
YEAR = re.compile(r"(1[789]|20)\d\d")
PHONE = re.compile(r"[+(]?[\d ()\s./-]{6,24}((ext?|x)\.? ?\d+)?", re.I)
NANP = re.compile(r"(1?[2-9]\d\d)?[2-9]\d{6}")  # North American Numbering Plan, with or without area
TRUNK = re.compile(r"(0[1-9]|00[1-9]|\+[1-9])\d{6,13}")  # led by a trunk 0, 00 or +
SOCIAL = re.compile(r"\d{3}-\d{2}-\d{4}")
POSTCODE = re.compile(
    r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d|\d{4} ?[a-z]{2}|\d{5}-\d{4}"
    r"|\d{2}-\d{3}|[a-z]{1,2}-\d{4,5}",
    re.I,
)  # British, Canadian, Dutch, US with four more, Polish, with a country
SEVERAL = re.compile(r"[^;|]{2,40}([;|][^;|]{2,40})+")


def kind(sample: Sample) -> Kind | None:
    """The kind, or None where the values have no form of their own."""
    if sample.like(EMAIL) > 0.6:
        return Kind.EMAIL
    if sample.like(URL) > 0.6:
        return Kind.URL
    years = sample.like(YEAR) > 0.85 and sample.distinct > 9
    if years or sample.like(DATE) > 0.7 or sample.like(PACKED_DATE) > 0.75:
        return Kind.DATE
    if sample.like(SOCIAL) > 0.6:
        return Kind.IDENTIFIER
    if _is_phone(sample):
        return Kind.PHONE
    if sample.like(POSTCODE) > 0.6 or _is_plain_postcode(sample):
        return Kind.POSTCODE
    return Kind.NAME_LIST if sample.like(SEVERAL) > 0.5 else None


def _is_phone(sample: Sample) -> bool:
    """Digits with a lead or signs between them; bare ones only where they keep to the American plan."""
    bare = [re.sub(r"[^\d+]", "", value) for value in sample.values]
    if sample.share(TRUNK.fullmatch(number) for number in bare) > 0.7:
        return sample.share(bool(PHONE.fullmatch(value)) for value in sample.values) > 0.7
    led = sample.share(number.startswith(("0", "+")) for number in bare)
    formed = [PHONE.fullmatch(value) for value in sample.values]
    if led > 0.25 and sample.share(f and 8 <= len(n) <= 18 for f, n in zip(formed, bare, strict=True)) > 0.8:
        return True
    written = [bool(re.search(r"[() ./-]", value)) and 7 <= len(number) <= 13
               for value, number in zip(sample.values, bare, strict=True)]  # fmt: skip
    digits = sample.share(not re.search(r"[a-wyz]", value, re.I) for value in sample.values)
    if digits > 0.8 and sample.share(written) > 0.5:
        return sample.mean(lambda value: len(re.sub(r"\D", "", value))) > 6.5
    whole = sample.share(NANP.fullmatch(number) for number in bare)
    return digits > 0.9 and whole > 0.8 and sample.mean(len) > 6.5 and _few_beginnings(sample, bare)


def _few_beginnings(sample: Sample, bare: list[str]) -> bool:
    """Whether numbers begin alike, as those of a region do and serial numbers do not."""
    starts: dict[str, int] = defaultdict(int)
    for number, count in zip(bare, sample.counts, strict=True):
        starts[number[:3]] += count
    return sum(sorted(starts.values(), reverse=True)[:20]) > 0.2 * sum(starts.values())


def _is_plain_postcode(sample: Sample) -> bool:
    """4 to 6 digits, nearly always as many, shared by many records but by far not all."""
    for length in (4, 5, 6):
        if sample.like(re.compile(rf"\d{{{length}}}")) > 0.85:
            return 9 < sample.distinct < 0.98 * sample.records
    return False
