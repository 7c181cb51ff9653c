"""Light pages: HTML that Streamlit does not draw, which opens one module of the stage."""
