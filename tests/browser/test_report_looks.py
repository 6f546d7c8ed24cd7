"""The report of `match_file` as people see it: no accessibility violation, no script, nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from mdm.matchfile.run import Job, run
from tests.browser.conftest import PICTURES
from tests.browser.test_looks import RULES
from tests.engine import twins

# the browser of these tests begins with the database of the hub's pages
pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports: of duplicates without answers, with answers, and of two linked files."""
    folder, made = tmp_path_factory.mktemp("reports"), twins.persons(500)
    left, right, _ = twins.products(150)
    for name, records in (("people", made.records), ("shop", left), ("market", right)):
        twins.table(records).write_csv(folder / f"{name}.csv")
    found = {name: folder / f"{name}.html" for name in ("plain", "answered", "linked")}
    asked = folder / "asked.csv"
    fields = ("first=given_name", "last=family_name", "zip=postcode")  # little to go by, so there is much to ask
    _run(Job(folder / "people.csv", report=found["plain"]))
    _run(Job(folder / "people.csv", fields=fields, ask=40, ask_out=asked))
    questions, true = pl.read_csv(asked, infer_schema=False), made.true_pairs()
    same = [str(tuple(sorted(pair)) in true) for pair in questions.select("id_a", "id_b").iter_rows()]
    questions.with_columns(same=pl.Series(same)).write_csv(asked)
    _run(Job(folder / "people.csv", fields=fields, report=found["answered"], labels=[asked]))
    _run(Job(folder / "shop.csv", folder / "market.csv", report=found["linked"]))
    return found


def _run(job: Job) -> None:
    run(job, lambda phase, share: None)


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        *(("plain", width, scheme) for width in (1280, 390) for scheme in ("light", "dark")),
        *((name, *look) for name in ("answered", "linked") for look in ((1280, "light"), (390, "dark"))),
    ],
)
def test_a_report_looks_right(browser: Browser, pages: dict[str, Path], name: str, width: int, scheme: str) -> None:
    # axe is a script of the test's own, which the page itself would rightly refuse
    seen = {"width": width, "height": 900}
    context = browser.new_context(viewport=seen, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.goto(pages[name].as_uri())
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    charts = page.locator("svg[aria-label^='Pairs by weight']").filter(visible=True)
    assert charts.count() == 1 and charts.evaluate("e => e.closest('.scroll')") is None
    assert charts.evaluate("e => e.getBoundingClientRect().right") <= width
    assert asked == [pages[name].as_uri()] and troubles == []
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"report-{name}-{width}-{scheme}.png", full_page=True)
    context.close()
