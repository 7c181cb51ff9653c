"""Before Streamlit's code has come, its page shows whose page it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit
from asgi import ask
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from landscape.web.assets import STATIC, stage_modules
from landscape.web.hosting.first_sight import NAME, ROOT, FirstSight

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"


async def streamlit_like(scope: Scope, receive: Receive, send: Send) -> None:
    path = scope["path"]
    answer: Response
    if path.startswith("/_stcore"):
        answer = JSONResponse({"page": "<title>Streamlit</title>"})
    elif path.startswith("/static"):
        answer = PlainTextResponse("code")
    else:
        answer = FileResponse(INDEX, headers={"cache-control": "no-cache"})
    await answer(scope, receive, send)


APP = FirstSight(streamlit_like)


@pytest.mark.parametrize("path", ["/", "/convex_twin", "/race", "/about"])
@pytest.mark.parametrize("accepts", ["gzip, br", "gzip", ""])
def test_every_page_says_at_once_what_it_is_and_that_it_comes(path: str, accepts: str) -> None:
    answer = ask(APP, path, {"accept-encoding": accepts})
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers.get("content-encoding", "") == accepts.rpartition(" ")[-1]
    assert answer.headers["cache-control"] == "no-cache"
    page = answer.text
    assert f"<title>{NAME}</title>" in page
    inside = page[page.index('<div id="root">') :]
    assert f"<h1>{NAME}</h1>" in inside
    assert 'role="status"' in inside
    assert "etag" not in answer.headers  # it would be that of Streamlit's file


def test_the_rest_of_the_page_is_streamlits() -> None:
    page, original = ask(APP, "/").text, INDEX.read_text(encoding="utf-8")
    for script in re.findall(r'src="[^"]+"', original):
        assert script in page
    assert original.count(ROOT) == original.count("<title>Streamlit</title>") == original.count("</head>") == 1


def test_what_is_asked_for_early_is_there() -> None:
    head = ask(APP, "/").text
    for address in re.findall(r'href="\./app/static/([^"]+)"', head):
        assert (STATIC / address).is_file()
    assert len(re.findall(r'href="\./app/static/', head)) == 1 + len(stage_modules())


def test_files_and_services_are_passed_on() -> None:
    assert ask(APP, "/static/js/index.js").text == "code"
    assert "<title>Streamlit" in ask(APP, "/_stcore/health").text
    assert ask(APP, "/favicon.png").text == INDEX.read_text(encoding="utf-8")


def test_a_head_request_has_no_body() -> None:
    assert ask(APP, "/", method="HEAD").body == b""
