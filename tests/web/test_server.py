"""The application that app.py declares: what Streamlit serves, and what can be added beside it."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from app_server import ROOT, AppServer, running_app, running_server, wait_until
from streamlit import cli_util, config
from streamlit.web.server.app_discovery import discover_asgi_app
from visit import opened, payload
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from landscape.web import assets
from landscape.web.assets import plotly_url, stage_url
from landscape.web.server import compress_plotly, show_address

EXTENDED = ROOT / "tests" / "helpers" / "extended_app.py"
"""The application with a route and a middleware more, declared as app.py declares it."""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The extended application on a server that nobody has visited yet."""
    with running_app(tmp_path_factory.mktemp("extended"), EXTENDED) as server:
        yield server


def fetch(url: str) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers (names in lower case) of an answer, or raise HTTPError."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def test_streamlit_finds_the_application_in_app_py() -> None:
    assert discover_asgi_app(ROOT / "app.py").import_string == "app:app"


def test_every_script_beside_app_py_goes_into_the_container() -> None:
    taken = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{script.name}" for script in ROOT.glob("*.py")} <= set(taken)


def test_a_route_and_a_middleware_stand_beside_the_pages(extended: AppServer) -> None:
    body, headers = fetch(f"{extended.url}/api/process")
    assert json.loads(body)
    assert headers["x-signed"] == "yes"
    for path in ("/", "/convex_twin", "/_stcore/health"):
        _, headers = fetch(extended.url + path)
        assert headers["x-signed"] == "yes"


def test_static_files_come_with_the_pages(extended: AppServer) -> None:
    plotly, _ = fetch(f"{extended.url}/{plotly_url()}")
    assert len(plotly) > 1_000_000
    stage, headers = fetch(f"{extended.url}/{stage_url()}/stage.js")
    assert b"export" in stage
    assert "javascript" in headers["content-type"]


def test_the_middleware_of_app_py_stands_before_streamlit(extended: AppServer) -> None:
    page, headers = fetch(f"{extended.url}/convex_twin")
    assert b"The page is on its way." in page
    assert "frame-ancestors" in headers["content-security-policy"]
    asked = urllib.request.Request(f"{extended.url}/{plotly_url()}", headers={"Accept-Encoding": "br, gzip"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert answer.headers["content-encoding"] == "br"
        assert "immutable" in answer.headers["cache-control"]
        assert len(answer.read()) < 1_300_000
    with pytest.raises(urllib.error.HTTPError, match="403"):
        fetch(f"{extended.url}/_stcore/metrics")


def test_plotly_is_compressed_once_on_a_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = tmp_path / "plotly-0.min.js"
    source.write_text("var Plotly = 1;" * 100, encoding="utf-8")
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    monkeypatch.setattr(assets, "plotly_url", lambda: f"app/static/{source.name}")
    compress_plotly()
    beside = tmp_path / "plotly-0.min.js.br"
    assert brotli.decompress(beside.read_bytes()) == source.read_bytes()
    written = beside.stat().st_mtime_ns
    compress_plotly()
    assert beside.stat().st_mtime_ns == written


def test_a_websocket_of_another_sites_page_is_refused(extended: AppServer) -> None:
    address = f"{extended.url.replace('http', 'ws')}/_stcore/stream"
    with pytest.raises(InvalidStatus, match="403"), connect(address, origin=Origin("https://elsewhere.example")):
        pass
    with connect(address, origin=Origin(extended.url)):
        pass


def test_the_scripts_of_this_process_take_turns(extended: AppServer) -> None:
    assert json.loads(fetch(f"{extended.url}/api/process")[0])["scripts in turn"]


def test_the_heap_is_frozen_before_the_first_visit_with_the_pages_modules_in_it(extended: AppServer) -> None:
    process = json.loads(fetch(f"{extended.url}/api/process")[0])
    assert process["loaded"] == ["landscape.web.front.views"]
    assert process["frozen"] > 50_000
    assert process["collects after each run"] is False


def test_the_front_page_runs_without_a_server() -> None:
    page = opened()
    assert not page.exception
    assert payload(page)["state"]["sentences"]


def test_the_app_opens_in_the_browser_of_the_machine_it_is_started_on(tmp_path: Path) -> None:
    """In place of the commands with which Streamlit opens an address stands one that notes it."""
    noted = tmp_path / "address"
    for command in ("xdg-open", "open"):
        opener = tmp_path / command
        opener.write_text(f"#!/bin/sh\necho $1 >> {noted}\n", encoding="utf-8")
        opener.chmod(0o755)
    commands = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    with running_app(tmp_path, settings={"server.headless": "false"}, environment=commands) as server:
        wait_until(lambda: noted.exists() and noted.read_text(encoding="utf-8") == f"{server.url}\n")


@pytest.mark.parametrize(
    ("server", "headless", "opens"),
    [("starlette-app", False, True), ("starlette-app", True, False), ("asgi-server", False, False)],
)
def test_no_browser_opens_headless_or_under_another_server(
    monkeypatch: pytest.MonkeyPatch, server: str, headless: bool, opens: bool
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(config, "_server_mode", server)
    monkeypatch.setattr(
        config, "get_option", {"server.headless": headless, "browser.serverPort": 8501, "server.baseUrlPath": ""}.get
    )
    monkeypatch.setattr(cli_util, "open_browser", seen.append)
    show_address()
    assert bool(seen) == opens


def test_another_server_serves_the_application_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "uvicorn", "app:app", "--app-dir", str(ROOT)]

    def at(host: str, port: int) -> list[str]:
        return [*command, "--host", host, "--port", str(port)]

    with running_server(tmp_path, at, start_in=tmp_path) as server:
        body, _ = fetch(f"{server.url}/{plotly_url()}")
        assert len(body) > 1_000_000  # static files are served: the settings of .streamlit/ hold
