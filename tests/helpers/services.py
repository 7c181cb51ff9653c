"""Programs that tests need beside Python: the one that is here, or Debian's, where apt-get and root allow.

``python tests/helpers/services.py`` installs what is missing and says what could not be had; tests then skip with a
sentence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = {"haproxy": "haproxy", "redis-server": "redis-server"}
"""For each program its package."""

SYSTEM_FOLDERS = os.pathsep.join(["/usr/sbin", "/usr/local/sbin"])
"""Where services lie, which is not on every user's path."""


def find(program: str) -> str | None:
    """Return the path of a program, or None where it is not here."""
    return shutil.which(program) or shutil.which(program, path=SYSTEM_FOLDERS)


def install() -> list[str]:
    """Install the programs that are missing, and return those that could not be had."""
    missing = [program for program in PACKAGES if find(program) is None]
    if missing and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing Debian's {', '.join(missing)}", file=sys.stderr, flush=True)
        # At this run level Debian does not start a service that it installs.
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        packages = [PACKAGES[program] for program in missing]
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-qq", "--yes", "--no-install-recommends", *packages],
        ):
            subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False)
    return [program for program in missing if find(program) is None]


if __name__ == "__main__":
    for program in install():
        print(f"{program} is not here and could not be installed: the tests that need it are skipped.")
