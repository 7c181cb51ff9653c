"""A visitor of the front page without a browser: Streamlit's protocol over a websocket.

It sends what a browser sends, and of what comes it reads as little as tells what a browser would show: the data points
of a picture. It solves and draws nothing.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

LONGEST_WAIT = 120.0
"""Seconds after which a visitor takes an answer for lost."""

CACHED_FOR = 2
"""Runs of the page for which a browser keeps a message, so that the server need not send it again."""

STAGE = "-landscape"
"""How the id of the stage ends."""

ANSWERS = re.compile(rb'"answers": ?(?:"([^"]*)"|null)')
DATA = re.compile(rb'"data": ?\{"x": ?(\[[^\]]+\]), ?"y": ?(\[[^\]]+\])')


class VisitError(Exception):
    """What went wrong for a visitor, as a sentence."""


class ConnectionLostError(VisitError):
    """The server, or what stands before it, has ended the connection."""


class Picture(NamedTuple):
    """What tells a picture from others: its data points, and the number of the stage's last event that it knows of."""

    x: list[float]
    y: list[float]
    answers: str | None


class Counted(ClientConnection):
    """A websocket that counts the bytes of its connection, as they come: compressed, with their frames."""

    on_the_wire = 0

    def data_received(self, data: bytes) -> None:
        """Count what has come and pass it on."""
        self.on_the_wire += len(data)
        super().data_received(data)


@dataclass(eq=False)
class Visitor:
    """A visitor, from the opening of the websocket to its end.

    Arguments
        socket: the open websocket; query: of the page's address, as the server wrote it last.
        picture: the last that came; pictures: how many have; x1: what the visitor has set last, None if nothing.
        payload: the bytes of all messages, uncompressed; errors: what the page or the server complained of.
        running: whether a run of the page is under way.
    """

    socket: Counted
    query: str
    picture: Picture | None = None
    pictures: int = 0
    x1: float | None = None
    payload: int = 0
    errors: list[str] = field(default_factory=list)
    running: bool = False
    _script: str = ""
    _stage: str = ""
    _runs: int = 0
    _events: int = 0
    _cached: dict[str, tuple[int, Picture | None]] = field(default_factory=dict)

    async def enter(self) -> float:
        """Ask for the page; return the time at which its first picture came, by ``time.perf_counter``."""
        await self._run()
        return await self._shown(lambda picture: True)

    async def move(self, x1: float) -> float:
        """Set x₁ in the sidebar; return when the picture that replies came."""
        self.x1 = x1
        return await self._act({"kind": "change", "values": {"x": self._moved(x1)}})

    async def drag(self, x1: float, final: bool) -> float:
        """Drag the first data point, or let it go where ``final``; return when the picture that replies came."""
        self.x1 = x1
        x = self._moved(x1)
        assert self.picture is not None
        return await self._act({"kind": "edit", "x": x, "y": self.picture.y, "runs": [], "final": final})

    async def play(self, step: int | None) -> float:
        """Report the step at which playback rests, None for the end; return when the picture that replies came."""
        return await self._act({"kind": "at", "value": step})

    async def rest(self, seconds: float) -> None:
        """Do nothing but take what comes."""
        await self._until(lambda: False, seconds)

    async def finish(self) -> None:
        """Wait until the page's run has ended; raises VisitError where it does not end."""
        if not await self._until(lambda: not self.running, LONGEST_WAIT):
            raise VisitError(f"A run of the page did not end within {LONGEST_WAIT:.0f} s.")

    def _moved(self, x1: float) -> list[float]:
        """Return the features of the picture with another x₁."""
        if self.picture is None:
            raise VisitError("There is no picture whose points could be moved.")
        return [x1, *self.picture.x[1:]]

    async def _act(self, event: dict[str, Any]) -> float:
        """Send an event of the stage, and wait for the picture that replies to it."""
        self._events += 1
        number = f"{time.time_ns() // 1_000_000}-{self._events}"
        sent = [{"event": "event", "value": {**event, "number": number}}]
        # The id under which Streamlit's browser side sends the events of a component.
        events = f"$$STREAMLIT_INTERNAL_KEY_{self._stage}__events"
        await self._run(WidgetState(id=events, json_trigger_value=json.dumps(sent)))
        return await self._shown(lambda picture: picture.answers == number)

    async def _run(self, *triggers: WidgetState) -> None:
        """Ask for a run of the page, with these triggers."""
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string = self.query
        state.page_script_hash = self._script
        state.widget_states.widgets.extend(triggers)
        state.cached_message_hashes.extend(self._cached)
        self.running = True
        try:
            await self.socket.send(asked.SerializeToString())
        except ConnectionClosed as closed:
            raise ConnectionLostError(f"The connection was lost: {closed}") from closed

    async def _shown(self, is_it: Callable[[Picture], bool]) -> float:
        """Wait for a new picture of which ``is_it`` is true; return when it came."""
        before = self.pictures
        if await self._until(
            lambda: self.pictures > before and self.picture is not None and is_it(self.picture), LONGEST_WAIT
        ):
            return time.perf_counter()
        raise VisitError(f"No picture replied within {LONGEST_WAIT:.0f} s.")

    async def _until(self, reached: Callable[[], bool], seconds: float) -> bool:
        """Take what comes until a state is reached, or for so many seconds; return whether it was reached."""
        try:
            async with asyncio.timeout(seconds):
                while not reached():
                    self._take(await self.socket.recv(decode=False))
        except TimeoutError:
            return False
        except ConnectionClosed as closed:
            raise ConnectionLostError(f"The connection was lost: {closed}") from closed
        return True

    def _take(self, message: bytes) -> None:
        """Keep of a message what a browser would show or send back."""
        self.payload += len(message)
        came = ForwardMsg.FromString(message)
        kind = came.WhichOneof("type")
        if kind == "ref_hash":
            _, picture = self._cached.get(came.ref_hash, (0, None))
            self._cached[came.ref_hash] = self._runs, picture
            self._show(picture)
        elif kind == "delta" and came.delta.WhichOneof("type") == "new_element":
            picture = self._take_element(came.delta.new_element)
            self._show(picture)
            if came.metadata.cacheable:
                self._cached[came.hash] = self._runs, picture
        elif kind == "page_info_changed":
            self.query = came.page_info_changed.query_string
        elif kind == "navigation":
            # Asked for by another hash, the server takes the page for another, and forgets what its widgets held.
            self._script = came.navigation.page_script_hash
        elif kind == "script_finished" and came.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.running = False
            self._runs += 1
            self._cached = {key: kept for key, kept in self._cached.items() if self._runs - kept[0] <= CACHED_FOR}
        elif kind in {"session_event", "page_not_found"}:
            self.errors.append(f"The server sent {kind}.")

    def _take_element(self, element: Element) -> Picture | None:
        """Return the picture that a stage brings."""
        match element.WhichOneof("type"):
            case "bidi_component" if element.bidi_component.id.endswith(STAGE):
                self._stage = element.bidi_component.id
                return _picture(element.bidi_component.bytes)
            case "exception":
                self.errors.append(f"The page shows an error: {element.exception.type} {element.exception.message}")
        return None

    def _show(self, picture: Picture | None) -> None:
        if picture is not None:
            self.picture = picture
            self.pictures += 1


