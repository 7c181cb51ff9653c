"""Libraries that only some need: extras of the package, loaded by the call that needs them."""

from __future__ import annotations

import importlib
from typing import Any


def library(name: str, extra: str) -> Any:
    """Return a module of an extra, or raise ImportError with the command that installs it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise ImportError(
            f"{package} is needed here: pip install 'hidden-convex-landscape[{extra}]'.", name=package
        ) from error
