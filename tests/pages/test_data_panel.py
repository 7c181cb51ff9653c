"""Points that are pasted: what was read is said, what was refused too, and either can be read otherwise."""

import numpy as np
import pytest
from visit import opened

from landscape.web.session import state_key

PAGES = ("pages/convex_twin.py", "pages/dynamics.py", "pages/race.py")


def pasted(text, path="pages/convex_twin.py"):
    page = opened(path)
    page.text_area(key="pasted points").set_value(text)
    page.button(key="use pasted").click()
    return page.run()


def said(page):
    assert not page.exception
    return [text.value for text in page.text]


def numbers(page, name):
    (values,) = page.query_params[name] if isinstance(page.query_params[name], list) else (page.query_params[name],)
    return [float(value) for value in values.split(",")]


def decimal_sign(page, sign):
    (control,) = [control for control in page.button_group if control.key == "table 0 decimal"]
    return control.set_value(sign)


@pytest.mark.parametrize("path", PAGES)
def test_what_was_read_is_said_on_every_page(path):
    page = pasted(",x,y\n0,1.5,2.3\n1,1.7,2.9\n2,2.5,3.5", path)
    assert (
        "3 points were read: 1 feature, “x”; label “y”. Column 1 numbers the rows and was left out. "
        "Line 1 is the heading."
    ) in said(page)
    assert numbers(page, "x") == [1.5, 1.7, 2.5]
    assert numbers(page, "y") == [2.3, 2.9, 3.5]


def test_runs_that_many_numbers_leave_no_time_for_are_shortened_and_that_is_said():
    rows = np.random.default_rng(0).uniform(-9, 9, (1000, 31)).round(3)
    page = pasted("\n".join(",".join(map(str, row)) for row in rows))
    (note,) = [text for text in said(page) if "1000 points were read: 30 features" in text]
    assert "For so many numbers the runs have 1344 steps: more would keep others waiting." in note
    scenario = page.session_state[state_key("twin")]
    assert (scenario.data.n, scenario.data.features, scenario.training.steps) == (1000, 30, 1344)


WIDE = ",".join(f"c{k}" for k in range(32)), ",".join(map(str, range(32))), ",".join(map(str, range(40, 72)))


def test_a_refused_table_changes_nothing_and_can_be_read_by_choosing_columns():
    page = pasted("\n".join(WIDE))
    assert "A row must hold 1 to 30 features and a label, but line 2 holds 32 cells: 31 features." in said(page)
    assert "x" not in page.query_params  # the page still shows its start
    page.multiselect(key="table 0 True None features").set_value([1])
    page.selectbox(key="table 0 True None label").set_value(0)
    page.run()
    page.button(key="table 0 read").click().run()
    assert "2 points were read: 1 feature, “c1”; label “c0”. “c2”, “c3”, “c4”, “c5”, … (30 columns)" in "".join(
        said(page)
    )
    assert numbers(page, "x") == [1.0, 41.0]
    assert numbers(page, "y") == [0.0, 40.0]


def test_a_heading_of_numbers_and_a_decimal_comma_can_be_chosen():
    page = pasted("2019,2020,2021,2022\n0,5,1,5\n1,5,2,5\n2,5,3,5")
    assert "Commas separate the cells, and are no decimal signs" in "".join(said(page))
    page.toggle(key="table 0 heading").set_value(True).run()
    decimal_sign(page, ",").run()
    page.button(key="table 0 read").click().run()
    assert "3 points were read: 1 feature" in "".join(said(page))
    assert numbers(page, "x") == [0.5, 1.5, 2.5]
    assert numbers(page, "y") == [1.5, 2.5, 3.5]


def test_a_choice_that_cannot_be_read_is_refused_and_changes_nothing():
    page = pasted("0,5,1\n1,5,2\n2,5,1")
    before = dict(page.query_params)
    decimal_sign(page, ",").run()
    assert "can be split in several ways: write semicolons" in "".join(said(page))
    assert dict(page.query_params) == before


def test_the_choice_is_gone_once_other_points_are_shown():
    page = pasted("1,2\n3,4")
    assert any(toggle.key == "table 0 heading" for toggle in page.toggle)
    page.selectbox(key="data set").set_value(page.selectbox(key="data set").options[0]).run()
    assert not any(toggle.key == "table 0 heading" for toggle in page.toggle)
    assert not page.exception
