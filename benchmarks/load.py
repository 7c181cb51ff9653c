"""Many visitors of the front page at once, each over a websocket of its own as a browser has one.

    python benchmarks/load.py --visitors 100 --seconds 60 --every 3 --acts move drag play
    python benchmarks/load.py --enter-at-once 200
    python benchmarks/load.py --url http://127.0.0.1:8501 --processes 1234
    python benchmarks/load.py --replicas 2 --kill-after 20
    python benchmarks/load.py --static 200

All visitors enter at once. Then each acts, waits until the picture that replies has come and its page is at rest, looks
at it for about as long as ``--every`` says, and acts again. What a visitor does is drawn from ``--acts``: *move* types
a number nobody has typed before into the field of x₁, *drag* drags the point on its way and then lets it go, *play*
reports where playback rests. At the end every visitor's last picture must hold the x₁ that it set last.

With ``--replicas`` so many processes serve the app behind the proxy of ``deploy/``, and ``--kill-after`` ends the first
of them after so many seconds, as a crash does. Who has lost her connection opens her address anew, and again until she
has it; *back* is the time until she has the same picture.

With ``--static`` so many visitors open the static site at once, from Python's own file server: each fetches what her
first visit needs, and moves cost the server nothing.

The browser's own work is left out, and so are the files that it fetches. Unless ``--url`` names a running one, the app
is started here; its processor time and memory are those of the processes that serve the pages.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from visiting.processes import TELLS, children, cpu_seconds, megabytes
from visiting.static_visitor import first_visit, served_site
from visiting.visitor import ConnectionLostError, VisitError, Visitor, greeted, visit
from websockets.exceptions import WebSocketException

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from app_server import free_port, running_app  # noqa: E402
from proxy import proxied  # noqa: E402

Act = Literal["move", "drag", "play"]
ACTS: tuple[Act, ...] = ("move", "drag", "play")
FARTHEST = 2.4
"""x₁ is drawn from minus to plus this: as far as the sliders reach without another range."""

BACK_WITHIN = 60.0
"""Seconds for which a visitor who has lost her connection tries to open her page again."""

JITTER = 0.3
"""A visitor's pauses differ by up to this fraction, so that they do not act in step."""


@dataclass(frozen=True)
class Used:
    """What has been used up to a moment: seconds by the clock, of the server's and of this process's processor."""

    clock: float
    server: float
    here: float

    @classmethod
    def now(cls, processes: Collection[int]) -> Used:
        """Return what these processes of the server, and this one, have used up to now; one that is gone, nothing."""
        return cls(time.perf_counter(), sum(map(cpu_seconds, processes)), time.process_time())

    def since(self, before: Used) -> Used:
        """Return what was used since an earlier moment."""
        return Used(self.clock - before.clock, self.server - before.server, self.here - before.here)


@dataclass
class Waits:
    """What was waited for, and what came with it.

    Arguments
        seconds: of each answer, until its picture had come; payload, wire: bytes that came, uncompressed and as sent.
    """

    seconds: list[float] = field(default_factory=list)
    payload: int = 0
    wire: int = 0


@dataclass
class Found:
    """What a benchmark found.

    Arguments
        waits: for each thing that visitors did, "enter" and those of ``Act``.
        entering, acting: what was used until the last page was at rest; memory: of the server in megabytes, before,
            after entering, at the end; nothing where this machine does not tell.
        errors: each complaint and failure, as a sentence; lost: those whose last picture does not hold what they set.
    """

    waits: dict[str, Waits] = field(default_factory=dict)
    entering: Used | None = None
    acting: Used | None = None
    memory: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


