"""Static files, compressed once and kept: Streamlit sends its own and the app's as they are, at every request."""

from __future__ import annotations

import asyncio
import hashlib
import re

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from landscape.web.assets import STATIC as STATIC_FOLDER
from landscape.web.hosting.answers import Answer, Encoding, encoded, encoding_of, path_of, whole_answer

COMPRESSIBLE = re.compile(r"(text/(css|javascript|plain)|application/(javascript|json|manifest\+json)|image/svg)")
"""Content types of text; pictures and fonts are compressed already, and a page stands at any address."""

STATIC = re.compile(r"(/app)?/static(/\w[\w.-]*)+")
"""The address of a static file, written in one way only: what is kept is kept under it."""

NAMED_BY_CONTENT = re.compile(r"/app/static/[\w-]+-[0-9a-f]{12}(\.[\w.]+$|/)")
"""Addresses that ``landscape.web.assets`` gives: another content has another one."""

FOR_EVER = "public, max-age=31536000, immutable"
SMALLEST = 500
"""Bytes below which a file is sent as it is."""


class KeptCompressed:
    """Middleware that answers for static files from memory, compressed, and lets browsers keep them.

    Streamlit's files and the app's are named by their content, so what is kept never grows old, and no more of it is
    kept than there are files: about a quarter of their size.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[tuple[str, Encoding], asyncio.Future[Answer]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        encoding = encoding_of(scope) if _is_for_static_file(scope) else None
        if encoding is None:
            await self.app(scope, receive, send)
            return
        answer = await self._answer(scope, encoding)
        if answer.status == 200 and answer.header("etag") in _known_tags(scope):
            kept = [(name, value) for name, value in answer.headers if not name.startswith(b"content-")]
            answer = Answer(304, kept)
        await answer.send(scope, send)

    async def _answer(self, scope: Scope, encoding: Encoding) -> Answer:
        """The answer for a path, made once: whoever asks meanwhile waits for the same."""
        key = path_of(scope), encoding
        if key in self._kept:
            return await asyncio.shield(self._kept[key])
        making = asyncio.ensure_future(self._made(scope, encoding))
        self._kept[key] = making
        try:
            answer = await asyncio.shield(making)
        except BaseException:
            self._kept.pop(key, None)
            raise
        if answer.header("content-encoding") != encoding:
            # What is not a file of ours, or not worth it, may be anything, and of any number.
            self._kept.pop(key, None)
        return answer

    async def _made(self, scope: Scope, encoding: Encoding) -> Answer:
        answer = await whole_answer(self.app, scope)
        if answer.status != 200:
            return answer
        if NAMED_BY_CONTENT.match(path_of(scope)):
            answer.set_headers(cache_control=FOR_EVER)
        if len(answer.body) < SMALLEST or not COMPRESSIBLE.match(answer.header("content-type")):
            return answer
        body = _written_before(path_of(scope)) if encoding == "br" else b""
        if not body:
            body = await to_thread.run_sync(encoded, answer.body, encoding)
        tag = hashlib.sha256(body).hexdigest()[:24]
        answer.body = body
        answer.set_headers(
            content_encoding=encoding, content_length=str(len(body)), vary="Accept-Encoding", etag=f'"{tag}"'
        )
        return answer


def _written_before(path: str) -> bytes:
    """The brotli that stands beside a file of the app, smaller than can be made while a visitor waits, else nothing."""
    file = STATIC_FOLDER / f"{path.removeprefix('/app/static/')}.br"
    return file.read_bytes() if path.startswith("/app/static/") and file.is_file() else b""


def _is_for_static_file(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or not STATIC.fullmatch(path_of(scope)):
        return False
    return "range" not in Headers(scope=scope)


def _known_tags(scope: Scope) -> set[str]:
    """The tags of what the browser holds already."""
    return {tag.strip().removeprefix("W/") for tag in Headers(scope=scope).get("if-none-match", "").split(",")} - {""}
