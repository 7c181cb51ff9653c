"""Pictures for papers: vector files in the size that a page has for them, with letters of a given size."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import os
import re
import shutil
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landscape.formatting import short
from landscape.plot.figure import LINE, legend_lines

if TYPE_CHECKING:
    import plotly.graph_objects as go

UNITS = {"mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "pt": 96 / 72, "px": 1.0}
"""CSS pixels of each unit of length."""

LARGEST = 5000.0
"""Greatest width and height in CSS pixels, some 130 cm; the least is LEAST."""

LEAST = 60.0

UNUSUAL = 250.0
"""Fewer pixels than this, 66 mm, are asked for by who means millimetres."""

FORMATS = ("svg", "pdf", "png")

PIXELS = 300 / 96
"""Dots of a PNG for each CSS pixel: 300 an inch."""

SHARP = 2.0
"""Scale at which a vector file is drawn, and then made smaller again: what is drawn in space is dots within it.

At letters of 8 pt they are some 500 an inch, the most that plotly has.
"""

BROWSERS = (
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "chrome",
    "microsoft-edge",
    "msedge",
    "brave-browser",
)
"""The commands by which a browser that can draw is called."""

LENGTH = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-z]+)\s*")


def save(
    figure: go.Figure,
    path: str | os.PathLike[str],
    *,
    width: str | float = "85mm",
    height: str | float | None = None,
    font: str | float = "8pt",
) -> Path:
    """Write a figure as an SVG, PDF or PNG file of exactly the size that is asked, on white, and return its path.

    Everything is scaled together, so that the figure's plain text has the size of ``font`` where it is printed. A
    column of most journals is 85 mm wide, a page 178 mm.

    Arguments
        figure: of this package, or any other of plotly's; path: ends with .svg, .pdf or .png (of 300 dots an inch).
        width, height: lengths, "8.5cm", "85mm", "3.35in", "241pt", or in pixels, 96 an inch; without a height its plot
            has the shape that it has in a notebook.
        font: the size of the letters.

    Raises ValueError for another ending and for lengths that are none; ImportError without plotly or kaleido;
    RuntimeError where no browser is found that draws: kaleido needs Chrome or Chromium.
    """
    target = Path(path)
    kind = target.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise ValueError(f"path must end with .svg, .pdf or .png, but was {str(path)!r}.")
    across, letters = _pixels(width, "width"), _pixels(font, "font", least=1.0)
    described = _described(figure)
    layout = described["layout"]
    scale = letters / float(layout.get("font", {}).get("size") or 12.0)
    up = scale * _height(described, across / scale) if height is None else _pixels(height, "height")
    drawn = {
        "data": described["data"],
        "layout": {
            **layout,
            "width": across / scale,
            "height": up / scale,
            "autosize": False,
            "paper_bgcolor": "#FFFFFF",
        },
    }
    if kind == "png":
        made = _rendered(drawn, "png", across / scale, up / scale, scale * PIXELS)
    else:
        made = _svg_of_size(_rendered(drawn, "svg", across / scale, up / scale, SHARP), across, up)
        if kind == "pdf":
            made = _pdf_of_size(_printed(made, across, up), across * 72 / 96, up * 72 / 96)
    target.write_bytes(made)
    return target


def _pixels(length: str | float, argument: str, least: float = LEAST) -> float:
    """Return a length in CSS pixels."""
    if isinstance(length, str):
        found = LENGTH.fullmatch(length.lower())
        if found is None or found[2] not in UNITS:
            raise ValueError(f'{argument} must be a length in {", ".join(UNITS)}, such as "85mm", but was {length!r}.')
        pixels = float(found[1]) * UNITS[found[2]]
    elif isinstance(length, int | float) and not isinstance(length, bool):
        pixels = float(length)
        if argument != "font" and LEAST <= pixels < UNUSUAL:
            raise ValueError(
                f"{argument} without a unit is in pixels, 96 an inch, and {short(pixels)} of them are "
                f'{short(pixels / UNITS["mm"], 2)} mm: write "{short(pixels)}mm" or "{short(pixels)}px".'
            )
    else:
        raise ValueError(f'{argument} must be a length such as "85mm", but was {length!r}.')
    if not least <= pixels <= LARGEST:
        raise ValueError(
            f"{argument} must be from {short(least)} to {short(LARGEST)} pixels, 96 an inch, but was {short(pixels)}."
        )
    return pixels


def _described(figure: object) -> dict[str, Any]:
    """Return any plotly figure as plain values."""
    try:
        import plotly.io
    except ImportError as missing:
        raise ImportError(
            "landscape.plot draws with plotly, which is not installed: pip install 'hidden-convex-landscape[plot]'."
        ) from missing
    import json

    if not hasattr(figure, "to_plotly_json"):
        raise ValueError(f"figure must be a plotly Figure, but was a {type(figure).__name__}.")
    described: dict[str, Any] = json.loads(plotly.io.to_json(figure, validate=False))
    return described


def _height(described: dict[str, Any], width: float) -> float:
    """Return the height in pixels at which a figure of a width has a plot of the shape that it has in a notebook."""
    layout = described["layout"]
    meta = layout.get("meta")
    own: tuple[float, float] = float(layout.get("width") or 700), float(layout.get("height") or 450)
    if not isinstance(meta, dict) or "caption" not in meta:
        return width * own[1] / own[0]
    margin = layout["margin"]
    sides, names = margin["l"] + margin["r"], [trace["name"] for trace in described["data"] if trace["showlegend"]]
    if meta["rows"]:
        shape, plot = 0.0, own[1] - margin["t"] - margin["b"]
    else:
        shape, plot = (own[1] - margin["t"] - margin["b"]) / (own[0] - sides), 0.0
    room = max(margin["t"], LINE * (legend_lines(names, width - sides) + 1))
    return float(plot + shape * max(width - sides, 1.0) + room + margin["b"])


def _browser() -> str:
    """Return the path of a browser that draws: the one that BROWSER_PATH names, the system's, or one of kaleido's."""
    named = os.environ.get("BROWSER_PATH")
    if named and Path(named).is_file():
        return named
    for command in BROWSERS:
        found = shutil.which(command)
        if found:
            return found
    from choreographer.browsers.chromium import Chromium

    elsewhere = Chromium.find_browser(skip_local=False)
    if not elsewhere:
        raise RuntimeError(
            "No browser that can draw was found: install Chrome or Chromium (apt install chromium, brew install "
            "--cask chromium, or the command plotly_get_chrome), or name one in BROWSER_PATH."
        )
    return str(elsewhere)


def _rendered(drawn: dict[str, Any], kind: str, width: float, height: float, scale: float) -> bytes:
    try:
        import kaleido
    except ImportError as missing:
        raise ImportError(
            "plot.save writes files with kaleido, which is not installed: pip install 'hidden-convex-landscape[plot]'."
        ) from missing
    size = {"format": kind, "width": width, "height": height, "scale": scale}
    with _quiet():
        made: bytes = kaleido.calc_fig_sync(drawn, opts=size, kopts={"path": _browser(), "mathjax": False})
    return made


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Leave out what the libraries say of no use to the caller: that a busy machine's browser was slow to end.

    Where the caller has started kaleido's server already, it draws, with the browser that it was given.
    """
    logger = logging.getLogger("choreographer")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The kopts argument is ignored", UserWarning)
            yield
    finally:
        logger.setLevel(level)


