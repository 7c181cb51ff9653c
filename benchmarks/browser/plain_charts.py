"""The front page's four figures as a short Streamlit script would show them, through ``st.plotly_chart``.

``stage.py`` serves this page beside the app, with the same settings and the same figures from the same caches: what
differs is how the browser is brought to show a change.
"""

import json

import plotly.graph_objects as go
import streamlit as st

from landscape.scenario import Scenario
from landscape.web.front.views import views_of

st.set_page_config(layout="wide")
y1 = st.number_input("y₁", value=1.0, step=0.01, format="%.6g")
columns = st.columns(2)
for place, view in enumerate(views_of(Scenario().changed(y=(y1, 2.0)))):
    columns[place % 2].plotly_chart(go.Figure(json.loads(view.figure)), key=view.name, height=240)
