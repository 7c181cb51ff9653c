"""The page Race: the table of a sweep becomes rates, and another table is refused."""

import contextlib
import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, strategies as st

from landscape.experiments.sweep.executors import Here
from landscape.experiments.sweep.run import run
from landscape.experiments.sweep.settings import Sweep
from landscape.experiments.sweep.tables import rows, write_csv
from landscape.model.datasets import DATASETS
from landscape.web.race.sweep import Rates, read_rates

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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("before", ["", "sep=;\r\n", '"sep=;"\n'])
def test_a_table_that_a_spreadsheet_saved_anew_has_the_same_rates(before, encoding):
    anew = before + TABLE.replace(",", ";").replace(".", ",")
    rates = read_rates(anew.encode(encoding))
    assert np.array_equal(rates.rate, read_rates(TABLE).rate, equal_nan=True)
    with pytest.raises(ValueError, match=f"but line {6 if before else 5} holds “7”"):
        read_rates(anew.replace("0,25", "7").encode(encoding))


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", TABLE.replace("0.25", "x"), "\x00\x01", "m,scale,lam,step,success_rate\n"]
)
def test_another_table_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match="must"):
        read_rates(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TABLE.replace("0.25", "7"), "The column success_rate must hold numbers from 0 to 1, but line 5 holds “7”."),
        (TABLE.replace("0.25", "nan"), "success_rate must hold numbers from 0 to 1, but line 5 holds “nan”."),
        (TABLE.replace("0.25", "-0.1"), "success_rate must hold numbers from 0 to 1, but line 5 holds “-0.1”."),
        (TABLE.replace("2,1,0", "2.5,1,0"), "The column m must hold whole numbers from 1, but line 5 holds “2.5”."),
        (TABLE.replace("2,1,0", "inf,1,0"), "The column m must hold whole numbers from 1, but line 5 holds “inf”."),
        (TABLE.replace("2,1,0", "2,1e400,0"), "The column scale must hold numbers from 0, but line 5 holds “1e400”."),
        (TABLE + "1,2\n", "Every row of the table must be whole, but line 7 ends after 2 cells."),
        (TABLE + '1,"' + "x" * 140_000, "line 7 cannot be split into cells."),
        ("m,scale,lam,step,success_rate\n", "but has no row below its heading."),
    ],
)
def test_a_damaged_table_is_refused_naming_its_line(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_rates(text)


@pytest.mark.parametrize("n", [1_000, 60_000])
def test_memory_is_bounded_by_what_is_read(n):
    text = "m,scale,lam,step,success_rate\n" + "".join(f"{i},{i},0,0.1,1\n" for i in range(1, n + 1))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="every neurons m with every initial scale, but has"):
            read_rates(text)
        assert tracemalloc.get_traced_memory()[1] < 20 * len(text) + 1_000_000
    finally:
        tracemalloc.stop()


def test_what_a_sweep_has_written_is_read_as_its_rates(tmp_path):
    sweep = Sweep((DATASETS["five"],), m=(1, 2, 3), scale=(0.1, 1.0), lam=(0.05,), seeds=(0, 1), starts=4, n_steps=60)
    with contextlib.closing(run(sweep, Here())) as events:
        results = {event.cell.key: event.result for event in events}
    write_csv(tmp_path / "t.csv", rows(sweep, results))
    text = (tmp_path / "t.csv").read_text()
    rates = read_rates(text)
    assert rates.columns == (1.0, 2.0, 3.0)
    assert rates.rows == (0.1, 1.0)
    for r, scale in enumerate(rates.rows):
        for c, m in enumerate(rates.columns):
            of_cell = [result.success_rate for key, result in results.items() if key[1:3] == (m, scale)]
            assert rates.rate[r, c] == pytest.approx(sum(of_cell) / len(of_cell), abs=1e-15)
    german = "\ufeff" + text.replace(",", ";").replace(".", ",")
    assert np.array_equal(read_rates(german).rate, rates.rate)


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(TABLE)),
            st.integers(0, 4),
            st.sampled_from(["", ",", "\n", "\r", '"', "x", "-", "1e400", "nan", "7", "\0", ";", "x" * 140_000]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_table_is_read_or_refused_in_a_sentence(changes):
    text = TABLE
    for at, length, put in changes:
        text = text[:at] + put + text[at + length :]
    found: Rates | str
    try:
        found = read_rates(text)
    except ValueError as refused:
        found = str(refused)
    if isinstance(found, str):
        assert found.endswith(".")
        assert len(found) < 220
    else:
        tried = found.rate[np.isfinite(found.rate)]
        assert ((tried >= 0) & (tried <= 1)).all()
