"""The page Beyond: other architectures than problem (1), each with its convex program and the training of its network."""
