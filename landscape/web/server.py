"""The start of the server: what is done once, before the first request."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit import cli_util, config
from streamlit.web.server import server_util

from landscape.web.jobs import queue


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Prepare the process, and open the app in a browser unless the server is headless.

    The lifespan of the ASGI application: what precedes ``yield`` is done before the first request is answered.
    """
    load_pages()
    freeze_heap()
    queue().warm()
    open_browser()
    yield
    queue().close()


def load_pages() -> None:
    """Import the modules of every page before the first visitor; CVXPY, which is slow to load, is not among them."""
    folder = Path(__file__).parent
    for module in pkgutil.walk_packages([str(folder)], "landscape.web."):
        importlib.import_module(module.name)


def freeze_heap() -> None:
    """Keep all objects made so far, those of the libraries, out of later garbage collections: they are never freed."""
    gc.collect()
    gc.freeze()


def open_browser() -> None:
    """Open the app in the browser of this machine, unless the server is headless.

    ``streamlit run`` does so for a script, but in 1.67 not for an ``App``. Under another server than Streamlit's own
    nothing is opened: Streamlit does not know the port there.
    """
    if config._server_mode != "starlette-app" or config.get_option("server.headless"):
        return
    host = "localhost"
    if config.is_manually_set("browser.serverAddress"):
        host = config.get_option("browser.serverAddress")
    elif config.is_manually_set("server.address"):
        host = server_util.get_display_address(config.get_option("server.address"))
    cli_util.open_browser(server_util.get_url(host))
