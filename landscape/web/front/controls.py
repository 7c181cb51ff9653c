"""The sidebar of the front page. The browser draws it, of the scenario that its stage shows: ``js/front/served.js``."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from landscape.web.frame import hidden
from landscape.web.stage.loader import loader


def controls() -> None:
    """Place the controls in the sidebar, unless the address hides them: data, network, descent, and what is shown."""
    if "controls" not in hidden():
        with st.sidebar:
            _component()(key="controls")


@cache
def _component() -> Callable[..., Any]:
    script = loader("front/served.js", style="controls.css")
    return st.components.v2.component("landscape_controls", js=script, isolate_styles=False)
