"""The page Race: the convex program against gradient descent, momentum, Adam and L-BFGS, by wall-clock time."""
