"""The page Convex twin as the session keeps it: its name and its start."""

from __future__ import annotations

from landscape.model.datasets import DATASETS
from landscape.scenario import Data, Scenario, Training
from landscape.web.session import scenario_page

_FIVE = DATASETS["five"]

START = Scenario(
    Data(tuple(_FIVE.X.ravel().tolist()), tuple(_FIVE.y.tolist()), bias=True),
    Training(m=4, layer="trained", lam=0.04, method="gd", steps=8000, starts=3, scale=1.0, runs=()),
)

PAGE = scenario_page("twin", START, script="pages/convex_twin.py", trains_second_layer=True, has_output_bias=True)
