"""Websockets of unknown origin, refused before Streamlit looks at them.

For an origin that it does not know, Streamlit asks an outside host for the server's own address, and waits for it in
the thread that serves everybody: anyone who opens such a websocket could hold the process up.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

LOCAL = frozenset({"localhost", "0.0.0.0", "127.0.0.1"})
"""Hosts that Streamlit takes for the machine itself, whatever the port."""

DEFAULT_PORTS = {"http": 80, "https": 443}


class KnownOrigins:
    """Middleware that lets a websocket through where Streamlit would without asking anybody.

    What it lets through has no origin any more: Streamlit would ask for its address before it reads which are allowed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            headers = Headers(scope=scope)
            if not is_known(headers.get("origin"), headers.get("host")):
                await receive()
                # Before it is accepted: the server answers with 403.
                await send({"type": "websocket.close", "code": 1008})
                return
            scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"origin"]}
        await self.app(scope, receive, send)


def is_known(origin: str | None, host: str | None) -> bool:
    """Return whether a websocket may be opened from an origin: none, the server's own, or one that is allowed.

    Arguments
        origin, host: the headers of those names. Allowed are this machine, ``browser.serverAddress`` and
            ``server.corsAllowedOrigins``, and all where ``server.enableCORS`` is off, as in Streamlit.
    """
    if origin is None or not _own_setting("server.enableCORS"):
        return True
    try:
        parts = urlsplit(origin)
        own = urlsplit(f"//{host or ''}")
        default = DEFAULT_PORTS.get(parts.scheme)
        same = (parts.hostname, parts.port or default) == (own.hostname, own.port or default)
    except ValueError:  # an address or a port that is none
        return False
    return parts.hostname is not None and (same or parts.hostname in _allowed_hosts())


def _allowed_hosts() -> set[str]:
    allowed = set(LOCAL)
    own = _own_setting("browser.serverAddress")
    for address in (*([own] if own else []), *(_own_setting("server.corsAllowedOrigins") or ())):
        found = urlsplit(address if "//" in address else f"//{address}").hostname
        if found:
            allowed.add(found)
    return allowed


def _own_setting(name: str) -> Any:
    """A setting of Streamlit; None for an address that was not given."""
    return config.get_option(name) if name != "browser.serverAddress" or config.is_manually_set(name) else None
