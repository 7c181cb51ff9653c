"""Training by gradient descent: runs, when they have converged, and the quantities measured along them."""
