"""The addresses of rooms, below ``/room``, for ``st.App(routes=…)``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qs

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from landscape.results.export.sharing import qr_svg
from landscape.web.hosting.answers import encoding_of, path_of
from landscape.web.hosting.origins import is_known
from landscape.web.rooms.answers_table import answers_csv
from landscape.web.rooms.codes import code_of
from landscape.web.rooms.hall import Hall, hall as hall_of_this_process
from landscape.web.rooms.held import MOST_ANSWER, PHONE, HeldRoom, Subscriber
from landscape.web.rooms.prepared import Packed
from landscape.web.rooms.refusals import RefusedError, no_such_room
from landscape.web.rooms.stream import tell

BELOW = re.compile(r"/room(?:/([^/]*))?(?:/(.*))?")
"""An address: the code, and what is asked for of its room."""

SCENE = re.compile(r"scene/(\d{1,4})/(hidden|whole)")

MOST_BODY = 2 * MOST_ANSWER
"""Bytes of what is posted."""

KEEP = "private, max-age=3600"

Pages = Mapping[str, Callable[[str], str]]
"""The HTML of a page for a code: "enter" for ``/room``, which is also shown with a code that is none of a room,
"follow" for ``/room/CODE``, "lecture" and "notes" for the addresses below it of these names."""


def routes(pages: Pages, hall: Callable[[], Hall] = hall_of_this_process) -> list[BaseRoute]:
    """Return the routes of rooms, with pages that are written elsewhere."""
    return [RoomRoute(pages, hall)]


class RoomRoute(BaseRoute):
    """Everything below ``/room``, also where a proxy or a setting of Streamlit puts the app below a prefix."""

    def __init__(self, pages: Pages, hall: Callable[[], Hall]) -> None:
        self.pages = pages
        self._hall = hall

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a request is for a room."""
        if scope["type"] != "http" or not BELOW.fullmatch(path_of(scope)):
            return Match.NONE, {}
        return Match.FULL, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; what is refused is said as JSON."""
        try:
            response = await self._answer(scope, receive, send)
        except RefusedError as refused:
            response = JSONResponse({"refused": refused.sentence}, refused.status, {"cache-control": "no-store"})
        if response is not None:
            await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Return the answer to a request, None where it was sent already."""
        found = BELOW.fullmatch(path_of(scope))
        typed, asked = (found[1] or "", found[2] or "") if found else ("", "")
        is_post = scope["method"] == "POST"
        if not is_post and scope["method"] not in {"GET", "HEAD"}:
            raise RefusedError(405, "Rooms are not asked in this way.")
        headers = Headers(scope=scope)
        if is_post and not is_known(headers.get("origin"), headers.get("host")):
            raise RefusedError(403, "This was sent from another site.")
        page = self.pages.get(asked or ("follow" if typed else "enter")) if not is_post else None
        if page is not None and not typed:
            return _page(page(""))
        hall = self._hall()
        try:
            held = await _room(hall, scope, typed)
        except RefusedError as refused:
            if page is None or "enter" not in self.pages:
                raise
            return _page(self.pages["enter"](typed), refused.status)
        if page is not None:
            return _page(page(held.code))
        if is_post:
            return await _post(hall, held, asked, scope, receive)
        if asked == "events" and scope["method"] == "GET":
            await _events(hall, held, scope, receive, send)
            return None
        return await _get(hall, held, asked, scope)


async def _room(hall: Hall, scope: Scope, typed: str) -> HeldRoom:
    """The room of a code as it was typed."""
    code = code_of(typed)
    if code is None:
        raise no_such_room()
    address = scope["client"][0] if scope.get("client") else ""
    hall.guesses.check(address, code)
    try:
        held = await hall.room(code)
    except RefusedError as refused:
        if refused.status == 404:
            hall.guesses.wrong(address)
        raise
    hall.guesses.right(address, code)
    return held


async def _events(hall: Hall, held: HeldRoom, scope: Scope, receive: Receive, send: Send) -> None:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    phone = None
    if "key" in query:
        hall.lecturer(held, query["key"][0])
    else:
        phone = query.get("phone", [""])[0]
        _check_phone(phone)
    subscriber = Subscriber(phone)
    held.join(subscriber)
    await tell(hall, held, subscriber, receive, send)


