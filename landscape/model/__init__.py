"""What is trained, and on what: problems, networks, data, starts, and when a loss counts as optimal."""
