"""About: the two problems, the theorem that ties them, and the sources."""

import streamlit as st

from landscape.web.about import BELOW, LEAD, LEFT, RIGHT, Formula, Section
from landscape.web.frame import open_page
from landscape.web.written_glossary import listing


def write(section: Section) -> None:
    """Write a section: its heading, its texts and its formulas."""
    (st.subheader if section.minor else st.header)(section.title, anchor=section.anchor)
    for part in section.parts:
        if isinstance(part, Formula):
            st.latex(part.tex)
        else:
            st.markdown(part)


open_page("About", LEAD)

with st.container(key="about-columns"):
    for column, sections in zip(st.columns(2, gap="large"), (LEFT, RIGHT), strict=True):
        with column:
            for section in sections:
                write(section)

with st.container(key="about-below"):
    for section in BELOW:
        write(section)
st.html(listing())
