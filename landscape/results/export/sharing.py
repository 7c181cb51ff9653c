"""A page's state as an address: the link, a frame that shows it on another page, and its QR code."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from landscape.formatting import counted
from landscape.scenario import Scenario, query_string
from landscape.scenario.limits import LINK_LENGTH, LINK_NUMBERS, quoted

FRAME_SIZE = (960, 720)
"""Width and height of an embedded app in CSS pixels: the four views without scrolling on an ordinary page."""

QUIET_ZONE = 4
"""Blank modules around a QR code that scanners need (ISO/IEC 18004)."""


def link(scenario: Scenario, base_url: str) -> str:
    """Return the address that opens the app, or one page of it, with exactly this scenario.

    Arguments
        base_url: where the app or page runs; a query or fragment that it has is dropped.

    Raises ValueError for an address that is not http(s), or a scenario too large for a link: it must be saved as JSON.
    """
    if not scenario.fits_a_link:
        raise ValueError(
            f"scenario must hold at most {LINK_NUMBERS} data numbers and {LINK_LENGTH} characters to fit a link, but "
            f"has {len(scenario.data.x) + len(scenario.data.y)} numbers and {len(query_string(scenario))} characters; "
            "save it as a file."
        )
    return address(scenario.to_query(), base_url)


def address(query: Mapping[str, str | Sequence[str]], base_url: str) -> str:
    """Return the address of a page with a query.

    Arguments
        base_url: where the page is; a query or fragment that it has is dropped.

    Raises ValueError for an address that is not http(s), or a query that browsers and chats would cut.
    """
    text = urlencode(query, doseq=True)
    if len(text) > LINK_LENGTH:
        raise ValueError(f"A link holds {LINK_LENGTH} characters, and this would have {len(text)}: save it as a file.")
    return f"{_base(base_url)}?{text}"


def embed_snippet(scenario: Scenario, base_url: str, hide: Sequence[str] = ()) -> str:
    """Return the HTML of a frame that shows a scenario on another page.

    Arguments
        hide: names of parts of the page to leave out, each of letters, digits, "-" and "_".

    Raises ValueError as ``link`` does, and for any other name to hide.
    """
    points, neurons = counted(scenario.data.n, "point"), counted(scenario.training.m, "neuron")
    return frame(link(scenario, base_url), f"{points}, {neurons}", hide)


def frame(url: str, title: str, hide: Sequence[str] = ()) -> str:
    """Return the HTML of a frame that shows the page of an address, which has a query.

    Arguments
        title: what it shows, for screen readers.
        hide: names of parts of the page to leave out, each of letters, digits, "-" and "_"; ValueError for others.
    """
    if isinstance(hide, str):
        raise ValueError(f"hide must be a sequence of names, but was {quoted(hide)}.")
    for name in hide:
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name):
            raise ValueError(f"hide must hold names of letters, digits, - and _, but holds {quoted(name)}.")
    source = f"{url}&embed=true" + (f"&hide={quote(','.join(hide), safe=',')}" if hide else "")
    title = f"Hidden convex landscape: {title}"
    width, height = FRAME_SIZE
    return (
        f'<iframe src="{html.escape(source)}" title="{html.escape(title)}" width="{width}" height="{height}"\n'
        '  style="border: 0; max-width: 100%" loading="lazy" allow="fullscreen; clipboard-write"></iframe>'
    )


def qr_svg(text: str, title: str = "QR code of this page's link") -> str:
    """Return a QR code as an SVG picture of any size: black on white, with its quiet zone, and a title.

    The strongest error correction that costs no larger code is used, at least level L: short links have a higher one.
    Raises ValueError for an empty text, or one beyond what a QR code holds (2953 bytes).
    """
    import segno

    if not isinstance(text, str) or not text:
        raise ValueError(f"text must be a text of at least one character, but was {quoted(text)}.")
    try:
        code = segno.make_qr(text, error="l", boost_error=True)
    except segno.DataOverflowError:
        raise ValueError(
            f"text must fit a QR code, 2953 bytes at most, but has {len(text.encode())}: make the scenario smaller."
        ) from None
    picture = code.svg_inline(border=QUIET_ZONE, dark="#000", light="#fff", title=title, omitsize=True, svgclass=None)
    # Screen readers read the title only of an element whose role is an image.
    return picture.replace("<svg ", '<svg role="img" shape-rendering="crispEdges" ', 1)


def _base(base_url: str) -> str:
    """Return an address up to its path, as it may stand before "?"."""
    parts = urlsplit(base_url) if isinstance(base_url, str) and len(base_url) <= 2000 else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(
            f"base_url must be an address that begins with http:// or https://, but was {quoted(base_url)}."
        )
    # Characters that an address may not contain, quotes and brackets among them, are written as %xx.
    return urlunsplit((parts.scheme, quote(parts.netloc, safe=":@[]"), quote(parts.path, safe="/%~@:+,;="), "", ""))
