"""The figures of the page Beyond."""
