"""The application of app.py, made to solve and draw every scenario of the front page itself, for ``move.py``."""

from pathlib import Path

import streamlit as st

from landscape.web.front import pictures
from landscape.web.server import lifespan

FRONT = Path(__file__).resolve().parents[2] / "front.py"

pictures.drawn_by_browser = lambda scenario: False

app = st.App(FRONT, lifespan=lifespan)
