"""Long work runs in processes of its own, which die without harm, end with the app, and take no more than a share."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import long_work
import numpy as np
import pytest
from app_server import ROOT, wait_until

from landscape.scenario import Scenario
from landscape.web.jobs import Job, JobQueue, JobStatus, processes, wire
from landscape.web.jobs.environment import SCHEDULER, WORKERS, runner_of_environment
from landscape.web.jobs.processes import DIED, Processes, default_workers
from landscape.web.jobs.runners import Threads


@pytest.fixture(scope="module")
def pool() -> Iterator[Processes]:
    made = Processes(1)
    yield made
    made.close()


@pytest.fixture
def queue(pool: Processes) -> Iterator[JobQueue]:
    fresh = JobQueue(pool)
    yield fresh
    fresh.close()
    assert fresh.wait(60)


def ended(job: Job[Any], seconds: float = 60.0) -> JobStatus[Any]:
    assert job.wait(seconds)
    return job.status


def alive(pid: int) -> bool:
    """Whether a process lives; one that has ended and is not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_work_runs_in_another_process_that_ignores_interrupts_and_has_one_thread(queue):
    found = ended(queue.start("environment", long_work.environment)).result
    assert found["pid"] != os.getpid()
    assert found == {**found, "threads": "1", "sigint": True, "streamlit": False, "main": "landscape.web.jobs.worker"}


def test_the_script_of_a_page_is_not_run_in_a_worker(queue, monkeypatch, tmp_path):
    """Streamlit puts it in the place of ``__main__``, where ``multiprocessing`` would run it."""
    page = type(sys)("__main__")
    page.__file__ = str(tmp_path / "page.py")
    (tmp_path / "page.py").write_text("raise SystemExit('the page was run')")
    monkeypatch.setitem(sys.modules, "__main__", page)
    assert ended(JobQueue(Processes(1)).start("a", partial(long_work.answer, 42))).result == 42


def test_progress_and_halting_cross_the_border(queue, tmp_path):
    job = queue.start("half way", partial(long_work.until, tmp_path / "go on"))
    wait_until(lambda: job.status.partial is not None)
    assert job.status.progress == 0.5
    assert job.status.text.startswith("Half way in")
    job.stop()
    assert ended(job).found == "what there is"
    assert job.status.stopped


def test_what_arrives_is_frozen(queue):
    array = ended(queue.start("array", long_work.array)).result
    assert np.array_equal(array, np.arange(100_000.0))
    assert not array.flags.writeable


def test_failures_are_sentences_and_their_cause_is_in_the_log(queue, caplog):
    assert ended(queue.start("refused", long_work.refuses)).error == "m must be at least 1, but was 0."
    with caplog.at_level(logging.ERROR):
        assert "log" in ended(queue.start("failed", long_work.fails)).error
    assert "a cause for the log" in caplog.text


def test_work_or_a_result_that_cannot_cross_is_said(queue, caplog):
    assert "log" in ended(queue.start("result", partial(long_work.answer, 1, unfit=True))).error
    assert "cannot leave" in caplog.text
    assert "log" in ended(queue.start("work", lambda report, halt: 1)).error
    assert ended(queue.start("after", partial(long_work.answer, 2))).result == 2


def test_a_killed_worker_ends_its_job_in_a_sentence_and_is_replaced(queue, pool, tmp_path):
    job = queue.start("killed", partial(long_work.until, tmp_path / "go on"))
    wait_until(lambda: job.status.partial is not None)
    (pid,) = pool.pids()
    os.kill(pid, signal.SIGKILL)
    status = ended(job)
    assert (status.error, status.found) == (DIED, f"half {pid}")
    (tmp_path / "go on").touch()
    assert ended(queue.start("killed", partial(long_work.until, tmp_path / "go on"))).result == "everything"
    assert pool.pids() != [pid]


def test_work_that_takes_all_the_memory_ends_in_a_sentence_and_harms_nobody(queue):
    assert "memory" in ended(queue.start("too large", partial(long_work.takes_memory, 10**11))).error
    assert ended(queue.start("small", partial(long_work.takes_memory, 1000))).result == 1000


def test_a_worker_whose_memory_has_grown_makes_room_for_a_new_one(queue, pool):
    before = ended(queue.start("before", long_work.environment)).result["pid"]
    ended(queue.start("keeps", partial(long_work.keeps_memory, 300_000_000)))
    wait_until(lambda: not alive(before))
    assert ended(queue.start("after", long_work.environment)).result["pid"] != before


def test_deaf_work_that_nobody_wants_is_ended_with_its_process(queue, pool, tmp_path):
    job = queue.start("deaf", partial(long_work.deaf, tmp_path / "never"))
    wait_until(lambda: job.status.partial is not None)
    (pid,) = pool.pids()
    job.stop()
    assert ended(job).found == "half"
    wait_until(lambda: not alive(pid))


