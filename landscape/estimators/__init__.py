"""Networks of proven optimality as estimators of scikit-learn, which is loaded with the first of them."""

try:
    import sklearn  # noqa: F401  (asked for here, so that what is missing has a name)
except ModuleNotFoundError as missing:
    raise ImportError("The estimators need scikit-learn: pip install hidden-convex-landscape[estimators]") from missing
