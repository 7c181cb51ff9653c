"""The application of app.py, made to send all numbers of the front page's pictures, for ``move.py``."""

from pathlib import Path

import numpy as np
import streamlit as st

from landscape.web.front import scenes, views
from landscape.web.server import lifespan

FRONT = Path(__file__).resolve().parents[2] / "front.py"


def every_step(solved, loss, twin, neurons):
    """Return all places among the stored steps of each run, as ``drawn_in`` would those that are needed."""
    return {run.id: np.arange(len(run.trajectory.steps)) for run in solved.shown}


scenes.drawn_in = every_step
views.of_weights = views.of_slopes = lambda *_: None

app = st.App(FRONT, lifespan=lifespan)