def test_work_over_its_time_is_ended_with_its_process_and_keeps_what_it_has(queue, tmp_path):
    job = queue.start("slow", partial(long_work.deaf, tmp_path / "never"), limit=0.5)
    status = ended(job)
    assert (status.expired, status.result, status.error) == (True, "half", None)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_the_app_even_a_killed_one(how, tmp_path):
    script = textwrap.dedent(f"""
        import signal, sys
        signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background begins without it
        sys.path[:0] = {[str(ROOT), str(ROOT / "tests" / "helpers")]!r}
        from functools import partial
        from pathlib import Path
        import long_work
        from app_server import wait_until
        from landscape.web.jobs import JobQueue
        from landscape.web.jobs.processes import Processes
        job = JobQueue(Processes(1)).start("a", partial(long_work.deaf, Path({str(tmp_path / "never")!r})))
        other = JobQueue(pool := Processes(1)).start("b", long_work.environment)
        other.wait(60)
        wait_until(lambda: job.status.partial is not None)
        print(*pool.pids(), flush=True)
        signal.pause()
    """)
    app = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert app.stdout is not None
    try:
        (worker,) = map(int, app.stdout.readline().split())
        children = [int(pid) for pid in Path(f"/proc/{app.pid}/task/{app.pid}/children").read_text().split()]
        assert worker in children
        assert len(children) == 2
        app.send_signal(how)
        app.wait(30)
    finally:
        app.kill()
        app.wait()
        app.stdout.close()
    wait_until(lambda: not any(map(alive, children)), 30)


def test_idle_workers_end_but_for_one(monkeypatch):
    monkeypatch.setattr(processes, "IDLE", 0.2)
    pool = Processes(3)
    queue = JobQueue(pool)
    jobs = [queue.start(k, partial(long_work.answer, k), seconds=1.0) for k in range(3)]
    assert [ended(job).result for job in jobs] == [0, 1, 2]
    wait_until(lambda: len(pool.pids()) == 1)
    assert ended(queue.start("after", partial(long_work.answer, 4))).result == 4
    pool.close()


def test_where_no_process_can_be_had_a_thread_does_the_work(monkeypatch):
    def refused(*arguments: Any, **options: Any) -> None:
        raise OSError("no processes here")

    monkeypatch.setattr(subprocess, "Popen", refused)
    queue = JobQueue(Processes(1))
    queue.warm()
    found = ended(queue.start("environment", long_work.environment)).result
    assert found["pid"] == os.getpid()
    assert isinstance(queue._runner, Threads)


def test_where_workers_end_before_they_are_ready_a_thread_does_the_work(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    queue = JobQueue(Processes(1))
    assert ended(queue.start("environment", long_work.environment)).result["pid"] == os.getpid()


def test_the_environment_says_how_many_workers_there_are_or_where():
    def runner(**named: str) -> Any:
        return runner_of_environment(named.get)

    assert runner(**{WORKERS: "3"}).capacity == 3
    assert runner().capacity == runner(**{WORKERS: "many"}).capacity == default_workers() >= 2
    assert isinstance(runner(**{WORKERS: "0"}), Threads)
    assert runner(**{SCHEDULER: "tcp://127.0.0.1:1"}).address == "tcp://127.0.0.1:1"


def long_results() -> dict[str, Callable[[], Any]]:
    """A small result of each kind of long work."""
    from landscape.web.beyond.settings import SETTINGS
    from landscape.web.convex_twin.best_of_width import search
    from landscape.web.convex_twin.work import along_lambda, train_widths
    from landscape.web.dynamics.films import film
    from landscape.web.race.live_race import Profile, run_race
    from landscape.web.race.live_sweep import WIDTHS, Rates

    report, halt = (lambda *told, **more: None), __import__("threading").Event()
    scenario = Scenario().changed(bias=True, layer="trained", lam=0.1, m=3, runs=(), starts=2, steps=50)
    programs = {name: partial(setting.solve, setting.start) for name, setting in SETTINGS.items()}
    return {
        **programs,
        "λ path": partial(along_lambda, scenario.data, report, halt),
        "best of width": partial(search, scenario.problem(), 2, (), report, halt),
        "widths": partial(train_widths, scenario, (1, 2), 20, report, halt),
        "film": partial(film, scenario.data, scenario.training, report, halt),
        "race": partial(run_race, scenario, 0.05, report, halt),
        "profile": lambda: Profile({"gd": (0.5, 1.0)}, 3),
        "rates": lambda: Rates(WIDTHS, (1.0,), np.ones((1, len(WIDTHS))), ("m", "scale")),
    }


@pytest.mark.parametrize("name", long_results())
def test_every_result_of_long_work_crosses_the_border_and_arrives_frozen(name):
    whole = long_results()[name]()
    arrived = wire.unpacked(wire.packed(whole))
    assert type(arrived) is type(whole)
    assert described(arrived) == described(whole)
    assert not any(array.flags.writeable for array in arrays(arrived))


def described(value: Any) -> str:
    return re.sub(r" object at 0x[0-9a-f]+", "", repr(value))


def arrays(value: Any) -> Iterator[np.ndarray]:
    """Every array in a record."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from arrays(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from arrays(getattr(value, name))
