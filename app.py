"""The application that ``streamlit run app.py`` serves: the front page, ``pages/``, and what a host adds beside them.

It is an ASGI application, so routes and middleware of our own are named here (``routes=``, ``middleware=``).
Streamlit finds it by reading this file, and for that ``st.App`` must be called here, by this name.
"""

from pathlib import Path

import streamlit as st

# By its full path: under ``uvicorn app:app`` a short one would be looked for in the working folder.
app = st.App(Path(__file__).with_name("front.py"))
