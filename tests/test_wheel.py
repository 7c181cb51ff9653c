"""The wheel holds all that the package is, and works where nothing else of the repository is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Sequence
from email.parser import Parser
from pathlib import Path

import pytest
from written_blocks import blocks

import landscape

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("landscape", "LICENSE", "README.md", "pyproject.toml")
FIRST = blocks((ROOT / "README.md").read_text(encoding="utf-8"))[0]

pytest.importorskip("setuptools", reason="no wheel can be built without setuptools")


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder where nothing of the repository can be imported by chance."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**kept, "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """A wheel that is built from the sources alone."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", made]
    done = run([sys.executable, "-m", "pip", "wheel", "--quiet", *options, source], source)
    assert done.returncode == 0, done.stderr
    (path,) = made.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory) -> Path:
    """The wheel as it lies where it is installed."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_has_every_file_of_the_package_and_no_other(unpacked):
    source = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "landscape").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = {
        path.relative_to(unpacked).as_posix(): path.read_bytes()
        for path in unpacked.rglob("*")
        if path.is_file() and ".dist-info" not in path.as_posix()
    }
    assert sorted(held) == sorted(source)
    assert held == source
    endings = {Path(name).suffix for name in held}
    assert {".js", ".css", ".json", ".pyi", ".typed", ".png", ".py"} <= endings | {".typed"}
    assert "landscape/py.typed" in held


def test_the_wheel_says_what_it_is(unpacked):
    (described,) = unpacked.glob("*.dist-info/METADATA")
    told = Parser().parsestr(described.read_text(encoding="utf-8"))
    assert (told["Name"], told["Version"]) == ("hidden-convex-landscape", landscape.__version__)
    assert told["License-Expression"] == "MIT"
    assert {"torch", "estimators", "plot", "docs", "app", "all"} <= set(told.get_all("Provides-Extra"))
    assert "Hidden convex landscape" in told.get_payload()


def works_alone(python: Sequence[str | Path], folder: Path, home: Path, **environment: str) -> None:
    """Hold an installation, asked from an empty folder, to what the README says of the package."""
    script = "import sys, landscape; print(landscape.__file__); sys.exit('numpy' in sys.modules)"
    done = run([*python, "-W", "error", "-c", script], folder, **environment)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(home)
    proof = "\nfrom landscape import write_proof\nwrite_proof(problem, solve_convex(problem).network, 'proof.json')\n"
    done = run([*python, "-W", "error", "-c", FIRST.code + proof], folder, **environment)
    assert (done.returncode, done.stdout) == (0, FIRST.printed), done.stderr
    done = run([*python, "-m", "landscape", "check", "proof.json"], folder, **environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("it is optimal.")
    claimed = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
    (folder / "false.json").write_text(json.dumps({**claimed, "lower_bound": 1.0}), encoding="utf-8")
    assert run([*python, "-m", "landscape", "check", "false.json"], folder, **environment).returncode == 1
    done = run([*python, "-m", "landscape", "--help"], folder, **environment)
    assert done.returncode == 0, done.stderr
    assert all(command in done.stdout for command in ("sweep", "site", "check"))


def test_the_wheel_works_beside_the_libraries_that_are_here(unpacked, tmp_path):
    works_alone([sys.executable], tmp_path, unpacked, PYTHONPATH=str(unpacked))


def test_the_wheel_writes_the_site_without_the_repository(unpacked, tmp_path):
    """What the browser needs is in it; the documentation, which is not, is said to be left out."""
    script = """
from pathlib import Path
from landscape.web.site import build
build.SHOWCASES = ()  # the recordings of other pages take long to make, and need no further files
build.write_site(Path("site"), print)
"""
    done = run([sys.executable, "-c", script], tmp_path, PYTHONPATH=str(unpacked))
    assert done.returncode == 0, done.stderr
    assert "No documentation: it is written from a copy of the repository" in done.stdout
    assert (tmp_path / "site" / "index.html").is_file()
    assert not (tmp_path / "site" / "docs").exists()


def test_the_wheel_is_installed_with_its_libraries_into_an_empty_environment(wheel, tmp_path):
    """The versions are those that the app pins, so that a release of another project changes nothing here."""
    home = tmp_path / "empty"
    venv.create(home, with_pip=False)
    python = next(path for path in (home / "bin" / "python", home / "Scripts" / "python.exe") if path.exists())
    into = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    pip = [*into, "install", "--quiet", "--no-compile"]
    done = run([*pip, "--retries", "1", "--constraint", ROOT / "requirements.txt", wheel], tmp_path)
    if done.returncode != 0:
        first = pytest.importorskip("numpy").__version__
        reached = run([*pip, "--retries", "1", "--no-deps", f"numpy=={first}"], tmp_path)
        assert reached.returncode != 0, done.stderr
        pytest.skip("no package index can be reached from here, so nothing is installed into an empty environment")
    listed = {entry["name"] for entry in json.loads(run([*into, "list", "--format", "json"], tmp_path).stdout)}
    assert "hidden-convex-landscape" in listed
    assert not listed & {"streamlit", "plotly", "torch", "scikit-learn"}
    empty = tmp_path / "folder"
    empty.mkdir()
    works_alone([python], empty, home)
