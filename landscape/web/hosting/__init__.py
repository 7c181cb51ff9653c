"""What the server does around Streamlit: turns for the scripts, and what stands between it and the network."""

from __future__ import annotations

from starlette.middleware import Middleware

from landscape.web.hosting.compression import KeptCompressed
from landscape.web.hosting.first_sight import FirstSight
from landscape.web.hosting.headers import SecurityHeaders
from landscape.web.hosting.origins import KnownOrigins

__all__ = ["MIDDLEWARE"]

MIDDLEWARE = (
    Middleware(SecurityHeaders),
    Middleware(KnownOrigins),
    Middleware(FirstSight),
    Middleware(KeptCompressed),
)
"""For ``st.App``: a request passes through them in this order, its answer in the opposite one."""
