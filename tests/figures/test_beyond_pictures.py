"""The pictures of the page Beyond show what they are about, whatever the data."""

import numpy as np
import pytest

from landscape.figures.beyond.output_curves import BEYOND, Line, neuron_shares, output_curves
from landscape.figures.beyond.whitening import whitening
from landscape.web.beyond.settings import three_layer as layers
from landscape.web.beyond.settings.three_layer import ThreeLayerState


def test_what_a_network_does_beyond_the_data_does_not_flatten_the_picture():
    x, y = np.array([-1.0, 1.0]), np.array([[0.0], [1.0]])
    far = Line("far", "optimum", np.array([-2.0, -1.0, 1.0, 2.0]), np.array([[0.0], [0.0], [1.0], [-150.0]]))
    low, high = output_curves(x, y, [far], (-2.0, 2.0))["layout"]["yaxis"]["range"]
    assert -BEYOND - 0.5 <= low < 0.0
    assert 1.0 < high <= 1.5
    near = Line("near", "optimum", far.x, np.array([[0.2], [0.0], [1.0], [1.3]]))
    assert output_curves(x, y, [near], (-2.0, 2.0))["layout"]["yaxis"]["range"][1] > 1.3


@pytest.mark.parametrize("scale", [1e-6, 1.0, 5.0, 1e4])
def test_the_axis_says_by_what_x_was_divided(scale):
    x = scale * np.array([-0.5, 1.0])
    label = whitening(x, np.array([-0.7, 0.7]), ["a", "b"])["layout"]["yaxis"]["ticktext"][1]
    assert (label == "x") == (scale == 1.0)
    assert "e+" not in label


def test_every_share_carries_its_number_and_none_is_a_picture_too():
    x, span = np.linspace(-1, 1, 5), (-1.0, 1.0)
    drawn = neuron_shares(x, np.stack([x, -x], axis=1), ["one", "two"], span)
    assert drawn["data"][-1]["text"] == ["<b>1</b>", "<b>2</b>"]
    low, high = neuron_shares(x, np.zeros((5, 0)), [], span)["layout"]["yaxis"]["range"]
    assert low == -high


@pytest.mark.parametrize(("lam", "word"), [(0.1, "a lower value"), (10.0, "the same value")])
def test_three_layers_are_called_lower_only_where_they_are(lam, word):
    state = ThreeLayerState((-0.9, -0.2, 0.3, 1.0), (0.9, -0.5, 0.7, -0.2), lam=lam)
    sentences = layers.THREE_LAYER.sentences(state, layers.THREE_LAYER.solve(state), None)
    (sentence,) = [entry for entry in sentences if entry.run == "two"]
    assert word in sentence.text
