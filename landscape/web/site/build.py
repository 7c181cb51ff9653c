"""Writes the site into a folder: pages, and the files that they load, named by their contents."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from landscape.web.assets import plotly_source, stage_sheets, stage_sources
from landscape.web.front.show_me import show_me
from landscape.web.modules import packed_modules
from landscape.web.offline import THEME
from landscape.web.site.documentation import FOLDER as DOCUMENTATION, START, documentation
from landscape.web.site.front_body import presets
from landscape.web.site.html import ABOUT, FRONT, about_page, front_page, showcase_page
from landscape.web.site.pictures import SHOWCASES
from landscape.web.written_glossary import as_json

HERE = Path(__file__).parent
ICON = HERE.parent / "icon.png"

LIST = "site.json"
"""The file that lists what the site consists of: only what it names is ever replaced or removed."""

SERVICE_WORKER = "sw.js"
"""What keeps the site for visits without a network."""

FILES = "files"
"""The folder of what the pages load."""

Said = Callable[[str], None]


def write_site(folder: Path, said: Said = lambda line: None) -> list[str]:
    """Write the site and return the names of its files; one that was written before is replaced, and nothing else.

    Arguments
        said: called with what is being made.

    Raises ValueError, with a sentence, for a folder that holds other things, and OSError where it cannot be written.
    """
    before = _written_before(folder)
    contents = _contents(said)
    strange = sorted(name for name in contents if name not in before and (folder / name).exists())
    if strange:
        raise ValueError(f"{folder} holds {strange[0]}, which is not of the site: nothing was written.")
    listed = json.dumps({"files": sorted([*contents, LIST])}, indent=1).encode()
    # The list first: what is broken off is still known as ours. Pages after what they load.
    _write(folder / LIST, json.dumps({"files": sorted({*before, *contents, LIST})}, indent=1).encode())
    for name in sorted(contents, key=lambda name: (not name.startswith(FILES), name)):
        _write(folder / name, contents[name])
    for name in before - set(contents) - {LIST}:
        (folder / name).unlink(missing_ok=True)
    _write(folder / LIST, listed)
    return sorted([*contents, LIST])


def _written_before(folder: Path) -> set[str]:
    """Return the files of a site that was written into a folder before; none for one that is new or empty."""
    if not folder.exists():
        folder.mkdir(parents=True)
        return set()
    if not folder.is_dir():
        raise ValueError(f"{folder} is a file: the site needs a folder.")
    if not any(folder.iterdir()):
        return set()
    try:
        names = list(json.loads((folder / LIST).read_text(encoding="utf-8"))["files"])
    except FileNotFoundError:
        raise ValueError(
            f"{folder} holds other things: give the site a folder that is empty, or that a site was written into."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{folder / LIST} does not list the files of a site: nothing was written.") from None
    # A list that somebody else made may name anything.
    return {name for name in names if isinstance(name, str) and _is_inside(folder, name)}


def _is_inside(folder: Path, name: str) -> bool:
    return (folder / name).resolve().is_relative_to(folder.resolve())


def _contents(said: Said) -> dict[str, bytes]:
    """Return every file of the site but its list."""
    found: dict[str, bytes] = {}

    def named(name: str, contents: bytes) -> str:
        """Keep a file under a name that changes with its contents; return its address."""
        stem, dot, kind = name.partition(".")
        address = f"{FILES}/{stem}-{hashlib.sha256(contents).hexdigest()[:12]}{dot}{kind}"
        found[address] = contents
        return address

    said("The modules, the style and plotly.js")
    sources = stage_sources("alone")
    sheets = [HERE / "site.css", *stage_sheets("alone")]
    style = THEME + "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    files = {
        "modules": named("modules.json.gz", _packed(packed_modules(sources).encode())),
        "plotly": named("plotly.min.js.gz", _packed(plotly_source().read_bytes())),
        "words": named("words.json", as_json().encode()),
        "style": named("style.css", style.encode()),
        "icon": named("icon.png", ICON.read_bytes()),
        "keeps": SERVICE_WORKER,
    }
    documents = documentation(said)
    if documents:
        files["docs"] = START
    said("The lesson")
    lesson = named("lesson-show-me.json", show_me().encode())
    found[FRONT] = front_page(files, presets(), lesson).encode()
    found[ABOUT] = about_page(files).encode()
    for page in SHOWCASES:
        pictures = []
        for picture in page.pictures:
            said(f"Pictures: {picture.label or picture.name}")
            pictures.append(named(f"{picture.name}.json", picture.made().encode()))
        found[page.file] = showcase_page(page, files, pictures).encode()
    found[SERVICE_WORKER] = _service_worker(found)
    return {**found, **documents}


def _packed(contents: bytes) -> bytes:
    """Return a file compressed, for hosts that send what they have; the same contents are always the same bytes."""
    return gzip.compress(contents, 9, mtime=0)


def _service_worker(found: dict[str, bytes]) -> bytes:
    """Return the service worker that keeps these files: another one wherever one of them is."""
    version = hashlib.sha256(b"".join(name.encode() + found[name] for name in sorted(found))).hexdigest()[:12]
    code = (HERE / "service_worker.js").read_text(encoding="utf-8")
    return (
        code.replace("$VERSION", version)
        .replace("$FILES", json.dumps(sorted(found)))
        .replace("$READ", f"{DOCUMENTATION}/")
        .encode()
    )


def _write(target: Path, contents: bytes) -> None:
    """Write a file in one go: whoever reads it meanwhile finds the one before."""
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".new-{target.name}")
    new.write_bytes(contents)
    os.replace(new, target)
