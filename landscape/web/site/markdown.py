"""The Markdown of the pages as HTML: paragraphs, lists, tables, strong and emphasised words, and formulas."""

from __future__ import annotations

import re
from html import escape

from landscape.web.site.tex import mathml


def as_html(text: str) -> str:
    """Return a text as HTML."""
    blocks = [block for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip()]
    return "\n".join(_block(block) for block in blocks)


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(line.startswith("- ") for line in lines):
        return f"<ul>{''.join(f'<li>{inline(line[2:])}</li>' for line in lines)}</ul>"
    if lines[0].startswith("|"):
        head, _, *rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
        top = "".join(f"<th>{inline(cell)}</th>" for cell in head)
        body = "".join(f"<tr>{''.join(f'<td>{inline(cell)}</td>' for cell in row)}</tr>" for row in rows)
        return (
            f'<div class="table" tabindex="0" role="region" aria-label="{escape(head[0])}"><table>'
            f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
        )
    return f"<p>{inline(block)}</p>"


def inline(text: str) -> str:
    """Return a line as HTML: what stands between dollars is a formula, between stars it is emphasised."""
    pieces = re.split(r"\$([^$]+)\$", text)
    # The formulas join once the stars around them are read.
    marked = "\0".join(escape(piece) for piece in pieces[::2])
    strong = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", marked, flags=re.S)
    formulas = iter(pieces[1::2])
    return re.sub("\0", lambda _: mathml(next(formulas)), re.sub(r"\*(.+?)\*", r"<em>\1</em>", strong, flags=re.S))
