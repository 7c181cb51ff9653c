"""Long work runs on a Dask scheduler that the environment names; where none answers, in processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import Any

import long_work
import pytest
from app_server import wait_until

from landscape.web.jobs import Job, JobQueue, JobStatus
from landscape.web.jobs.cluster import LOST, Cluster
from landscape.web.jobs.processes import Processes

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.filterwarnings("default")
"""Dask and its web server warn of each other's ways."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    import dask

    once = dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with (
        once,
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, dashboard_address=None, host="127.0.0.1", worker_dashboard_address=None
        ) as made,
    ):
        yield made


def ended(job: Job[Any]) -> JobStatus[Any]:
    assert job.wait(120)
    return job.status


def test_work_reports_halts_fails_and_ends_on_a_cluster(cluster, tmp_path, caplog):
    queue = JobQueue(Cluster(cluster.scheduler_address))
    assert ended(queue.start("answer", partial(long_work.answer, 42))).result == 42
    assert ended(queue.start("where", long_work.environment)).result["pid"] != os.getpid()
    assert ended(queue.start("refused", long_work.refuses)).error == "m must be at least 1, but was 0."
    assert "log" in ended(queue.start("failed", long_work.fails)).error
    assert "a cause for the log" in caplog.text
    job = queue.start("half way", partial(long_work.until, tmp_path / "never"))
    wait_until(lambda: job.status.partial is not None)
    assert job.status.text.startswith("Half way in")
    job.stop()
    assert ended(job).found == "what there is"
    assert not ended(queue.start("array", long_work.array)).result.flags.writeable
    queue.close()


def test_work_whose_worker_is_killed_ends_in_a_sentence(cluster):
    queue = JobQueue(Cluster(cluster.scheduler_address))
    assert ended(queue.start("dies", long_work.dies)).error == LOST
    queue.close()


def test_where_no_scheduler_answers_processes_do_the_work():
    queue = JobQueue(Cluster("tcp://127.0.0.1:9"))
    assert ended(queue.start("answer", partial(long_work.answer, 42))).result == 42
    assert isinstance(queue._runner, Processes)
    queue.close()
