"""The settings of the page Beyond, in the order of their tabs."""

from __future__ import annotations

from landscape.web.beyond.game import GAME
from landscape.web.beyond.layers import LAYERS
from landscape.web.beyond.linear import LINEAR
from landscape.web.beyond.norm import NORM
from landscape.web.beyond.vector import VECTOR

SETTINGS = {setting.name: setting for setting in (VECTOR, NORM, LAYERS, LINEAR, GAME)}
"""Each setting by its word in the address."""
