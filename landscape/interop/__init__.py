"""Networks that were trained elsewhere, as a problem and a network of this package, with the conversion in words."""
