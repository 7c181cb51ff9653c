"""Long work on the workers of a Dask scheduler, which the environment names."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any
from uuid import uuid4

from landscape.web.jobs import wire
from landscape.web.jobs.processes import default_workers, processes
from landscape.web.jobs.runners import FAILED, Ending, Events, Runner, Running, ending_of
from landscape.web.jobs.status import Work

LOST = "The scheduler that was to compute this no longer answers. It can be begun again."

CONNECT = 5
"""Seconds that the scheduler may take to answer."""

EVERY = 0.5
"""Seconds between two looks at the progress, and least seconds between two reports."""


class Cluster:
    """Runs work on a Dask cluster, as many pieces at a time as its workers have threads.

    Arguments
        address: of the scheduler, such as ``tcp://10.0.0.1:8786``.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.capacity = 1
        self._lock = threading.Lock()
        self._client: Any = None

    def warm(self) -> None:
        """Nothing: the workers of a cluster are there."""

    def fallback(self) -> Runner | None:
        """Return processes of this machine: the scheduler does not answer."""
        return processes(default_workers())

    def begin(self, work: Work[Any], events: Events) -> Running:
        """Hand work to the scheduler, in a thread that then follows it."""
        running = _Remote()
        frame = wire.packed(work)
        threading.Thread(target=self._follow, args=(frame, events, running), name="cluster", daemon=True).start()
        return running

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None or self._client.status != "running":
                import distributed

                library: Any = distributed  # its own types are incomplete
                self._client = library.Client(self.address, timeout=CONNECT, set_as_default=False)
            self.capacity = max(1, sum(self._client.nthreads().values()))
            return self._client

    def _follow(self, frame: wire.Frame, events: Events, running: _Remote) -> None:
        try:
            client = self._connected()
        except (ImportError, OSError, ValueError) as error:
            logging.getLogger(__name__).warning("No computation on %s: %s", self.address, error)
            events.not_begun()
            return
        name = uuid4().hex
        try:
            progress, halt = _shared(name, client)
            progress.set(wire.packed((0.0, "It begins.", None)))
            future = client.submit(on_cluster, frame, name, key=f"landscape-{name}", pure=False, retries=0)
            events.begun()
            while not future.done():
                if running.halted.is_set():
                    halt.set()
                if running.killed.is_set():
                    future.cancel()
                    break
                events.report(*wire.unpacked(progress.get(timeout=CONNECT)))
                if client.status != "running":
                    raise OSError(client.status)
                time.sleep(EVERY)
            if running.killed.is_set():
                events.ended(Ending(error=LOST))
                return
            answer = future.result(timeout=CONNECT)
            ending = wire.unpacked(answer)
            events.ended(Ending(ending.result, ending.error, ending.trace, sum(map(len, answer))))
            progress.delete()
        except Exception as error:  # a cluster may lose its workers or its scheduler in many ways
            logging.getLogger(__name__).warning("A computation on %s was lost: %r", self.address, error)
            events.ended(Ending(error=LOST))


class _Remote:
    """Work on the cluster."""

    def __init__(self) -> None:
        self.halted, self.killed = threading.Event(), threading.Event()

    def halt(self) -> None:
        """Tell it to end at its next step."""
        self.halted.set()

    def kill(self) -> None:
        """Wait for it no longer."""
        self.killed.set()


def _shared(name: str, client: Any) -> tuple[Any, Any]:
    """Return what the app and the worker share: the progress of a piece of work, and the wish that it halt."""
    import distributed

    library: Any = distributed  # its own types are incomplete
    return library.Variable(f"progress {name}", client=client), library.Event(f"halt {name}", client=client)


def on_cluster(frame: wire.Frame, name: str) -> wire.Frame:
    """Do work on a worker of the cluster, publishing its progress under a name, and return how it ended."""
    from distributed import get_client

    shown, halting = _shared(name, get_client())
    halt, over = threading.Event(), threading.Event()
    sent = [0.0]

    def listen() -> None:
        while not over.is_set() and not halt.is_set():
            try:
                if halting.wait(timeout=EVERY):
                    halt.set()
            except Exception:  # the scheduler is gone: the worker will end this itself
                over.wait(EVERY)

    def report(progress: float, text: str, partial: Any = None) -> None:
        if time.monotonic() - sent[0] >= EVERY:
            sent[0] = time.monotonic()
            shown.set(wire.packed((progress, text, partial)))

    def unpacked_and_done(reported: Any, halted: threading.Event) -> Any:
        return wire.unpacked(frame)(reported, halted)

    threading.Thread(target=listen, daemon=True).start()
    try:
        return wire.packed(ending_of(unpacked_and_done, report, halt))
    except Exception as unfit:
        return wire.packed(Ending(error=FAILED, trace=f"The result cannot leave its process: {unfit!r}"))
    finally:
        over.set()
