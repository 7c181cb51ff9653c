"""What processes have used, as Linux says in /proc."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

TELLS = Path("/proc/self/task").is_dir()
"""Whether this machine has such a /proc."""


def children() -> set[int]:
    """Return the processes that this one started."""
    return {int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


def cpu_seconds(process: int) -> float:
    """Return the processor time a process has used, 0 of one that is gone."""
    if not Path(f"/proc/{process}").exists():
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(processes: Collection[int]) -> float:
    """Return the memory that processes hold now, in megabytes of 10⁶ bytes; what two of them share counts twice."""
    there = [path for process in processes if (path := Path(f"/proc/{process}/statm")).exists()]
    pages = sum(int(path.read_text().split()[1]) for path in there)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
