"""The embedded PostgreSQL and Redis: started, found, killed, found again; as root and as an ordinary user."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from mdm import embedded, guardian
from mdm.embedded import address, postgres
from tests.conftest import PROJECT
from tests.mdm.test_processes import runs, until

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def folder():
    """A data folder whose way is open to every account, unlike pytest's own temporary folders."""
    place = Path(tempfile.mkdtemp(prefix="goldenrod-embedded-"))
    place.chmod(0o755)
    yield place / "data"
    shutil.rmtree(address.socket_dir(place / "data"), ignore_errors=True)  # left where a test kills everything
    shutil.rmtree(place)


def ask(url: str, query: str):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def recorded(folder: Path) -> list[int]:
    return [row["pid"] for row in json.loads((folder / "processes-host.json").read_text())]


def test_both_answer_and_nothing_is_left(folder):
    with embedded.start(folder) as services:
        assert ask(services.database_url, "SELECT current_database()") == "goldenrod"
        assert ask(services.database_url, "SHOW server_version").startswith("18.")
        assert ask(services.database_url, "SHOW synchronous_commit") == "on"
        assert ask(services.database_url, "SHOW listen_addresses") == ""
        with redis.Redis.from_url(services.redis_url) as client:
            assert client.ping()
            assert client.config_get("port")["port"] == "0"
        assert services.env == {
            "DATA_DIR": str(folder),
            "DATABASE_URL": services.database_url,
            "REDIS_URL": services.redis_url,
        }
        sockets = address.socket_dir(folder)
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        family = [psutil.Process(pid) for pid in recorded(folder)]
        family += [child for process in family for child in process.children(recursive=True)]
    assert len(family) > 5
    assert not [process for process in family if guardian.runs(process)]
    assert not sockets.exists()


def test_data_survives_a_restart(folder):
    with embedded.start(folder) as services:
        ask(services.database_url, "CREATE TABLE kept AS SELECT 7 AS number")
    with embedded.start(folder) as services:
        assert ask(services.database_url, "SELECT number FROM kept") == 7


def test_a_second_run_on_the_same_folder_is_told_who_holds_it(folder):
    with embedded.start(folder) as services:
        with pytest.raises(embedded.EmbeddedError) as refused:
            embedded.start(folder)
        assert str(refused.value) == (
            f"Goldenrod already runs on the data folder {folder} (process {os.getpid()}): "
            "stop it, or set DATA_DIR to another folder."
        )
        assert ask(services.database_url, "SELECT 1") == 1


def test_two_folders_run_side_by_side(folder):
    with embedded.start(folder) as one, embedded.start(folder.with_name("other")) as two:
        ask(one.database_url, "CREATE TABLE here ()")
        assert ask(two.database_url, "SELECT to_regclass('here')") is None


def test_nothing_is_started_for_urls_that_are_set(folder, monkeypatch):
    with embedded.start(folder) as host:
        monkeypatch.setenv("DATABASE_URL", host.database_url)
        monkeypatch.setenv("REDIS_URL", host.redis_url)
        with embedded.start(folder) as guest:
            assert guest.supervisor.children == []
            assert (guest.database_url, guest.redis_url) == (host.database_url, host.redis_url)
        assert ask(host.database_url, "SELECT 1") == 1


