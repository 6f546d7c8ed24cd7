"""Which golden records a person means by what they typed: words of a name, or an id, e-mail, phone, tax id or GTIN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Func, Q, QuerySet, Value

from mdm.engine.kinds import Kind
from mdm.engine.standardize import Hints, standardize
from mdm.engine.values import Key
from mdm.entities import CUSTOMER, PRODUCT, words
from mdm.models import VALUES, Connection, Customer, GoldenRecord, GoldenValues, MatchKey, Product, SourceRecord
from mdm.models.sources import ID_BEGINS, ID_LENGTH
from mdm.rules import Rules, current

MOST = 500  # golden records that are listed one by one
_PHONE = re.compile(r"[+\d][\d\s()/.-]{5,24}")
_SAP_WIDTH = 10  # people leave out the zeros that SAP pads its numbers with


def customers(text: str) -> Q:
    """The condition that a golden customer is meant; every part of it is answered by an index."""
    text = _tidy(text)
    return _meant(Customer, text, _known(text)) if text else Q()


def products(text: str) -> Q:
    """The condition that a golden product is meant; every part of it is answered by an index."""
    text = _tidy(text)
    return _meant(Product, text, _known(text)) if text else Q()


def at(text: str, *paths: str) -> Q:
    """The condition that a golden record of any entity is meant; `paths` lead there (`first`), any one suffices."""
    meant = [rows.order_by().values("pk") for rows in _found(text)]
    return reduce(or_, (Q((f"{path}__in", pks)) for path in paths for pks in meant))


def _found(text: str) -> list[QuerySet[Any]]:
    """The golden values meant, entity by entity; all of them where nothing is asked for."""
    text = _tidy(text)
    known = _known(text) if text else set()
    asked = ((model._default_manager, _meant(model, text, known) if text else Q()) for model in VALUES.values())
    return [rows.filter(meant) for rows, meant in asked]


def _tidy(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:200]


def _known(text: str) -> set[int]:
    """Golden records of any entity by their ids and identifiers."""
    return {*_by_keys(text), *_by_ids(text)}


def _meant(model: type[GoldenValues], text: str, known: set[int]) -> Q:
    words_ = _by_words(model, text)
    named = set(model._default_manager.filter(words_).order_by().values_list("pk", flat=True)[: MOST + 1])
    # Few are told by their ids: the planner takes any word for a common one and would try every golden record, newest
    # first. Of a word that is common indeed the newest are found soon.
    return Q(pk__in=known | named) if len(named) <= MOST else Q(pk__in=known) | words_


def records(text: str) -> Q:
    """The condition that a source record is meant: by its whole id, what follows its last slash, or 15 letters."""
    tail = words.short_id("".join(text.replace("\x00", "").split()))
    ids = {tail, tail.zfill(_SAP_WIDTH)}
    meant = Q(external_id__in=ids) | Q(external_id__endswith=f"/{tail}")
    if len(tail) >= ID_LENGTH:
        meant |= Q(external_id__startswith=tail)
    begins = (Func(ID_BEGINS, Value(one[:ID_LENGTH]), **_holds("=")) for one in sorted(ids))
    return reduce(or_, map(Q, begins)) & meant


def _holds(operator: str) -> dict[str, Any]:
    """How a comparison of two expressions is written as one."""
    return {"template": "(%(expressions)s)", "arg_joiner": f" {operator} ", "output_field": BooleanField()}


def pks(text: str) -> set[int]:
    """The golden records meant, of each entity at most a list's worth."""
    return {pk for rows in _found(text) for pk in rows.order_by("-pk").values_list("pk", flat=True)[:MOST]}


def _by_words(model: type[GoldenValues], text: str) -> Q:
    """All words begin a word of the names, in any order."""
    typed = re.findall(r"[^\W_]+", text)[:8]
    if not typed:
        return Q(pk__in=())
    asked = Func(Value(" & ".join(f"{word}:*" for word in typed)), template="to_tsquery('simple', %(expressions)s)")
    return Q(Func(model.words, asked, **_holds("@@")))


def _by_keys(text: str) -> set[int]:
    """What the match index knows: identifiers in their standard form, and names however they are written."""
    rules = current()
    hashes = {MatchKey.hashed(entity, key) for entity, keys in KEYS.items() for key in keys(text, rules)}
    rows = MatchKey.objects.filter(key__in=hashes, record__golden__isnull=False)
    return {pk for pk in rows.values_list("record__golden", flat=True).distinct()[:MOST] if pk}


def _keys_of_product(text: str, rules: Rules) -> Iterator[str]:
    model = rules.models[PRODUCT.name]
    for one in PRODUCT.attributes:
        if one.kind in (Kind.PART_NUMBER, Kind.GTIN):
            yield from model.keys(model.features([(Key(one.name), one.kind, standardize(one.kind, text).value)]))


def _keys_of_customer(text: str, rules: Rules) -> Iterator[str]:
    compact = re.sub(r"[\s.-]", "", text).upper()
    pan = compact[2:12] if re.fullmatch(r"\d{2}[A-Z]{5}\d{4}[A-Z][A-Z\d]{3}", compact) else compact
    yield f"tax:{pan}"
    yield from (f"id:{one.name}:{text}" for one in CUSTOMER.attributes if one.kind == Kind.IDENTIFIER)
    if "@" in text:
        yield f"mail:{standardize(Kind.EMAIL, text).value}"
    if _PHONE.fullmatch(text):
        countries = Connection.objects.exclude(country="").values_list("country", flat=True).distinct()
        found = [standardize(Kind.PHONE, text, "", Hints(country=country)) for country in ("", *countries)]
        yield from {f"tel:{phone.value}" for phone in found if not phone.problem}
    model = rules.models[CUSTOMER.name]
    features = model.features([(Key("legal_name"), Kind.COMPANY_NAME, text)])
    yield from (key for key in model.keys(features) if key.startswith("name:"))


KEYS = {CUSTOMER.name: _keys_of_customer, PRODUCT.name: _keys_of_product}


def _by_ids(text: str) -> set[int]:
    """Golden records by the ids that systems give, by the beginning of one, and by our own."""
    found = {pk for pk in _goldens(records(text)) if pk}
    try:
        uid = UUID(text)
    except ValueError:
        return found
    own = GoldenRecord.objects.filter(uid=uid).values_list("pk", "merged_into")
    return found | {pk for pk in _goldens(Q(crosswalk_key=uid)) if pk} | {pk for pks in own for pk in pks if pk}


def _goldens(meant: Q) -> list[int | None]:
    rows = SourceRecord.objects.filter(meant)[:MOST].values_list("golden", "relation__source")
    return [pk for pks in rows for pk in pks]
