"""The front page: its controls, its views, its sentences, and what a visitor's hand does to them."""
