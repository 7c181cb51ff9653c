"""The page Race: the convex program is first, the others are timed or say that they did not get there."""

import numpy as np
import pytest
from playwright.sync_api import expect

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


def test_a_race_is_run_and_every_entrant_is_timed(open_page):
    page = open_page("/race?x=-1,0,1&y=1,-1,1&bias=1&layer=trained&lam=0.1&m=3&run=none")
    page.wait_for_selector(".stage[data-drawn]")
    page.get_by_role("radio", name="1", exact=True).or_(page.get_by_role("button", name="1", exact=True)).first.click()
    page.get_by_role("button", name="Start the race").click()
    line = page.locator(".stage-sentences li[data-run=lbfgs]")
    expect(line).to_contain_text("above the optimum")
    expect(page.locator(".stage-sentences li[data-run=convex]")).to_contain_text("proven, after")
    expect(page.get_by_text("L-BFGS", exact=True).last).to_be_visible()