def _printed(svg: bytes, width: float, height: float) -> bytes:
    """Return an SVG of a size in pixels as a PDF of one page of that size, up to what the browser rounds."""
    import choreographer

    style = f"@page{{size:{width}px {height}px;margin:0}}html,body{{margin:0}}svg{{display:block}}"
    html = f'<!DOCTYPE html><meta charset="utf-8"><style>{style}</style>{svg.decode("utf-8")}'

    async def printed() -> bytes:
        async with choreographer.Browser(path=_browser(), headless=True) as browser:
            tab = await browser.create_tab("about:blank")
            tree = await tab.send_command("Page.getFrameTree")
            frame = tree["result"]["frameTree"]["frame"]["id"]
            await tab.send_command("Page.setDocumentContent", params={"frameId": frame, "html": html})
            page = {"printBackground": True, "preferCSSPageSize": True, "pageRanges": "1"}
            answer = await tab.send_command("Page.printToPDF", params=page)
            return base64.b64decode(answer["result"]["data"])

    # In a thread of its own, for a notebook has an event loop running already.
    with _quiet(), ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(printed())).result()


def _svg_of_size(made: bytes, width: float, height: float) -> bytes:
    """Return an SVG whose root says its size in millimetres; what it shows is scaled to it by its view box."""
    text = made.decode("utf-8")
    start = text.index("<svg")
    end = text.index(">", start)
    root = re.sub(r'\s(?:width|height|style)="[^"]*"', "", text[start:end])
    size = f' width="{width / UNITS["mm"]:.4f}mm" height="{height / UNITS["mm"]:.4f}mm"'
    return (text[:start] + root + size + text[end:]).encode("utf-8")


def _pdf_of_size(made: bytes, width: float, height: float) -> bytes:
    """Return a PDF of one page of a size in points, where the browser has rounded it to a fraction of a point.

    The table of the objects' places, and where it is itself, move by as many bytes as are written more.
    """
    (box,) = re.finditer(rb"/MediaBox ?\[[^\]]*\]", made)
    wanted = f"/MediaBox [0 0 {width:.4f} {height:.4f}]".encode()
    more = len(wanted) - len(box[0])
    moved = made[: box.start()] + wanted + made[box.end() :]

    def further(place: int) -> int:
        return place + more if place > box.start() else place

    table = moved.rindex(b"\nxref\n") + 1
    entries = re.sub(
        rb"(\d{10}) (\d{5}) n",
        lambda entry: b"%010d %s n" % (further(int(entry[1])), entry[2]),
        moved[table:],
    )
    entries = re.sub(rb"startxref\n(\d+)", lambda found: b"startxref\n%d" % further(int(found[1])), entries)
    return moved[:table] + entries
