"""The same picture on the static site, where the host of the app names one."""

from __future__ import annotations

import os

from landscape.results.export import address
from landscape.scenario import Scenario

SITE_VARIABLE = "LANDSCAPE_SITE"
"""The environment variable with the address of the site, as in ``https://example.org/landscape/``."""


def is_alive_on_the_site(scenario: Scenario) -> bool:
    """Return whether the site solves and draws a scenario: one feature, no bias, no film, in a link."""
    training = scenario.training
    plain = not training.scales and training.output_bias == "none"
    return scenario.data.d == 1 and plain and scenario.fits_a_link


def light_link(scenario: Scenario) -> str | None:
    """Return the address that opens a scenario on the site; None where the site cannot show it, or has no address."""
    site = os.environ.get(SITE_VARIABLE)
    if not site or not is_alive_on_the_site(scenario):
        return None
    try:
        return address(scenario.to_query(), site)
    except ValueError:
        return None  # of an address that is not http(s)
