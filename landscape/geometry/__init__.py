"""The arrangement of the data's hyperplanes: the cones of neurons that one activation pattern has."""
