"""Without scikit-learn everything else is there, and the estimators name what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITHOUT = "import sys; sys.modules['sklearn'] = None\n"


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT + script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_an_estimator_names_the_extra_that_it_needs() -> None:
    said = run(
        "try:\n"
        "    from landscape import ConvexReLURegressor\n"
        "except ImportError as error:\n"
        "    print(type(error).__name__, error)"
    )
    assert said == "ImportError The estimators need scikit-learn: pip install hidden-convex-landscape[estimators]"


def test_everything_else_is_imported_and_described() -> None:
    said = run(
        "import inspect, landscape\n"
        "from landscape import *\n"
        "inspect.getmembers(landscape)\n"
        "print(Problem.__name__, 'ConvexReLURegressor' in dir(landscape))"
    )
    assert said == "Problem False"
