"""The application of app.py, declared in the same way with a route and a middleware more, for tests/web/test_server.py.

Its route reports on the process from inside: the heap, and whether the front page's pictures are on their way to the
browser when its controls begin to be made.
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
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from landscape.scenario import Scenario
from landscape.web import frame
from landscape.web.front import controls
from landscape.web.hosting import MIDDLEWARE
from landscape.web.server import lifespan

FRONT = Path(__file__).resolve().parents[2] / "front.py"
LIBRARIES = ("landscape.web.front.views", "scipy", "cvxpy")

stages_sent: list[ForwardMsg] = []
pictures_first: list[bool] = []
"""For every run of the front page: whether its stage had left when its controls began to be made."""

_flush, _choose = AppSession.flush_browser_queue, controls.choose


def flush_and_count(session: AppSession) -> list[ForwardMsg]:
    messages = _flush(session)
    stages_sent.extend(m for m in messages if m.delta.new_element.HasField("bidi_component"))
    return messages


def note_and_choose() -> Scenario:
    pictures_first.append(len(stages_sent) > len(pictures_first))
    return _choose()


# Longer than a run of the page takes, so that nothing leaves in time by chance.
runtime.MESSAGE_FLUSH_INTERVAL_SECS = frame.MESSAGE_FLUSH_INTERVAL_SECS = 0.3
AppSession.flush_browser_queue = flush_and_count
controls.choose = note_and_choose


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
            "pictures first": pictures_first,
            "scripts in turn": hasattr(ScriptRunner._run_script, "__wrapped__"),
        }
    )


app = st.App(
    FRONT,
    lifespan=lifespan,
    routes=[Route("/api/process", process)],
    middleware=[Middleware(Signed), *MIDDLEWARE],
)
