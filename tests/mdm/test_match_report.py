"""`report.html`: what it tells, that it stays small, and that no value of a record becomes markup."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mdm.matchfile.report import charts, html
from mdm.matchfile.report import page as pages
from mdm.matchfile.run import Job, run
from tests.engine import twins


def silent(phase: str, share: float) -> None:
    """Nobody watches."""


def written(folder: Path, made: twins.Twins, **job: Any) -> str:
    """The page about a run over some records."""
    path = folder / "people.csv"
    twins.table(made.records).write_csv(path)
    run(Job(path, report=folder / "report.html", **job), silent)
    return (folder / "report.html").read_text()


def test_it_tells_all_parts(tmp_path):
    page = written(tmp_path, twins.persons(400))
    assert page.startswith("<!doctype html>\n<html")
    for part in ("scores", "clusters", "pairs", "fields", "keys", "run"):
        assert f'id="{part}"' in page and f'href="#{part}"' in page
    for words in (
        "Match report: people.csv", "400 records stand for", "sure enough to be merged without a person", "an estimate",
        "Do the probabilities hold?", "The largest", "The weakest", "Certain", "Doubtful", "Rejected", "together",
        "possible pairs", "Seconds by phase", "born",
    ):  # fmt: skip
        assert words in page, words


def test_it_is_one_file_without_scripts(tmp_path):
    page = written(tmp_path, twins.persons(300))
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r"<(script|link|img|iframe|object|form)\b|\bsrc=|url\(|@import|\son\w+=", page)
    assert not re.search(r'href="(?!#)', page)


def test_its_size_does_not_grow_with_the_records(tmp_path):
    sizes = [len(written(tmp_path, twins.persons(count))) for count in (500, 5000)]
    assert max(sizes) < 300_000 and sizes[1] < 1.5 * sizes[0]


EVIL = '"><script>alert(1)</script><b onx=\'1\'>&amp;\u202e\x07'


def test_values_ids_columns_and_file_names_are_only_text(tmp_path):
    made = twins.persons(200)
    values = made.records.values.with_columns(last=pl.col("last") + EVIL).rename({"first": f"first{EVIL}"})
    path = tmp_path / "<b>people&co.csv"
    values.with_columns((made.records.ids + EVIL).alias("id")).write_csv(path)
    report = tmp_path / "report.html"
    run(Job(path, report=report), silent)
    page = report.read_text()
    assert "<script" not in page and "<b" not in page.replace("<body", "")
    assert "&lt;script&gt;" in page and "&lt;b&gt;people&amp;co.csv" in page
    assert not set(page) & {"\u202e", "\x07"}


def test_answers_draw_a_curve(tmp_path):
    made = twins.persons(400)
    questions = tmp_path / "questions.csv"
    fields = ("first=given_name", "last=family_name", "zip=postcode")  # little to go by, so there is much to ask
    page = written(tmp_path, made, fields=fields, ask=60, ask_out=questions)
    assert "Too few answers" in page and "<polyline" not in page
    asked, true = pl.read_csv(questions, infer_schema=False), made.true_pairs()
    told = [str(tuple(sorted(pair)) in true) for pair in asked.select("id_a", "id_b").iter_rows()]
    asked.with_columns(same=pl.Series(told)).write_csv(questions)
    page = written(tmp_path, made, fields=fields, labels=[questions])
    assert "<polyline" in page and "What the model says, and what people said" in page
    assert "60 answers were given" in page


def test_links_of_two_files(tmp_path):
    left, right, _ = twins.products(150)
    paths = [tmp_path / "shop.csv", tmp_path / "market.csv"]
    for path, records in zip(paths, (left, right), strict=True):
        twins.table(records).write_csv(path)
    run(Job(*paths, report=tmp_path / "report.html"), silent)
    page = (tmp_path / "report.html").read_text()
    assert "shop.csv and market.csv" in page and "Records by their number of partners" in page


@pytest.mark.parametrize(
    ("element", "markup"),
    [
        (html.element("p", "a < b & c", class_="x"), '<p class="x">a &lt; b &amp; c</p>'),
        (html.element("p", html.element("b", 1200), None, ["x", "y"]), "<p><b>1,200</b>xy</p>"),
        (html.element("a", "x", href='"><i>', hidden=True, title=None), '<a href="&quot;&gt;&lt;i&gt;" hidden>x</a>'),
        (html.element("meta", http_equiv="a"), '<meta http-equiv="a">'),
        (html.joined("\x1b[31m"), "\ufffd[31m"),
    ],
)
def test_elements(element, markup):
    assert element == markup


def test_figures_of_a_table_do_not_break_over_two_lines():
    found = html.table("t", ("a", "b", "c"), [("x", 181515, "y")])
    row = '<tr><th scope="row">x</th><td class="figure">181,515</td><td>y</td></tr>'
    assert row in found


def test_a_histogram_without_pairs_is_drawn():
    assert "<svg" in charts.bars("none", "0 pairs", [(-2.0, 0.0, 0)], [("match", 0.9)])
    assert json.dumps(charts.shares([]))


def test_bars_have_the_colour_of_their_zone():
    drawn = charts.bars("b", "", [(-4.0, -2.0, 5), (-2.0, 0.0, 1), (0.0, 2.0, 30)], [("review", -2.5), ("match", 0.5)])
    assert re.findall(r'class="(bad|doubt|good)"', drawn) == ["bad", "doubt", "good"]
    assert "review -2.5" in drawn and "match +0.5" in drawn and "-4 to -2 bits: 5" in drawn


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(-30, 30, [-30, -20, -10, 0, 10, 20, 30]), (-8, 4, [-5, 0]), (-2, 6, [-2, 0, 2, 4, 6]), (0, 2, [0, 2])],
)
def test_the_scale_has_round_numbers(low, high, ticks):
    assert list(charts._ticks(low, high)) == ticks


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        (["Site name.same"], "Site name"),
        (["a.b.start"], "a.b (start)"),
        (["born.year_month", "city.same"], "born (year and month) and city"),
    ],
)
def test_keys_are_named_by_their_columns(parts, named):
    assert pages._named(parts) == named


def test_keys_are_told_with_their_sizes(tmp_path):
    told = written(tmp_path, twins.persons(4000), fields=("last=family_name", "zip=postcode", "mail=email"))
    found = told[told.index('id="keys"') : told.index('id="run"')]
    assert "share a key and were compared" in found and "largest block" in found
    names = re.findall(r'<th scope="row">([^<]+)</th>', found)
    assert len(names) == len(set(names)) > 2 and any("mail" in name for name in names)
    assert "there are few enough" in written(tmp_path, twins.persons(300))


def test_where_no_key_parts_the_records_the_page_says_so():
    assert "nothing was compared" in html.joined(pages._sizes([]))
