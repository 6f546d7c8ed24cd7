"""A published version: one record and a whole table are judged alike, in any order, before and after it was stored."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdm.engine.kinds import Kind
from mdm.engine.matching import MODELS
from mdm.engine.matching.learned import Column, Options, Records, deduplicate, kinds, values
from mdm.engine.matching.learned.aspects import Key as BlockingKey
from mdm.engine.matching.learned.aspects import compared
from mdm.engine.matching.learned.fields import Form
from mdm.engine.matching.learned.kinds import contacts, names
from mdm.engine.matching.learned.published import Index, Learned, Published, bulk, digest, freeze, store
from mdm.engine.matching.learned.terms import frozen, hashed
from mdm.engine.matching.limits import LARGEST
from mdm.engine.matching.zones import Zone
from mdm.engine.values import Key
from tests.engine import twins

TABLES = {
    "persons": lambda: twins.persons(500, seed=5, locale="de_DE").records,
    "companies": lambda: twins.companies(400, seed=5, locale="en_GB").records,
}


@cache
def table(name: str) -> Records:
    return TABLES[name]()


@cache
def version(name: str) -> Published:
    return freeze(deduplicate(table(name), options=Options(keys=True)), f"{name} 1")


def rows(records: Records) -> dict[str, dict[str, str | None]]:
    return dict(zip(records.ids.to_list(), records.values.to_dicts(), strict=True))


def partition(clusters: pl.DataFrame) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for identity, cluster in clusters.iter_rows():
        groups.setdefault(cluster, set()).add(identity)
    return {frozenset(group) for group in groups.values()}


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=8, deadline=None)
@given(random=st.randoms(use_true_random=False), data=st.data())
def test_any_order_and_batch_gives_what_the_bulk_run_gives(name: str, random, data) -> None:
    records, model = table(name), version(name)
    left, index = list(rows(records).items()), Index(model)
    random.shuffle(left)
    gone = left[: data.draw(st.integers(0, 30))]
    index.put(dict(gone))  # some come first, go and come again
    index.remove([identity for identity, _ in gone])
    while left:
        size = data.draw(st.sampled_from((1, 7, 60, 500)))
        index.put(dict(left[:size]))
        del left[:size]
    assert set(index.clusters()) == partition(bulk.clusters(model, records))


@settings(max_examples=8, deadline=None)
@given(random=st.randoms(use_true_random=False), data=st.data())
def test_sources_without_duplicates_are_kept_in_bulk_as_live(random, data) -> None:
    records, free = table("persons"), version("persons")
    model = store.from_bytes(store.to_bytes(replace(free, one_to_one=("crm", "shop"))))
    assert model.one_to_one == ("crm", "shop")
    where = [data.draw(st.sampled_from(("crm", "erp"))) for _ in range(40)]
    sources = pl.Series((where * len(records))[: len(records)])
    stand = dict(zip(records.ids.to_list(), sources.to_list(), strict=True))
    left, index = list(rows(records).items()), Index(model)
    index.put(dict(left[:9]), stand)
    random.shuffle(left)
    index.put(dict(left), stand)
    whole = replace(records, sources=sources)
    groups = partition(bulk.clusters(model, whole))
    assert set(index.clusters()) == groups
    assert all(sum(stand[one] == "crm" for one in group) <= 1 for group in groups)
    both = partition(bulk.clusters(free, whole)) - groups  # such as were parted
    assert all(sum(stand[one] == "crm" for one in group) > 1 for group in both)
    moved = dict.fromkeys(stand, "erp")
    index.put(rows(records), moved)
    assert set(index.clusters()) == partition(bulk.clusters(free, whole))


@pytest.mark.parametrize("name", TABLES)
def test_much_is_found_and_merged_by_itself(name: str) -> None:
    made, model = TABLES[name], version(name)
    groups = partition(bulk.clusters(model, made()))
    together = {(a, b) for group in groups for a in group for b in group if a < b}
    true = twins.persons(500, seed=5, locale="de_DE") if name == "persons" else twins.companies(400, 5, "en_GB")
    assert len(together & true.true_pairs()) >= 0.4 * len(true.true_pairs())
    assert len(together - true.true_pairs()) <= 0.01 * len(together)


@pytest.mark.parametrize("name", TABLES)
def test_keys_that_were_too_common_are_told_apart_from_those_in_use(name: str) -> None:
    said = version(name).said(next(iter(rows(table(name)).values())))
    every = sorted(version(name).keys(said))
    stops, kept = every[:2], set(every[2:])
    model = replace(version(name), stops=np.sort(np.concatenate([version(name).stops, hashed(stops)])))
    assert kept and (model.keys(said), model.stopped(said) - version(name).stopped(said)) == (kept, set(stops))
    fields = {field.name for field in model.fields}
    entity = Learned(MODELS["customer"], model)
    assert {part for key in every for part in entity.rule(key).split(" with ")} <= fields
    assert (entity.match_at, entity.review_at) == (model.model.match, model.model.review)


@pytest.mark.parametrize("name", TABLES)
def test_a_pair_weighs_the_same_alone_and_among_thousands(name: str) -> None:
    records, model = table(name), version(name)
    said = [model.said(record) for record in rows(records).values()]
    rng = np.random.default_rng(3)
    pairs = [(said[a], said[b]) for a, b in rng.integers(0, len(said), (3000, 2)).tolist()]
    pairs += [(said[a], said[a]) for a in range(50)]
    many = replace(model).weights(pairs).tolist()
    alone = replace(model)  # which remembers nothing of the many
    assert [float(alone.weights([pair])[0]) for pair in pairs[-200:]] == many[-200:]
    assert [float(alone.weights([(b, a)])[0]) for a, b in pairs[:200]] == many[:200]


def test_no_pair_of_a_full_house_is_weighed_twice(monkeypatch) -> None:
    """Two families of names that share address and phone: who fits whom is asked for ever larger groups."""
    house = {"last": "Zylkowski", "street": "Lindenweg 5", "city": "Ulm", "zip": "89073", "phone": "0731 123456"}
    people = [("Anneliese", "1971-04-05"), ("Theodor", "1968-09-11")]
    index, weighed, real = Index(replace(version("persons"))), [], Published._weighed
    for number in range(70):
        first, born = people[number % 2]
        own = {"first": first, "born": born, "mail": f"zylkowski{number * 31}@gmx.de"}
        index.put({f"r{number:02}": house | own})
    monkeypatch.setattr(Published, "_weighed", lambda self, pairs: weighed.extend(pairs) or real(self, pairs))
    assert {len(group) for group in index.clusters()} == {35}
    assert len(weighed) == len(set(weighed)) == 70 * 69 / 2


@pytest.mark.parametrize("name", TABLES)
def test_who_was_weighed_is_not_weighed_again_the_other_way_round(name: str, monkeypatch) -> None:
    records, model = rows(table(name)), replace(version(name))
    said = [model.said(record) for record in list(records.values())[:40]]
    pairs = [(a, b) for a in said[:20] for b in said[20:]]
    found = [one.weight for one in model.evidence(pairs)]
    monkeypatch.setattr(Published, "_weighed", None)
    assert model.weights([(b, a) for a, b in pairs]).tolist() == found


def test_vetoes_are_looked_for_where_the_weight_leaves_something_to_forbid() -> None:
    class Strict:
        def __init__(self) -> None:
            self.asked: list[tuple] = []

        def features(self, values: object) -> object:
            return tuple(values)

        def veto(self, a: object, b: object) -> str:
            self.asked.append((a, b))
            return "never"

    entity = Strict()
    model = Learned(entity, version("persons"))
    one = [(Key("last"), "family_name", "Zylkowski"), (Key("mail"), "email", "z@zylkowski.de")]
    other = [(Key("last"), "family_name", "Huber"), (Key("mail"), "email", "anton@web.de")]
    a, b = model.features(one), model.features(other)
    alike, apart = model.evidence([(a, a), (a, b)])
    assert (alike.veto, alike.zone, apart.veto, apart.zone) == ("never", Zone.NO_MATCH, "", Zone.NO_MATCH)
    assert entity.asked == [(tuple(one), tuple(one))]
    assert model.compare(a, b).veto == "never"


@pytest.mark.parametrize("name", TABLES)
def test_one_record_has_the_keys_the_whole_table_has(name: str) -> None:
    records, model = table(name), version(name)
    index = Index(model)
    index.put(rows(records))
    aspects = model.aspects([field.column(records.values) for field in model.fields])
    ids = records.ids.to_list()
    found = {tuple(sorted((ids[a], ids[b]))) for a, b in zip(*bulk.candidates(model, aspects, len(ids)), strict=True)}
    live = {(x, one.id) for x, record in rows(records).items() for one in index.match(record, x) if x < one.id}
    assert live == found


def test_who_is_asked_about_counts_among_those_that_share_a_key() -> None:
    index = Index(replace(version("persons"), templates=(("born.same",),)))
    alike = {"last": "Zylka", "born": "1999-01-01"}
    index.put({f"r{number:03}": alike for number in range(LARGEST - 1)})
    assert len(index.match(alike)) == LARGEST - 1
    index.put({"new": alike})
    assert len(index.match(alike, own="new")) == LARGEST - 1
    assert index.match(alike) == []
    index.put({"newer": alike})
    assert index.match(alike, own="newer") == []


@pytest.mark.parametrize("name", TABLES)
def test_it_is_the_same_when_it_was_stored(name: str) -> None:
    model = version(name)
    again = store.from_bytes(store.to_bytes(model))
    pairs = [
        (model.said(a), model.said(b)) for a in list(rows(table(name)).values())[:30] for b in (a, a | {"zip": "1"})
    ]
    assert again.evidence(pairs, every=True) == model.evidence(pairs, every=True)
    assert [again.keys(a) for a, _ in pairs] == [model.keys(a) for a, _ in pairs]
    assert store.to_bytes(again) == store.to_bytes(model)


def test_bytes_of_another_format_are_refused() -> None:
    with pytest.raises(ValueError, match="format 99"):
        store.from_bytes(_of_format(store.to_bytes(version("companies")), 99))


def damaged() -> dict[str, bytes]:
    whole = store.to_bytes(version("companies"))
    array = io.BytesIO()
    np.save(array, np.arange(3))
    flipped = bytearray(whole)
    for at in range(len(whole) // 3, len(whole) // 3 + 100):  # the head of an array is hardly checked
        flipped[at] ^= 255
    return {
        "empty": b"",
        "text": b"no model",
        "cut": whole[:-200],
        "flipped": bytes(flipped),
        "array": array.getvalue(),
    }


@pytest.mark.parametrize("name", ["empty", "text", "cut", "flipped", "array"])
def test_damaged_bytes_are_one_clear_error(name: str) -> None:
    with pytest.raises(ValueError, match=r"damaged|pickle"):
        store.from_bytes(damaged()[name])


def test_a_version_of_other_levels_is_refused() -> None:
    """A release that compares in another way would weigh by numbers that mean something else."""
    model = version("companies")
    (name, kind, labels), *rest = model.model.aspects
    other = replace(model, model=replace(model.model, aspects=((name, kind, labels[:-1]), *rest)))
    with pytest.raises(ValueError, match=f"{name} was compared in another way"):
        other.check()


@pytest.mark.parametrize(
    ("module", "name", "other", "family"),
    [
        (contacts, "DIGITS", Form(lambda text: text[-6:] or None), "phone"),
        (names, "KEYS", (BlockingKey("sound", lambda text: text[:1]), *names.KEYS), "given_name, family_name"),
        (names, "closeness", lambda a, b: np.full(len(a), 0.9), "given_name, family_name"),
    ],
    ids=["form", "key", "judge"],
)
def test_a_version_is_refused_by_a_release_in_which_its_kinds_do_other_things(
    module: object, name: str, other: object, family: str, monkeypatch
) -> None:
    data = store.to_bytes(version("persons"))
    store.from_bytes(data)
    monkeypatch.setattr(module, name, other)
    digest._digest.cache_clear()
    try:
        with pytest.raises(ValueError, match=f"in another way than it learned: .*{family}"):
            store.from_bytes(data)
    finally:
        digest._digest.cache_clear()


def test_the_digest_of_a_kind_is_the_same_everywhere() -> None:
    """In a process with other hashes; only kinds that are there are told."""
    code = (
        "from mdm.engine.matching.learned.published.digest import digests\n"
        "from mdm.engine.matching.learned import Column, kinds\n"
        "print(digests([Column(kind, kind) for members, _ in kinds.DECLARED for kind in members]))"
    )
    own = str(digest.digests([Column(kind, kind) for members, _ in kinds.DECLARED for kind in members]))
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": "77"}, capture_output=True, text=True)
    assert done.stdout.strip() == own
    assert list(digest.digests([Column("x", Kind.DATE)])) == ["date"]


def test_weights_are_remembered_and_forgotten_by_many_threads_at_once() -> None:
    model = replace(version("persons"))
    said = [model.said(record) for record in list(rows(table("persons")).values())[:150]]
    expected = {
        (a, b): float(model.weights([(said[a], said[b])])[0]) for a, b in zip(range(60), range(60, 120), strict=True)
    }

    def ask(seed: int) -> None:
        rng = np.random.default_rng(seed)
        for _ in range(40):
            some = [list(expected)[k] for k in rng.integers(0, len(expected), 30)]
            assert [expected[pair] for pair in some] == model.weights([(said[a], said[b]) for a, b in some]).tolist()
            model.weights([(said[a], said[b]) for a, b in rng.integers(0, 150, (1200, 2)).tolist()])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))


def test_a_common_name_that_was_not_in_the_table_is_common_all_the_same() -> None:
    columns = (Column("first", Kind.GIVEN_NAME), Column("born", Kind.DATE))
    made = [f"Qname{n}" for n in range(400)] + ["Qname1", "Qname2"]
    born = [f"{1950 + n % 50}-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(400)]
    values = pl.DataFrame({"first": made, "born": [*born, born[1], born[2]]})
    records = Records(pl.Series([f"{n:04}" for n in range(402)]), columns, values)
    model = freeze(deduplicate(records, options=Options(keys=True)), "names")
    robert, other = (model.said({"first": name, "born": "1999-01-01"}) for name in ("Robert", "Zylkana"))
    assert model.weights([(other, other)])[0] > model.weights([(robert, robert)])[0] + 2


def test_a_column_may_be_called_like_something_that_is_read_of_names() -> None:
    columns = (Column("name", Kind.GIVEN_NAME), Column("generation", Kind.CATEGORY))
    made = pl.DataFrame({"name": ["Anna Jr", "Anna Sr"], "generation": ["x", "y"]})
    found = kinds.aspects(columns, made)
    assert len({aspect.name for aspect in found}) == len(found) == 3


def _of_format(data: bytes, number: int) -> bytes:
    with np.load(io.BytesIO(data)) as held:
        arrays = dict(held)
    about = json.loads(arrays["about"].tobytes()) | {"format": number}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def test_keys_that_many_shared_when_it_was_frozen_are_no_keys() -> None:
    columns = (Column("first", Kind.GIVEN_NAME), Column("last", Kind.FAMILY_NAME), Column("city", Kind.CITY))
    made = twins.persons(700, seed=2).records.values.select("first", "last")
    values = made.with_columns(city=pl.lit("Berlin"))
    records = Records(pl.Series([f"r{n:04}" for n in range(len(values))]), columns, values)
    result = deduplicate(records, options=Options(keys=True, blocking="fixed"))
    model = freeze(result, "stops")
    assert ("city.same",) in model.templates and len(values) > LARGEST
    keys = model.keys(model.said({"first": "Anna", "last": "Zylka", "city": "Berlin"}))
    assert not [key for key in keys if key.startswith("city.same")]
    assert [key for key in model.keys(model.said({"city": "Ulm"})) if key.startswith("city.same")]


def test_what_was_counted_is_frozen() -> None:
    """A name that is common in the table stays common when one record is asked about."""
    columns = (Column("last", Kind.FAMILY_NAME), Column("born", Kind.DATE))
    last = ["Schmidt"] * 300 + [f"Name{number}" for number in range(600)]
    born = [f"{1950 + n % 50}-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(900)]
    table = pl.DataFrame({"last": [*last, "Name1", "Name2"], "born": [*born, born[301], born[302]]})
    records = Records(pl.Series([f"{n:04}" for n in range(902)]), columns, table)
    model = freeze(deduplicate(records, options=Options(keys=True)), "names")
    common, rare = (model.said({"last": name, "born": "1999-01-01"}) for name in ("Schmidt", "Zylka"))
    assert model.weights([(rare, rare)])[0] > model.weights([(common, common)])[0] + 5


def test_a_run_without_keys_cannot_be_published() -> None:
    with pytest.raises(ValueError, match="keys"):
        freeze(deduplicate(table("companies")), "none")


def test_terms_give_back_what_was_frozen() -> None:
    texts = [f"text {number}" for number in range(1000)]
    weights = np.arange(1000, dtype=np.int32) % 7
    terms = frozen(texts, weights, 3)
    assert terms.of(texts).tolist() == weights.tolist() and terms.of(["new"]).tolist() == [3]
    assert len(terms.hashes) == int((weights != 3).sum())
    assert hashed(["a"]).tolist() == [3405396810240292928]  # on every machine


KINDS = sorted({kind for members, _ in kinds.DECLARED for kind in members})
TEXTS = [
    *("Anna", "anna maria", "Müller-Lüdenscheidt, A.", "Robert Jr", "Bob", "张伟", "Ωmega ЖКХ"),
    *("O'Neil & Söhne GmbH", "a.b.c. ltd", "Hauptstraße 5a", "SW1A 1AA", "012a", "Canon SD880IS 10MP"),
    *("1990-02-28", "28.2.90", "+49 30 123456", "A.B@x.de", "https://www.bolt.com/a", "AB-123 456", "$1,200.00"),
    *(
        "",
        "12",
        "x" * 60,
        "rene\u0301@x.de",
        "नमस्ते@x.in",
        "\x1ca@b.de",
        "١٢٣ 456 789",
        "ﬃ" * 3000,
        "9" * 4100,
        "-0",
        "0",
    ),
]


@pytest.mark.parametrize("kind", KINDS)
def test_few_values_and_many_are_read_and_compared_the_same_way(kind: Kind, monkeypatch) -> None:
    """Plain Python for a request and the tools for whole columns agree on texts, keys and levels."""
    columns = [Column("x", kind), Column("y", kind)]
    table = pl.DataFrame({"x": TEXTS * 2, "y": TEXTS[::-1] + TEXTS}, schema={"x": pl.String, "y": pl.String})
    found = kinds.fields(columns)
    of_table = [[text or None for text in field.column(table)] for field in found]
    assert of_table == [[field.text(record) for record in table.to_dicts()] for field in found]
    a, b = (part.astype(np.int64) for part in np.triu_indices(len(table), 1))
    out = []
    for few in (0, 1000):
        monkeypatch.setattr(values, "FEW", few)
        monkeypatch.setattr("mdm.engine.matching.learned.similar._FEW", few)
        monkeypatch.setattr("mdm.engine.matching.learned.bags._FEW", few)
        aspects = kinds.compiled(found, [pl.Series(texts, dtype=pl.String) for texts in of_table])
        terms = {aspect.name: aspect.terms() for aspect in aspects}
        compared_of = [(field, own) for field, own in zip(found, of_table, strict=True) if field.name in terms]
        live = kinds.compiled(*zip(*compared_of, strict=True), terms)
        assert compared(live, a, b).tolist() == compared(aspects, a, b).tolist()
        out.append((compared(aspects, a, b).tolist(), [sharing(atom, a, b) for one in aspects for atom in one.atoms]))
    assert out[0] == out[1]


def sharing(atom, a, b) -> list[bool]:
    """Which pairs of rows share a key."""
    if atom.codes is not None:
        return ((atom.codes[a] >= 0) & (atom.codes[a] == atom.codes[b])).tolist()
    held: dict[int, set[int]] = {}
    for row, key in zip(*atom.pairs, strict=True):
        held.setdefault(int(row), set()).add(int(key))
    return [bool(held.get(x, set()) & held.get(y, set())) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
