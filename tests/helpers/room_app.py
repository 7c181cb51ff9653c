"""The app, declared as app.py declares it, with an address more at which a room is opened for any lesson.

What is posted to ``/test/open`` is JSON: ``title``, ``scenes`` (for each the texts before and after its reveal) and
``lecturer``; the answer is the room's code and key. ``/test/tasks`` says how many tasks the server's loop has.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from landscape.web.hosting import MIDDLEWARE
from landscape.web.rooms import PreparedLesson, hall, routes
from landscape.web.server import lifespan

ROOT = Path(__file__).resolve().parents[2]

PAGES = {
    "enter": lambda code: f"<title>Enter</title>{code}",
    "follow": lambda code: f"<title>Follow</title>{code}",
    "lecture": lambda code: f"<title>Lecture</title>{code}",
    "notes": lambda code: f"<title>Notes</title>{code}",
}


async def open_room(request: Request) -> JSONResponse:
    asked = await request.json()
    scenes = [(hidden.encode(), whole.encode()) for hidden, whole in asked["scenes"]]
    lesson = await run_in_threadpool(PreparedLesson.of, asked["title"], scenes, asked["lecturer"].encode())
    opened = await run_in_threadpool(hall().open_room, lesson)
    return JSONResponse({"code": opened.code, "key": opened.key})


async def tasks(_: Request) -> JSONResponse:
    return JSONResponse(len(asyncio.all_tasks()))


app = st.App(
    ROOT / "front.py",
    lifespan=lifespan,
    routes=[Route("/test/open", open_room, methods=["POST"]), Route("/test/tasks", tasks), *routes(PAGES)],
    middleware=MIDDLEWARE,
)
