"""Presets as a gallery: a small picture of each landscape, its title, and its caption."""

from __future__ import annotations

import base64
import io
from functools import cache, partial

import numpy as np
import streamlit as st
from PIL import Image

from landscape.figures.loss_colours import LossScale
from landscape.figures.style import LOSS_SCALE
from landscape.scenario.presets import PRESETS, Preset
from landscape.scene import loss_scene
from landscape.web.frame import close_panel
from landscape.web.session import on_its_page
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.shared.run_events import act

PANEL = "Presets"
"""The label of the panel."""

SIZE = 96
"""Pixels a side of a small picture."""


def gallery() -> None:
    """Draw the presets; choosing one sets everything that its caption needs."""
    for first in range(0, len(PRESETS), 3):
        for column, preset in zip(st.columns(3), PRESETS[first : first + 3], strict=False):
            with column:
                st.html(f'<img src="{_thumbnail(preset.name)}" alt="" width="100%" style="border-radius:6px">')
                st.button(
                    preset.title,
                    key=f"preset {preset.name}",
                    help=preset.caption,
                    width="stretch",
                    on_click=on_its_page(partial(_take, preset.name)),
                )
                st.caption(preset.caption)


def _take(name: str) -> None:
    # If it stayed open it would cover the pictures of the chosen preset.
    close_panel(PANEL)
    act({"kind": "preset", "name": name})


@cache
def _thumbnail(name: str) -> str:
    """Return a preset's landscape as a small picture, in the colours of the map."""
    preset = next(found for found in PRESETS if found.name == name)
    stream = io.BytesIO()
    _picture(preset).save(stream, format="PNG")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


def _picture(preset: Preset) -> Image.Image:
    loss = loss_scene(solved_scenario_of(preset.scenario), preset.scenario).surface.loss
    stops = np.array([place for place, _ in LOSS_SCALE])
    colors = np.array([[int(color[k : k + 2], 16) for k in (1, 3, 5)] for _, color in LOSS_SCALE])
    if len(loss) == 1:
        # One neuron: its curve, as a filled profile.
        curve = loss[0] / (loss[0].max() or 1.0)
        heights = np.interp(np.linspace(0, 1, 2 * SIZE), np.linspace(0, 1, len(curve)), curve)
        rows = np.linspace(1.1, 0, SIZE)[:, None]
        place = np.where(rows <= heights, heights * 0.75, 1.0)
    else:
        scale = LossScale.of(loss)
        low, high = scale.limits
        place = ((scale.place(loss) - low) / (high - low))[::-1]
        middle = len(place) // 4
        place = place[middle : len(place) - middle]
    rgb = np.stack([np.interp(place, stops, colors[:, k]) for k in range(3)], axis=-1)
    return Image.fromarray(rgb.astype(np.uint8)).resize((2 * SIZE, SIZE))
