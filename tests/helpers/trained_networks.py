"""What the tests of trained networks share: one thread, and small modules of PyTorch."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
torch.set_num_threads(1)


def two_layers(d, m, *, hidden_bias=True, output_bias=True, seed=0, dtype=None):
    """Return a module of two linear layers with a ReLU between, its weights drawn from a seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return torch.nn.Sequential(
            torch.nn.Linear(d, m, bias=hidden_bias, dtype=dtype),
            torch.nn.ReLU(),
            torch.nn.Linear(m, 1, bias=output_bias, dtype=dtype),
        )
