"""Supervision: readiness, order, deaths, and what is left when everything is killed."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable

import psutil
import pytest

from mdm import guardian, processes
from mdm.processes import ProcessFailed, Supervisor
from tests.conftest import PROJECT

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


def runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and guardian.runs(psutil.Process(pid))


def until(true: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def test_ready_by_pattern_in_this_runs_log(tmp_path):
    log = tmp_path / "logs" / "a.log"
    log.parent.mkdir()
    log.write_text("up, said an earlier run\n")
    code = "import time; time.sleep(0.3); print('up', flush=True); time.sleep(60)"
    begun = time.monotonic()
    with Supervisor() as supervisor:
        child = supervisor.spawn("a", python(code), log_path=log, ready=re.compile("^up$", re.MULTILINE))
        assert time.monotonic() - begun > 0.3
        assert child.log_text() == "up\n"


def test_ready_by_callable(tmp_path):
    flag = tmp_path / "flag"
    with Supervisor() as supervisor:
        code = f"open({str(flag)!r}, 'w'); import time; time.sleep(60)"
        supervisor.spawn("a", python(code), log_path=tmp_path / "a.log", ready=flag.exists)
        assert flag.exists()


@pytest.mark.parametrize(
    ("code", "timeout", "sentence"),
    [
        ("print('no port'); raise SystemExit(3)", 10, r"^a did not start \(exit code 3\); see .*a\.log\n  no port$"),
        ("import os; os.kill(os.getpid(), 9)", 10, r"^a did not start \(killed by SIGKILL\); see .*a\.log$"),
        ("import time; time.sleep(60)", 0.3, r"^a was not ready after 0 seconds; see .*a\.log$"),
    ],
)
def test_a_child_that_does_not_come_up_is_an_error_with_its_log(tmp_path, code, timeout, sentence):
    with Supervisor() as supervisor:
        with pytest.raises(ProcessFailed, match=sentence):
            supervisor.spawn("a", python(code), log_path=tmp_path / "a.log", ready=lambda: False, timeout=timeout)
        assert supervisor.children == []


def test_a_child_that_dies_later_is_found(tmp_path):
    with Supervisor() as supervisor:
        supervisor.spawn("good", SLEEP, log_path=tmp_path / "good.log", ready=re.compile("up"))
        supervisor.check()
        dying = python("print('last words'); raise SystemExit(1)")
        supervisor.spawn("bad", dying, log_path=tmp_path / "bad.log").process.wait()
        sentence = r"^bad stopped by itself \(exit code 1\); see .*bad\.log\n  last words$"
        with pytest.raises(ProcessFailed, match=sentence):
            supervisor.check()


def test_stops_in_reverse_order(tmp_path):
    log = tmp_path / "order"
    code = """
        import signal, sys, time
        def end(*_):
            with open({log!r}, "a") as file: file.write({name!r})
            sys.exit()
        signal.signal(signal.SIGTERM, end)
        print("up", flush=True)
        time.sleep(60)
    """
    with Supervisor() as supervisor:
        for name in "abc":
            argv = python(code.format(log=str(log), name=name))
            supervisor.spawn(name, argv, log_path=tmp_path / name, ready=re.compile("up"))
    assert log.read_text() == "cba"


def test_a_stubborn_child_and_its_helpers_are_killed(tmp_path):
    code = """
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        print(helper.pid, flush=True)
        time.sleep(60)
    """
    supervisor = Supervisor()
    child = supervisor.spawn("a", python(code), log_path=tmp_path / "a", ready=re.compile(r"\d+\n"), grace=0.2)
    helper = int(child.log_text())
    assert runs(helper)
    supervisor.stop()
    assert child.process.returncode == -signal.SIGKILL
    assert until(lambda: not runs(helper))


def test_record_names_the_running_children(tmp_path):
    record = tmp_path / "processes.json"
    with Supervisor(record) as supervisor:
        child = supervisor.spawn("a", SLEEP, log_path=tmp_path / "a", stop_signal=signal.SIGINT)
        (row,) = json.loads(record.read_text())
        assert (row["name"], row["pid"], row["signal"]) == ("a", child.process.pid, signal.SIGINT)
    assert not record.exists()


def test_another_process_with_a_recorded_pid_is_left_alone(tmp_path):
    record = tmp_path / "processes.json"
    record.write_text(json.dumps([{"name": "a", "pid": os.getpid(), "started": 1.0, "signal": int(signal.SIGKILL)}]))
    processes.clear_leftovers(record)
    assert not record.exists()


def test_a_dead_guardian_is_replaced_and_told_everything(tmp_path):
    with Supervisor() as supervisor:
        supervisor.spawn("a", SLEEP, log_path=tmp_path / "a")
        first = supervisor._guardian
        first.kill()
        first.wait()
        supervisor.spawn("b", SLEEP, log_path=tmp_path / "b")
        assert supervisor._guardian.poll() is None
        assert supervisor._guardian.pid != first.pid


# A supervisor in a process of its own, to be killed. Its second child ignores the polite signal.
VICTIM = """
    import sys, time
    from pathlib import Path
    from mdm.processes import Supervisor
    place = Path({place!r})
    supervisor = Supervisor(place / "processes.json")
    sleep = "import time; time.sleep(600)"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + sleep
    pids = [supervisor.spawn(str(at), [sys.executable, "-c", code], log_path=place / str(at)).process.pid
            for at, code in enumerate((sleep, deaf))]
    time.sleep(0.3)
    print(*pids, supervisor._guardian.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def victim(tmp_path):
    process = subprocess.Popen(
        python(VICTIM.format(place=str(tmp_path))), stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    pids = [int(word) for word in process.stdout.readline().split()]
    assert len(pids) == 3
    yield process, pids
    process.kill()
    process.wait()
    for pid in pids:
        if runs(pid):
            os.kill(pid, signal.SIGKILL)


def test_kill_9_of_the_supervisor_leaves_nothing(victim):
    process, pids = victim
    assert all(runs(pid) for pid in pids)
    process.kill()
    assert until(lambda: not any(runs(pid) for pid in pids)), [pid for pid in pids if runs(pid)]


def test_kill_9_of_the_guardian_too_is_cleared_by_the_next_start(victim, tmp_path):
    process, (first, second, guard) = victim
    os.kill(guard, signal.SIGKILL)
    process.kill()
    process.wait()
    time.sleep(0.3)
    assert runs(first) and runs(second)
    processes.clear_leftovers(tmp_path / "processes.json", grace=0.5)
    assert not runs(first) and not runs(second)


def test_stoppable_turns_sigterm_into_an_interrupt_and_gives_back():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), processes.stoppable():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    assert signal.getsignal(signal.SIGTERM) is before
