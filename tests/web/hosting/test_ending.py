"""A server that is told to end ends, although a stream is open that has no end of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from http.client import HTTPConnection

import pytest
import uvicorn
from app_server import HOST, wait_until
from starlette.types import Receive, Scope, Send

from landscape.web.hosting import ending
from landscape.web.hosting.ending import when_ending


def test_what_is_to_be_done_is_done_before_connections_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "_ENDING", [])
    told = asyncio.Event()
    when_ending(told.set)
    when_ending(told.set)
    assert len(ending._ENDING) == 1
    assert not hasattr(uvicorn.Server.shutdown.__wrapped__, "__wrapped__")

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun\n", "more_body": True})
        await told.wait()
        await send({"type": "http.response.body", "body": b"ended\n"})

    with socket.socket() as listening:
        listening.bind((HOST, 0))
        server = uvicorn.Server(uvicorn.Config(endless, log_level="error", access_log=False, lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        connection = HTTPConnection(HOST, listening.getsockname()[1], timeout=30)
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert answer.readline() == b"begun\n"
        server.should_exit = True
        assert answer.readline() == b"ended\n"
        thread.join(30)
        assert not thread.is_alive()
        connection.close()
