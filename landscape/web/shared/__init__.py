"""Code that several pages share: controls, data panels, sentences and actions of runs, cached results."""
