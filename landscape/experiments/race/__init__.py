"""The race: the convex program against gradient descent, momentum, Adam and L-BFGS, loss against wall-clock time."""
