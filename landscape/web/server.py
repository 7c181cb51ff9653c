"""The start of the server: what is done once, before the first request."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pkgutil
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit import cli_util, config, net_util
from streamlit.web.server import server_util

from landscape.web.assets import write_compressed_plotly
from landscape.web.hosting.ending import when_ending
from landscape.web.hosting.handover import hand_over_together
from landscape.web.hosting.turns import take_turns
from landscape.web.jobs import queue
from landscape.web.rooms import hall

WILDCARDS = frozenset({"0.0.0.0", "::"})
"""Addresses that stand for every network of the machine."""


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Prepare the process, and open the app in a browser unless the server is headless.

    The lifespan of the ASGI application: what precedes ``yield`` is done before the first request is answered.
    """
    load_pages()
    freeze_heap()
    take_turns()
    hand_over_together()
    threading.Thread(target=compress_plotly, name="compress plotly.js", daemon=True).start()
    queue().warm()
    when_ending(hall().end)
    async with hall().running():
        show_address()
        yield
    queue().close()


def load_pages() -> None:
    """Import the modules of every page before the first visitor; CVXPY, which is slow to load, is not among them."""
    folder = Path(__file__).parent
    for module in pkgutil.walk_packages([str(folder)], "landscape.web."):
        importlib.import_module(module.name)


def compress_plotly() -> None:
    """Write plotly.js compressed beside its copy, behind all other work where the system tells threads apart."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
    # Where the folder cannot be written to, or is full, it is compressed when it is asked for.
    with contextlib.suppress(OSError):
        write_compressed_plotly()


def freeze_heap() -> None:
    """Keep all objects made so far, those of the libraries, out of later garbage collections: they are never freed."""
    gc.collect()
    gc.freeze()


def show_address() -> None:
    """Print the app's address and open it in the browser of this machine, unless the server is headless.

    ``streamlit run`` opens a script so, but in 1.67 not an ``App``, and what it prints of addresses is left out
    (``logger.hideWelcomeMessage``): on a headless machine it would ask an outside host for one. Under another server
    than Streamlit's own nothing is shown or opened: Streamlit does not know the port there.
    """
    if config._server_mode != "starlette-app":
        return
    host, everywhere = "localhost", False
    if config.is_manually_set("browser.serverAddress"):
        host = config.get_option("browser.serverAddress")
    elif config.is_manually_set("server.address"):
        address = config.get_option("server.address")
        host, everywhere = server_util.get_display_address(address), address in WILDCARDS
    else:
        everywhere = True
    cli_util.print_to_cli(f"\n  The app is at {server_util.get_url(host)}")
    # The address of a network card: a socket is made, and nothing sent.
    in_network = net_util.get_internal_ip() if everywhere else None
    if in_network:
        cli_util.print_to_cli(f"  and for others in this network at {server_util.get_url(in_network)}")
    cli_util.print_to_cli("")
    if not config.get_option("server.headless"):
        cli_util.open_browser(server_util.get_url(host))
