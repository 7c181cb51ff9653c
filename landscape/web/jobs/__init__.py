"""Long work beside the pages: computations that visitors share, in processes of their own, with fair turns.

``queue()`` is the one queue of this process; this file loads neither Streamlit nor NumPy, for the workers import it.
"""

from __future__ import annotations

from functools import cache

from landscape.web.jobs.environment import runner_of_environment
from landscape.web.jobs.queue import Job, JobQueue
from landscape.web.jobs.shared_results import shared_results
from landscape.web.jobs.status import JobStatus, Report, Work, ended_empty

__all__ = ["Job", "JobQueue", "JobStatus", "Report", "Work", "ended_empty", "queue"]


@cache
def queue() -> JobQueue:
    """Return the process's queue, made when it is first needed: all visitors share it."""
    from landscape.web.hosting.turns import SCRIPTS
    from landscape.web.jobs.visitors import is_here, visitor

    return JobQueue(
        runner_of_environment(), visitor=visitor, is_here=is_here, shared=shared_results(), aside=SCRIPTS.aside
    )
