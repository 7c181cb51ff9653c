"""Code that several extensions share: checks, cones, programs, and the training of their networks."""
