"""The page Beyond: networks beyond problem (1), each with its convex program and its training."""
