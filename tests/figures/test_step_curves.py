"""The curves of the page Dynamics have a scale that can be read, also where nothing happens."""

import numpy as np
import pytest

from landscape.figures.dynamics.step_curves import Track, step_curves


def drawn(values, **how):
    steps = np.arange(len(values))
    return step_curves([Track("run0", 0, "Run 1", steps, np.array(values))], "loss", "loss", **how)["layout"]["yaxis"]


@pytest.mark.parametrize("value", [3e-7, 0.04, 2.5, 4e5])
def test_a_loss_that_hardly_moves_has_ticks_on_both_sides(value):
    axis = drawn([value, 0.999 * value], log=True)
    low, high = (10**end for end in axis["range"])
    shown = [tick for tick in axis["tickvals"] if low < tick < high]
    assert min(shown) < value < max(shown)
    assert len(set(axis["ticktext"])) == len(axis["ticktext"])


def test_a_loss_over_many_decades_has_powers_of_ten_and_zero():
    axis = drawn([10.0, 0.0], log=True)
    assert axis["ticktext"][0] == "0"
    assert all("·" not in text for text in axis["ticktext"])


def test_a_share_that_stays_zero_does_not_fill_the_picture():
    assert drawn([0.0, 0.0])["range"] == [0.0, 1.0]
