"""Sweeps and races: how often and how fast gradient descent reaches the certified optimum."""
