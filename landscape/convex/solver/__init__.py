"""How the convex twin is solved: neurons added as they are asked for, a direct program, and the readable model."""
