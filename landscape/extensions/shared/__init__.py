"""What several extensions use: checks, cones, programs, and the training of their networks."""
