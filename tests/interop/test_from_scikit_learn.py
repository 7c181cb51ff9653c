"""A network of scikit-learn has here the objective that it was trained on there, and the same outputs."""

import itertools
import warnings

import numpy as np
import pytest
from drawn_samples import logistic_objective, samples

import landscape
from landscape import (
    bias_gradient,
    certify,
    from_scikit_learn,
    gradient,
    objective,
    predict,
    solve_convex,
)
from landscape.formatting import written

pandas = pytest.importorskip("pandas")
TransformedTargetRegressor = pytest.importorskip("sklearn.compose").TransformedTargetRegressor
RandomForestRegressor = pytest.importorskip("sklearn.ensemble").RandomForestRegressor
ConvergenceWarning = pytest.importorskip("sklearn.exceptions").ConvergenceWarning
LinearRegression = pytest.importorskip("sklearn.linear_model").LinearRegression
GridSearchCV = pytest.importorskip("sklearn.model_selection").GridSearchCV
MLPClassifier = pytest.importorskip("sklearn.neural_network").MLPClassifier
MLPRegressor = pytest.importorskip("sklearn.neural_network").MLPRegressor
make_pipeline = pytest.importorskip("sklearn.pipeline").make_pipeline
OneHotEncoder = pytest.importorskip("sklearn.preprocessing").OneHotEncoder
StandardScaler = pytest.importorskip("sklearn.preprocessing").StandardScaler

X, y = samples(20, 2)


