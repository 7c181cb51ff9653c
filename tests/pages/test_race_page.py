"""The page Race: the table of a sweep becomes rates, and another table is refused."""

import numpy as np
import pytest

from landscape.web.race.sweep import read_rates

TABLE = """m,scale,lam,step,seed,success_rate
1,0.1,0,0.01,0,0.0
1,0.1,0,0.01,1,0.5
2,0.1,0,0.01,0,1.0
2,1,0,0.01,0,0.25
2,3,0,0.01,0,
"""


def test_a_table_of_a_sweep_becomes_rates_averaged_over_seeds():
    rates = read_rates(TABLE)
    assert rates.columns == (1.0, 2.0)
    assert rates.rows == (0.1, 1.0)
    assert np.array_equal(rates.rate, [[0.25, 1.0], [np.nan, 0.25]], equal_nan=True)


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", TABLE.replace("0.25", "x"), "\x00\x01", "m,scale,lam,step,success_rate\n"]
)
def test_another_table_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match="must"):
        read_rates(text)