async def measure(
    url: str,
    visitors: int,
    *,
    seconds: float = 0.0,
    every: float = 3.0,
    acts: Sequence[Act] = ("move",),
    most_acts: int | None = None,
    query: str = "",
    processes: Collection[int] = (),
    kill: Callable[[], None] | None = None,
    kill_after: float = 0.0,
) -> Found:
    """Let visitors enter and act; return what they waited for and what it cost.

    Arguments
        url: where the app is served; query: of the address by which they come, without "?".
        seconds: for which they act, 0 if they only enter; every: seconds between an answer and a visitor's next act.
        acts: what they do, drawn anew each time; most_acts: after which a visitor stops, None for no such end.
        processes: those that serve the app, if known.
        kill: ends one of them, ``kill_after`` seconds after the visitors have begun to act.
    """
    found = Found()
    # Before the clock runs: what is asked before a websocket is opened costs nothing beside it.
    cookies = [await asyncio.to_thread(greeted, url) for _ in range(visitors)]

    def remember_memory() -> None:
        if processes:
            found.memory.append(megabytes(processes))

    async with AsyncExitStack() as stack:
        remember_memory()
        begun = Used.now(processes)
        entered = await asyncio.gather(*(_enter(stack, url, query, cookie, found) for cookie in cookies))
        there = [visitor for visitor in entered if visitor is not None]
        found.entering = Used.now(processes).since(begun)
        remember_memory()
        if seconds:
            begun = Used.now(processes)
            until = begun.clock + seconds
            killing = asyncio.create_task(_later(kill_after, kill)) if kill is not None else None
            there = await asyncio.gather(
                *(
                    _act(_Place(stack, url, visitor, place), until, every, acts, most_acts, found)
                    for place, visitor in enumerate(there)
                )
            )
            if killing is not None:
                await killing
            found.acting = Used.now(processes).since(begun)
        remember_memory()
        for visitor in there:
            found.errors += visitor.errors
            shown = visitor.picture.x[0] if visitor.picture is not None else None
            if visitor.x1 is not None and shown != visitor.x1:
                found.lost.append(f"x₁ = {visitor.x1} was set, and {shown} is shown.")
    return found


async def _enter(stack: AsyncExitStack, url: str, query: str, cookies: str, found: Found) -> Visitor | None:
    """Let a visitor enter; return it, or None where it could not."""
    begun = time.perf_counter()
    try:
        visitor = await stack.enter_async_context(visit(url, query, cookies))
        shown = await visitor.enter()
        await visitor.finish()
    except (VisitError, OSError, TimeoutError, WebSocketException) as failed:
        found.errors.append(f"enter: {failed}")
        return None
    waits = found.waits.setdefault("enter", Waits())
    waits.seconds.append(shown - begun)
    waits.payload += visitor.payload
    waits.wire += visitor.socket.on_the_wire
    return visitor


@dataclass
class _Place:
    """Where a visitor sits: what opens her page anew, and who she is among the others."""

    stack: AsyncExitStack
    url: str
    visitor: Visitor
    number: int


async def _later(seconds: float, kill: Callable[[], None]) -> None:
    await asyncio.sleep(seconds)
    await asyncio.to_thread(kill)


async def _act(
    place: _Place, until: float, every: float, acts: Sequence[Act], most: int | None, found: Found
) -> Visitor:
    """Let a visitor act until the time is over, and return her, with the connection that she then has.

    Her choices are the same each time, by her place among the others.
    """
    drawn = random.Random(place.number)
    pause, done = drawn.uniform(0, every), 0
    try:
        while time.perf_counter() + pause < until and (most is None or done < most):
            try:
                await place.visitor.rest(pause)
                await _act_once(place.visitor, drawn.choice(acts), drawn, found)
            except ConnectionLostError:
                await _come_back(place, found)
            pause, done = every * drawn.uniform(1 - JITTER, 1 + JITTER), done + 1
    except VisitError as failed:
        found.errors.append(f"after {done} acts: {failed}")
    return place.visitor


