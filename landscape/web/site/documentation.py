"""The documentation as files of the site: mkdocs builds it from ``docs/`` of the repository, where both are here."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[3]

CONFIGURATION = ROOT / "mkdocs.yml"

BUILDERS = ("mkdocs", "material", "mkdocstrings_handlers")
"""The modules that build it, of the extra ``docs``."""

FOLDER, START = "docs", "docs/index.html"
"""Where it stands in the site, and its first page."""


def documentation(said: Callable[[str], None]) -> dict[str, bytes]:
    """Return its files by their names in the site; none, and a sentence, where it cannot be built here.

    Arguments
        said: called with what is being made, or why it is not.

    Raises ValueError, with what mkdocs says, where a page is not as it must be.
    """
    if not CONFIGURATION.is_file():
        said("No documentation: it is written from a copy of the repository, which this is not")
        return {}
    if missing := [name for name in BUILDERS if importlib.util.find_spec(name) is None]:
        said(f"No documentation: {missing[0]} is not installed, which pip install '.[docs]' brings")
        return {}
    said("The documentation")
    with TemporaryDirectory() as folder:
        # Its pages read the package's docstrings, and its hooks import it: those of this copy.
        own = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": own, "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ValueError(f"The documentation cannot be built: {_reason(done.stdout + done.stderr)}")
        return {
            f"{FOLDER}/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in sorted(Path(folder).rglob("*"))
            if path.is_file()
        }


def _reason(printed: str) -> str:
    """Return what mkdocs complains of first, else what it says last."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    complaints = [line for line in lines if line.startswith(("WARNING", "ERROR"))]
    return next(iter(complaints), lines[-1] if lines else "mkdocs ended without a word.")
