"""Websockets from other sites' pages are refused, and nobody's address is asked for."""

from __future__ import annotations

import pytest
from asgi import ask
from starlette.types import Receive, Scope, Send
from streamlit import net_util
from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed

from landscape.web.hosting.origins import KnownOrigins

KNOWN = [
    (None, "demo.example:8501"),
    ("https://demo.example", "demo.example"),
    ("https://demo.example", "demo.example:443"),
    ("http://demo.example:80", "demo.example"),
    ("http://DEMO.example:8501", "demo.example:8501"),
    ("http://[::1]:8501", "[::1]:8501"),
    ("http://localhost:3000", "demo.example"),
    ("https://allowed.example", "demo.example"),
    ("http://allowed.example:9000", "demo.example"),
]
UNKNOWN = [
    ("https://elsewhere.example", "demo.example"),
    ("https://demo.example.elsewhere.example", "demo.example"),
    ("https://demo.example:8443", "demo.example"),
    ("http://demo.example", "demo.example:443"),
    ("https://elsewhere.example/demo.example", "demo.example"),
    ("https://demo.example@elsewhere.example", "demo.example"),
    ("null", "demo.example"),
    ("", "demo.example"),
    ("https://", ""),
    ("http://demo.example:port", "demo.example"),
    ("http://[demo.example", "demo.example"),
    ("file://", "demo.example"),
]


async def streamlit_like(scope: Scope, receive: Receive, send: Send) -> None:
    """Accept what Streamlit would accept."""
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    allowed = _is_origin_allowed(headers.get("origin"), headers.get("host"))
    await send({"type": "websocket.accept" if allowed else "websocket.close"})


@pytest.fixture(autouse=True)
def asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> None:
        pytest.fail("the server asked for its own address")

    monkeypatch.setattr(net_util, "get_external_ip", asked)
    monkeypatch.setattr(net_util, "get_internal_ip", asked)
    monkeypatch.setattr(
        "landscape.web.hosting.origins._own_setting",
        {"server.enableCORS": True, "server.corsAllowedOrigins": ["https://allowed.example"]}.get,
    )


@pytest.mark.parametrize(("origin", "host"), KNOWN)
def test_a_page_of_the_app_opens_its_websocket(origin: str | None, host: str) -> None:
    headers = {"host": host, **({} if origin is None else {"origin": origin})}
    assert ask(KnownOrigins(streamlit_like), "/_stcore/stream", headers, kind="websocket").status == 101


@pytest.mark.parametrize(("origin", "host"), UNKNOWN)
def test_a_page_of_another_site_opens_none(origin: str, host: str) -> None:
    headers = {"host": host, "origin": origin}
    assert ask(KnownOrigins(streamlit_like), "/_stcore/stream", headers, kind="websocket").status == 403