def test_only_the_missing_one_is_started(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@elsewhere/goldenrod")
    with embedded.start(folder) as services:
        assert [child.name for child in services.supervisor.children] == ["Redis"]
        assert services.database_url == "postgresql://somebody@elsewhere/goldenrod"
    assert not (folder / "postgres").exists()


def test_a_deep_folder_gets_short_sockets(folder):
    deep = folder.joinpath(*["a-rather-long-name-of-a-folder"] * 6)
    assert len(str(deep)) > 180
    with embedded.start(deep) as services:
        assert ask(services.database_url, "SELECT 1") == 1
        assert len(str(address.redis_socket(deep))) < 100


def test_a_deep_temporary_folder_is_not_used(monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/tmp/" + "long-name/" * 9)
    assert len(str(address.redis_socket(Path("/x")))) < 60


def test_half_made_and_stale_files_do_not_stop_a_start(folder):
    (folder / "postgres.new" / "base").mkdir(parents=True)
    with embedded.start(folder):
        pass
    # another program has the pid of the server that died with the machine: here, we ourselves
    stale = f"{os.getpid()}\n{folder}/postgres\n1700000000\n5432\n/tmp\n\n  1 1\nready   \n"
    (folder / "postgres" / "postmaster.pid").write_text(stale)
    with embedded.start(folder) as services:
        assert ask(services.database_url, "SELECT 1") == 1


def test_data_of_another_version_is_refused(folder):
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(embedded.EmbeddedError, match=r"made by PostgreSQL 16, but this is PostgreSQL 18: move"):
        embedded.start(folder)
    assert (folder / "postgres" / "PG_VERSION").read_text() == "16\n"


def test_a_socket_folder_of_somebody_else_is_refused(folder):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    sockets = address.socket_dir(folder)
    sockets.mkdir()
    os.chown(sockets, 4321, 4321)
    try:
        with pytest.raises(embedded.EmbeddedError, match="belongs to another user: remove it"):
            embedded.start(folder)
    finally:
        sockets.rmdir()


def test_a_closed_folder_stays_closed(folder):
    """As root the server runs as another account, which must reach the data without the way being opened to all."""
    home = folder / "home"
    home.mkdir(parents=True)
    home.chmod(0o700)
    with embedded.start(home / "data") as services:
        assert ask(services.database_url, "SELECT 1") == 1
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


# The command in a process of its own ---------------------------------------------------------------------------------


def command(folder: Path, *prefix: str) -> subprocess.Popen[str]:
    """`manage.py services` on `folder`, once it has said that it runs."""
    env = {"DATA_DIR": str(folder), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [*prefix, sys.executable, str(PROJECT / "manage.py"), "services"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # A shell that runs the tests in the background has them, and so all they start, ignore Ctrl-C.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(argv, env=env, cwd="/", preexec_fn=heard, **pipes)
    lines = [process.stdout.readline() for _ in range(3)]
    assert "Running" in lines[2], (lines, process.stderr.read() if process.poll() else "")
    assert lines[0] == f"DATABASE_URL={embedded.database_url(folder)}\n" or prefix
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_cleanly(folder, number):
    process = command(folder)
    pids = recorded(folder)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "Stopped.\n", "")
    assert not any(runs(pid) for pid in pids)


def test_the_command_says_in_one_sentence_that_the_folder_is_taken(folder):
    with embedded.start(folder):
        env = {**os.environ, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "mdm.settings"}
        argv = [sys.executable, str(PROJECT / "manage.py"), "services"]
        done = subprocess.run(argv, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("CommandError: Goldenrod already runs on the data folder")
    assert done.stderr.count("\n") == 1


def test_a_command_without_servers_says_how_to_start_them(folder):
    env = {"DATA_DIR": str(folder), "PATH": os.environ["PATH"]}
    argv = [sys.executable, str(PROJECT / "manage.py"), "migrate"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "The embedded database does not run: start it with `manage.py services` in another terminal, "
        "or set DATABASE_URL.\n"
    )


def test_kill_9_leaves_nothing_and_the_next_start_recovers(folder):
    process = command(folder)
    url = embedded.database_url(folder)
    ask(url, "CREATE TABLE kept AS SELECT 7 AS number")
    pids = recorded(folder)
    server = psutil.Process(pids[0])
    family = [server, *server.children(recursive=True), psutil.Process(pids[1])]
    process.kill()
    process.communicate()
    # at once, while the guardian is still at work
    with embedded.start(folder) as services:
        assert ask(services.database_url, "SELECT number FROM kept") == 7
    assert not [member for member in family if guardian.runs(member)]


def test_kill_9_alone_is_enough_for_everything_to_end(folder):
    process = command(folder)
    pids = recorded(folder)
    process.kill()
    process.communicate()
    assert until(lambda: not any(runs(pid) for pid in pids), 10)


def test_a_killed_server_is_noticed_with_its_log(folder):
    process = command(folder)
    os.kill(recorded(folder)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert err.startswith(f"CommandError: PostgreSQL stopped by itself (killed by SIGKILL); see {folder}/logs/postgres")


def test_as_an_ordinary_user(folder):
    if os.geteuid() != 0:
        pytest.skip("every other test ran as an ordinary user already")
    if not all(parent.stat().st_mode & stat.S_IXOTH for parent in Path(sys.executable).resolve().parents):
        pytest.skip("an ordinary user cannot reach this Python")
    if not all(parent.stat().st_mode & stat.S_IXOTH for parent in (PROJECT / "manage.py").parents):
        pytest.skip("an ordinary user cannot reach this clone")
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    process = command(folder, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    pids = recorded(folder)
    assert {psutil.Process(pid).uids().real for pid in pids} == {65534}
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert not any(runs(pid) for pid in pids)


def test_a_start_is_quick(folder):
    with embedded.start(folder):
        pass
    begun = time.monotonic()
    with embedded.start(folder):
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("gigabytes", "buffers", "cache"),
    [(0.25, "128MB", "128MB"), (4, "1024MB", "2048MB"), (24, "6144MB", "12288MB"), (256, "8192MB", "131072MB")],
)
def test_a_quarter_of_the_memory_is_held_ready(gigabytes: float, buffers: str, cache: str) -> None:
    sized = postgres._sized(int(gigabytes * 2**30))
    assert sized == {"shared_buffers": buffers, "effective_cache_size": cache}


def test_a_container_is_no_larger_than_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_LIMITS", tuple(tmp_path / name for name in ("v2", "v1", "none")))
    (tmp_path / "v2").write_text("max\n")
    (tmp_path / "v1").write_text(f"{2**63 - 4096}\n")
    whole = postgres._memory()
    assert whole > 2**28
    (tmp_path / "v2").write_text(f"{2**28}\n")
    assert postgres._memory() == 2**28
