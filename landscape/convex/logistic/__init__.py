"""The convex twin of the logistic loss, for two classes: its dual, and the solvers that the twin calls."""
