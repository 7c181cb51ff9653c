"""The results of a scenario: its solution, its runs with their verdicts, filmed runs, and exports."""
