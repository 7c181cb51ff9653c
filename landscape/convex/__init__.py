"""The convex twin of training, the solvers that find its optimum, and the certificate that proves it."""
