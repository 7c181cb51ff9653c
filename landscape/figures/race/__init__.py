"""The figures of the page Race."""
