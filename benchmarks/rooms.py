"""Hundreds of phones in a room of one process: until a new scene is on all of them, and until their answers are taken.

    python benchmarks/rooms.py --phones 500
    python benchmarks/rooms.py --phones 25 --rooms 20

All phones enter at once. A lecturer, who follows the answers as they come, goes from scene to scene. Each phone hears
of it over its event stream and fetches the scene, of about ``--kilobytes`` compressed; then all of them answer within
``--within`` seconds. Beside them one visitor of the front page moves a data point, with the phones and without, and at
the end every answer must be in the lecturer's table.

The phones are plain sockets in this process; the app is in another one, started here.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import gzip
import json
import os
import random
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from visiting.phone import Connection, Phone, PhoneError
from visiting.processes import TELLS, children, cpu_seconds, megabytes
from visiting.visitor import greeted, visit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from app_server import running_app  # noqa: E402

SCENES = 6
"""Of the lesson: the one that the room begins with, and those that it goes to."""

LONGEST_WAIT = 60.0
"""Seconds within which a scene must be on every phone."""


@dataclass(frozen=True)
class Lecturer:
    """A room as its lecturer has it."""

    code: str
    key: str
    asking: Connection
    events: Connection

    async def follow(self) -> None:
        """Take what comes of phones and answers."""
        await self.events.send("GET", f"/room/{self.code}/events?key={self.key}")
        while await self.events.reader.read(65_536):
            pass

    async def steer(self, place: int) -> None:
        """Go to a scene."""
        headers = f"X-Room-Key: {self.key}\r\n"
        status, _ = await self.asking.ask("POST", f"/room/{self.code}/steer", b'{"place": %d}' % place, headers)
        if status != 204:
            raise PhoneError(f"To steer was answered with {status}.")

    async def answers(self) -> int:
        """Return how many answers are in the table."""
        _, table = await self.asking.ask("GET", f"/room/{self.code}/answers.csv", b"", f"X-Room-Key: {self.key}\r\n")
        return _unpacked(table).count(b"\n") - 1


@dataclass
class Found:
    """What was found, in seconds.

    Arguments
        entered: until a phone that came with all others had its first scene.
        told, shown: from each steer until a phone heard of it, and had the scene; answers: of each until it was taken.
        alone, beside: what a move of the front page's visitor took, without the phones and with them.
        lost: what went wrong, as sentences; server: of its processor, until all had answered; memory: in megabytes,
            before and with the phones; scene: bytes of a scene as it came.
    """

    entered: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    server: float = 0.0
    scene: int = 0


async def measure(
    url: str,
    phones: int,
    rooms: int = 1,
    *,
    within: float = 5.0,
    kilobytes: float = 15.0,
    moves: int = 8,
    processes: Sequence[int] = (),
) -> Found:
    """Let phones follow and answer in every room; return what they waited for.

    Arguments
        url: where the app of ``tests/helpers/room_app.py`` is served; phones: in each of so many rooms.
        within: seconds in which all phones answer a scene; kilobytes: of a scene, compressed.
        moves: of a point by a visitor of the front page, with the phones and without.
        processes: those that serve the app, if known.
    """
    found = Found()
    host = urlsplit(url).netloc
    await _move(url, moves, found.alone)
    if processes:
        found.memory.append(megabytes(processes))
    lecturers = [await _open(url, host, kilobytes) for _ in range(rooms)]
    following = [asyncio.create_task(lecturer.follow()) for lecturer in lecturers]
    begun = time.perf_counter()
    seated = await asyncio.gather(
        *(
            Phone.enter(host, lecturer.code, f"phone-of-the-hall-{n:04d}")
            for lecturer in lecturers
            for n in range(phones)
        )
    )
    following += [asyncio.create_task(phone.follow()) for phone in seated]
    await _all_show(seated, 0)
    found.entered = [phone.shown[0] - begun for phone in seated if 0 in phone.shown]
    moving = asyncio.create_task(_move(url, moves, found.beside))
    before = sum(map(cpu_seconds, processes))
    drawn = random.Random(0)
    for place in range(1, SCENES):
        begun = time.perf_counter()
        await asyncio.gather(*(lecturer.steer(place) for lecturer in lecturers))
        await _all_show(seated, place)
        found.told += [phone.told[place] - begun for phone in seated if place in phone.told]
        found.shown += [phone.shown[place] - begun for phone in seated if place in phone.shown]
        await asyncio.gather(*(phone.answer(drawn.uniform(0, within)) for phone in seated))
    found.server = sum(map(cpu_seconds, processes)) - before
    if processes:
        found.memory.append(megabytes(processes))
    await moving
    found.answers = [seconds for phone in seated for seconds in phone.answers]
    found.lost = [sentence for phone in seated for sentence in phone.lost]
    found.scene = max(phone.bytes_of_scene for phone in seated)
    for lecturer in lecturers:
        missing = phones * (SCENES - 1) - await lecturer.answers()
        found.lost += ["An answer is not in the table."] * missing
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    for lecturer in lecturers:
        lecturer.asking.close()
        lecturer.events.close()
    for phone in seated:
        phone.close()
    return found


async def _open(url: str, host: str, kilobytes: float) -> Lecturer:
    """Open a room for a lesson of scenes that cannot be compressed further than that."""
    # Base64 of random bytes: gzip makes of it about what there was.
    text = base64.b64encode(random.Random(1).randbytes(int(1000 * kilobytes))).decode()
    scenes = [[json.dumps([place, text]), json.dumps([place, text, "held back"])] for place in range(SCENES)]
    asked = json.dumps({"title": "A lesson", "scenes": scenes, "lecturer": "{}"}).encode()

    def opened() -> dict[str, str]:
        with urllib.request.urlopen(f"{url}/test/open", asked, timeout=LONGEST_WAIT) as reply:
            return dict(json.loads(reply.read()))

    room = await asyncio.to_thread(opened)
    return Lecturer(room["code"], room["key"], await Connection.to(host), await Connection.to(host))


async def _all_show(phones: Sequence[Phone], place: int) -> None:
    """Wait until a scene is on every phone, or has waited for too long."""
    until = time.perf_counter() + LONGEST_WAIT
    while not all(place in phone.shown for phone in phones):
        if time.perf_counter() > until:
            for phone in phones:
                if place not in phone.shown:
                    phone.lost.append(f"Scene {place} did not come.")
            return
        await asyncio.sleep(0.01)


async def _move(url: str, moves: int, seconds: list[float]) -> None:
    """Let a visitor of the front page move a point so many times."""
    cookies = await asyncio.to_thread(greeted, url)
    async with visit(url, cookies=cookies) as visitor:
        await visitor.enter()
        await visitor.finish()
        for n in range(moves):
            await visitor.rest(0.5)
            begun = time.perf_counter()
            seconds.append(await visitor.move(round(-1 - 0.01 * n, 2)) - begun)
            await visitor.finish()


def _unpacked(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


@contextmanager
def served() -> Iterator[tuple[str, list[int]]]:
    """Serve the app with the address at which rooms are opened: its address, and its processes if they are told."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"OPENBLAS_NUM_THREADS": "1", "LANDSCAPE_STORE": f"{folder}/store"}
        before = children() if TELLS else set()
        script = ROOT / "tests" / "helpers" / "room_app.py"
        with running_app(Path(folder), script, environment=settings) as server:
            yield server.url, sorted(children() - before) if TELLS else []


