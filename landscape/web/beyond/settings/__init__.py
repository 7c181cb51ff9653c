"""The settings of the page Beyond, in the order of their tabs."""

from __future__ import annotations

from landscape.web.beyond.settings.batch_norm import NORM
from landscape.web.beyond.settings.parallel_linear import LINEAR
from landscape.web.beyond.settings.three_layer import LAYERS
from landscape.web.beyond.settings.vector_output import VECTOR
from landscape.web.beyond.settings.wgan import GAME

SETTINGS = {setting.name: setting for setting in (VECTOR, NORM, LAYERS, LINEAR, GAME)}
"""Each setting by its word in the address."""
