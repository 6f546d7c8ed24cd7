"""Match models trained on the hub's own records and its stewards' decisions, compared, and put in force."""

from __future__ import annotations

import json
import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from mdm import rules
from mdm.access import Viewer
from mdm.models import Actor, Case, Changeover, Decision, MatchJob, MatchModel, SourceRecord
from mdm.pipeline import audit, changeover, decide, matchjobs, process, rebuild, training
from mdm.selectors import matchmodels
from tests.factories import change, connections, organisation
from tests.mdm.matchers import Equal, install
from tests.mdm.people import arrive, quality

pytestmark = pytest.mark.django_db


def command(*args: Any) -> tuple[list[str], Any]:
    """What the command said, and the JSON of its last line."""
    out = StringIO()
    call_command("match_model", *map(str, args), stdout=out)
    *lines, last = out.getvalue().splitlines()
    return lines, json.loads(last)


def anna() -> Actor:
    return Actor.objects.get_or_create(kind="user", name="anna")[0]


def truly(truth: dict[str, str], a: SourceRecord, b: SourceRecord) -> bool:
    return truth[a.external_id] == truth[b.external_id]


def decide_cases(truth: dict[str, str], most: int) -> int:
    """A steward who knows decides the strongest open cases; gives how many."""
    count = 0
    while count < most and (case := Case.objects.filter(state="open").order_by("-weight").first()):
        first, second = (SourceRecord.objects.filter(golden=end).first() for end in (case.first_id, case.second_id))
        assert first is not None and second is not None
        if truly(truth, first, second):
            decide.merge(case, actor=anna(), version=case.version)
        else:
            decide.keep_apart(case, actor=anna(), version=case.version, reason="two people")
        count += 1
    return count


def test_train_publish_decide_train_again_compare_and_go_back() -> None:
    truth = arrive(600)
    lines, told = command("train", "customer", "--note", "first")
    assert told["version"] == 1
    assert told["figures"]["records"] == 600
    assert told["figures"]["labels"] == {"together": 0, "apart": 0}
    assert told["compared"]["versions"] == [0, 1]
    basis = "An estimate of the model itself; no steward has decided anything yet."
    assert lines[0] == f"Version 1 is a draft. {basis}"
    assert rules.current().models["customer"].version == "default-2"

    lines, told = command("show", "customer", 1)
    assert any(line.endswith("  Equal, unique") for line in lines)
    assert told["state"] == "draft"
    _, told = command("publish", "customer", 1)
    assert told == {"entity": "customer", "version": 1, "records": 600, "stage": "done"}
    assert rules.current().models["customer"].version == "customer-1"
    assert [*rebuild.check()] == []
    precision, recall = quality(truth)
    assert precision >= 0.99
    assert recall >= 0.5

    decided = decide_cases(truth, 40)
    assert decided >= 10
    assert [*rebuild.check()] == []
    _, told = command("train", "customer")
    labels = told["figures"]["labels"]
    assert labels["together"] + labels["apart"] == Decision.objects.values("a", "b").distinct().count()
    assert told["compared"]["versions"] == [1, 2]
    assert f"trained with {labels['together'] + labels['apart']} decisions of stewards" in told["figures"]["basis"]
    assert told["compared"]["decisions"][1]["wrong"] == 0
    assert told["compared"]["levels"], "the weights moved, and it says which most"
    assert all(at["match"] > at["review"] for at in told["compared"]["thresholds"])

    before = dict(SourceRecord.objects.values_list("pk", "golden"))
    _, told = command("publish", "customer", 2)
    assert [*rebuild.check()] == []
    for pair in Decision.objects.all():
        together = SourceRecord.objects.filter(pk__in=[pair.a_id, pair.b_id]).values("golden").distinct().count() == 1
        assert together == (pair.verdict == "together")
    _, told = command("publish", "customer", 1)
    assert dict(SourceRecord.objects.values_list("pk", "golden")) == before
    assert [*rebuild.check()] == []
    assert list(MatchModel.objects.order_by("version").values_list("state", flat=True)) == ["published", "retired"]


def test_a_version_says_what_became_of_its_attributes_and_is_refused_in_a_sentence(monkeypatch: Any) -> None:
    install(monkeypatch)
    Equal("emails").stored(1, model={}, figures={"columns": ["alias"]})
    words = "It learned from alias, which the hub does not have any more."
    for verb in (("list", "customer"), ("show", "customer", 1)):
        lines, told = command(*verb)
        assert any(line.strip() == f"{words} Train another version." for line in lines)
        assert (told[0] if verb[0] == "list" else told)["warnings"] == [f"{words} Train another version."]
    with pytest.raises(CommandError, match=words):
        command("publish", "customer", 1)
    assert not Changeover.objects.exists()