async def _get(hall: Hall, held: HeldRoom, asked: str, scope: Scope) -> Response:
    scene = SCENE.fullmatch(asked)
    if scene:
        return await _packed(_scene(held, int(scene[1]), scene[2] == "whole"), scope, KEEP)
    if asked == "lesson":
        _check_key(hall, held, scope)
        return await _packed(held.deed.lesson.lecturer, scope, "no-store")
    if asked == "qr.svg":
        return _qr(scope)
    if asked == "answers.csv":
        _check_key(hall, held, scope)
        name = {"content-disposition": f'attachment; filename="answers-{held.code}.csv"', "cache-control": "no-store"}
        table = await to_thread.run_sync(_table, held)
        return Response(table, media_type="text/csv", headers=name)
    raise RefusedError(404, "There is nothing at this address.")


def _table(held: HeldRoom) -> str:
    """All answers of a room as CSV, beside what its lesson asks, where that can be read."""
    try:
        scenes = list(json.loads(held.deed.lesson.lecturer.whole())["scenes"])
    except (ValueError, TypeError, KeyError):
        scenes = []
    return answers_csv(held.room, [scene if isinstance(scene, dict) else {} for scene in scenes])


def _qr(scope: Scope) -> Response:
    """The QR code of an address, which the lecturer's page knows better than the server."""
    address = parse_qs(scope["query_string"].decode("latin-1")).get("address", [""])[0]
    if not re.fullmatch(r"https?://[^\s]{1,300}", address):
        raise RefusedError(400, "An address begins with http:// or https://.")
    picture = qr_svg(address, f"QR code of {address}")
    return Response(picture, media_type="image/svg+xml", headers={"cache-control": KEEP})


def _scene(held: HeldRoom, place: int, whole: bool) -> Packed:
    """A scene as it may be seen now."""
    if place not in held.room.seen:
        raise RefusedError(403, "The room has not come to this scene yet.")
    scene = held.deed.lesson.scenes[place]
    if whole and scene.holds_back and not held.room.is_revealed(place):
        raise RefusedError(403, "What this scene holds back has not been revealed yet.")
    return scene.whole if whole else scene.hidden


async def _post(hall: Hall, held: HeldRoom, asked: str, scope: Scope, receive: Receive) -> Response:
    if asked not in {"answer", "steer", "close"}:
        raise RefusedError(404, "There is nothing at this address.")
    if asked != "answer":
        _check_key(hall, held, scope)
    posted = await _body(receive)
    if asked == "close":
        await hall.close(held)
        return Response(status_code=204)
    match _json(posted):
        case {"phone": str(phone), "place": place, "answer": given} if asked == "answer" and given is not None:
            _check_phone(phone)
            await hall.answer(held, phone, _place(place), given)
        case {"place": place, **rest} if asked == "steer":
            await hall.steer(held, _place(place), _flag(rest.get("revealed")), _flag(rest.get("locked")))
        case _:
            raise _unreadable()
    return Response(status_code=204)


def _place(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _unreadable()
    return value


def _flag(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise _unreadable()
    return value


def _unreadable() -> RefusedError:
    return RefusedError(400, "This cannot be read.")


def _check_key(hall: Hall, held: HeldRoom, scope: Scope) -> None:
    hall.lecturer(held, Headers(scope=scope).get("x-room-key", ""))


def _check_phone(phone: str) -> None:
    if not PHONE.fullmatch(phone):
        raise RefusedError(400, "A phone names itself with 16 to 64 letters, digits, - and _.")


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise RefusedError(400, "This did not come whole.")
        body, more = body + message.get("body", b""), message.get("more_body", False)
        if len(body) > MOST_BODY:
            raise RefusedError(413, "This is too long.")
    return body


def _json(text: bytes) -> Any:
    """What a text says as JSON, strictly: what browsers could not read is no number."""
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise _unreadable() from None


def _finite(digits: str) -> float:
    number = float(digits)
    return number if abs(number) < float("inf") else _no_number(digits)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number.")


async def _packed(packed: Packed, scope: Scope, cache_control: str) -> Response:
    """An answer in the form that the browser takes."""
    encoding = encoding_of(scope)
    headers = {"cache-control": cache_control, "vary": "Accept-Encoding"}
    if encoding is not None:
        headers["content-encoding"] = encoding
    return Response(await packed.form(encoding), media_type="application/json", headers=headers)


def _page(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status, {"cache-control": "no-cache"})
