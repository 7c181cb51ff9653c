"""The application that ``streamlit run app.py`` serves: the front page, ``pages/``, and what a host adds beside them.

It is an ASGI application, so routes and middleware of our own are named here (``routes=``, ``middleware=``).
Streamlit finds it by reading this file, and for that ``st.App`` must be called here, by this name.
"""

from pathlib import Path

import streamlit as st

from landscape.web.hosting import MIDDLEWARE
from landscape.web.rooms import routes
from landscape.web.rooms.pages import pages
from landscape.web.server import lifespan

# By its full path: a short one depends on the working folder under another server (``uvicorn app:app``).
app = st.App(Path(__file__).with_name("front.py"), lifespan=lifespan, routes=routes(pages()), middleware=MIDDLEWARE)
