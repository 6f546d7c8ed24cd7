"""Order of arrival decides nothing: shuffled, repeated, late and differently batched events give the same records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from random import Random

import pytest
from django.db.models import Count
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mdm import rules
from mdm.contracts import SourceChange
from mdm.models import Actor, Case, Connection, Crosswalk, GoldenRecord, OneToOneRule, Proposal, SourceRecord
from mdm.pipeline import decide, match, process, rebuild, suspect
from tests.factories import at, change, connections, organisation, price, product, rule_set
from tests.mdm import stories
from tests.mdm.stories import Outcome, Story

pytestmark = pytest.mark.django_db
MOST_ORDERS = 8
# No shrinking: a story takes half a second to play, so making one smaller takes minutes; the differences say enough.
EXAMPLES = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@settings(EXAMPLES, max_examples=6)
@given(story=stories.stories(), seed=st.integers(0, 10_000))
def test_keys_that_become_too_common_or_no_longer_are_part_alike(story: Story, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(match, "OVERSIZED", 3)
        plays_alike(story, seed)


@settings(EXAMPLES, max_examples=4)
@given(story=stories.stories(), seed=st.integers(0, 10_000))
def test_matching_all_again_changes_nothing(story: Story, seed: int) -> None:
    with stories.forgotten():
        connections()
        stories.play(story, stories.disturbed(story, seed))
        expected = stories.outcome()
        assert rebuild.apply() == 0
        assert stories.differences(expected, stories.outcome()) == []


@EXAMPLES
@given(story=stories.stories(), seed=st.integers(0, 10_000))
def test_any_order_gives_the_same(story: Story, seed: int) -> None:
    plays_alike(story, seed)


@settings(EXAMPLES, max_examples=10)
@given(story=stories.stories(), seed=st.integers(0, 10_000))
def test_any_order_gives_the_same_where_systems_hold_each_once(story: Story, seed: int) -> None:
    plays_alike(story, seed, each_once, none_twice)


def none_twice() -> None:
    living = SourceRecord.objects.filter(status="active", golden__isnull=False, object_type__in=stories.TYPES.values())
    where = living.values_list("golden", "connection", "object_type").annotate(count=Count("pk"))
    assert [row for row in where if row[-1] > 1] == []


def each_once() -> None:
    """No system holds any firm twice; where one does all the same, both stay what they are."""
    rules._load.cache_clear()  # what was rolled back had the same revisions, and connections of other ids
    for code, row in connections().items():
        OneToOneRule.objects.create(rule_set=rule_set(), connection=row, object_type=stories.TYPES[code])


def plays_alike(
    story: Story, seed: int, ruled: Callable[[], None] = lambda: None, told: Callable[[], None] = lambda: None
) -> None:
    with stories.forgotten():
        connections()
        ruled()
        stories.play(story, stories.in_order(story))
        expected = stories.outcome()
        assert [*rebuild.check()] == []
        told()
    with stories.forgotten():
        connections()
        ruled()
        stories.play(story, stories.disturbed(story, seed))
        assert stories.differences(expected, stories.outcome()) == []
        assert [*rebuild.check()] == []


def all_orders(*changes: SourceChange) -> Outcome:
    """The one outcome of these changes in every order (of many, in some), one by one, twice, and all at once."""
    orders = [*permutations(changes)]
    if len(orders) > MOST_ORDERS:
        orders = [changes, changes[::-1], *Random(len(changes)).sample(orders, MOST_ORDERS - 2)]
    first = _outcome([[one] for one in changes], check_each=True)
    batched = [[[*changes]], [[*changes, *reversed(changes)], [*changes]], [[one] for one in (*changes, *changes)]]
    for batches in [*([[one] for one in order] for order in orders), *batched]:
        assert stories.differences(first, _outcome(batches)) == []
    return first


def _outcome(batches: Sequence[Sequence[SourceChange]], *, check_each: bool = False) -> Outcome:
    with stories.forgotten():
        connections()
        for batch in batches:
            process.changes(batch)
            assert not check_each or [*rebuild.check()] == []
        assert [*rebuild.check()] == []
        return stories.outcome()


def group(*keys: str) -> frozenset[str]:
    return frozenset(keys)


def test_late_version() -> None:
    found = all_orders(
        organisation("crm", "1", 1, phones__main="0421 1111111"),
        organisation("crm", "1", 3, phones__main="0421 3333333"),
        organisation("crm", "1", 5, phones__main="0421 3333333", segment="oem"),
    )
    status, values, winners = found.goldens[group("crm:Account:1")]
    assert (status, values["phones|main"], values["segment"]) == ("active", "+494213333333", "oem")
    assert winners["phones|main"] == ("crm:Account:1", "most recent", at(3).isoformat())


def test_versions_of_one_second_go_by_when_they_were_seen() -> None:
    found = all_orders(
        organisation("crm", "1", 1, observed=2, segment="oem"),
        organisation("crm", "1", 1, observed=3, segment="dealer"),
        organisation("crm", "1", 1, observed=4, segment="oem"),
    )
    assert found.goldens[group("crm:Account:1")][1]["segment"] == "oem"


def test_versions_seen_at_one_moment_still_have_an_order() -> None:
    all_orders(
        organisation("crm", "1", 1, observed=2, segment="oem"),
        organisation("crm", "1", 1, observed=2, segment="dealer"),
        organisation("crm", "1", 1, observed=2, segment="retail"),
    )


def test_a_bridge_joins_two_golden_records() -> None:
    left = change("crm", "1", 1, party_type="organisation", legal_name="Bolzen Meier GmbH", tax_ids__VAT="DE136695976")
    right = change("erp", "9", 2, party_type="organisation", legal_name="BM Werke", phones__main="0421 123456",
                   emails="info@bolzen-meier.de")  # fmt: skip
    bridge = change("store", "5", 3, party_type="organisation", legal_name="Bolzen Meier", tax_ids__VAT="DE136695976",
                    trade_name="BM Werke", phones__main="0421 123456", emails="info@bolzen-meier.de")  # fmt: skip
    apart = _outcome([[left], [right]])
    assert apart.goldens.keys() == {group("crm:Account:1"), group("erp:Account:9")}
    joined = all_orders(left, right, bridge)
    assert joined.goldens.keys() == {group("crm:Account:1", "erp:Account:9", "store:Account:5")}


def test_a_join_keeps_the_id_of_the_oldest_source_key_and_redirects_the_other() -> None:
    connections()
    process.changes([organisation("erp", "9", 5, tax_ids__VAT=None)])
    process.changes([organisation("crm", "1", 2, legal_name="BM Werke", addresses__bill_to=None)])
    ids = {record.source_key: record.golden_id for record in SourceRecord.objects.select_related("connection")}
    assert ids["erp:Account:9"] != ids["crm:Account:1"]
    process.changes([organisation("store", "5", 9, trade_name="BM Werke", merged_into="")])
    process.changes([change("erp", "9", 10, kind="merged", merged_into="10"), organisation("erp", "10", 10)])
    process.changes([change("crm", "1", 12, kind="patch", legal_name="Bolzen Meier GmbH")])
    survivor = {record.golden_id for record in SourceRecord.objects.all()}
    assert survivor == {ids["crm:Account:1"]}
    loser = GoldenRecord.objects.get(pk=ids["erp:Account:9"])
    assert loser.merged_into_id == ids["crm:Account:1"]
    assert loser.customer.status == "merged"
    last = loser.customer.history.latest()
    assert (last.status, last.cause) == ("merged", "merged")
    assert [*rebuild.check()] == []


def contact(minute: float = 1, account: str | None = "1", **values: str) -> tuple[SourceChange, SourceChange]:
    refs = {"person": ("Contact.Person", "c1"), "organisation": ("Account", account) if account else None}
    return (
        change("crm", "c1", minute, object_type="Contact", entity="contact", refs=refs, **{"role": "Buyer", **values}),
        change("crm", "c1", minute, object_type="Contact.Person", party_type="person", first_name="Eva",
               last_name="Kern", emails="eva@meier.de"),
    )  # fmt: skip


def test_contact_person_and_account_in_any_order() -> None:
    found = all_orders(*contact(), organisation("crm", "1", 2))
    (key,) = found.relations
    assert key == ("contact", group("crm:Contact.Person:c1"), group("crm:Account:1"))
    assert found.relations[key][:2] == ("active", {"role": "Buyer"})
    assert found.relations[key][3] == at(1)


def test_a_contact_that_moves_to_another_account_in_any_order() -> None:
    (there, person), (moved, _) = contact(1), contact(4, account="2")
    other = organisation("crm", "2", 0, legal_name="Nordwind AG", tax_ids__VAT=None, addresses__bill_to=None)
    found = all_orders(there, moved, other, organisation("crm", "1", 0), person)
    (key,) = found.relations
    assert key == ("contact", group("crm:Contact.Person:c1"), group("crm:Account:2"))
    assert found.relations[key][3] == at(4)


def test_a_contact_deleted_twice_ended_when_it_was_last_said_to_be_gone() -> None:
    gone = [change("crm", "c1", minute, kind="delete", object_type="Contact", entity="contact") for minute in (3, 5)]
    found = all_orders(*contact(), organisation("crm", "1", 0), *gone)
    (relation,) = found.relations.values()
    assert (relation[0], relation[4]) == ("ended", at(5))


def test_subsidiary_before_its_parent() -> None:
    refs = {"organisation": ("Account", "1"), "parent": ("Account", "2")}
    found = all_orders(
        change("crm", "1", 1, object_type="Account.Parent", entity="subsidiary", refs=refs),
        organisation("crm", "1", 1),
        organisation("crm", "2", 2, legal_name="Nordwind AG", tax_ids__VAT=None, addresses__bill_to=None),
    )
    assert [*found.relations] == [("subsidiary", group("crm:Account:1"), group("crm:Account:2"))]


def test_a_relation_whose_ends_become_one_party_ends() -> None:
    refs = {"organisation": ("Account", "1"), "parent": ("Account", "2")}
    found = all_orders(
        change("crm", "1", 1, object_type="Account.Parent", entity="subsidiary", refs=refs),
        organisation("crm", "1", 1),
        organisation("crm", "2", 2),
    )
    assert found.relations == {}


def test_delete_then_late_update() -> None:
    found = all_orders(
        organisation("crm", "1", 1, segment="oem"),
        change("crm", "1", 5, kind="delete"),
        organisation("crm", "1", 3, segment="dealer"),
        organisation("erp", "9", 2, industry="Steel"),
    )
    assert found.records["crm:Account:1"][0] == "deleted"
    status, values, _ = found.goldens[group("crm:Account:1", "erp:Account:9")]
    assert (status, values.get("segment"), values["industry"]) == ("active", None, "Steel")


def test_a_record_read_again_after_its_delete_lives() -> None:
    found = all_orders(
        organisation("crm", "1", 1), change("crm", "1", 5, kind="delete"), organisation("crm", "1", 6, segment="oem")
    )
    assert found.records["crm:Account:1"][0] == "active"


def test_the_loser_of_a_merge_before_its_winner() -> None:
    found = all_orders(
        change("crm", "2", 5, kind="merged", merged_into="1"),
        organisation("crm", "2", 1, legal_name="Ganz Anders AG", tax_ids__VAT=None, addresses__bill_to=None),
        organisation("crm", "1", 2),
    )
    assert found.goldens.keys() == {group("crm:Account:1", "crm:Account:2")}
    assert found.goldens[group("crm:Account:1", "crm:Account:2")][1]["legal_name"] == "Bolzen Meier GmbH"


def test_a_chain_of_merges() -> None:
    names = ["Ganz Anders AG", "Nordwind Logistik KG", "Krause Eisenwaren"]
    bare = {"tax_ids__VAT": None, "addresses__bill_to": None}
    found = all_orders(
        change("crm", "3", 5, kind="merged", merged_into="2"),
        change("crm", "2", 7, kind="merged", merged_into="1"),
        *(organisation("crm", str(n), n, legal_name=names[n - 1], **bare) for n in (1, 2, 3)),
    )
    assert found.goldens.keys() == {group("crm:Account:1", "crm:Account:2", "crm:Account:3")}


def test_a_record_that_stops_matching_parts_and_matches_again() -> None:
    first, second = organisation("crm", "1", 1), organisation("erp", "9", 2, phones__main="0421 1")
    other = organisation("erp", "9", 4, legal_name="Nordwind AG", tax_ids__VAT="DE811569869", addresses__bill_to=None)
    parted = all_orders(first, second, other)
    assert parted.goldens.keys() == {group("crm:Account:1"), group("erp:Account:9")}
    joined = all_orders(first, second, other, organisation("erp", "9", 6, phones__main="0421 1"))
    assert joined.goldens.keys() == {group("crm:Account:1", "erp:Account:9")}


def test_who_parts_leaves_the_id_with_the_oldest_record() -> None:
    connections()
    process.changes([organisation("crm", "1", 1), organisation("erp", "9", 2)])
    golden = SourceRecord.objects.get(external_id="1").golden_id
    process.changes(
        [organisation("crm", "1", 4, legal_name="Nordwind AG", tax_ids__VAT="DE811569869", addresses__bill_to=None)]
    )
    assert SourceRecord.objects.get(external_id="1").golden_id == golden
    assert SourceRecord.objects.get(external_id="9").golden_id != golden
    assert {row.merged_into_id for row in GoldenRecord.objects.all()} == {None}
    assert [*rebuild.check()] == []


def test_an_edit_taken_back_leaves_no_proposal() -> None:
    found = all_orders(
        organisation("erp", "9", 1, payment_terms="NT30"),
        organisation("crm", "1", 1),
        organisation("crm", "1", 3, payment_terms="NT60"),
        organisation("crm", "1", 5, payment_terms="NT30"),
    )
    assert found.proposals == frozenset()


def test_only_the_newest_edit_is_proposed() -> None:
    found = all_orders(
        organisation("erp", "9", 1, payment_terms="NT30"),
        organisation("crm", "1", 1),
        organisation("crm", "1", 3, payment_terms="NT60"),
        organisation("crm", "1", 5, payment_terms="NT90"),
    )
    assert found.proposals == {("crm:Account:1", "payment_terms", "NT90")}


def test_a_proposal_the_owner_took_and_dropped_again_is_open_again() -> None:
    found = all_orders(
        organisation("erp", "9", 1, payment_terms="NT30"),
        organisation("crm", "1", 1),
        organisation("crm", "1", 3, payment_terms="NT60"),
        organisation("erp", "9", 5, payment_terms="NT60"),
        organisation("erp", "9", 7, payment_terms="NT45"),
    )
    assert found.proposals == {("crm:Account:1", "payment_terms", "NT60")}


def test_what_a_person_decided_is_not_asked_again() -> None:
    connections()
    process.changes([organisation("erp", "9", 1, payment_terms="NT30"), organisation("crm", "1", 1)])
    process.changes([organisation("crm", "1", 5, payment_terms="NT60")])
    proposal = Proposal.objects.get()
    decide.reject(proposal, actor=Actor.objects.create(kind="user", name="eva"), version=proposal.version)
    process.changes([organisation("crm", "1", 3, payment_terms="NT60")])  # late: the edit is older than it seemed
    assert [row.state for row in Proposal.objects.all()] == ["rejected"]
    process.changes([organisation("crm", "1", 7, payment_terms="NT90")])
    process.changes([organisation("crm", "1", 9, payment_terms="NT60")])  # made anew
    found = [(row.value, row.state) for row in Proposal.objects.order_by("pk")]
    assert found == [("NT60", "rejected"), ("NT90", "withdrawn"), ("NT60", "open")]


def test_a_steward_keeps_apart_whatever_comes_later() -> None:
    connections()
    first = organisation("crm", "1", 1)
    second = organisation("erp", "9", 1, tax_ids__VAT=None, addresses__bill_to=None, legal_name="Bolzen Meier")
    process.changes([first, second])
    case = Case.objects.get()
    decide.keep_apart(case, actor=Actor.objects.create(kind="user", name="eva"), version=case.version, reason="sisters")
    process.changes([organisation("erp", "9", 3)])  # matches by everything now
    assert not Case.objects.filter(state="open").exists()
    process.changes([organisation("store", "5", 4)])  # fits both, so it joins none
    found = stories.outcome()
    assert found.goldens.keys() == {group("crm:Account:1"), group("erp:Account:9"), group("store:Account:5")}
    assert sorted(sorted(map(sorted, pair)) for pair in found.cases) == [
        [["crm:Account:1"], ["store:Account:5"]], [["erp:Account:9"], ["store:Account:5"]],
    ]  # fmt: skip
    assert [*rebuild.check()] == []


def test_what_a_system_reported_stands_until_both_are_one() -> None:
    connections()
    process.changes([organisation("crm", "1", 1)])
    process.changes(
        [organisation("erp", "9", 1, legal_name="Nordwind AG", tax_ids__VAT="DE811569869", emails="a@x.de")]
    )
    one, erp = SourceRecord.objects.get(external_id="1"), Connection.objects.get(code="erp")
    assert suspect.reported(one.golden_id, erp, "Account", "emails", "a@x.de", "The e-mail is taken.")
    process.changes([organisation("crm", "1", 3, segment="oem")])
    case = Case.objects.get(state="open")
    assert (case.evidence["held"], case.weight) == ("The e-mail is taken.", 0.0)
    process.changes([organisation("crm", "1", 5, legal_name="Nordwind Logistik", tax_ids__VAT=None, emails="a@x.de")])
    case.refresh_from_db()
    assert (case.state, case.evidence["held"], case.weight != 0) == ("open", "The e-mail is taken.", True)
    process.changes([organisation("crm", "1", 7, legal_name="Nordwind AG", tax_ids__VAT="DE811569869")])
    case.refresh_from_db()
    assert (case.state, case.resolution) == ("closed", "evidence changed")
    assert [*rebuild.check()] == []


def promised(anchor: SourceChange) -> None:
    """The anchor is in the hub and a record is about to be made for it in the ERP."""
    process.changes([anchor])
    record = SourceRecord.objects.get(external_id=anchor.external_id)
    Crosswalk.objects.create(
        key=stories.PROMISE, connection=Connection.objects.get(code="erp"), object_type="Account",
        subject_type="customer", subject_id=record.golden_id, anchor=record,
    )  # fmt: skip


def test_a_poll_before_the_answer_to_a_create() -> None:
    made = {"legal_name": "BOLZEN MEIER", "party_type": "organisation", "payment_terms": "NT30"}
    poll = change("erp", "9", 5, observed=8, **made)
    sent = {"legal_name": "Bolzen Meier GmbH", "party_type": "organisation"}
    answer = change("erp", "9", 5, observed=4, sent=sent, crosswalk_key=str(stories.PROMISE), **made)
    outcomes = []
    for order in permutations([poll, answer, change("erp", "9", 9, **{**made, "legal_name": "Bolzen Meier KG"})]):
        with stories.forgotten():
            connections()
            promised(change("crm", "1", 1, party_type="organisation", legal_name="Bolzen Meier GmbH"))
            for one in order:
                process.changes([one])
            assert [*rebuild.check()] == []
            outcomes.append(stories.outcome())
            assert SourceRecord.objects.get(external_id="9").crosswalk_key == stories.PROMISE
    for other in outcomes[1:]:
        assert stories.differences(outcomes[0], other) == []
    assert outcomes[0].goldens.keys() == {group("crm:Account:1", "erp:Account:9")}
    cells = outcomes[0].records["erp:Account:9"][2]
    assert cells["party_type"] == {"v": "organisation", "o": "hub", "w": "organisation"}
    assert cells["legal_name"] == {"v": "Bolzen Meier KG", "t": at(9).isoformat(), "n": 1}


def test_a_record_made_twice_by_a_lost_reply_stays_with_its_party() -> None:
    connections()
    promised(change("crm", "1", 1, party_type="organisation", legal_name="Bolzen Meier GmbH"))
    twins = [change("erp", pk, 5, crosswalk_key=str(stories.PROMISE), legal_name="Bolzen") for pk in ("8", "9")]
    process.changes(twins)
    assert stories.outcome().goldens.keys() == {group("crm:Account:1", "erp:Account:8", "erp:Account:9")}
    keys = set(SourceRecord.objects.filter(connection__code="erp").values_list("crosswalk_key", flat=True))
    assert stories.PROMISE in keys
    assert len(keys) == 2
    assert [*rebuild.check()] == []


def test_last_words_describe_a_party_of_which_only_copies_live() -> None:
    connections()
    promised(change("crm", "1", 1, party_type="organisation", legal_name="Bolzen Meier GmbH", segment="Dealer"))
    sent = {"party_type": "organisation", "legal_name": "Bolzen Meier GmbH"}
    key = str(stories.PROMISE)
    process.changes([change("erp", "9", 5, crosswalk_key=key, sent=sent, account_number="9", **sent)])
    process.changes([change("crm", "1", 6, kind="delete")])
    process.changes([change("erp", "9", 7, account_number="9", language="fr", **sent)])
    ((_, values, _),) = stories.outcome().goldens.values()
    assert [*rebuild.check()] == []
    assert values == {
        "party_type": "organisation",
        "legal_name": "Bolzen Meier GmbH",
        "segment": "Dealer",
        "account_number": "9",
        "language": "fr",
    }


def test_late_prices_and_a_period_that_ended_in_any_order() -> None:
    found = all_orders(
        product("erp", "1004", 1, **{"prices|10/EUR": price("12", "2026-01-01", "9999-12-31")}),
        product("erp", "1004", 5, **{"prices|10/EUR": price("13", "2026-01-01", "9999-12-31")}),
        product("crm", "01t1", 3, **{"prices|10/EUR": price("11")}),
        product("crm", "01t1", 1, **{"prices|10/EUR": price("12")}),
    )
    key = group("erp:A_Product:1004", "crm:Product2:01t1")
    status, values, winners = found.goldens[key]
    assert (status, values["prices|10/EUR"][0]["amount"]) == ("active", "13")
    assert winners["prices|10/EUR"] == ("erp:A_Product:1004", "owned by erp", at(5).isoformat())
    assert {(record, name) for record, name, _ in found.proposals} == {("crm:Product2:01t1", "prices|10/EUR")}


def test_a_product_that_stops_matching_parts_and_matches_again() -> None:
    other = {"sku": "OTHER-7", "gtin": None, "names__en": "Hexagon nut DIN 934 M8 8 zinc plated"}
    first, second = product("erp", "1004", 1), product("crm", "01t1", 2)
    parted = all_orders(first, second, product("crm", "01t1", 4, **other))
    assert parted.goldens.keys() == {group("erp:A_Product:1004"), group("crm:Product2:01t1")}
    joined = all_orders(first, second, product("crm", "01t1", 4, **other), product("crm", "01t1", 6))
    assert joined.goldens.keys() == {group("erp:A_Product:1004", "crm:Product2:01t1")}


def test_an_item_and_its_family_in_any_order() -> None:
    refs = {"product": ("ProductVariant", "7"), "family": ("Product", "70")}
    bare = {"sku": None, "gtin": None}
    found = all_orders(
        change("store", "7", 1, entity="variant", object_type="ProductVariant.Family", refs=refs),
        product("store", "7", 1),
        product("store", "70", 1, object_type="Product", product_type="family", **bare),
        product("erp", "1004", 2),
    )
    item, family = group("store:ProductVariant:7", "erp:A_Product:1004"), group("store:Product:70")
    assert [*found.relations] == [("variant", item, family)]


def test_customers_and_products_of_one_batch_keep_apart_in_any_order() -> None:
    found = all_orders(
        organisation("crm", "1", 1, account_number="BM-1004"),
        product("crm", "1", 1, brand="Bolzen Meier GmbH"),
        organisation("erp", "1", 2),
        product("erp", "1", 2, brand="Bolzen Meier GmbH"),
    )
    assert found.goldens.keys() == {
        group("crm:Account:1", "erp:Account:1"), group("crm:Product2:1", "erp:A_Product:1")
    }  # fmt: skip