def test_what_systems_state_is_read_and_what_the_hub_wrote_is_not() -> None:
    connections()
    process.changes([organisation("crm", "1", 1, phones__fax="0421 1", phones__main="0421 123456", segment="dealer")])
    process.changes([organisation("erp", "2", 1, kind="delete"), change("store", "3", 1, segment="dealer")])
    records, known = training.read("customer", rules.current())
    assert (records.ids.to_list(), list(known.values())) == (["crm:Account:1"], ["crm:Account:1"])
    row = records.values.to_dicts()[0]
    assert (row["legal_name"], row["phones"]) == ("Bolzen Meier GmbH", "+49421123456")
    assert row["tax_ids"] == "VAT DE136695976"
    assert "phones 2" in row
    assert "segment" not in row
    assert "trade_name" not in row  # nobody says it


def test_the_newest_word_on_a_pair_is_the_label() -> None:
    connections()
    process.changes([organisation("crm", str(n), 1, legal_name=f"Werk {n * 7919}") for n in range(4)])
    a, b, c, d = SourceRecord.objects.order_by("external_id")
    words = [(a, b, "apart"), (a, c, "together"), (a, b, "together"), (b, c, "apart"), (b, c, "withdrawn")]
    for first, second, verdict in words:
        Decision.objects.create(a=first, b=second, verdict=verdict, actor=anna())
    Decision.objects.create(a=c, b=d, verdict="apart", actor=anna())
    known = {row.pk: row.external_id for row in (a, b, c)}
    assert training.decided(known) == [("0", "1", True), ("0", "2", True)]


def test_too_few_records_are_refused_in_a_sentence() -> None:
    connections()
    process.changes([organisation("crm", "1", 1)])
    sentence = "1 source records say something that can be compared; 20 are needed. Read systems first."
    with pytest.raises(CommandError, match=sentence):
        command("train", "customer")
    job = MatchJob.objects.get()
    assert (job.state, job.trouble, MatchModel.objects.count()) == ("failed", sentence, 0)


