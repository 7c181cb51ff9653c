"""The code of a document, run as a reader would: in order, in one folder, each Python block after those before it.

``python tests/helpers/written_blocks.py`` runs the blocks that it is given as JSON, and prints what each printed.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LANGUAGES = frozenset({"python", "sh", "text", "json"})
"""What a fenced block may be; ``text`` is what the block right before it prints, where one is."""

_FENCE = re.compile(r"^(`{3,})([^\n]*)\n(.*?)^\1 *$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of code.

    Arguments
        language: "python" or "sh"; code: its text; printed: what stands right below it as its output, or None.
    """

    language: str
    code: str
    printed: str | None

    @property
    def runs(self) -> bool:
        """Whether it can be run here: Python, or commands of this package that need no other server."""
        lines = self.code.splitlines()
        own = all(line.startswith("python -m landscape ") and "--scheduler" not in line for line in lines)
        return self.language == "python" or own

    @property
    def imported(self) -> frozenset[str]:
        """The modules at the top of what it imports."""
        if self.language != "python":
            return frozenset()
        nodes = list(ast.walk(ast.parse(self.code)))
        names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
        names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
        return frozenset(name.split(".")[0] for name in names)

    @property
    def names(self) -> frozenset[str]:
        """The public names that it takes from ``landscape``."""
        if self.language != "python":
            return frozenset()
        return frozenset(
            alias.name
            for node in ast.walk(ast.parse(self.code))
            if isinstance(node, ast.ImportFrom) and node.module == "landscape"
            for alias in node.names
        )

    @property
    def sets(self) -> frozenset[str]:
        """The names that it gives a meaning."""
        if self.language != "python":
            return frozenset()
        nodes = list(ast.walk(ast.parse(self.code)))
        given = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        imports = [alias for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
        return frozenset(given | {(alias.asname or alias.name).split(".")[0] for alias in imports})

    @property
    def uses(self) -> frozenset[str]:
        """The names whose meaning it needs."""
        if self.language != "python":
            return frozenset()
        nodes = ast.walk(ast.parse(self.code))
        return frozenset(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))


def without(found: list[Block], lacking: Callable[[Block], bool]) -> list[Block]:
    """Return the blocks of a document that can be run where some cannot: neither those, nor what builds on them."""
    kept: list[Block] = []
    unset: frozenset[str] = frozenset()
    for block in found:
        if lacking(block) or block.uses & unset:
            unset |= block.sets
        else:
            kept.append(block)
            unset -= block.sets
    return kept


def fences(text: str) -> list[tuple[str, str]]:
    """Return the language and the contents of each fenced block."""
    return [(language.strip(), code) for _, language, code in _FENCE.findall(text)]


def blocks(text: str) -> list[Block]:
    """Return the code of a document, each block with what is said to be its output."""
    found: list[Block] = []
    matches = list(_FENCE.finditer(text))
    for place, match in enumerate(matches):
        language, code = match[2].strip(), match[3]
        if language not in ("python", "sh"):
            continue
        after = matches[place + 1] if place + 1 < len(matches) else None
        below = after is not None and after[2].strip() == "text" and not text[match.end() : after.start()].strip()
        found.append(Block(language, code, after[3] if after is not None and below else None))
    return found


def printed_by(given: list[tuple[str, str]]) -> Iterator[str]:
    """Yield what each block prints, Python in one namespace."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    for place, (language, code) in enumerate(given, start=1):
        said = io.StringIO()
        if language == "python":
            with contextlib.redirect_stdout(said):
                exec(compile(code, f"block {place}", "exec"), namespace)
        else:
            for line in code.splitlines():
                command = [sys.executable, *shlex.split(line)[1:]]
                said.write(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        yield said.getvalue()


if __name__ == "__main__":
    outputs = list(printed_by(json.load(sys.stdin)))
    sys.stdout.write(json.dumps(outputs))
