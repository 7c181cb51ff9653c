"""Sweeps: how often, and after how many steps, gradient descent finds the certified optimum."""
