"""The theorem beyond problem (1): several outputs, batch normalisation, three layers, deep linear networks, GANs."""
