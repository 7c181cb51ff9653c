"""The convex twin of training, the solvers that find its optimum, and the judge that proves it."""
