"""Networks that were trained in scikit-learn."""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np

from landscape.formatting import counted, short
from landscape.interop.by_name import options_by_name
from landscape.interop.converted import Converted, convert
from landscape.interop.extras import library
from landscape.interop.given import as_labels, as_samples, half_precision, named
from landscape.interop.penalties import Layers, Penalties, one_lambda
from landscape.interop.same_outputs import compared, outputs_of, points_around
from landscape.model.network import libraries_of
from landscape.model.problem import Loss


@options_by_name
def from_scikit_learn(
    model: Any, X: Any, y: Any, *, hidden_bias: Literal["as trained", "penalised"] = "as trained"
) -> Converted:
    """Return a network that was trained as ``MLPRegressor`` or ``MLPClassifier``, and its problem, in this convention.

    Their objective is ½ mean (f − y)² + alpha/(2 B) ‖weights‖² over batches of B samples, without the intercepts: of n
    samples at once, λ = alpha. The classifier's is the mean logistic loss instead: λ = alpha/2. The output intercept
    is free. Hidden intercepts are too, which no problem of this package has where λ > 0: see ``hidden_bias``.

    Arguments
        model: a fitted estimator of one hidden layer of ReLUs and one output, or a pipeline that ends with it, a search
            that found it, or a ``TransformedTargetRegressor`` of it; X and y are then those that it was fitted to,
            transformed as it does.
        X: (n, d) samples and y: (n,) or (n, 1) labels that it was fitted to, without sample_weight; of a classifier
            those of its two classes.
        hidden_bias: "penalised" to judge the network where its hidden intercepts b cost λ b² as well.

    Raises ValueError, in a sentence with what can be done, for any other model or data, and ImportError without
    scikit-learn.

    >>> from sklearn.neural_network import MLPRegressor
    >>> from landscape import from_scikit_learn, objective
    >>> X, y = [[-1.0], [0.0], [0.5], [1.0]], [1.0, 0.0, 0.5, 2.0]
    >>> model = MLPRegressor(hidden_layer_sizes=(4,), alpha=0.1, solver="lbfgs", random_state=0).fit(X, y)
    >>> problem, network = from_scikit_learn(model, X, y, hidden_bias="penalised")
    >>> problem.lam, problem.output_bias
    (0.1, 'free')
    >>> hidden_biases = problem.lam * (network.W[-1] ** 2).sum()
    >>> bool(abs(objective(problem, network) - hidden_biases - 2 * problem.n * model.loss_) < 1e-9)
    True
    """
    library("sklearn", "estimators")
    model, X, y, unwrapped = _unwrapped(model, X, y)
    layers = _layers(model)
    samples = as_samples(X, len(layers.W))
    classifier = hasattr(model, "classes_")
    labels = _of_classes(y, model.classes_, len(samples)) if classifier else as_labels(y, len(samples))
    agreed = _verified(model, layers, X, samples)
    each, formula = _each(model, len(samples))
    lam = float(model.alpha) * each / (2 if classifier else 1)
    form = one_lambda(layers, Penalties(lam, 0.0, lam, 0.0), hidden_bias, "scikit-learn")
    called = "mean logistic loss" if classifier else "half the mean squared error"
    loss = f"the {called}" if classifier else called
    said = (
        *unwrapped,
        agreed,
        "The weights are those of the model: W is coefs_[0].",
        f"Its objective is {loss} and alpha/(2 B) ‖weights‖² over batches of B samples: "
        f"λ = {formula}{'/2' if classifier else ''} = {short(lam)}.",
        *([f"Class {model.classes_[1]!s} is y = 1, class {model.classes_[0]!s} is y = −1."] if classifier else []),
        *half_precision(X=X, y=y),
    )
    kind: Loss = "logistic" if classifier else "squared"
    times = len(samples) * (1.0 if classifier else 2.0)
    return convert(layers, samples, labels, form, kind, said, called=called, times=times)


def _unwrapped(model: Any, X: Any, y: Any) -> tuple[Any, Any, Any, tuple[str, ...]]:
    """Return the network in pipelines, searches and transformed targets, with the data as it sees them."""
    network = library("sklearn.neural_network", "estimators")
    pipeline, compose = library("sklearn.pipeline", "estimators"), library("sklearn.compose", "estimators")
    said: list[str] = []
    while not isinstance(model, network.MLPRegressor | network.MLPClassifier):
        if hasattr(model, "best_estimator_"):
            model = model.best_estimator_
            said.append("The network is the best one of the search.")
        elif hasattr(model, "refit"):
            raise ValueError(
                f"model must have found a network, but this {type(model).__name__} has none: call fit, with refit=True."
            )
        elif isinstance(model, pipeline.Pipeline) and hasattr(model, "steps") and len(model.steps) > 0:
            _check_fitted(model)
            X = model[:-1].transform(X) if len(model.steps) > 1 else X
            model = model.steps[-1][1]
            said.append("X is what the steps of the pipeline before the network make of it.")
        elif isinstance(model, compose.TransformedTargetRegressor):
            _check_fitted(model)
            target = np.asarray(y)
            y = model.transformer_.transform(target.reshape(-1, 1) if target.ndim == 1 else target)
            model = model.regressor_
            said.append("y is what the transformer of the target makes of it: the loss is in its units.")
        else:
            raise ValueError(
                f"model must be an MLPRegressor or MLPClassifier, but was {named(model)}{_instead(model)}."
            )
    return model, X.toarray() if said and hasattr(X, "toarray") else X, y, tuple(said)


