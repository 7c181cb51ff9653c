"""Where no network is better than its output bias, an estimator says so, in any units."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn")

from landscape import ConvexReLUClassifier, ConvexReLURegressor


@pytest.mark.parametrize("bias", ["free", "penalised"])
@pytest.mark.parametrize("units", [1e-90, 1.0, 1e40])
def test_an_estimator_of_such_data_predicts_the_mean_and_proves_it(bias: str, units: float) -> None:
    noise = np.random.default_rng(0).standard_normal(12)
    model = ConvexReLURegressor(output_bias=bias).fit(np.full((12, 1), 5.0 * units), units * noise)
    assert model.lambda_max_ == 0.0 or (bias == "penalised" and units > 1.0)
    assert model.certificate_.closed
    assert model.relative_gap_ < 1e-7
    if bias == "free":
        assert np.allclose(model.predict(np.full((1, 1), units)), units * noise.mean(), rtol=1e-12, atol=0.0)
        classes = noise > 0.3
        told = ConvexReLUClassifier().fit(np.ones((12, 2)), classes)
        assert (told.lambda_max_, told.certificate_.closed) == (0.0, True)
        assert np.allclose(told.predict_proba(np.ones((1, 2)))[:, 1], classes.mean())


@pytest.mark.parametrize("units", [1e-90, 1.0, 1e40])
def test_features_far_below_the_bias_of_the_neurons_are_as_good_as_equal(units: float) -> None:
    rng = np.random.default_rng(1)
    X, y = 1e-90 * rng.standard_normal((12, 2)), units * rng.standard_normal(12)
    model = ConvexReLURegressor().fit(X, y)
    assert (model.lambda_max_, model.certificate_.closed) == (0.0, True)


@pytest.mark.parametrize("y", [0.3, -7e11, 1e-60])
@pytest.mark.parametrize("units", [1e-30, 1.0, 1e30])
def test_labels_that_are_one_number_up_to_its_rounding_are_left_to_the_bias(y: float, units: float) -> None:
    rng = np.random.default_rng(2)
    X = units * rng.standard_normal((12, 2))
    labels = np.where(rng.random(12) < 0.5, y, np.nextafter(y, np.inf))
    model = ConvexReLURegressor().fit(X, labels)
    assert (model.lambda_max_, model.certificate_.closed) == (0.0, True)
    assert np.allclose(model.predict(X), y, rtol=1e-15, atol=0.0)
    apart = labels + abs(y) * 1e-14 * (np.arange(12) > 5)
    assert ConvexReLURegressor(hidden_bias=False).fit(X, apart).lambda_max_ > 0.0
