"""What a conversion returns: a record that unpacks and tells itself, and libraries that load when they are needed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from landscape import Converted, Network, Problem, from_arrays, from_scikit_learn, from_torch, objective
from landscape.formatting import written

ROOT = Path(__file__).resolve().parents[2]


def run(script):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT, check=False, capture_output=True, text=True
    )


def test_a_record_unpacks_into_problem_and_network():
    found = from_arrays([[1.0]], [2.0], [[1.0], [2.0]], [1.0, 0.0])
    problem, network = found
    assert isinstance(problem, Problem)
    assert isinstance(network, Network)
    assert (found.problem, found.network) == (problem, network)
    with pytest.raises(AttributeError):
        found.problem = problem


def test_a_record_tells_problem_objective_and_every_sentence():
    X = np.arange(12.0).reshape(4, 3)
    found = from_arrays(np.ones((3, 2)), [1.0, -1.0], X, X[:, 0], lam=0.25, hidden_bias=[0.5, 1.0], output_bias=2.0)
    said = repr(found).splitlines()
    assert said[0] == "Problem: 4 samples of 4 features, λ = 0.25, an output bias that costs λ b²."
    assert said[1] == f"Network: 2 neurons, objective {written(objective(*found))}."
    assert said[2] == "Conversion:"
    assert [line.removeprefix("  - ") for line in said[3:]] == list(found.conversion)
    assert "column more, of ones" in repr(found)
    assert len(said) >= 5


def test_the_sentences_are_frozen_with_the_record():
    assert isinstance(from_arrays([[1.0]], [2.0], [[1.0]], [1.0]).conversion, tuple)
    assert isinstance(from_arrays([[1.0]], [2.0], [[1.0]], [1.0]), Converted)


def test_arrays_need_neither_of_the_libraries():
    script = """
import sys
sys.modules["torch"] = sys.modules["sklearn"] = sys.modules["pandas"] = None
from landscape import certify, from_arrays, from_scikit_learn, from_torch
print(round(certify(*from_arrays([[1.0]], [2.0], [[1.0], [2.0]], [1.0, 0.0], lam=0.1)).value, 9))
"""
    done = run(script)
    assert (done.returncode, done.stdout) == (0, "17.5\n"), done.stderr


def test_no_conversion_loads_a_library_before_it_is_called():
    script = """
import sys
from landscape import from_arrays, from_scikit_learn, from_torch
from_arrays([[1.0]], [2.0], [[1.0], [2.0]], [1.0, 0.0])
print([name for name in ("torch", "sklearn", "pandas", "cvxpy", "scipy") if name in sys.modules])
"""
    assert run(script).stdout == "[]\n"


@pytest.mark.parametrize(
    ("convert", "library", "extra"), [(from_torch, "torch", "torch"), (from_scikit_learn, "sklearn", "estimators")]
)
def test_where_a_library_is_missing_its_extra_is_named(convert, library, extra, monkeypatch):
    for name in [name for name in sys.modules if name == library or name.startswith(f"{library}.")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        ImportError, match=rf"^{library} is needed here: pip install 'hidden-convex-landscape\[{extra}\]'"
    ):
        convert(object(), [[1.0]], [1.0])
