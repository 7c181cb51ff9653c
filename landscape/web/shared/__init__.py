"""What several pages use: controls, data panels, sentences and actions of runs, cached results."""