def _instead(model: Any) -> str:
    """Return what to do with a model that is another one; empty where that is not known."""
    name = type(model).__name__
    libraries = libraries_of(model)
    if name in ("ConvexReLURegressor", "ConvexReLUClassifier") and "landscape" in libraries:
        return ", which needs no conversion: it has problem_ and network_, once fitted"
    if isinstance(model, type):
        return ": pass the instance that was fitted"
    if "torch" in libraries:
        return ": from_torch converts a module of PyTorch"
    return ": from_arrays takes weights from anywhere"


def _check_fitted(model: Any) -> None:
    fitted = library("sklearn.utils.validation", "estimators")
    try:
        fitted.check_is_fitted(model)
    except library("sklearn.exceptions", "estimators").NotFittedError:
        raise ValueError(f"model must be fitted, but this {type(model).__name__} is not: call fit first.") from None


def _layers(model: Any) -> Layers:
    """Return the weights of a fitted network; raises ValueError for what is not covered."""
    _check_fitted(model)
    if len(model.coefs_) != 2:
        raise ValueError(
            f"model must have one hidden layer, but has {len(model.coefs_) - 1}: "
            f"{'a third layer is' if len(model.coefs_) > 2 else 'a linear model is'} not covered."
        )
    if model.activation != "relu":
        raise ValueError(f"model must have ReLUs, but has activation={model.activation!r}: not covered.")
    if len(getattr(model, "classes_", (0, 1))) != 2:
        raise ValueError(f"model must tell two classes apart, but has {len(model.classes_)}: not covered.")
    if model.n_outputs_ != 1:
        raise ValueError(f"model must have one output, but has {model.n_outputs_}: several are not covered.")
    if model.out_activation_ == "exp":
        raise ValueError("model must have the squared loss or the logistic one, but has loss='poisson': not covered.")
    if getattr(model, "early_stopping", False) and model.solver != "lbfgs":
        raise ValueError(
            "model must be trained on all of X, but early_stopping=True held out a random part of it: fit without, or "
            "use from_arrays with the part that it was trained on."
        )
    W, alpha = (np.asarray(coefs, dtype=np.float64) for coefs in model.coefs_)
    hidden, output = (np.asarray(values, dtype=np.float64) for values in model.intercepts_)
    return Layers(W, hidden, alpha[:, 0], float(output[0]))


def _of_classes(y: Any, classes: np.ndarray, n: int) -> np.ndarray:
    """Return labels of two classes as ±1, the second class being 1."""
    given = np.asarray(y)
    if given.shape == (n, 1):
        given = given[:, 0]
    if given.shape != (n,):
        raise ValueError(f"y must have one label for each of the {n} rows of X, but has shape {given.shape}.")
    positive = given == classes[1]
    if not (positive | (given == classes[0])).all():
        unknown = given[~(positive | (given == classes[0]))][0]
        raise ValueError(f"y must hold the classes {classes[0]!s} and {classes[1]!s}, but holds {unknown!s}.")
    return np.where(positive, 1.0, -1.0)


def _verified(model: Any, layers: Layers, X: Any, samples: np.ndarray) -> str:
    """Compare the outputs of the estimator itself with those of its weights, and return the sentence about it."""
    around = points_around(samples)
    points = np.vstack([samples, around])
    predict = (lambda given: model.predict_proba(given)[:, 1]) if hasattr(model, "classes_") else model.predict
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of points without names of features, and of steps that overflow
        found = np.concatenate([np.asarray(predict(X)).reshape(-1), np.asarray(predict(around)).reshape(-1)])
    eps = float(np.finfo(model.coefs_[0].dtype).eps)
    if not hasattr(model, "classes_"):
        return compared(layers, points, found.astype(np.float64), eps)
    scores = outputs_of(layers, points)
    wanted = np.where(scores >= 0, 1.0, np.exp(-np.abs(scores))) / (1.0 + np.exp(-np.abs(scores)))
    apart = float(np.max(np.abs(found - wanted)))
    if not apart <= 1e-5:
        raise ValueError(f"model must give the probabilities of its weights, but they differ by {apart:g}.")
    return f"Compared at {counted(len(points), 'point')}, the samples and random ones, the probabilities agree to 10⁻⁵."


def _each(model: Any, n: int) -> tuple[float, str]:
    """Return λ / alpha of the squared loss over n samples, and its formula in words.

    A batch of B samples has the penalty alpha/(2 B) ‖weights‖². Drawn at random, the batches of an epoch have in
    expectation the mean of these.
    """
    if model.solver == "lbfgs":
        return 1.0, "alpha"
    seen = model.t_ / len(model.loss_curve_) if model.loss_curve_ else n
    if seen != n:
        raise ValueError(
            f"X must be the samples that the model was trained on, {seen:g} in each epoch, but has {counted(n, 'row')}."
        )
    batch = min(200, n) if model.batch_size == "auto" else min(int(model.batch_size), n)
    full, rest = divmod(n, batch)
    if rest and not model.shuffle:
        raise ValueError(
            f"model must weigh its samples equally, but with shuffle=False those of its last batch, {rest} instead of "
            f"{batch}, count more: not covered."
        )
    each = n * (full / batch + (1 / rest if rest else 0.0)) / (full + bool(rest))
    if batch == n:
        return 1.0, "alpha"
    if not rest:
        return each, f"{n}/{batch} alpha, with {full} batches of {batch},"
    return each, f"{short(each)} alpha, the mean of n/B over {full} batches of {batch} and one of {rest},"
