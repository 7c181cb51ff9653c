"""The front page's four figures as a short Streamlit script would show them, through ``st.plotly_chart``.

``stage.py`` serves this page beside the app, with the same settings and the same figures from the same caches: what
differs is how the browser is brought to show a change. Losses and casings, which the stage fills in, are sent.
"""

import json
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from landscape.scenario import Scenario
from landscape.web.front import views

views.of_weights = views.of_slopes = lambda *_: None


def whole(text: str) -> dict[str, Any]:
    """Return a figure with the places of its casings, which are those of the lines over them."""
    figure: dict[str, Any] = json.loads(text)
    lines = {trace["uid"]: trace for trace in figure["data"]}
    for trace in figure["data"]:
        if over := lines.get(trace.get("meta", {}).get("under")):
            trace |= {"x": over["x"], "y": over["y"]}
    return figure


st.set_page_config(layout="wide")
y1 = st.number_input("y₁", value=1.0, step=0.01, format="%.6g")
columns = st.columns(2)
for place, view in enumerate(views.views_of(Scenario().changed(y=(y1, 2.0)))):
    columns[place % 2].plotly_chart(go.Figure(whole(view.figure)), key=view.name, height=240)
