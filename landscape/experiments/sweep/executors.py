"""Executors of a sweep: the caller's thread, processes of this machine, or a Dask cluster.

This file must not import NumPy: a worker process limits itself to one BLAS thread before NumPy is loaded.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from typing import Any, ParamSpec, TypeVar

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment variables that limit linear algebra to one thread: a process for each core is faster than threads."""

P = ParamSpec("P")
T = TypeVar("T")


class Here(Executor):
    """Runs every task at once, in the caller's own thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return the finished future of a call."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Processes(ProcessPoolExecutor):
    """Fresh processes of this machine, one thread of linear algebra each, that end when their parent does."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers, mp_context=get_context("spawn"), initializer=_begin_worker)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return the future of a call; a process that starts for it inherits ``ONE_THREAD``."""
        with _environment(ONE_THREAD):
            return super().submit(fn, *args, **kwargs)


@contextmanager
def dask(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to the scheduler of a Dask cluster; gives its Executor and the number of its threads.

    Raises ValueError where ``distributed`` is not installed, no scheduler answers, or it has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("A Dask cluster needs the package distributed: pip install -e '.[cluster]'.") from None
    try:
        connect: Any = Client  # its own types are incomplete
        client: Any = connect(address, timeout=20)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"scheduler must be the address of a Dask scheduler, but {address!r} is none: {error}"
        ) from None
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ValueError(f"scheduler must have workers, but {address!r} has none yet.")
        # What the client logs when it loses the scheduler is said in one sentence by who runs the sweep.
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        yield Cluster(client.get_executor(pure=False), address), threads
    finally:
        with suppress(Exception):  # of a scheduler that is gone
            client.close(timeout=2)


class Cluster(Executor):
    """The Executor of a Dask cluster, whose calls end in BrokenExecutor where the scheduler is lost.

    Dask itself cancels them, and refuses further ones by an error of its own.
    """

    def __init__(self, executor: Executor, address: str) -> None:
        self._executor, self._address = executor, address

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return the future of a call; raises BrokenExecutor where the scheduler is lost."""
        try:
            theirs = self._executor.submit(fn, *args, **kwargs)
        except Exception as error:
            raise BrokenExecutor(self._lost()) from error
        ours: Future[T] = Future()

        def take(ended: Future[T]) -> None:
            if not ours.set_running_or_notify_cancel():
                return
            if ended.cancelled():
                ours.set_exception(BrokenExecutor(self._lost()))
            elif (error := ended.exception()) is not None:
                ours.set_exception(error)
            else:
                ours.set_result(ended.result())

        theirs.add_done_callback(take)
        return ours

    def _lost(self) -> str:
        return f"The scheduler {self._address} no longer answers."


def _begin_worker() -> None:
    """Leave interrupts to the parent, and end with it even if it is killed: a pool's workers would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
