"""Streamlit's side of the app: the stage, the frame around every page, and the calls that pages share."""
