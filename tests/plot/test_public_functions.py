"""What landscape.plot offers: functions with examples that give what they print, and no plotly until one draws."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from landscape import plot

pytest.importorskip("plotly")

FILES = [module.name for module in pkgutil.iter_modules(plot.__path__, "landscape.plot.")]
EXAMPLES = [
    found
    for name in FILES
    for found in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
    if found.examples
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name.removeprefix("landscape.plot."))
def test_the_example_of_a_function_gives_what_it_prints(example: doctest.DocTest) -> None:
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, out=said.append)
    assert not said, "".join(said)


def test_every_function_has_an_example_but_the_one_that_writes_files() -> None:
    shown = {example.name.rpartition(".")[2] for example in EXAMPLES}
    assert {*shown, "save"} >= set(plot.__all__)


def test_a_function_is_no_module_of_the_same_name() -> None:
    for name in plot.__all__:
        assert inspect.isfunction(getattr(plot, name))
        assert f"landscape.plot.{name}" not in FILES


@pytest.mark.parametrize("library", ["plotly", "kaleido", "cvxpy"])
def test_importing_it_loads_no(library: str) -> None:
    script = f"import sys, landscape.plot; sys.exit({library!r} in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0
