"""Running a sweep's cells on any Executor, continuing after failures."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass

from landscape.experiments.sweep.cell import Result, run_cell
from landscape.experiments.sweep.journal import Journal
from landscape.experiments.sweep.settings import Cell, Sweep

WORKER_DIED = "The process that computed this cell died."


@dataclass(frozen=True, eq=False)
class Finished:
    """A cell is done, and in the journal where there is one."""

    cell: Cell
    result: Result


@dataclass(frozen=True, eq=False)
class Failed:
    """A cell raised, or killed its worker; the sweep continues without it."""

    cell: Cell
    reason: str


@dataclass(frozen=True, eq=False)
class WorkersReplaced:
    """A worker died and took the executor with it; these cells run again, one at a time, to find the cause."""

    cells: tuple[Cell, ...]


Event = Finished | Failed | WorkersReplaced


def run(
    sweep: Sweep,
    executor: Executor,
    journal: Journal | None = None,
    *,
    window: int = 4,
    renew: Callable[[], Executor] | None = None,
    task: Callable[[Cell], Result] = run_cell,
) -> Generator[Event, None, None]:
    """Run the cells that the journal does not hold yet, and yield each event as it happens.

    Closing the generator cancels what has not begun. The numbers do not depend on the executor, nor on the order in
    which cells end.

    Arguments
        executor: where cells run; the caller shuts it down.
        journal: where finished cells are kept; without one they are only yielded.
        window: cells handed to the executor at a time; twice its workers keeps them busy.
        renew: gives a new executor when a worker died; without it that ends the sweep.
        task: what computes a cell; must be importable where the executor runs it.

    Raises BrokenExecutor when a worker died and there is no ``renew``, and OSError when the journal cannot be written:
    cells that it holds are safe, and running the same sweep again continues from there.
    """
    held = journal.results if journal is not None else {}
    waiting = (cell for cell in sweep.cells() if cell.key not in held)
    suspects: deque[Cell] = deque()
    going: dict[Future[Result], Cell] = {}
    try:
        while True:
            if suspects:
                if not going:
                    cell = suspects.popleft()
                    going[_submit(executor, task, cell)] = cell
                    alone = True
            else:
                alone = False
                for cell in waiting:
                    going[_submit(executor, task, cell)] = cell
                    if len(going) >= window:
                        break
            if not going:
                return
            done, _ = wait(going, return_when=FIRST_COMPLETED)
            broken: BrokenExecutor | None = None
            lost = []
            for future in done:
                cell = going.pop(future)
                try:
                    result = future.result()
                except BrokenExecutor as error:
                    broken = error
                    lost.append(cell)
                except CancelledError:
                    yield _failed(journal, cell, "It was cancelled by the executor.")
                except Exception as error:  # a cell may raise anything; the others go on
                    yield _failed(journal, cell, f"{type(error).__name__}: {error}")
                else:
                    if journal is not None:
                        journal.finished(cell, result)
                    yield Finished(cell, result)
            if broken is not None:
                lost += going.values()
                going.clear()
                if renew is None:
                    raise broken
                executor = renew()
                if alone and len(lost) == 1:
                    yield _failed(journal, lost[0], WORKER_DIED)
                else:
                    suspects.extend(lost)
                    yield WorkersReplaced(tuple(lost))
    finally:
        for future in going:
            future.cancel()


def _submit(executor: Executor, task: Callable[[Cell], Result], cell: Cell) -> Future[Result]:
    try:
        return executor.submit(task, cell)
    except BrokenExecutor as error:  # it broke since it was last used: the same as if this cell had broken it
        future: Future[Result] = Future()
        future.set_exception(error)
        return future


def _failed(journal: Journal | None, cell: Cell, reason: str) -> Failed:
    if journal is not None:
        journal.failed(cell, reason)
    return Failed(cell, reason)
