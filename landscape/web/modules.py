"""The stage's modules as one document holds them: each under a name of its own, without what only readers need."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path

from landscape.web.assets import STAGE_SOURCES


def named_module(source: Path) -> tuple[str, str]:
    """Return a module's name in an import map, and its code with every module it imports called by such a name.

    Modules import each other by relative paths, which do not resolve where they are no files of one folder.
    """
    place = source.relative_to(STAGE_SOURCES).parent.as_posix()

    def absolute(found: re.Match[str]) -> str:
        return f'{found[1]}"stage/{posixpath.normpath(posixpath.join(place, found[2]))}"'

    code = re.sub(r'(from |import\()"(\.{1,2}/[\w./-]+\.js)"', absolute, source.read_text(encoding="utf-8"))
    return f"stage/{source.relative_to(STAGE_SOURCES).as_posix()}", code


def packed_modules(sources: Iterable[Path]) -> str:
    """Return the modules among some files as one JSON object: the code of each by its name, without comments."""
    modules = dict(named_module(source) for source in sources if source.suffix == ".js")
    return json.dumps({name: without_comments(code) for name, code in modules.items()}, ensure_ascii=False)


def without_comments(code: str) -> str:
    """Return a module without the comments that fill whole lines, and without indentation.

    These are a third of what a browser would fetch. Lines of a text between backticks are left as they are.
    """
    kept: list[str] = []
    in_comment = in_text = False
    for line in code.split("\n"):
        bare = line.strip()
        if in_text:
            kept.append(line)
            in_text ^= line.count("`") % 2 == 1
        elif in_comment or (bare.startswith("/*") and (bare.endswith("*/") or "*/" not in bare)):
            in_comment = not bare.endswith("*/")
        elif bare and not bare.startswith("//"):
            in_text = line.count("`") % 2 == 1
            # What follows a line break inside of an expression stands where it stood: only the spaces go.
            kept.append(bare if not in_text else line.lstrip())
    return "\n".join(kept) + "\n"