def table(found: Found) -> str:
    """Return what was found as lines of text."""
    lines = [f"{'':24s} {'times':>7s} {'p50 ms':>8s} {'p95 ms':>8s} {'max ms':>8s}"]
    for name, seconds in (
        ("all enter at once", found.entered),
        ("a scene is announced", found.told),
        ("a scene is shown", found.shown),
        ("an answer is taken", found.answers),
        ("a move without phones", found.alone),
        ("a move beside phones", found.beside),
    ):
        if seconds:
            times = " ".join(f"{1e3 * each:8.0f}" for each in np.percentile(seconds, (50, 95, 100)))
            lines.append(f"{name:24s} {len(seconds):7d} {times}")
    lines.append(f"a scene: {found.scene / 1e3:.1f} kB as it comes")
    if found.memory:
        lines.append(f"memory of the server: {' → '.join(f'{size:.0f}' for size in found.memory)} MB")
        lines.append(f"processor time of the server: {found.server:.1f} s")
    lines.append(f"lost: {len(found.lost)}")
    lines += [f"  {times} × {sentence}" for sentence, times in Counter(found.lost).most_common(10)]
    return "\n".join(lines)


def main() -> None:
    """Measure what the command line asks for, and print it."""
    asked = argparse.ArgumentParser(description="Phones in the rooms of one process.")
    asked.add_argument("--phones", type=int, default=500, help="in each room")
    asked.add_argument("--rooms", type=int, default=1, help="at once")
    asked.add_argument("--within", type=float, default=5.0, help="seconds in which all phones answer a scene")
    asked.add_argument("--kilobytes", type=float, default=15.0, help="of a scene, compressed")
    given = asked.parse_args()
    with served() as (url, processes):
        found = asyncio.run(
            measure(
                url,
                given.phones,
                given.rooms,
                within=given.within,
                kilobytes=given.kilobytes,
                processes=processes,
            )
        )
    rooms = f" in each of {given.rooms} rooms" if given.rooms > 1 else ""
    print(
        f"{given.phones} phones{rooms}, {SCENES - 1} scenes, each answered within {given.within:g} s; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(table(found))
    if found.lost:
        sys.exit(1)


if __name__ == "__main__":
    main()
