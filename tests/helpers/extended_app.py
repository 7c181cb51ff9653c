"""The application of app.py, declared in the same way with a route and a middleware more, for tests/web/test_server.py.

Its route reports on the process from inside.
"""

import gc
import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from landscape.web.hosting import MIDDLEWARE
from landscape.web.server import lifespan

FRONT = Path(__file__).resolve().parents[2] / "front.py"
LIBRARIES = ("landscape.web.front.views", "scipy", "cvxpy")


class Signed:
    """Add a header to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def signed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-signed", b"yes")]
            await send(message)

        await self.app(scope, receive, signed)


def process(request: Request) -> JSONResponse:
    return JSONResponse(
        {
            "frozen": gc.get_freeze_count(),
            "loaded": [name for name in LIBRARIES if name in sys.modules],
            "collects after each run": st.get_option("runner.postScriptGC"),
            "scripts in turn": hasattr(ScriptRunner._run_script, "__wrapped__"),
        }
    )


app = st.App(
    FRONT,
    lifespan=lifespan,
    routes=[Route("/api/process", process)],
    middleware=[Middleware(Signed), *MIDDLEWARE],
)
