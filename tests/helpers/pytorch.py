"""A PyTorch for the tests: the one that is here, or else the smallest that can be had.

``python tests/helpers/pytorch.py`` installs the build without CUDA, from where pip is told to look or from PyTorch's
own index; else, where the disk has room for it, PyPI's, which on Linux brings CUDA's libraries and five gigabytes.
Where neither can be had it says so, and the tests that need it are skipped.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence

VERSION = "2.13.0"

CPU_INDEX = "https://download.pytorch.org/whl/cpu"

ROOM = 15 * 10**9
"""Bytes that must be free before CUDA's libraries are fetched: as archives and unpacked."""


def is_here() -> bool:
    """Return whether PyTorch is installed; it is not imported, which takes seconds."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("torch") is not None


def commands() -> list[tuple[str, Sequence[str]]]:
    """Return what is tried in turn: what it is, and what is given to ``pip install``."""
    plain = f"torch=={VERSION}"
    if not sys.platform.startswith("linux"):
        return [("PyTorch", [plain])]
    tries = [
        # One look at the index, for many networks do not lead there.
        (
            "PyTorch without CUDA",
            ["--extra-index-url", CPU_INDEX, "--timeout", "15", "--retries", "1", f"{plain}+cpu"],
        )
    ]
    if shutil.disk_usage(sys.prefix).free > ROOM:
        tries.append(("PyTorch with CUDA, which is large", [plain]))
    return tries


def install() -> bool:
    """Install PyTorch where it is missing, and return whether it is here."""
    for name, arguments in commands() if not is_here() else ():
        print(f"Installing {name}", file=sys.stderr, flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run([*pip, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=1200, check=False)
        if is_here():
            break
    return is_here()


if __name__ == "__main__" and not install():
    print("PyTorch is not here and could not be installed: the tests that need it are skipped.")
