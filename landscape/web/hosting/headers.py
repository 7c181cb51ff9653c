"""Headers that tell a browser what a page may do, and the addresses that are not for the public."""

from __future__ import annotations

import hmac
import os
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMES_VARIABLE = "LANDSCAPE_FRAMES"
"""Which sites may show the app in a frame, as in CSP's ``frame-ancestors``; any where it is not set."""

METRICS_VARIABLE = "LANDSCAPE_METRICS_TOKEN"
"""The bearer token with which Streamlit's metrics are read; nobody reads them where it is not set."""

METRICS = "/_stcore/metrics"

FILES = (
    "text/javascript",
    "application/javascript",
    "application/json",
    "text/css",
    "font/",
    "image/png",
    "image/x-icon",
)
"""Content types of what runs nothing when it is opened by itself."""

HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")

POLICY = (
    "default-src 'self'",
    # Streamlit imports a component's code from a blob, and plotly.js compiles the loops of its 3-D pictures.
    "script-src 'self' blob: 'unsafe-inline' 'unsafe-eval'",
    # Streamlit and plotly.js write styles into the page.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
)
"""What a page may load, from where: its own host alone."""


class SecurityHeaders:
    """Middleware that sends a content policy with every page, and keeps the metrics from the public."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("x-content-type-options", "nosniff")
                # A policy counts for what is opened as a page; two hundred files need not bring it too.
                if not headers.get("content-type", "").startswith(FILES):
                    for name, value in _policies(host).items():
                        headers.setdefault(name, value)
            await send(message)

        if _is_metrics(scope) and not _may_read_metrics(Headers(scope=scope).get("authorization", "")):
            refused = PlainTextResponse(f"Metrics are read with the token of {METRICS_VARIABLE}.", 403)
            await refused(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)


def _policies(host: str) -> dict[str, str]:
    # 'self' stands for websockets too, but not for older browsers of phones.
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    frames = os.environ.get(FRAMES_VARIABLE, "*").replace(";", " ").strip() or "'none'"
    policy = (*POLICY, f"connect-src 'self' data: blob:{sockets}", f"frame-ancestors {frames}")
    return {
        "content-security-policy": "; ".join(policy),
        "referrer-policy": "strict-origin-when-cross-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }


def _is_metrics(scope: Scope) -> bool:
    # Below a prefix too, as a proxy or Streamlit's own setting may have it, and whatever slashes end it.
    return re.sub(r"/+", "/", str(scope["path"])).rstrip("/").endswith(METRICS)


def _may_read_metrics(authorization: str) -> bool:
    token = os.environ.get(METRICS_VARIABLE, "")
    return bool(token) and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())
