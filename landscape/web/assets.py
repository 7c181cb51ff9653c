"""Files the browser fetches once and keeps: plotly.js, the stage's own modules, the glossary, and lessons.

Streamlit serves the folder ``static/`` beside ``front.py``. It refuses links, so the files are copied there when
the app starts, under names that change with their content: a browser may then keep them for ever.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import brotli

from landscape.web.written_glossary import as_json

STATIC = Path(__file__).resolve().parents[2] / "static"
STAGE_SOURCES = Path(__file__).resolve().parent / "stage" / "js"


def plotly_source() -> Path:
    """Return the plotly.min.js of the installed plotly, without importing it."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("plotly must be installed: its plotly.min.js draws every picture.")
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


@cache
def plotly_url() -> str:
    """Return the address of plotly.js below ``app/static``, copying it there first if need be."""
    source = plotly_source()
    # The file is 5 MB: a name from its size and date spares reading it at every start.
    stamp = f"{source.stat().st_size}-{source.stat().st_mtime_ns}".encode()
    target = STATIC / f"plotly-{hashlib.sha256(stamp).hexdigest()[:12]}.min.js"
    if not target.exists():
        _copy(source, target)
    return f"app/static/{target.name}"


def write_compressed_plotly() -> None:
    """Write plotly.js as brotli, as small as can be, beside its copy, unless it is there.

    It is more than half of a first visit. This takes 12 s of CPU, once on a machine, where the middleware that
    compresses what has none beside it (``hosting/compression.py``) takes half a second and sends a tenth more.
    """
    copy = STATIC / Path(plotly_url()).name
    target = copy.with_name(f"{copy.name}.br")
    if not target.exists():
        _write(brotli.compress(copy.read_bytes(), quality=11), target)


LIGHT = ("alone", "rooms")
"""The folders with the modules of pages that Streamlit does not draw: without a server, and of rooms."""


def stage_sources(*light: str) -> list[Path]:
    """Return the stage's own modules and its style, in a fixed order, and those of folders of LIGHT."""
    found = (path for path in STAGE_SOURCES.rglob("*") if path.suffix in {".js", ".css"})
    left_out = [STAGE_SOURCES / folder for folder in LIGHT if folder not in light]
    return sorted(path for path in found if not any(path.is_relative_to(folder) for folder in left_out))


def stage_sheets(*light: str) -> list[Path]:
    """Return the stage's style sheets as they follow each other: its own first, and last the rules for everybody."""
    order = {"stage.css": 0, "everyone.css": 2}
    sheets = (source for source in stage_sources(*light) if source.suffix == ".css")
    return sorted(sheets, key=lambda sheet: order.get(sheet.name, 1))


def stage_modules() -> list[str]:
    """Return the names of the stage's modules below its folder, as its addresses have them."""
    return [path.relative_to(STAGE_SOURCES).as_posix() for path in stage_sources() if path.suffix == ".js"]


@cache
def stage_url() -> str:
    """Return the address of the folder with the stage's modules below ``app/static``."""
    sources = {path.relative_to(STAGE_SOURCES).as_posix(): path for path in stage_sources()}
    digest = hashlib.sha256()
    for name, source in sources.items():
        digest.update(name.encode() + b"\0" + source.read_bytes() + b"\0")
    folder = STATIC / f"stage-{digest.hexdigest()[:12]}"
    for name, source in sources.items():
        target = folder / name
        if not target.exists():
            _copy(source, target)
    return f"app/static/{folder.name}"


@cache
def glossary_url() -> str:
    """Return the address of the glossary, as JSON, below ``app/static``."""
    return _written("glossary", as_json())


@cache
def lesson_url(name: str, played: str) -> str:
    """Return the address of a lesson below ``app/static``, writing it there first if need be.

    Arguments
        played: the lesson as the browser plays it, as JSON.
    """
    return _written(f"lesson-{name}", played)


@cache
def style_url(name: str, style: str) -> str:
    """Return the address of a style sheet below ``app/static``, writing it there first if need be."""
    return _written(name, style, "css")


@cache
def modules_url(name: str, modules: str) -> str:
    """Return the address of modules in one file, as JSON, below ``app/static``, writing it there first if need be."""
    return _written(name, modules)


@cache
def static_file(source: Path) -> str:
    """Return the address of a file below ``app/static``, copying it there first if need be."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:12]
    target = STATIC / f"{source.stem}-{digest}{source.suffix}"
    if not target.exists():
        _copy(source, target)
    return f"app/static/{target.name}"


def _written(name: str, text: str, kind: str = "json") -> str:
    contents = text.encode()
    target = STATIC / f"{name}-{hashlib.sha256(contents).hexdigest()[:12]}.{kind}"
    if not target.exists():
        _write(contents, target)
    return f"app/static/{target.name}"


def _copy(source: Path, target: Path) -> None:
    _write(source.read_bytes(), target)


def _write(contents: bytes, target: Path) -> None:
    """Write a file atomically: a reader, or a second process starting up, finds either no file or the complete one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as stream:
        stream.write(contents)
    os.chmod(temporary, 0o644)
    os.replace(temporary, target)
