"""The page Dynamics: how gradient descent moves neurons, from a small and from a large start side by side."""
