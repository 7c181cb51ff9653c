"""What happens along a training run: where neurons go, when they change pattern, and what they could still reach."""
