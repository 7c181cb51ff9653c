"""The same sweep on one process of this machine and on two: how much sooner the second makes it end."""

from __future__ import annotations

import time

from landscape.experiments.sweep.executors import Processes
from landscape.experiments.sweep.run import Finished, run
from landscape.experiments.sweep.settings import Sweep
from landscape.model.datasets import DATASETS

SWEEP = Sweep(
    data=(DATASETS["five"], DATASETS["sine"]),
    m=(5, 10, 20),
    lam=(0.05,),
    step=(0.01,),
    seeds=range(4),
    starts=20,
    n_steps=4000,
)


def timed(workers: int) -> tuple[float, dict[object, object]]:
    """Return the seconds the sweep takes on processes that are already there, and its numbers."""
    with Processes(workers) as pool:
        for future in [pool.submit(time.sleep, 0.5) for _ in range(workers)]:
            future.result()
        warm = Sweep(data=(DATASETS["five"],), m=(2,), lam=(0.05,), seeds=range(2 * workers), starts=1, n_steps=5)
        list(run(warm, pool, window=2 * workers))
        begun = time.perf_counter()
        events = list(run(SWEEP, pool, window=2 * workers))
        taken = time.perf_counter() - begun
    return taken, {event.cell.key: event.result.numbers for event in events if isinstance(event, Finished)}


def main() -> None:
    """Print both times, taken in turns, and their ratio."""
    best = {1: float("inf"), 2: float("inf")}
    found = []
    for _ in range(3):
        for workers in (1, 2):
            taken, numbers = timed(workers)
            best[workers] = min(best[workers], taken)
            found.append(numbers)
    assert all(numbers == found[0] for numbers in found), "the numbers must not depend on where a sweep runs"
    print(f"{len(SWEEP)} cells of {SWEEP.starts} starts × {SWEEP.n_steps} steps")
    print(f"  one process    {best[1]:7.2f} s")
    print(f"  two processes  {best[2]:7.2f} s   {best[1] / best[2]:.2f} × as fast; the numbers are equal bit by bit")


if __name__ == "__main__":
    main()
