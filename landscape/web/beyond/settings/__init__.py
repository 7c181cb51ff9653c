"""The settings of the page Beyond, in the order of their tabs."""

from __future__ import annotations

from landscape.web.beyond.settings.batch_norm import BATCH_NORM
from landscape.web.beyond.settings.parallel_linear import PARALLEL_LINEAR
from landscape.web.beyond.settings.three_layer import THREE_LAYER
from landscape.web.beyond.settings.vector_output import VECTOR_OUTPUT
from landscape.web.beyond.settings.wgan import WGAN
from landscape.web.beyond.tab_choice import SCRIPT, page_of
from landscape.web.session import starts_with

SETTINGS = {setting.name: setting for setting in (VECTOR_OUTPUT, BATCH_NORM, THREE_LAYER, PARALLEL_LINEAR, WGAN)}
"""Each setting by its name in the address."""

starts_with(SCRIPT, page_of(VECTOR_OUTPUT, SETTINGS))
