"""The page Race: the convex twin against gradient descent, momentum, Adam and L-BFGS, by wall-clock time."""
