"""`make test` judges the same examples every time, and `make fuzz` others each round, which its seed repeats."""

import os
import subprocess
import sys

import fuzz
import pytest
from app_server import ROOT
from hypothesis import given, settings, strategies as st
from hypothesis.internal.conjecture import providers


def test_the_examples_are_the_same_every_time_but_in_a_search():
    assert settings.default is not None
    assert settings.default.derandomize == ("FUZZ_SEED" not in os.environ)


@pytest.mark.skipif("FUZZ_SEED" in os.environ, reason="a search draws other examples each time")
@given(st.floats())
def test_what_has_been_imported_before_changes_no_example(number):
    """No number that stands in a module is mixed in: examples would depend on which tests ran before, and where."""
    assert len(providers._get_local_constants()) == 0


def test_a_search_whose_time_is_over_runs_nothing_and_succeeds(capsys):
    assert fuzz.main(0.0, None, []) == 0
    assert "0 rounds" in capsys.readouterr().out


def test_a_failure_names_the_seed_that_repeats_it(tmp_path):
    (tmp_path / "test_found.py").write_text(
        "from hypothesis import given, strategies as st\n\n\n"
        "@given(st.integers())\n"
        "def test_no_integer_is_large(n):\n"
        "    assert n < 1000\n"
    )
    told = []
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "helpers" / "fuzz.py"), "5", "7", str(tmp_path), "-n", "0"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 1
        assert "make fuzz SEED=7 repeats it" in ended.stdout
        told.append(ended.stdout[ended.stdout.index("Failing test case") :].splitlines()[:2])
    assert told[0] == told[1]
