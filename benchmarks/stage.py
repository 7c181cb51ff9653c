"""The front page in a browser, beside the same four figures through ``st.plotly_chart``.

    python benchmarks/stage.py [repetitions]

Both pages are open in one headless Chromium, and measured turn about. A plot counts as painted when the frame after the
last change of its drawing is handed over to be shown. This page paints a change twice: at once, by its own engine, with
all numbers, and then again by plotly.js, with what can be hovered. Needs Linux, whose /proc says what a server has used
and loaded.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "app.py"
PLAIN = Path(__file__).with_name("browser") / "plain_charts.py"
sys.path.insert(0, str(ROOT / "tests" / "helpers"))
import chromium  # noqa: E402
from app_server import running_app  # noqa: E402
from browser.probes import COUNT, DRAG, WATCH  # noqa: E402
from visiting.processes import children, cpu_seconds  # noqa: E402

# As Chromium itself does without a graphics card: the page is put together by the processor directly. The tests' flag
# would do that through an imitated graphics card too, at several times the cost.
FLAGS = [flag for flag in chromium.FLAGS if not flag.startswith("--use-angle")]
VIEWPORT = {"width": 1366, "height": 768}
SECONDS = 4.0
"""How long a drag and a playback are watched."""

TEN_RUNS = "?x=-1,1&y=1,2&run=none&starts=10&steps=500&step=0.0005"
"""So small a step that every run takes all of its 500."""

ALL_NEW = "(before) => window.held().every((sum, k) => sum !== before[k])"
PAINTED = "window.watched.painted > window.watched.pressed && window.watched.painted > window.watched.changed"
QUIET = "window.watched.changed > window.watched.pressed && performance.now() - window.watched.changed > 700"


@contextmanager
def served(script: Path) -> Iterator[tuple[str, int]]:
    """Serve a page with the repository's settings; yield its address and the server's process."""
    with tempfile.TemporaryDirectory() as folder:
        if script != APP:
            # Beside a copy of the settings, for Streamlit reads those of the folder it is started in.
            shutil.copytree(ROOT / ".streamlit", Path(folder) / ".streamlit")
            text = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{script.read_text(encoding='utf-8')}"
            script = Path(folder) / script.name
            script.write_text(text, encoding="utf-8")
        before = children()
        with running_app(Path(folder), script) as server:
            (process,) = children() - before
            yield server.url, process


def has_loaded(process: int, library: str) -> bool:
    """Whether a process has a library's compiled parts in memory."""
    return f"/{library}/" in Path(f"/proc/{process}/maps").read_text()


def opened(browser: Browser, url: str, sent: list[float] | None = None) -> Page:
    """Open a page and wait for its four plots; ``sent`` gets the time of every message to the server."""
    page = browser.new_page(viewport=VIEWPORT)
    if sent is not None:
        page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(time.perf_counter())))
    page.goto(url)
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 4", timeout=90_000)
    page.evaluate(WATCH)
    page.wait_for_timeout(2500)
    return page


def change_number(page: Page, value: float) -> tuple[float, float]:
    """Type a number; return the milliseconds from Enter until all plots show it, and until plotly.js has drawn it."""
    before = page.evaluate("window.held()")
    field = page.get_by_role("spinbutton", name="y₁", exact=True)
    field.fill(f"{value:.4g}")
    field.press("Enter")
    # The sums over all that the plots hold keep a page busy: they are asked for when it has come to rest.
    page.wait_for_function(QUIET, polling=100)
    page.wait_for_function(ALL_NEW, arg=before, polling=1000)
    page.wait_for_function(QUIET, polling=100)
    shown, painted = page.evaluate(
        "(({ pressed, foreseen, painted }) => [(foreseen > pressed ? foreseen : painted) - pressed, painted - pressed])"
        "(window.watched)"
    )
    return shown, painted


def cached_rerun(page: Page, process: int, count: int = 40) -> float:
    """Return the server's milliseconds of processor time for a rerun that finds everything in its caches."""

    def select(k: int) -> None:
        drawn = page.locator(".stage").get_attribute("data-drawn")
        page.locator(f"li[data-run=run{k % 2}] .stage-text").click()
        page.wait_for_function("(before) => document.querySelector('.stage').dataset.drawn !== before", arg=drawn)

    for k in range(4):
        select(k)
    page.wait_for_timeout(1000)
    begun = cpu_seconds(process)
    for k in range(count):
        select(k)
    page.wait_for_timeout(200)
    return 1e3 * (cpu_seconds(process) - begun) / count