def fitted(X=X, y=y, estimator=MLPRegressor, **given):
    given = {"hidden_layer_sizes": (8,), "solver": "lbfgs", "alpha": 0.3, "random_state": 0, "max_iter": 60} | given
    model = estimator(**given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


@pytest.mark.parametrize("alpha", [0.0, 1e-4, 0.3, 5.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_its_loss_is_the_objective_less_the_hidden_biases_over_twice_the_samples(alpha, seed):
    """Its own ``loss_``, as L-BFGS leaves it at the weights that it returns."""
    model = fitted(alpha=alpha, random_state=seed)
    problem, network = from_scikit_learn(model, X, y, hidden_bias="penalised")
    hidden = problem.lam * (network.W[-1] ** 2).sum()
    assert (objective(problem, network) - hidden) / (2 * len(X)) == pytest.approx(model.loss_, rel=1e-10)
    assert problem.lam == alpha
    assert problem.output_bias == "free"
    assert predict(problem.X, network) == pytest.approx(model.predict(X), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize(
    ("estimator", "called", "times"),
    [(MLPRegressor, "half the mean squared error", 40), (MLPClassifier, "mean logistic loss", 20)],
)
def test_its_loss_is_told_as_what_the_objective_is_made_of(estimator, called, times):
    labels = y if estimator is MLPRegressor else y > 0
    model = fitted(y=labels, estimator=estimator)
    problem, network = found = from_scikit_learn(model, X, labels, hidden_bias="penalised")
    hidden = problem.lam / times * (network.W[-1] ** 2).sum()
    penalty = 0.3 / 40 * sum((coefs**2).sum() for coefs in model.coefs_)
    parts = f"{called} {written(model.loss_ - penalty)} + penalty {written(penalty)} + {written(hidden)}"
    said = f" = {times} × ({parts} that hidden biases cost more here)."
    assert repr(found).splitlines()[1].endswith(said)


def gradients(model, rows):
    """The gradients of a model's own objective over some samples, as it computes them itself."""
    given, labels = X[rows], y[rows][:, None]
    sizes = [X.shape[1], model.coefs_[0].shape[1], 1]
    coefs = [np.empty((a, b)) for a, b in itertools.pairwise(sizes)]
    biases = [np.empty(b) for b in sizes[1:]]
    _, coefs, biases = model._backprop(given, labels, None, [given, None, None], [None, None], coefs, biases)
    return coefs, biases


def test_its_gradient_is_that_of_the_problem_over_twice_the_samples():
    model = fitted(alpha=0.3)
    problem, network = from_scikit_learn(model, X, y, hidden_bias="penalised")
    coefs, biases = gradients(model, range(20))
    in_W, in_alpha = gradient(problem, network)
    assert in_W[:-1] / 40 == pytest.approx(coefs[0], abs=1e-12)
    assert (in_W[-1] - 2 * problem.lam * network.W[-1]) / 40 == pytest.approx(biases[0], abs=1e-12)
    assert in_alpha / 40 == pytest.approx(coefs[1][:, 0], abs=1e-12)
    assert bias_gradient(problem, network) / 40 == pytest.approx(biases[1][0], abs=1e-12)


@pytest.mark.parametrize("batch", [1, 2, 3, 4])
def test_the_batches_of_an_epoch_have_in_expectation_the_gradient_of_the_problem(batch, monkeypatch):
    """Over every order of four samples; where batches differ in size too."""
    four = range(4)
    model = fitted(X[four], y[four], solver="sgd", batch_size=batch, max_iter=3, alpha=0.3)
    problem, network = from_scikit_learn(model, X[four], y[four], hidden_bias="penalised")
    total, steps = np.zeros((2, 8)), 0
    for order in itertools.permutations(four):
        for start in range(0, 4, batch):
            total += gradients(model, list(order[start : start + batch]))[0][0]
            steps += 1
    assert gradient(problem, network)[0][:-1] / 8 == pytest.approx(total / steps, abs=1e-12)


def test_a_few_hundred_samples_are_a_batch_unless_asked_otherwise():
    many, labels = samples(450, 2)
    model = fitted(many, labels, solver="adam", max_iter=2, alpha=1.0)
    assert from_scikit_learn(model, many, labels, hidden_bias="penalised").problem.lam == pytest.approx(
        450 * (1 / 200 + 1 / 200 + 1 / 50) / 3
    )
    model = fitted(X, y, solver="adam", max_iter=2, alpha=1.0)
    assert from_scikit_learn(model, X, y, hidden_bias="penalised").problem.lam == 1.0


def test_unpenalised_hidden_biases_are_refused_with_what_can_be_asked_for():
    with pytest.raises(ValueError, match="hidden_bias='penalised' judges this one where its hidden biases cost"):
        from_scikit_learn(fitted(), X, y)
    found = from_scikit_learn(fitted(), X, y, hidden_bias="penalised")
    assert any("scikit-learn does not penalise them as weights" in sentence for sentence in found.conversion)
    assert from_scikit_learn(fitted(alpha=0.0), X, y).problem.lam == 0.0


def test_a_trained_network_gets_a_bound_that_no_other_training_falls_below():
    """By the objective in which hidden biases cost what weights cost."""
    found = [
        certify(*from_scikit_learn(fitted(random_state=seed, max_iter=300), X, y, hidden_bias="penalised"))
        for seed in range(5)
    ]
    best = min(one.value for one in found)
    assert all(np.isfinite(one.lower_bound) and one.lower_bound <= best for one in found)
    assert max(one.lower_bound for one in found) > 0.5 * best


@pytest.mark.parametrize("alpha", [0.02, 0.3])
def test_by_its_own_objective_no_network_is_below_the_bound_less_its_hidden_biases(alpha):
    """As the conversion says; the networks are trained by that objective."""
    models = [fitted(alpha=alpha, random_state=seed, max_iter=500) for seed in range(5)]
    found = from_scikit_learn(models[0], X, y, hidden_bias="penalised")
    bound = solve_convex(found.problem).certificate.lower_bound
    for model in models:
        squares = (model.intercepts_[0] ** 2).sum()
        assert 2 * len(X) * model.loss_ >= bound - alpha * squares
    assert any(f"the bound less {alpha:g} ‖b‖²" in sentence for sentence in found.conversion)


def test_tables_float32_and_columns_of_labels_are_taken_as_scikit_learn_takes_them():
    table = pandas.DataFrame(X, columns=["a", "b"])
    model = fitted(table, pandas.Series(y))
    plain = from_scikit_learn(fitted(), X, y, hidden_bias="penalised")
    for labels in (pandas.Series(y), y[:, None], pandas.DataFrame({"y": y}), y.tolist()):
        assert np.array_equal(from_scikit_learn(model, table, labels, hidden_bias="penalised").problem.y, y)
    assert np.array_equal(from_scikit_learn(model, table, y, hidden_bias="penalised").network.W, plain.network.W)
    small = X.astype(np.float32)
    problem, network = from_scikit_learn(fitted(small, y), small, y, hidden_bias="penalised")
    assert predict(problem.X, network) == pytest.approx(fitted(small, y).predict(small), rel=1e-3, abs=1e-5)


def test_a_pipeline_is_judged_on_what_its_network_sees():
    table = pandas.DataFrame({"a": 100 + 7 * X[:, 0], "b": X[:, 1]})
    model = fitted(
        table,
        y,
        estimator=lambda **given: GridSearchCV(
            make_pipeline(StandardScaler(), MLPRegressor(**given)), {"mlpregressor__alpha": [0.1, 0.2]}, cv=2
        ),
    )
    problem, network = found = from_scikit_learn(model, table, y, hidden_bias="penalised")
    assert problem.X[:, :2].std(axis=0) == pytest.approx([1.0, 1.0])
    assert predict(problem.X, network) == pytest.approx(model.predict(table), rel=1e-10)
    assert problem.lam == model.best_params_["mlpregressor__alpha"]
    assert "pipeline" in " ".join(found.conversion)
    assert "search" in " ".join(found.conversion)


def test_transformed_labels_are_judged_as_the_network_sees_them():
    model = fitted(
        X,
        5 + 3 * y,
        estimator=lambda **given: TransformedTargetRegressor(MLPRegressor(**given), transformer=StandardScaler()),
    )
    problem, network = from_scikit_learn(model, X, 5 + 3 * y, hidden_bias="penalised")
    assert (problem.y.mean(), problem.y.std()) == pytest.approx((0.0, 1.0), abs=1e-12)
    assert predict(problem.X, network) * (3 * y).std() + (5 + 3 * y).mean() == pytest.approx(model.predict(X))


def test_categories_of_a_pipeline_come_to_the_network_as_it_sees_them():
    table = pandas.DataFrame({"kind": np.where(X[:, 0] > 0, "old", "new")})
    model = fitted(table, y, estimator=lambda **given: make_pipeline(OneHotEncoder(), MLPRegressor(**given)))
    problem, network = from_scikit_learn(model, table, y, hidden_bias="penalised")
    assert problem.X.shape == (20, 3)
    assert predict(problem.X, network) == pytest.approx(model.predict(table))


LABELS = np.where(y > 0, "yes", "no")


@pytest.mark.parametrize("alpha", [0.0, 0.3])
def test_the_loss_of_a_classifier_is_the_objective_less_the_hidden_biases_over_the_samples(alpha):
    model = fitted(X, LABELS, estimator=MLPClassifier, alpha=alpha)
    problem, network = from_scikit_learn(model, X, LABELS, hidden_bias="penalised")
    hidden = problem.lam * (network.W[-1] ** 2).sum()
    assert (logistic_objective(problem, network) - hidden) / len(X) == pytest.approx(model.loss_, rel=1e-9)
    assert problem.lam == alpha / 2
    assert np.array_equal(problem.y > 0, LABELS == "yes")
    assert np.array_equal(predict(problem.X, network) > 0, model.predict(X) == "yes")


def test_labels_that_are_no_class_of_a_classifier_are_refused():
    model = fitted(X, LABELS, estimator=MLPClassifier)
    with pytest.raises(ValueError, match="y must hold the classes no and yes, but holds maybe"):
        from_scikit_learn(model, X, ["maybe"] * 20, hidden_bias="penalised")
    with pytest.raises(ValueError, match="20 rows of X, but has shape"):
        from_scikit_learn(model, X, LABELS[:3], hidden_bias="penalised")


REFUSED = {
    "two hidden layers": (lambda: fitted(hidden_layer_sizes=(4, 4)), "one hidden layer, but has 2: a third layer"),
    "none": (lambda: fitted(hidden_layer_sizes=()), "has 0: a linear model"),
    "tanh": (lambda: fitted(activation="tanh"), "activation='tanh'"),
    "two outputs": (lambda: fitted(y=np.c_[y, y]), "one output, but has 2"),
    "Poisson": (lambda: fitted(y=np.abs(y), loss="poisson"), "loss='poisson'"),
    "early stopping": (lambda: fitted(solver="adam", early_stopping=True), "early_stopping=True held out"),
    "other samples": (lambda: fitted(X[:15], y[:15], solver="adam"), "15 in each epoch, but has 20 rows"),
    "in order": (lambda: fitted(solver="sgd", batch_size=8, shuffle=False), "those of its last batch, 4 instead of 8"),
    "three classes": (lambda: fitted(X, np.arange(20) % 3, estimator=MLPClassifier), "two classes apart, but has 3"),
    "not fitted": (MLPRegressor, "model must be fitted, but this MLPRegressor"),
    "pipeline not fitted": (lambda: make_pipeline(StandardScaler(), MLPRegressor()), "this Pipeline is not: call fit"),
    "target not fitted": (lambda: TransformedTargetRegressor(MLPRegressor()), "this TransformedTargetRegressor is not"),
    "search not fitted": (
        lambda: GridSearchCV(MLPRegressor(), {}),
        "this GridSearchCV has none: call fit, with refit=True",
    ),
    "another model": (RandomForestRegressor, "MLPRegressor or MLPClassifier, but was RandomForestRegressor"),
    "a pipeline of another": (lambda: make_pipeline(LinearRegression()).fit(X, y), "but was LinearRegression"),
    "no model": (lambda: None, "but was NoneType: from_arrays takes weights from anywhere"),
    "one of this package": (
        lambda: landscape.ConvexReLURegressor(lam=0.1).fit(X, y),
        "was ConvexReLURegressor, which needs no conversion: it has problem_ and network_, once fitted",
    ),
    "a class": (lambda: MLPRegressor, "but was the class MLPRegressor: pass the instance that was fitted"),
    "a module": (lambda: pytest.importorskip("torch").nn.Linear(2, 1), "was Linear: from_torch converts"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_covered_is_refused_by_name(name):
    make, said = REFUSED[name]
    with pytest.raises(ValueError, match=said):
        from_scikit_learn(make(), X, y, hidden_bias="penalised")


def test_samples_the_wrong_way_round_are_refused_with_their_transpose():
    with pytest.raises(ValueError, match=r"X has shape \(2, 20\), but the first layer takes 2 features: pass X\.T"):
        from_scikit_learn(fitted(), X.T, y, hidden_bias="penalised")


def test_an_option_that_is_none_is_refused():
    with pytest.raises(ValueError, match="hidden_bias must be 'as trained' or 'penalised', but was 'free'"):
        from_scikit_learn(fitted(), X, y, hidden_bias="free")
