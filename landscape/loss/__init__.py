"""The non-convex landscape: its surface, where descent comes to rest, its basins, and the ways out."""