def drag(page: Page, sent: list[float]) -> tuple[float, float]:
    """Drag a data point in circles; return how often a second the field is painted, and the server asked."""
    box = page.locator('[data-handle="data1"]').bounding_box()
    assert box is not None
    middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    page.mouse.move(**middle)
    page.mouse.down()
    begun = time.perf_counter()
    painted = page.evaluate(DRAG, {**middle, "seconds": SECONDS})
    passed = time.perf_counter() - begun
    asked = sum(0 <= at - begun < passed for at in sent)
    page.mouse.up()
    page.wait_for_timeout(1500)
    return painted, asked / passed


def drag_plain(page: Page) -> float:
    """Step the number on, each time as soon as the last step is painted; return the steps a second."""
    field = page.get_by_role("spinbutton", name="y₁", exact=True)
    field.focus()
    begun, moves = time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        before = page.evaluate("window.held()")
        field.press("ArrowUp")
        page.wait_for_function(ALL_NEW, arg=before)
        page.wait_for_function(PAINTED)
        moves += 1
    return moves / (time.perf_counter() - begun)


def play(page: Page) -> float:
    """Play the runs from their start; return the frames painted a second."""
    page.evaluate("document.querySelector('[aria-label=Play]').click()")
    painted = page.evaluate(COUNT, SECONDS)
    page.evaluate("document.querySelector('[aria-label=Pause]')?.click()")
    page.locator(".stage-scrub").press("End")
    page.wait_for_timeout(500)
    return painted


def main() -> None:
    """Measure everything in turn, and print the medians."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    sent: list[float] = []
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)

    with served(APP) as (app, server), served(PLAIN) as (plain, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        ours = opened(browser, app, sent)
        print(f"CVXPY loaded when the first page stands: {'yes' if has_loaded(server, 'cvxpy') else 'no'}")
        theirs, ten = opened(browser, plain), opened(browser, f"{app}/{TEN_RUNS}")
        for k in range(repetitions):
            for again in range(3):
                value = 0.8 + 0.037 * (3 * k + again)
                for name, page in (("ours", ours), ("plain", theirs)):
                    page.bring_to_front()
                    page.wait_for_timeout(500)
                    shown, painted = change_number(page, value)
                    if k or again:  # the first finds nothing compiled
                        note(f"change {name}", shown)
                        note(f"drawn {name}", painted)
            note("steps", drag_plain(theirs))
            ours.bring_to_front()
            painted, asked = drag(ours, sent)
            note("drag", painted)
            note("asked", asked)
            note("rerun", cached_rerun(ours, server))
            ten.bring_to_front()
            note("play", play(ten))
        browser.close()
    m = {name: median(values) for name, values in found.items()}
    pairs = zip(found["change ours"], found["change plain"], strict=True)
    print(f"medians of {repetitions} rounds; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'':58s} {'this page':>10s} {'st.plotly_chart':>16s} {'ratio':>6s}")
    for text, mine, other, ratio in (
        (
            "a changed number until all four plots show it, ms",
            m["change ours"],
            m["change plain"],
            median(b / a for a, b in pairs),
        ),
        (
            "a changed number until plotly.js has drawn it, ms",
            m["drawn ours"],
            m["drawn plain"],
            m["drawn plain"] / m["drawn ours"],
        ),
        ("moves of a drag painted a second", m["drag"], m["steps"], m["drag"] / m["steps"]),
    ):
        print(f"{text:58s} {mine:10.1f} {other:16.1f} {ratio:6.1f}")
    for text, name in (
        ("times a second the server is asked during that drag", "asked"),
        ("frames a second, ten runs of 500 steps played", "play"),
        ("a rerun with everything cached, ms of server CPU", "rerun"),
    ):
        print(f"{text:58s} {m[name]:10.1f}")
    for name, values in found.items():
        print(f"  {name:14s} {' '.join(f'{value:.1f}' for value in values)}")


if __name__ == "__main__":
    main()
