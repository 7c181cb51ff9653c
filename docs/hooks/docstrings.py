"""The docstrings of the package as Markdown: a list of what stands under *Arguments*, and examples as code."""

from __future__ import annotations

import re
from typing import Any

import griffe

_NAMED = re.compile(r"((?:\*{0,2}\w+(?:\[\w+\])?(?:, )?)+): ")


class Written(griffe.Extension):
    """Rewrites each docstring as it is read."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of a class, function, module or attribute."""
        if obj.docstring is not None:
            obj.docstring.value = as_markdown(obj.docstring.value)


def as_markdown(text: str) -> str:
    """Return a docstring as Markdown.

    >>> print(as_markdown("Do it.\\n\\nArguments\\n    n: how often; m: how\\n        well."))
    Do it.
    <BLANKLINE>
    **Arguments**
    <BLANKLINE>
    - `n`: how often;
    - `m`: how well.
    """
    return "\n\n".join(_block(block) for block in re.split(r"\n\s*\n", text.strip("\n")))


def _block(block: str) -> str:
    lines = block.split("\n")
    if lines[0].startswith(">>> "):
        return f"```pycon\n{block}\n```"
    if lines[0].rstrip(":") == "Arguments":
        return "**Arguments**\n\n" + _listed(lines[1:])
    return block


def _listed(lines: list[str]) -> str:
    """Return arguments as a list, one an item: a line that is indented further goes on with the one before."""
    depth = min(len(line) - len(line.lstrip()) for line in lines)
    entries: list[str] = []
    for line in lines:
        if len(line) - len(line.lstrip()) > depth and entries:
            entries[-1] += " " + line.strip()
        else:
            entries.append(line.strip())
    parts = [part for entry in entries for part in re.split(r"(?<=;) (?=\w+(?:, \w+)*: )", entry)]
    return "\n".join(
        "- " + _NAMED.sub(_as_code, part, count=1) if _NAMED.match(part) else f"- {part}" for part in parts
    )


def _as_code(found: re.Match[str]) -> str:
    return ", ".join(f"`{name}`" for name in found[1].split(", ")) + ": "
