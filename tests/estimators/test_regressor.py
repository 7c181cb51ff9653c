from sklearn.utils.estimator_checks import parametrize_with_checks
from landscape import ConvexReLURegressor

@parametrize_with_checks([ConvexReLURegressor(max_nodes=0, max_seconds=600.0), ConvexReLURegressor(cv=2, lams=3, max_nodes=0, max_seconds=600.0)])
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)
