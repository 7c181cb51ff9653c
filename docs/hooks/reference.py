"""The reference: a page for each wing that has public names, as ``landscape`` lists them."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import landscape

ROOT = Path(__file__).resolve().parents[2]

TITLES = {
    "model": "Problems and networks",
    "convex": "The convex twin and its certificate",
    "proof_file": "Proof files",
    "interop": "From a trained network",
    "estimators": "Estimators",
    "plot": "Figures",
    "geometry": "Activation patterns",
    "training": "Gradient descent",
    "loss": "The loss landscape",
    "scenario": "Scenarios",
    "extensions": "Beyond one output and two layers",
    "lessons": "Lessons",
}
"""The page of each wing, in the order of the menu."""

SAME_PAGE = {"results": "proof_file"}
"""Wings whose public names stand with those of another."""

NOT_LISTED = frozenset({"shared"})
"""Folders of a public package that its files share."""


def on_config(config: Any, **_: Any) -> Any:
    """Put the pages of the reference into the menu."""
    listed = [{title: f"reference/{wing}.md"} for wing, title in TITLES.items() if wing in pages()]
    (place,) = (entry for entry in config.nav if "Reference" in entry)
    place["Reference"] = listed
    return config


def on_files(files: Any, config: Any, **_: Any) -> Any:
    """Add the pages of the reference."""
    for wing, text in pages().items():
        files.append(File.generated(config, f"reference/{wing}.md", content=text))
    return files


def pages() -> dict[str, str]:
    """Return the Markdown of the page of each wing.

    Raises ValueError for a wing with public names that has no title.
    """
    names: dict[str, list[str]] = {}
    for name, module in landscape._MODULES.items():
        wing = module.split(".", maxsplit=1)[0]
        names.setdefault(SAME_PAGE.get(wing, wing), []).append(f"landscape.{name}")
    for package in landscape._PACKAGES:
        given = names.setdefault(package, [])
        own = {name.rpartition(".")[2] for name in given}
        given += [name for name in _of_package(package) if name.rpartition(".")[2] not in own]
    if untitled := sorted(set(names) - set(TITLES)):
        raise ValueError(f"TITLES must have every wing with public names, but lacks {', '.join(untitled)}.")
    return {wing: _page(TITLES[wing], names[wing]) for wing in TITLES if wing in names}


def _of_package(package: str) -> list[str]:
    """Return what a public package offers: the names it lists, else its files."""
    folder = ROOT / "landscape" / package
    for node in ast.parse((folder / "__init__.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [f"landscape.{package}.{name}" for name in ast.literal_eval(node.value)]
    files = sorted({path.stem if path.suffix else path.name for path in folder.iterdir()} - NOT_LISTED)
    return [f"landscape.{package}.{name}" for name in files if not name.startswith("_")]


def _page(title: str, names: list[str]) -> str:
    listed = "\n\n".join(f"::: {name}" for name in names)
    return f"# {title}\n\n{listed}\n"
