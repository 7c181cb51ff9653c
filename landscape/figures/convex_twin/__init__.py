"""The figures of the page Convex twin."""
