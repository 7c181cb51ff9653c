"""The non-convex landscape: its surface, critical points, basins of attraction, and paths out of local minima."""
