"""The page Race: the convex program against gradient descent and its kin, on the clock."""
