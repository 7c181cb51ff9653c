"""Lessons as the browser plays them: their scenes drawn, and what a scene holds back left out until it is revealed."""
