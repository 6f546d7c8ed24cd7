"""The import contracts of pyproject.toml hold, and each of them refuses a planted bad import."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

LINT = Path(sys.executable).with_name("lint-imports")
PARTS = ("mdm", "connectors", "stewardship", "tests/architecture")


def lint(place: Path, cache: Path, *options: str) -> subprocess.CompletedProcess[str]:
    argv = [LINT, "--no-logo", "--cache-dir", cache, *options]
    return subprocess.run(argv, cwd=place, capture_output=True, text=True, env={"COLUMNS": "300", "PATH": ""})


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("copy")
    shutil.copy(PROJECT / "pyproject.toml", place)
    (place / "tests").mkdir()
    (place / "tests" / "__init__.py").touch()
    for part in PARTS:
        shutil.copytree(PROJECT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
    return place


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


def test_contracts_hold(copy, cache):
    done = lint(copy, cache)
    assert done.returncode == 0, done.stdout


# contract, planted file, its one line, the import that the report must name
PLANTED = [
    ("apps", "mdm/planted.py", "import connectors.base", "connectors.base"),
    ("apps", "connectors/errors.py", "import stewardship.urls", "stewardship.urls"),
    ("mdm", "mdm/models/planted.py", "import mdm.pipeline", "mdm.pipeline"),
    ("mdm", "mdm/models/planted.py", "from mdm import outbox", "mdm.outbox"),
    ("mdm", "mdm/engine/planted.py", "from mdm import contracts", "mdm.contracts"),
    ("mdm", "mdm/pipeline/planted.py", "import mdm.api.urls", "mdm.api.urls"),
    ("steps", "mdm/pipeline/match/planted.py", "import mdm.pipeline.receive", "mdm.pipeline.receive"),
    ("pure", "mdm/engine/planted.py", "from django.db import models", "django"),
    ("pure", "mdm/engine/planted.py", "import celery", "celery"),
    ("pure", "mdm/contracts.py", "import mdm.environ", "mdm.environ"),
    ("pure", "mdm/entities/planted.py", "import mdm.environ", "mdm.environ"),
    ("files", "mdm/matchfile/reading.py", "import django", "django"),
    ("files", "mdm/matchfile/reading.py", "import mdm.models", "mdm.models"),
    ("connectors-see", "connectors/inbound.py", "from mdm import rules", "mdm.rules"),
    ("connectors-see", "connectors/inbound.py", "import mdm.models", "mdm.models"),
    ("reusable", "connectors/http.py", "import django", "django"),
    ("reusable", "connectors/auth.py", "import connectors.registry", "connectors.registry"),
    ("rooms", "connectors/sap/client.py", "import django.db", "django"),
    ("rooms", "connectors/sap/client.py", "import celery", "celery"),
    ("rooms", "connectors/shopify/client.py", "import mdm.models", "mdm.models"),
    ("rooms", "connectors/salesforce/client.py", "import connectors.registry", "connectors.registry"),
    ("connectors", "connectors/sap/client.py", "import connectors.shopify", "connectors.shopify"),
    ("connectors", "connectors/undeclared/__init__.py", "", "connectors.undeclared"),
    ("connectors", "connectors/undeclared.py", "", "connectors.undeclared"),
    ("sandbox-alone", "connectors/sandbox/planted.py", "import mdm.environ", "mdm.environ"),
    ("sandbox-alone", "connectors/sandbox/planted.py", "import connectors.http", "connectors.http"),
    ("sandbox-unseen", "connectors/inbound.py", "import connectors.sandbox", "connectors.sandbox"),
    ("auditor", "connectors/demo/audit.py", "import mdm.models", "mdm.models"),
    ("auditor", "connectors/demo/audit.py", "import connectors.http", "connectors.http"),
]


@pytest.mark.parametrize(("contract", "file", "line", "imported"), PLANTED)
def test_a_bad_import_is_refused(copy, cache, contract, file, line, imported):
    module, undo = plant(copy, file, line)
    try:
        done = lint(copy, cache, "--contract", contract)
    finally:
        undo()
    assert done.returncode == 1, f"{line} was let through in {module}: {done.stdout}"
    if line:
        assert re.search(rf"{module} (->|may not import) {imported}\b", done.stdout), done.stdout
    assert imported in done.stdout


def plant(place: Path, file: str, line: str):
    """Add one line to a file of the copy (made, with its package, if need be); how to take it back."""
    path = place / file
    if path.parent.with_suffix(".py").exists():  # a module today, a package tomorrow
        path = path.parent.with_suffix(".py")
    before = path.read_text() if path.exists() else None
    made = not path.parent.exists()
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(f"{before or ''}\n{line}\n")

    def undo() -> None:
        if made:
            shutil.rmtree(path.parent)
        elif before is None:
            path.unlink()
        else:
            path.write_text(before)

    return ".".join(path.relative_to(place).with_suffix("").parts), undo


def test_every_contract_has_a_planted_import():
    import tomllib

    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} == {contract for contract, *_ in PLANTED}


def test_the_engine_loads_neither_django_nor_celery():
    code = "import sys, mdm.engine, mdm.contracts, mdm.entities; print({'django', 'celery'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")
    assert (PROJECT / "mdm" / "__init__.py").read_text() == ""
