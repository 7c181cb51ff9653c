"""What a scenario comes to: solved, run, judged, filmed, and written out."""
