"""Training by gradient descent: runs, when they have converged, and what is measured along them."""