async def _come_back(place: _Place, found: Found) -> None:
    """Open a visitor's page anew, by the address that it had last; raises VisitError where that fails for long."""
    begun = time.perf_counter()
    before = place.visitor
    while True:
        try:
            cookies = await asyncio.to_thread(greeted, place.url)
            visitor = await place.stack.enter_async_context(visit(place.url, before.query, cookies))
            shown = await visitor.enter()
            await visitor.finish()
            break
        except (VisitError, OSError, TimeoutError, WebSocketException) as failed:
            if time.perf_counter() - begun > BACK_WITHIN:
                raise VisitError(f"She did not come back within {BACK_WITHIN:.0f} s: {failed}") from failed
            await asyncio.sleep(0.25)
    # What was under way when the connection was lost may have reached the address already, or never the server.
    kept = [before.picture.x[0]] if before.picture is not None else []
    expected = kept if before.x1 is None else [*kept, before.x1]
    shown_now = visitor.picture.x[0] if visitor.picture is not None else None
    if shown_now not in expected:
        found.lost.append(f"x₁ = {kept} was shown before the connection was lost, and {shown_now} after.")
    visitor.x1 = shown_now
    place.visitor = visitor
    waits = found.waits.setdefault("back", Waits())
    waits.seconds.append(shown - begun)
    waits.payload += visitor.payload
    waits.wire += visitor.socket.on_the_wire


async def _act_once(visitor: Visitor, act: Act, drawn: random.Random, found: Found) -> None:
    """Let a visitor do one thing, and note what it waited for."""
    waits = found.waits.setdefault(act, Waits())
    payload, wire = visitor.payload, visitor.socket.on_the_wire
    x1 = round(drawn.uniform(-FARTHEST, FARTHEST), 5)
    begun = time.perf_counter()
    match act:
        case "move":
            waits.seconds.append(await visitor.move(x1) - begun)
        case "drag":
            on_the_way = await visitor.drag(round(x1 / 2, 5), final=False)
            waits.seconds += [on_the_way - begun, await visitor.drag(x1, final=True) - on_the_way]
        case "play":
            waits.seconds.append(await visitor.play(drawn.randint(0, 100)) - begun)
    await visitor.finish()
    waits.payload += visitor.payload - payload
    waits.wire += visitor.socket.on_the_wire - wire


