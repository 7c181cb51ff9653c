"""What a visitor sees and does on the stage, for the tests in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

VIEWS = ("Loss landscape", "Network outputs", "Convex landscape", "Loss curves")


def drawn(page: Page) -> Page:
    """Wait until the stage has drawn, and Streamlit has nothing left to do; an opening that plays is skipped."""
    page.wait_for_selector(".stage[data-drawn]")
    skip_opening(page)
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    return page


def into_stage(page: Page) -> None:
    """Bring the focus into the stage, as a press on a picture does: its keys act there."""
    page.locator(".stage").first.focus()


def skip_opening(page: Page) -> None:
    """Touch the page where its opening plays, and nothing of it."""
    page.evaluate("""() => {
      const stage = document.querySelector('.stage');
      if (stage.dataset.opening === 'plays') document.body.dispatchEvent(new WheelEvent('wheel', { bubbles: true }));
    }""")


def redrawn(page: Page, before: str | None) -> Page:
    """Wait until the stage has drawn again since it had drawn ``before`` times."""
    expect(page.locator(".stage")).not_to_have_attribute("data-drawn", before or "")
    return drawn(page)


def frames_pass(page: Page, count: int) -> None:
    """Wait until the browser has shown this many frames more."""
    page.evaluate(
        """(count) => new Promise((done) => {
          const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
          next();
        })""",
        count,
    )


def times_drawn(page: Page) -> str | None:
    """Return how often the stage has drawn what Python sent."""
    return page.locator(".stage").get_attribute("data-drawn")


def previews(page: Page) -> int:
    """Return how often the stage has drawn what the browser worked out by itself."""
    return int(page.locator(".stage").get_attribute("data-previews") or 0)


def wait_for_preview(page: Page, before: int) -> None:
    """Wait until the stage has previewed more changes than ``before``."""
    page.wait_for_function("(before) => Number(document.querySelector('.stage').dataset.previews) > before", arg=before)


def two_frames(page: Page) -> None:
    """Wait for two frames of the page: what has happened by now is drawn, and observers of sizes have been called."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def sentence(page: Page, run: str = "run0") -> str:
    """Return the sentence of a run."""
    return sentence_locator(page, run).inner_text()


def sentence_locator(page: Page, run: str = "run0") -> Locator:
    """Return where the sentence of a run is shown, to wait for its text."""
    return page.locator(f".stage-sentences li[data-run={run}] .stage-text")


def follow(page: Page, name: str) -> None:
    """Follow a link of the menu; what is said of the one that the pointer was on would lie over it."""
    page.mouse.move(640, 360)
    page.get_by_role("link", name=name, exact=True).click()


def type_in(page: Page, label: str, value: str, wait: Callable[[Page, str | None], Page] = redrawn) -> None:
    """Type a number into its field among the controls, and wait until the stage has drawn what it comes to."""
    before = times_drawn(page)
    field = page.get_by_role("spinbutton", name=label, exact=True)
    field.fill(value)
    field.press("Enter")
    wait(page, before)


def press(page: Page, name: str) -> None:
    """Press a button of the stage and wait for its answer."""
    before = times_drawn(page)
    page.locator(".stage").get_by_role("button", name=name, exact=True).first.click()
    redrawn(page, before)


def plotted(page: Page) -> dict[str, Any]:
    """Return what every plot holds: its traces' kinds and coordinates, and its axes."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.stage-view')].map((view) => {
          const plot = view.querySelector('.stage-plot');
          const round = (v) => Array.from(v ?? []).map((a) => (typeof a === 'number' ? +a.toPrecision(9) : a));
          return [view.dataset.view, {
            traces: plot._fullData.map((t) => [t.type, t.uid, round(t.x), round(t.y)]),
            ranges: [plot._fullLayout.xaxis?.range, plot._fullLayout.yaxis?.range],
          }];
        }))"""
    )


def trace(page: Page, view: str, uid: str) -> tuple[list[float], list[float]]:
    """Return x and y of one trace of a view."""
    return page.evaluate(
        """([view, uid]) => {
          const plot = document.querySelector(`[data-view=${view}] .stage-plot`);
          const found = plot._fullData.find((t) => t.uid === uid);
          return [Array.from(found.x), Array.from(found.y)];
        }""",
        [view, uid],
    )


def place(page: Page, view: str, x: float, y: float) -> tuple[float, float]:
    """Return where on the screen a point of a plot is, in its data's coordinates."""
    page.locator(f"[data-view={view}] .stage-plot").scroll_into_view_if_needed()
    found = page.evaluate(
        """([view, x, y]) => {
          const plot = document.querySelector(`[data-view=${view}] .stage-plot`);
          const { xaxis, yaxis } = plot._fullLayout;
          const box = plot.getBoundingClientRect();
          return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
        }""",
        [view, x, y],
    )
    return found[0], found[1]


def handle(page: Page, name: str) -> Locator:
    """Return the handle of this id."""
    return page.locator(f".stage-handle[data-handle='{name}']")


def taken(page: Page, name: str) -> tuple[float, float]:
    """Take hold of a handle with the mouse and return where it is; the button stays down."""
    node = handle(page, name)
    node.scroll_into_view_if_needed()
    box = node.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    return middle


def click_at(page: Page, view: str, x: float, y: float, *, shift: bool = False) -> None:
    """Click a place of a plot, in its data's coordinates, and wait for the answer."""
    before = times_drawn(page)
    point = place(page, view, x, y)
    page.mouse.move(point[0] - 5, point[1] - 5)
    page.mouse.move(*point)
    if shift:
        page.keyboard.down("Shift")
    page.mouse.click(*point)
    if shift:
        page.keyboard.up("Shift")
    redrawn(page, before)


def watch_frames(page: Page) -> None:
    """Look at every frame from now on: whether the map is painted, and as a preview or as at rest."""
    page.evaluate(
        """() => {
          window.frames_seen = { count: 0, blank: 0, at_rest: 0, labels: [] };
          const area = document.querySelector("[data-view=map] .stage-plot");
          const next = () => {
            const seen = window.frames_seen;
            if (seen.over) return;
            const canvas = area.querySelector(".stage-overlay");
            const previewed = area.classList.contains("stage-preview");
            const pen = canvas.getContext("2d");
            const painted = canvas.style.display !== "none"
              && pen.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[3] === 255;
            seen.count += 1;
            if (previewed && !painted) seen.blank += 1;
            if (!previewed) seen.at_rest += 1;
            const label = document.querySelector("[data-handle=data0]").dataset.label;
            if (seen.labels.at(-1) !== label) seen.labels.push(label);
            requestAnimationFrame(next);
          };
          requestAnimationFrame(next);
        }"""
    )


def frames_seen(page: Page) -> dict[str, Any]:
    """Return what the frames were since ``watch_frames``, and look no further."""
    return page.evaluate("window.frames_seen.over = true, window.frames_seen")


def step_shown(page: Page) -> int:
    """Return the step that the transport bar says."""
    text = page.locator(".stage-readout").inner_text()
    return int(text.split()[1].replace(",", ""))
