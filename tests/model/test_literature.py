"""The sources' data sets are what the sources print."""

import numpy as np
import pytest

from landscape.model.literature import DATA, DataSet, data_set, standardised, with_bias


def test_every_data_set_is_known_by_its_own_name():
    for name, data in DATA.items():
        assert data.name == name
        assert data_set(name) is data
        assert not data.X.flags.writeable


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="data must be one of poster, pair"):
        data_set("iris")


def test_boursiers_first_samples_are_orthogonal():
    X = DATA["orthogonal"].X
    assert X[0] @ X[1] == 0


def test_four_points_lie_on_one_line():
    X, y = DATA["line"].X, DATA["line"].y
    assert np.allclose(X @ [0.6, 0.7], y, rtol=1e-14)


def test_fifty_cars_have_the_published_regression_of_distance_on_speed():
    data = DATA["cars"]
    assert data.X.shape == (50, 2)
    slope, intercept = np.linalg.lstsq(data.X, data.y, rcond=None)[0]
    assert slope == pytest.approx(0.8068949, abs=1e-6)
    assert intercept == pytest.approx(0.0, abs=1e-12)


def test_standardised_values_have_mean_0_and_deviation_1():
    v = standardised([1.0, 5.0, 9.0, 2.0])
    assert v.mean() == pytest.approx(0.0, abs=1e-15)
    assert v.std() == pytest.approx(1.0)


def test_a_bias_is_a_column_of_ones():
    assert with_bias([3.0, 4.0]).tolist() == [[3.0, 1.0], [4.0, 1.0]]


def test_data_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="y must have one label for each of the 2 rows"):
        DataSet("x", np.ones((2, 1)), np.ones(3), "nowhere")
