"""The pages of rooms as HTML: where a code is typed, a phone's page, and the lecturer's."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from streamlit import net_util

from landscape.web.assets import (
    glossary_url,
    modules_url,
    plotly_url,
    stage_sheets,
    stage_sources,
    static_file,
    style_url,
)
from landscape.web.frame import TITLE
from landscape.web.light.document import document
from landscape.web.modules import packed_modules
from landscape.web.offline import THEME
from landscape.web.rooms.codes import LENGTH

ADDRESS_VARIABLE = "LANDSCAPE_ADDRESS"
"""The environment variable with the address at which others reach the app, as in ``https://example.org/landscape/``."""

LACKING = "The room could not be opened here. Is there still a connection? Then load the page again."

ICON = Path(__file__).parents[1] / "icon.png"

_STYLE = Path(__file__).with_name("rooms.css")


def pages() -> Mapping[str, Callable[[str], str]]:
    """Return each page as a function from a room's code to HTML, by the names of its addresses."""
    return {"enter": enter_page, "follow": follow_page, "lecture": lecture_page}


def enter_page(code: str) -> str:
    """Return the page where a code is typed; ``code``: one that is none of a room, empty at first."""
    wrong = (
        '<p class="room-refused" role="alert">There is no room with this code. It may have been closed, or a letter is '
        "wrong.</p>"
        if code
        else ""
    )
    # Scripts are not needed here: the form's only field is the last part of the address.
    body = f"""<main class="room-enter">
<h1>Enter a room</h1>
<p>The code stands on the lecturer’s screen.</p>
{wrong}
<form onsubmit="event.preventDefault(); location.assign((location.pathname.replace(/\\/room(\\/.*)?$/, '') + '/room/')
  + encodeURIComponent(this.code.value.trim()))">
<label>Code <input name="code" required maxlength="12" autocomplete="off" autocapitalize="characters" spellcheck="false"
  size="{LENGTH + 2}" autofocus value="{escape(code[:12])}"></label>
<button type="submit">Enter</button>
</form>
</main>"""
    return document(
        f"Enter a room – {TITLE}", "A lecture to take part in.", body, _files(1 if code else 0), None, LACKING
    )


def follow_page(code: str) -> str:
    """Return the page of a phone in a room."""
    body = f"""<main class="phone" data-place="main"><h1 class="phone-title">Room {code}</h1>
<p class="phone-note" role="status">One moment: what draws the pictures is coming …</p></main>
<noscript><p>A room needs JavaScript, which this browser does not run.</p></noscript>"""
    return document(f"Room {code} – {TITLE}", "A lecture to take part in.", body, _files(1), _PHONE, LACKING, room=code)


def lecture_page(code: str) -> str:
    """Return the lecturer's page: the code as large as the screen, then the lesson."""
    body = f"""<main class="lecture" data-place="main">
<div class="lecture-code"><h1><small>Room</small> {code}</h1>
<p class="lecture-address" data-place="address"></p>
<p class="lecture-phones" data-place="phones" role="status">0 phones in the room</p>
<p class="lecture-ways"><button type="button" data-place="begin" disabled>Begin the lecture</button>
<button type="button" class="lecture-quiet" data-place="save">Save answers (CSV)</button>
<button type="button" class="lecture-quiet" data-place="invite">Hand on the key</button>
<button type="button" class="lecture-quiet" data-place="end">Close the room</button></p>
<form class="lecture-where" data-place="where" hidden><label>At which address do others reach this app?
<input type="url" name="address" placeholder="https://example.org" required size="34"></label>
<button type="submit">Show it</button></form>
<p data-place="status" role="status" class="room-refused"></p></div>
<div class="lecture-qr" data-place="qr"></div>
</main>
<noscript><p>A lecture needs JavaScript, which this browser does not run.</p></noscript>"""
    return document(
        f"Room {code} – {TITLE}",
        "A lecture that is given.",
        body,
        _files(2),
        _LECTURE,
        LACKING,
        room=code,
        address=public_address(),
        nearby=_nearby(),
    )


_PHONE, _LECTURE = "stage/rooms/phone.js", "stage/rooms/lecture.js"


def public_address() -> str:
    """Return the address at which others reach the app, where the environment says it; else nothing."""
    address = os.environ.get(ADDRESS_VARIABLE, "").strip()
    return address.rstrip("/") if urlsplit(address).scheme in ("http", "https") else ""


def _nearby() -> str:
    """Return the address of this machine in its own network, for an app that runs on a lecturer's laptop."""
    return net_util.get_internal_ip() or ""


@cache
def _addresses() -> dict[str, str]:
    sources = stage_sources("alone", "rooms")
    style = THEME + "".join(sheet.read_text(encoding="utf-8") for sheet in [*stage_sheets("alone", "rooms"), _STYLE])
    return {
        "modules": modules_url("rooms", packed_modules(sources)),
        "plotly": plotly_url(),
        "words": glossary_url(),
        "style": style_url("rooms", style),
        "icon": static_file(ICON),
    }


def _files(depth: int) -> dict[str, str]:
    """Return the addresses of what a page loads, as they are from a page so many folders below the app's."""
    return {name: "../" * depth + address for name, address in _addresses().items()}
