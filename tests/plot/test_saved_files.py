"""Files for papers have the size that was asked for, to a hundredth of a point, and letters of theirs."""

from __future__ import annotations

import logging
import re
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from landscape import Network, Problem, descend, plot

go = pytest.importorskip("plotly.graph_objects")
pytest.importorskip("kaleido")

PROBLEM = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
RUN = descend(PROBLEM, Network([[1.5, 0.5]], [1.0, 1.0]), step=0.02, n_steps=200)
MM, IN, CM = 72 / 25.4, 72.0, 72 / 2.54
"""Points of each unit."""


@pytest.fixture(autouse=True)
def drawing(chromium_path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if chromium_path is None:
        pytest.skip("there is no Chromium that draws")
    monkeypatch.setenv("BROWSER_PATH", chromium_path)


def box_of(pdf: bytes) -> list[float]:
    (box,) = re.findall(rb"/MediaBox ?\[([^\]]*)\]", pdf)
    return [float(number) for number in box.split()]


def check_table(pdf: bytes) -> None:
    """Every entry of the table of a PDF points to the object of its number."""
    table = int(re.search(rb"startxref\n(\d+)\n%%EOF", pdf)[1])
    assert pdf[table : table + 5] == b"xref\n"
    first, count = map(int, pdf[table + 5 :].split(b"\n", 1)[0].split())
    entries = re.findall(rb"(\d{10}) (\d{5}) ([nf])", pdf[table:])
    assert len(entries) == count
    for number, (place, _, kind) in enumerate(entries, first):
        if kind == b"n":
            assert pdf[int(place) :].startswith(b"%d 0 obj" % number)


@pytest.mark.parametrize(
    ("width", "height", "points"),
    [
        ("85mm", "70mm", (85 * MM, 70 * MM)),
        ("8.5cm", "2.75in", (8.5 * CM, 2.75 * IN)),
        ("178mm", "100 mm", (178 * MM, 100 * MM)),
        (640, "241pt", (480.0, 241.0)),
    ],
)
def test_a_pdf_is_one_page_of_exactly_the_size(width, height, points, tmp_path: Path) -> None:
    path = plot.save(plot.losses(PROBLEM, RUN), tmp_path / "figure.pdf", width=width, height=height)
    pdf = path.read_bytes()
    assert np.allclose(box_of(pdf), [0.0, 0.0, *points], atol=1e-3)
    assert len(re.findall(rb"/Type ?/Page\b", pdf)) == 1
    check_table(pdf)


@pytest.mark.parametrize(("font", "size"), [("8pt", 8.0), ("9.5pt", 9.5), (16, 12.0)])
def test_an_svg_says_its_size_and_its_letters_have_theirs(font, size: float, tmp_path: Path) -> None:
    path = plot.save(plot.losses(PROBLEM, RUN), tmp_path / "figure.SVG", width="85mm", height="60mm", font=font)
    svg = path.read_text(encoding="utf-8")
    root = re.search(r"<svg[^>]*>", svg)[0]
    assert 'width="85.0000mm"' in root
    assert 'height="60.0000mm"' in root
    view = [float(number) for number in re.search(r'viewBox="([^"]*)"', root)[1].split()]
    unit = 85 * MM / view[2]  # points of a unit of the picture
    assert np.isclose(view[3] * unit, 60 * MM, rtol=1e-4)
    letters = {float(pixels) * unit for pixels in re.findall(r"font-size: ([\d.]+)px", svg)}
    assert np.isclose(min(letters, key=lambda found: abs(found - size)), size, rtol=1e-4)
    assert min(letters) >= 0.85 * size
    assert "modebar" not in svg
    assert 'style="fill: rgb(255, 255, 255); fill-opacity: 1;"' in svg


def test_without_a_height_a_narrow_picture_is_as_high_as_its_legend_asks(tmp_path: Path) -> None:
    figure = plot.landscape(PROBLEM, runs=[RUN, RUN, RUN])
    sizes = {}
    for width in ("85mm", "178mm"):
        root = re.search(r"<svg[^>]*>", plot.save(figure, tmp_path / "a.svg", width=width).read_text("utf-8"))[0]
        sizes[width] = [float(re.search(rf'{side}="([\d.]+)mm"', root)[1]) for side in ("width", "height")]
    assert sizes["85mm"][0] == 85.0
    assert sizes["178mm"][0] == 178.0
    assert sizes["85mm"][1] / 85 > sizes["178mm"][1] / 178


def test_a_png_has_300_dots_an_inch_and_another_figure_of_plotly_is_written_too(tmp_path: Path) -> None:
    path = plot.save(go.Figure(go.Scatter(x=[1, 2], y=[3, 4])), tmp_path / "own.png", width="2in", height="1in")
    assert struct.unpack(">II", path.read_bytes()[16:24]) == (600, 300)


def test_a_surface_is_written_as_a_picture_within_the_pdf(tmp_path: Path) -> None:
    pdf = plot.save(plot.surface(PROBLEM, runs=RUN), tmp_path / "space.pdf", height="70mm").read_bytes()
    assert np.allclose(box_of(pdf), [0, 0, 85 * MM, 70 * MM], atol=1e-3)
    wide = max(int(pixels) for pixels in re.findall(rb"/Width (\d+)", pdf))
    assert wide / (85 / 25.4) >= 300  # dots an inch
    check_table(pdf)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"path": "figure.eps"}, "path must end with .svg, .pdf or .png, but was 'figure.eps'"),
        ({"path": "figure"}, "path must end with .svg, .pdf or .png"),
        ({"width": "85"}, "width must be a length in mm, cm, in, pt, px, such as \"85mm\", but was '85'"),
        ({"width": "8,5cm"}, "width must be a length in mm"),
        ({"width": "85km"}, "width must be a length in mm"),
        ({"width": None}, 'width must be a length such as "85mm", but was None'),
        ({"height": "-3cm"}, "height must be a length in mm"),
        (
            {"width": 85},
            'width without a unit is in pixels, 96 an inch, and 85 of them are 22 mm: write "85mm" or "85px"',
        ),
        ({"height": "0mm"}, "height must be from 60 to 5000 pixels, 96 an inch, but was 0"),
        ({"width": "3m"}, "width must be a length in mm"),
        ({"width": "900cm"}, "width must be from 60 to 5000 pixels"),
        ({"width": float("nan")}, "width must be from 60 to 5000 pixels, 96 an inch, but was undefined"),
        ({"font": "0pt"}, "font must be from 1 to 5000 pixels"),
        ({"figure": {"data": []}}, "figure must be a plotly Figure, but was a dict"),
    ],
)
def test_lengths_and_names_that_are_none_are_refused_before_drawing(given, said, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=re.escape(said)):
        plot.save(**{"figure": go.Figure(), "path": "figure.pdf", **given})
    assert not list(tmp_path.iterdir())


