"""Static files come compressed, from memory, and are the files."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import brotli
import pytest
from asgi import Response, ask, asked
from loops import run_apart
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from landscape.web.hosting import compression
from landscape.web.hosting.compression import KeptCompressed

BROTLI = {"accept-encoding": "gzip, deflate, br;q=0.9, zstd"}
GZIP = {"accept-encoding": "gzip, deflate"}
CODE = "export const value = 1;\n" * 1000
HASHED = "/app/static/stage-0123456789ab/view/plot.js"


class Counted:
    """Pass requests on and note their paths."""

    def __init__(self, app: Starlette, folder: Path) -> None:
        self.app = app
        self.folder = folder
        self.paths: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.paths.append(scope["path"])
        await self.app(scope, receive, send)


@pytest.fixture
def files(tmp_path: Path) -> Counted:
    for name in (
        "app/static/stage-0123456789ab/view/plot.js",
        "static/js/index.js",
        "static/media/font.woff2",
        "static/js/small.js",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("small" if "small" in name else CODE)

    async def page(_: object) -> HTMLResponse:
        return HTMLResponse("page " * 1000)

    routes = [
        Mount("/app", StaticFiles(directory=tmp_path / "app")),
        Mount("/static", StaticFiles(directory=tmp_path / "static")),
        Route("/{path:path}", page),
    ]
    return Counted(Starlette(routes=routes), tmp_path)


def test_a_file_is_compressed_once_for_all(files: Counted) -> None:
    app = KeptCompressed(files)

    async def many() -> list[Response]:
        return await asyncio.gather(*(asked(app, "/static/js/index.js", GZIP) for _ in range(50)))

    for answer in run_apart(many()):
        assert answer.text == CODE
        assert len(answer.body) < len(CODE) / 10
        assert answer.headers["content-length"] == str(len(answer.body))
        assert answer.headers["vary"] == "Accept-Encoding"
        assert "javascript" in answer.headers["content-type"]
    assert files.paths == ["/static/js/index.js"]


def test_brotli_is_smaller_where_the_browser_takes_it(files: Counted) -> None:
    app = KeptCompressed(files)
    small, larger = ask(app, HASHED, BROTLI), ask(app, HASHED, GZIP)
    assert small.headers["content-encoding"] == "br"
    assert larger.headers["content-encoding"] == "gzip"
    assert small.text == larger.text == CODE
    assert len(small.body) < len(larger.body)
    assert small.headers["etag"] != larger.headers["etag"]


def test_a_file_that_stands_beside_itself_as_brotli_is_sent_so(files: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "STATIC_FOLDER", files.folder / "app" / "static")
    beside = brotli.compress(CODE.encode(), quality=11)
    (files.folder / "app" / "static" / "stage-0123456789ab" / "view" / "plot.js.br").write_bytes(beside)
    (files.folder / "static" / "js" / "index.js.br").write_bytes(b"of another folder")
    app = KeptCompressed(files)
    assert ask(app, HASHED, BROTLI).body == beside
    assert ask(app, HASHED, GZIP).text == ask(app, "/static/js/index.js", BROTLI).text == CODE


def test_a_browser_that_holds_a_file_gets_304(files: Counted) -> None:
    app = KeptCompressed(files)
    tag = ask(app, HASHED, GZIP).headers["etag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}'):
        again = ask(app, HASHED, {**GZIP, "if-none-match": held})
        assert (again.status, again.body) == (304, b"")
        assert "content-encoding" not in again.headers
    assert ask(app, HASHED, {**GZIP, "if-none-match": '"other"'}).status == 200


def test_what_is_named_by_its_content_is_kept_for_ever(files: Counted) -> None:
    assert "immutable" in ask(KeptCompressed(files), HASHED, GZIP).headers["cache-control"]
    assert "cache-control" not in ask(KeptCompressed(files), "/static/js/index.js", GZIP).headers


@pytest.mark.parametrize("accepts", ["", "zstd", "identity", "gzip;q=0", "gzip; q=0.0, br ; q=0"])
def test_a_browser_that_takes_neither_gets_the_file(files: Counted, accepts: str) -> None:
    answer = ask(KeptCompressed(files), "/static/js/index.js", {"accept-encoding": accepts})
    assert answer.body.decode() == CODE


def test_a_head_request_gets_the_headers_alone(files: Counted) -> None:
    app = KeptCompressed(files)
    head = ask(app, "/static/js/index.js", GZIP, method="HEAD")
    got = ask(app, "/static/js/index.js", GZIP)
    assert head.body == b""
    assert head.headers == got.headers
    assert got.text == CODE


def test_parts_of_files_small_files_and_fonts_are_sent_as_they_are(files: Counted) -> None:
    app = KeptCompressed(files)
    part = ask(app, "/static/js/index.js", {**GZIP, "range": "bytes=0-9"})
    assert (part.status, part.body.decode()) == (206, CODE[:10])
    assert ask(app, "/static/js/small.js", GZIP).body == b"small"
    assert ask(app, "/static/media/font.woff2", GZIP).body.decode() == CODE


def test_no_number_of_addresses_fills_the_memory(files: Counted) -> None:
    app = KeptCompressed(files)
    dotted = [f"/static/{'./' * n}js/index.js" for n in range(1, 9)] + [
        f"/static/{'/' * n}js/index.js" for n in range(1, 9)
    ]
    missing = [f"/static/js/none{n}.js" for n in range(20)] + [f"/app/static/none-{n:012x}.js" for n in range(20)]
    for path in (*dotted, *missing, "/other/static/page", "/static/js/../js/index.js"):
        ask(app, path, GZIP)
    ask(app, "/static/js/small.js", GZIP)
    assert not app._kept
    for _ in range(3):
        ask(app, "/static/js/index.js", GZIP)
    assert list(app._kept) == [("/static/js/index.js", "gzip")]


def test_a_file_is_whole_for_others_when_the_first_who_asked_has_left(files: Counted) -> None:
    app = KeptCompressed(files)
    ask(app, HASHED, GZIP, leaves=True)
    assert ask(app, HASHED, GZIP).text == CODE


def test_an_error_is_not_kept(files: Counted) -> None:
    calls: list[int] = []

    async def fails_once(scope: Scope, receive: Receive, send: Send) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("disk")
        await files(scope, receive, send)

    app = KeptCompressed(fails_once)
    with pytest.raises(OSError, match="disk"):
        ask(app, "/static/js/index.js", GZIP)
    assert ask(app, "/static/js/index.js", GZIP).text == CODE


def test_below_a_prefix_the_files_are_the_same(files: Counted) -> None:
    async def below(scope: Scope, receive: Receive, send: Send) -> None:
        await files({**scope, "path": scope["path"].removeprefix("/demo"), "root_path": ""}, receive, send)

    answer = ask(KeptCompressed(below), "/demo/static/js/index.js", GZIP, prefix="/demo")
    assert gzip.decompress(answer.body).decode() == CODE