@contextmanager
def served(replicas: int = 1) -> Iterator[tuple[str, set[int], Callable[[], None]]]:
    """Serve the app: its address, the processes that serve it where this machine tells which, and what kills one."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        # One thread of linear algebra, as a host is told to set.
        settings = {"OPENBLAS_NUM_THREADS": "1", "LANDSCAPE_STORE": str(folder / "store")}
        settings["STREAMLIT_SERVER_COOKIE_SECRET"] = "of all replicas"
        before = children() if TELLS else set()
        servers = []
        for number in range(replicas):
            own = folder / str(number)
            own.mkdir()
            servers.append(stack.enter_context(running_app(own, environment=settings)))
        processes = children() - before if TELLS else set()
        url = servers[0].url if replicas == 1 else stack.enter_context(proxied(folder, servers))

        def kill() -> None:
            process = servers[0].process
            if process is not None:
                process.kill()
                process.wait()

        yield url, processes, kill


async def measure_static(url: str, visitors: int, processes: Collection[int] = ()) -> Found:
    """Let visitors open the static site at once; return what they waited for and what it cost.

    Arguments
        url: of its front page; processes: those that serve it, if known.
    """
    found = Found()
    begun = Used.now(processes)
    waits = found.waits.setdefault("enter", Waits())
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(visitors) as threads:
        visits = [loop.run_in_executor(threads, first_visit, url) for _ in range(visitors)]
        for fetched in await asyncio.gather(*visits, return_exceptions=True):
            if isinstance(fetched, BaseException):
                found.errors.append(f"enter: {fetched}")
                continue
            waits.seconds.append(fetched.seconds)
            waits.payload += fetched.wire
            waits.wire += fetched.wire
    found.entering = Used.now(processes).since(begun)
    if processes:
        found.memory.append(megabytes(processes))
    return found


def table(found: Found) -> str:
    """Return what was found as lines of text."""
    lines = [
        f"{'':10s} {'answers':>7s} {'p50 ms':>8s} {'p95 ms':>8s} {'max ms':>8s} {'kB each':>8s} {'on the wire':>12s}"
    ]
    for name, waits in found.waits.items():
        if waits.seconds:
            times = " ".join(f"{1e3 * each:8.0f}" for each in np.percentile(waits.seconds, (50, 95, 100)))
            count = len(waits.seconds)
            lines.append(
                f"{name:10s} {count:7d} {times} {waits.payload / count / 1e3:8.1f} {waits.wire / count / 1e3:12.1f}"
            )
    count = sum(len(waits.seconds) for name, waits in found.waits.items() if name != "enter")
    entered = len(found.waits.get("enter", Waits()).seconds)
    for name, used, answers in (("entering", found.entering, entered), ("acting", found.acting, count)):
        if used is not None and answers:
            server = f"server {1e3 * used.server / answers:.0f} ms of CPU each" if found.memory else "server not known"
            share = f"{100 * used.server / used.clock:.0f} % of a core, " if found.memory else ""
            lines.append(
                f"{name}: {used.clock:.1f} s, {answers / used.clock:.1f} answers a second; {server}, {share}"
                f"visitors {1e3 * used.here / answers:.1f} ms each, {100 * used.here / used.clock:.0f} % of a core"
            )
    if found.memory:
        lines.append(f"memory of the server: {' → '.join(f'{size:.0f}' for size in found.memory)} MB")
    else:
        lines.append("processor time and memory of the server: not known here")
    for name, sentences in (("errors", found.errors), ("lost", found.lost)):
        lines.append(f"{name}: {len(sentences)}")
        lines += [f"  {times} × {sentence}" for sentence, times in Counter(sentences).most_common(10)]
    return "\n".join(lines)


def main() -> None:
    """Measure what the command line asks for, and print it."""
    asked = argparse.ArgumentParser(description="Many visitors of the front page at once.")
    asked.add_argument("--visitors", type=int, default=100, help="how many there are")
    asked.add_argument("--seconds", type=float, default=60.0, help="for which they act")
    asked.add_argument("--every", type=float, default=3.0, help="seconds between an answer and a visitor's next act")
    asked.add_argument("--acts", nargs="+", choices=ACTS, default=["move"], help="what they do, drawn anew each time")
    asked.add_argument("--enter-at-once", type=int, metavar="N", help="N visitors enter, and do nothing else")
    asked.add_argument("--static", type=int, metavar="N", help="N visitors load the static site, and nothing else")
    asked.add_argument(
        "--replicas", type=int, default=1, help="processes that serve the app, behind a proxy if several"
    )
    asked.add_argument("--kill-after", type=float, metavar="SECONDS", help="when the first of several replicas dies")
    asked.add_argument("--query", default="", help="of the address by which they come, without the question mark")
    asked.add_argument("--url", help="of an app that is running, otherwise it is started here")
    asked.add_argument(
        "--processes", type=int, nargs="*", default=[], help="those that serve that app, if on this machine"
    )
    given = asked.parse_args()
    if given.kill_after is not None and (given.replicas < 2 or given.url):
        asked.error("--kill-after needs --replicas of at least 2, started here")
    visitors = given.enter_at_once or given.visitors
    seconds = 0.0 if given.enter_at_once else given.seconds

    def run(url: str, processes: Collection[int], kill: Callable[[], None] | None = None) -> Found:
        return asyncio.run(
            measure(
                url,
                visitors,
                seconds=seconds,
                every=given.every,
                acts=given.acts,
                query=given.query,
                processes=processes if TELLS else (),
                kill=kill,
                kill_after=given.kill_after or 0.0,
            )
        )

    if given.static:
        visitors, seconds = given.static, 0.0
        with tempfile.TemporaryDirectory() as folder, served_site(Path(folder) / "site", free_port()) as (url, pid):
            found = asyncio.run(measure_static(url, visitors, {pid} if TELLS else ()))
    elif given.url:
        found = run(given.url.rstrip("/"), given.processes)
    else:
        with served(given.replicas) as (url, processes, kill):
            found = run(url, processes, None if given.kill_after is None else kill)
    where = " of the static site" if given.static else ""
    acting = f", each acting every {given.every:g} s for {seconds:g} s" if seconds else " entering at once"
    replicas = f", {given.replicas} replicas" if given.replicas > 1 else ""
    killed = "" if given.kill_after is None else f", one killed after {given.kill_after:g} s"
    print(
        f"{visitors} visitors{where}{acting}{replicas}{killed}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(table(found))
    if found.errors or found.lost:
        sys.exit(1)


if __name__ == "__main__":
    main()
