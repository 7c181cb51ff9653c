"""The race: the convex program against gradient descent and its kin, loss against wall-clock time."""
