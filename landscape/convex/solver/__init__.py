"""How the convex twin is solved: column generation, an interior-point program, and the reference model in CVXPY."""