def test_without_a_browser_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from choreographer.browsers.chromium import Chromium

    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(Chromium, "find_browser", lambda **_: None)
    with pytest.raises(RuntimeError, match="install Chrome or Chromium"):
        plot.save(go.Figure(), tmp_path / "figure.pdf")


def test_a_browser_of_the_system_is_found_where_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from landscape.plot import files

    monkeypatch.delenv("BROWSER_PATH")
    monkeypatch.setattr("shutil.which", lambda name: "/opt/there" if name == "chromium" else None)
    assert files._browser() == "/opt/there"


def test_a_slow_browser_is_no_news_and_the_logger_is_left_as_it_was() -> None:
    from landscape.plot import files

    loggers = [logging.getLogger(name) for name in ("choreographer", "choreographer.browser_async")]
    before = [logger.isEnabledFor(logging.WARNING) for logger in loggers]
    with files._quiet():
        assert not any(logger.isEnabledFor(logging.WARNING) for logger in loggers)
        assert all(logger.isEnabledFor(logging.ERROR) for logger in loggers)
    assert [logger.isEnabledFor(logging.WARNING) for logger in loggers] == before


@pytest.mark.parametrize("library", ["plotly", "kaleido"])
def test_without_a_library_a_sentence_names_the_extra(library: str, monkeypatch, tmp_path: Path) -> None:
    figure = go.Figure()
    for name in [name for name in sys.modules if name.split(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=r"pip install 'hidden-convex-landscape\[plot\]'"):
        plot.save(figure, tmp_path / "figure.pdf")
    if library == "plotly":
        with pytest.raises(ImportError, match=r"pip install 'hidden-convex-landscape\[plot\]'"):
            plot.twin(PROBLEM)
