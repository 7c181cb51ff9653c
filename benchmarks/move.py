"""What a move on the front page sends to its visitor, and the processor time that it takes the server.

    python benchmarks/move.py [moves]

A visitor without a browser changes x₁, over a websocket as a browser does, on this page, whose pictures the browser
solves and draws, and on the same page made to do that itself (``browser/drawn_by_server.py``), turn about. Needs Linux,
whose /proc says what a server has used.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from visiting.processes import children, cpu_seconds
from visiting.visitor import Visitor, visit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from app_server import running_app  # noqa: E402

from landscape.scenario.presets import PRESETS, Preset  # noqa: E402

SCRIPTS = (ROOT / "app.py", Path(__file__).with_name("browser") / "drawn_by_server.py")
"""This page, and the one that it is compared with."""

WARM = 5
"""Moves before those that are measured."""


@asynccontextmanager
async def visited(script: Path, query: str) -> AsyncIterator[tuple[Visitor, int]]:
    """Serve a page and visit it; yield the visitor and the server's process."""
    before = children()
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), script) as server:
        (process,) = children() - before
        async with visit(server.url, query) as visitor:
            await visitor.enter()
            await visitor.finish()
            yield visitor, process


async def compared(preset: Preset, moves: int) -> tuple[list[list[int]], list[float]]:
    """Return for both pages the bytes of each move of x₁ in a preset, and the CPU seconds that one takes."""
    sizes: list[list[int]] = [[], []]
    async with AsyncExitStack() as held:
        query = urlencode(preset.scenario.to_query(), doseq=True)
        pages = [await held.enter_async_context(visited(script, query)) for script in SCRIPTS]
        for k in range(WARM + moves):
            if k == WARM:
                begun = [cpu_seconds(process) for _, process in pages]
            for (visitor, _), found in zip(pages, sizes, strict=True):
                before = visitor.payload
                await visitor.move(preset.scenario.data.x[0] * (1 + 0.003 * (k + 1)))
                await visitor.finish()
                found.append(visitor.payload - before)
        # A tick of /proc is 10 ms: only the sum over many moves says how long one takes.
        spent = [(cpu_seconds(process) - before) / moves for (_, process), before in zip(pages, begun, strict=True)]
    return [found[WARM:] for found in sizes], spent


def main() -> None:
    """Measure a move of each preset, and print medians."""
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    print(f"medians of {moves} moves of x₁, drawn by the browser / by the server; {os.cpu_count()} cores")
    print(f"{'':16s} {'kB':>16s} {'CPU, ms':>16s} {'ratio of CPU':>13s} {'load':>5s}")
    for preset in PRESETS:
        sizes, (ours, other) = asyncio.run(compared(preset, moves))
        sent = "{:7.1f} /{:7.1f}".format(*(median(found) / 1e3 for found in sizes))
        spent = f"{1e3 * ours:7.1f} /{1e3 * other:7.1f}"
        print(f"{preset.name:16s} {sent} {spent} {other / ours:13.2f} {os.getloadavg()[0]:5.1f}", flush=True)


if __name__ == "__main__":
    main()
