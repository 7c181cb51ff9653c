"""Where the environment says that long work runs."""

from __future__ import annotations

import os
from collections.abc import Callable

from landscape.web.jobs.cluster import Cluster
from landscape.web.jobs.processes import default_workers, processes
from landscape.web.jobs.runners import Runner, Threads

WORKERS = "LANDSCAPE_WORKERS"
"""Environment variable: how many processes compute; 0 computes in a thread of the app."""

SCHEDULER = "LANDSCAPE_SCHEDULER"
"""Environment variable: the address of a Dask scheduler on whose workers to compute."""


def runner_of_environment(environment: Callable[[str], str | None] = os.environ.get) -> Runner:
    """Return the runner that the environment names; by default processes, one for each core but one."""
    if address := environment(SCHEDULER):
        return Cluster(address)
    named = (environment(WORKERS) or "").strip()
    count = int(named) if named.isdecimal() else default_workers()
    return processes(count) if count > 0 else Threads(1)
