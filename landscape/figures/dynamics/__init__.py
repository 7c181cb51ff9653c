"""The figures of the page Dynamics."""