def firm(code: str, name: str, mail: str, minute: float = 1) -> Any:
    return change(code, name, minute, party_type="organisation", legal_name=f"{name} GmbH", emails=mail)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 1 goes by mailboxes, version 2 by names; of five firms two share a mailbox, two a name."""
    connections()
    install(monkeypatch)
    process.changes([firm("crm", "Alder", "a@a.de"), firm("erp", "Zeder", "a@a.de"), firm("erp", "Alder", "b@b.de")])
    process.changes([firm("store", "Zeder", "c@c.de"), firm("store", "Birke", "d@d.de")])
    Equal("emails").stored(1)
    Equal("legal_name").stored(2)
    Equal("legal_name", zone="review").stored(3)


@pytest.mark.usefixtures("two")
def test_two_versions_beside_each_other() -> None:
    found = audit.compare("customer", 1, 2)
    assert (found["records"], found["of"], found["versions"]) == (5, 5, [1, 2])
    assert found["gained"] == {"pairs": 2, "goldens": 2}
    assert found["broken"] == {"pairs": 1, "goldens": 1}
    assert found["cases"] == {"counts": [0, 0], "more": 0, "fewer": 0}
    told = [(one["sort"], *sorted(side["name"] for side in one["records"])) for one in found["differences"]]
    assert told == [
        ("gained", "Zeder GmbH", "Zeder GmbH"),
        ("gained", "Alder GmbH", "Alder GmbH"),
        ("broken", "Alder GmbH", "Zeder GmbH"),
    ]
    broken = found["differences"][-1]["evidence"]
    assert [one["zone"] for one in broken] == ["match", "no_match"]
    assert broken[0]["lines"] == [["emails", "Equal", 9.0, "Equal: a@a.de."]]
    assert json.loads(json.dumps(found)) == found


@pytest.mark.usefixtures("two")
def test_of_a_part_of_the_hub_it_is_told_that_keys_are_counted_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, told = command("compare", "customer", 1, 2)
    assert lines[1] == "  All 5 source records."
    monkeypatch.setattr(audit, "MOST", 3)
    lines, told = command("compare", "customer", 1, 2)
    assert (told["records"], told["of"]) == (3, 5)
    assert lines[1].startswith("  3 of 5 source records, those of the newest golden records. A key")


@pytest.mark.usefixtures("two")
def test_decisions_judge_both_versions_and_hold_in_both() -> None:
    alder, zeder = SourceRecord.objects.order_by("pk")[:2]
    other = SourceRecord.objects.get(external_id="Alder", connection__code="erp")
    for pair, verdict in (((alder, zeder), "apart"), ((alder, other), "together")):
        Decision.objects.create(a=pair[0], b=pair[1], verdict=verdict, actor=anna())
    found = audit.compare("customer", 1, 2)
    assert found["gained"] == {"pairs": 1, "goldens": 1}
    assert found["broken"] == {"pairs": 0, "goldens": 0}
    mail, name = found["decisions"]
    assert (mail["right"], mail["wrong"], mail["precision"], mail["recall"]) == (0, 1, 0.0, 0.0)
    assert (name["right"], name["wrong"], name["precision"], name["recall"]) == (1, 0, 1.0, 1.0)


@pytest.mark.usefixtures("two")
def test_cases_more_and_fewer() -> None:
    assert audit.compare("customer", 2, 3)["cases"] == {"counts": [0, 2], "more": 2, "fewer": 0}
    assert audit.compare("customer", 3, 1)["cases"] == {"counts": [2, 0], "more": 0, "fewer": 2}


@pytest.mark.usefixtures("two")
def test_the_command_compares_with_the_built_in_model() -> None:
    lines, told = command("compare", "customer", 0, 1)
    assert told["versions"] == [0, 1]
    assert "differences" not in told
    assert told["thresholds"] == [{"match": 3.0, "review": -2.0}, {}]
    assert "  version 0 merges from 3.0, asks from -2.0" in lines
    assert lines[0] == "Version 1 beside version 0, 5 of 5 records:"
    assert any(line.startswith("gained: Alder GmbH (crm:Account:Alder) | Zeder GmbH") for line in lines)
    assert "  version 1: +9.0 match" in lines
    with pytest.raises(CommandError, match=r"Customer has no match model of version 9\."):
        command("compare", "customer", 0, 9)


@pytest.mark.usefixtures("two")
def test_the_command_lists_publishes_and_retires() -> None:
    lines, told = command("list", "customer")
    assert [one["state"] for one in told] == ["draft", "draft", "draft", "published"]
    assert lines[-1].startswith("customer 0  in force")
    command("publish", "customer", 1)
    assert command("list")[0][:4] == [
        "customer 3  draft", "customer 2  draft", "customer 1  in force",
        f"customer 0  retired  {matchmodels.BUILT_IN}",
    ]  # fmt: skip
    lines, told = command("retire", "customer")
    assert lines == ["All 5 records follow version 0."]
    assert told == {"entity": "customer", "version": 0, "records": 5, "stage": "done"}
    with pytest.raises(CommandError, match="There is no version 9"):
        command("publish", "customer", 9)


def test_what_is_under_way_is_not_asked_for_twice() -> None:
    job = matchjobs.train("customer", note="n" * 300)
    assert len(job.note) == 200
    assert matchjobs.train("customer") == job
    assert matchjobs.train("product") != job
    assert matchjobs.compare("customer", 0, 1) == matchjobs.compare("customer", 0, 1)
    assert matchjobs.compare("customer", 1, 0) != matchjobs.compare("customer", 0, 1)
    assert MatchJob.objects.count() == 4


@pytest.mark.usefixtures("two")
def test_a_worker_does_what_waits_and_what_another_one_left(monkeypatch: pytest.MonkeyPatch) -> None:
    job = matchjobs.compare("customer", 0, 1)
    assert matchjobs.claim() == job  # by a worker that is then switched off
    assert matchjobs.claim() is None
    monkeypatch.setattr(matchjobs, "LOST", -matchjobs.LOST)
    again = matchjobs.claim()
    assert again == job
    monkeypatch.undo()
    MatchJob.objects.update(state="waiting")
    install(monkeypatch)
    matchjobs.work()
    job.refresh_from_db()
    assert (job.state, job.share, job.result["versions"]) == ("done", 1.0, [0, 1])
    assert matchmodels.comparison(Viewer(user=None), "customer", 0, 1) == job


def test_a_worker_gives_signs_of_life_while_a_phase_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[float] = []
    monkeypatch.setattr(matchjobs, "PULSE", 0.01)
    monkeypatch.setattr(matchjobs, "_alive", lambda pk: beats.append(time.monotonic()))
    monkeypatch.setattr(audit, "compare", lambda *args: time.sleep(0.2) or {})
    matchjobs.compare("customer", 0, 1)
    matchjobs.work()
    count = len(beats)
    assert count >= 3
    time.sleep(0.05)
    assert len(beats) == count, "it ends with the job"


@pytest.mark.usefixtures("two")
def test_an_error_ends_the_job_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> Any:
        raise KeyError("lost")

    first, second = matchjobs.compare("customer", 0, 1), matchjobs.compare("customer", 1, 2)
    real = audit.compare
    monkeypatch.setattr(audit, "compare", lambda *args: real(*args) if args[1] else broken())
    matchjobs.work()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.trouble) == ("failed", "It ended with an error that is in the log: KeyError.")
    assert second.state == "done"


@pytest.mark.usefixtures("two")
def test_how_far_records_follow_is_told_in_words() -> None:
    changeover.begin("customer", MatchModel.objects.get(version=1))
    told = []
    while row := changeover.advance("customer"):
        told.append((matchmodels.words(row), round(matchmodels.share(row), 2)))
    assert told == [
        ("5 of 5 records are prepared for version 1; it is not in force yet.", 0.33),
        ("Version 1 is in force; 0 of 5 records are compared by it again.", 0.33),
        ("Version 1 is in force; 5 of 5 records are compared by it again.", 0.67),
        ("Version 1 is in force; 0 of 5 records follow it.", 0.67),
        ("Version 1 is in force; 5 of 5 records follow it.", 1.0),
        ("All 5 records follow version 1.", 1.0),
    ]
    assert Changeover.objects.get().finished_at is not None


def test_a_viewer_of_one_region_sees_no_models() -> None:
    Equal("emails").stored(1)
    north = Viewer(user=None, region="north")
    assert matchmodels.models(north, "customer") is None
    assert matchmodels.version(north, "customer", 1) is None
    assert matchmodels.comparison(north, "customer", 0, 1) is None
