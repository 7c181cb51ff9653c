"""The package's face: what ``import landscape`` offers, to people and to type checkers."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

import landscape

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(set(landscape.__all__))
FILES = sorted(
    {getattr(landscape, name).__module__ for name in NAMES if hasattr(getattr(landscape, name), "__module__")}
)


def test_dir_is_the_public_names_the_version_and_the_public_packages() -> None:
    assert dir(landscape) == sorted([*NAMES, "__version__", "extensions", "lessons", "plot", "scenario"])


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_the_same_thing_at_every_access_and_no_module(name: str) -> None:
    home = importlib.import_module(f"landscape.{landscape._MODULES[name]}")
    assert getattr(landscape, name) is getattr(landscape, name) is getattr(home, name)
    assert not isinstance(getattr(landscape, name), types.ModuleType)


def test_the_public_packages_are_there_without_an_import_of_their_own() -> None:
    used = ("scenario.Scenario", "extensions", "lessons.Lesson", "plot.twin")
    script = "; ".join(["import landscape", *(f"landscape.{name}" for name in used)])
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="module 'landscape' has no attribute 'annotation'"):
        landscape.annotation  # noqa: B018


def test_a_type_checker_is_told_of_every_public_name() -> None:
    stub = ast.parse((ROOT / "landscape" / "__init__.pyi").read_text(encoding="utf-8"))
    typed = {
        alias.asname: str(node.module).removeprefix("landscape").lstrip(".")
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == {**landscape._MODULES, "extensions": "", "lessons": "", "plot": "", "scenario": ""}
    assert (ROOT / "landscape" / "py.typed").exists()


def test_the_version_is_read_without_a_heavy_import_and_stands_in_one_place() -> None:
    script = "import sys, landscape; print(landscape.__version__); sys.exit('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert re.fullmatch(r"\d+\.\d+\.\d+", done.stdout.strip())
    assert re.search(r'^dynamic = \["version"\]$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)


FINDER = doctest.DocTestFinder(exclude_empty=True)
EXAMPLES = [
    found for name in ["landscape", *FILES] for found in FINDER.find(importlib.import_module(name)) if found.examples
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name.removeprefix("landscape."))
def test_the_example_of_a_docstring_gives_what_it_prints(example: doctest.DocTest) -> None:
    for extra in ("torch", "sklearn"):
        if any(re.match(rf"(import|from) {extra}\b", line.source) for line in example.examples):
            pytest.importorskip(extra)
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize(
    "name",
    [
        "Problem",
        "Network",
        "predict",
        "objective",
        "gradient",
        "solve_convex",
        "certify",
        "recover",
        "lift",
        "lambda_max",
        "descend",
        "descend_many",
        "loss_surface",
        "loss_curve",
        "escape_path",
        "widen",
        "critical_set",
        "flow_basins",
        "basin_of",
        "simulated_basins",
        "enumerate_patterns",
        "Scenario",
        "lambda_path",
        "optimal_set",
        "gated_fit",
        "optimal_position",
        "working_step",
        "from_torch",
        "from_scikit_learn",
        "from_arrays",
    ],
)
def test_a_main_function_has_an_example(name: str) -> None:
    assert ">>> " in (getattr(landscape, name).__doc__ or "")
