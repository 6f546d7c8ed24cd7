"""What is written beside the code agrees with it."""

import re
import tomllib

import pytest
import yaml

from tests.conftest import PROJECT

README = (PROJECT / "README.md").read_text()


def read_settings() -> set[str]:
    source = (PROJECT / "mdm" / "settings.py").read_text()
    return set(re.findall(r'environ\.\w+\(\s*"([A-Z_]+)"', source))


def table() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))


def test_readme_lists_every_setting_and_no_other():
    assert len(read_settings()) > 10
    assert table() == read_settings()


def test_no_variable_is_read_elsewhere_without_being_in_the_table():
    """What is passed on to child processes may be read; a setting of its own would escape the table."""
    read = {
        (str(path.relative_to(PROJECT)), name)
        for app in ("mdm", "connectors", "stewardship")
        for path in sorted((PROJECT / app).rglob("*.py"))
        for name in re.findall(r'os\.(?:environ(?:\.\w+\(|\[)|getenv\()\s*["\'](\w+)', path.read_text())
    }
    assert "DJANGO_SETTINGS_MODULE" in {name for _, name in read}
    assert {(path, name) for path, name in read if name not in table() | PASSED_ON} == set()


PASSED_ON = {"PATH", "DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"}


def test_readme_names_the_two_commands():
    assert "make demo" in README and "make test" in README


def test_readme_names_every_command():
    own = {path.stem for path in PROJECT.glob("*/management/commands/*.py")} - {"__init__"}
    assert own == set(re.findall(r"^\| `manage\.py ([a-z_]+)", README, re.MULTILINE))


@pytest.mark.parametrize("page", ["README.md", "mdm/README.md", "mdm/api/README.md", "connectors/README.md"])
def test_links_lead_somewhere(page):
    place = (PROJECT / page).parent
    links = re.findall(r"\]\(([^)#:]+)\)", (PROJECT / page).read_text())
    assert [link for link in links if not (place / link).exists()] == []


def test_recipes_name_files_that_exist():
    """A path in back ticks that begins with a folder of ours is there, or names a place for something new."""
    text = (PROJECT / "mdm" / "README.md").read_text()
    named = re.findall(r"`((?:mdm|connectors|stewardship|templates|static|tests)/[\w/.-]*\w/?)`", text)
    assert len(named) > 20
    assert [path for path in named if not (PROJECT / path).exists()] == []


def test_each_runtime_dependency_says_why():
    text = (PROJECT / "pyproject.toml").read_text()
    declared = tomllib.loads(text)["project"]["dependencies"]
    explained = re.findall(r'^    "([^"]+)", +# \w', text, re.MULTILINE)
    assert set(declared) <= set(explained)


@pytest.mark.parametrize("word", ["://", "--index-url", "--extra-index-url", "--find-links", "--trusted-host", "file:"])
def test_the_lock_names_no_index(word):
    assert word not in (PROJECT / "requirements.lock").read_text()


def test_the_lock_holds_every_dependency_with_hashes():
    lock = (PROJECT / "requirements.lock").read_text()
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.split(r"[\[<>=~]", line)[0].lower() for line in declared}
    pinned = re.findall(r"^([a-z0-9.-]+)==\S+(?: ;[^\\]*)? \\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    assert names <= set(pinned)


def test_compose_runs_web_worker_and_beat_with_known_settings():
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    services = compose["services"]
    assert set(services) == {"web", "worker", "beat", "migrate", "postgres", "redis"}
    for name in ("web", "worker", "beat", "migrate"):
        given = set(services[name]["environment"])
        assert given <= read_settings()
        assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "GOLDENROD_SECRETS_KEY", "ALLOWED_HOSTS"} <= given
    assert services["worker"]["command"][:3] == ["celery", "-A", "mdm.celery"]


def test_the_image_holds_what_production_needs():
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY")}
    assert copied == {"requirements.lock", "manage.py", "mdm", "connectors", "stewardship", "templates", "static"}
    assert all((PROJECT / part).exists() for part in copied)


def test_ci_calls_make_test_and_nothing_else():
    script = PROJECT / ".ci" / "run"
    assert script.stat().st_mode & 0o111 == 0o111
    assert script.read_text().splitlines()[1:] == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]
