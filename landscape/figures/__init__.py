"""Pictures: each file turns records of the mathematics into one plotly figure, as plain JSON-ready values.

A figure sets no colour of text, axis or paper: the stage takes those from the visitor's theme.
"""
