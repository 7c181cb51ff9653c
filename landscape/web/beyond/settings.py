"""The settings of the page Beyond, in the order of their tabs."""

from __future__ import annotations

from landscape.web.beyond.vector import VECTOR

SETTINGS = {setting.name: setting for setting in (VECTOR,)}
"""Each setting by its word in the address."""
