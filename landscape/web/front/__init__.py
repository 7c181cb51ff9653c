"""The front page: its controls, its views, its sentences, and its panels."""