def _picture(update: bytes) -> Picture:
    """Return what tells a picture from others, of a message to the stage of which nothing else is parsed."""
    answers, data = ANSWERS.search(update, 0, 200), DATA.search(update)
    if answers is None or data is None:
        raise VisitError("A picture does not say where its points are.")
    return Picture(json.loads(data[1]), json.loads(data[2]), answers[1].decode() if answers[1] is not None else None)


def greeted(url: str) -> str:
    """Ask as a browser does before it opens a websocket; return the cookies that a server or a proxy then sets."""
    with urllib.request.urlopen(f"{url}/_stcore/health", timeout=LONGEST_WAIT) as reply:
        return "; ".join(cookie.split(";")[0] for cookie in reply.headers.get_all("Set-Cookie", ()))


@asynccontextmanager
async def visit(url: str, query: str = "", cookies: str = "") -> AsyncIterator[Visitor]:
    """Open a websocket of the app as a browser does, from the same origin and willing to take compressed messages.

    Arguments
        url: where the app is served, as in http://127.0.0.1:8501; query: of the page's address, without "?".
        cookies: as ``greeted`` returns them.
    """
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    async with connect(
        f"ws{url.removeprefix('http')}/_stcore/stream",
        origin=Origin(origin),
        # A browser names its protocol and, in place of the second, the token of a cookie: only a login asks for one.
        subprotocols=[Subprotocol("streamlit"), Subprotocol("PLACEHOLDER_AUTH_TOKEN")],
        additional_headers={"Cookie": cookies} if cookies else {},
        compression="deflate",
        proxy=None,
        max_size=None,
        open_timeout=LONGEST_WAIT,
        ping_interval=None,
        create_connection=Counted,
    ) as socket:
        assert isinstance(socket, Counted)
        yield Visitor(socket, query)
