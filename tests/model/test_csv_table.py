"""A table is read as it was meant, or refused in a sentence that says where it is wrong."""

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import given, strategies as st

from landscape.model import csv_table as csv_data
from landscape.model.csv_table import Table, plain, read_table
from landscape.scenario import limits

NUMBERS = st.floats(-1e15, 1e15, allow_nan=False).map(limits.NUMBER.clamp)
HARMLESS = re.compile(r"[\w .,:;+\-@%−()·…“”⁰¹²³⁴⁵⁶⁷⁸⁹⁻]*")


def written(rows, *, separator=",", end="\n", comma=False, quote=False, heading=()):
    """The oracle: the standard writer, with exact numbers."""
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    )
    if heading:
        writer.writerow(heading)
    for row in rows:
        writer.writerow([repr(value).replace(".", ",") if comma else repr(value) for value in row])
    return text.getvalue()


@given(
    st.integers(2, 3).flatmap(lambda k: st.lists(st.lists(NUMBERS, min_size=k, max_size=k), min_size=1, max_size=30)),
    st.fixed_dictionaries(
        {
            "separator": st.sampled_from([",", ";", "\t", " "]),
            "end": st.sampled_from(["\n", "\r\n", "\r"]),
            "comma": st.booleans(),
            "quote": st.booleans(),
        }
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"]),
    st.booleans(),
)
def test_what_was_written_is_read_back_exactly(rows, style, code, titled):
    heading = ("größe", "x 2", "y")[-len(rows[0]) :] if titled else ()
    text = written(rows, **style, heading=heading)
    table = read_table(text.encode(code))
    assert np.array_equal(np.column_stack([table.X, table.y]), rows)
    assert table.names == (heading or (("x", "y") if len(rows[0]) == 2 else ("x1", "x2", "y")))
    assert not table.X.flags.writeable


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("1,2", [[1.0]], [2.0]),
        ("1, 2\n3 ,4", [[1.0], [3.0]], [2.0, 4.0]),
        ("1;2,5\n", [[1.0]], [2.5]),
        ("1,5;2,5", [[1.5]], [2.5]),
        ("1,5\t2\n-,5\t3", [[1.5], [-0.5]], [2.0, 3.0]),
        ("1,5 2,5\n3 4", [[1.5], [3.0]], [2.5, 4.0]),
        ('"1,5","2,5"', [[1.5]], [2.5]),
        ("  1   2  \n", [[1.0]], [2.0]),
        ("1,\t2", [[1.0]], [2.0]),
        ("−1,+2", [[-1.0]], [2.0]),
        (".5,1.\n1e-3,2E2", [[0.5], [0.001]], [1.0, 200.0]),
        ("# made by hand, it's \"fine\n\n1,2\n   # and\n3,4\n\n", [[1.0], [3.0]], [2.0, 4.0]),
        (";;\n1;2\n;;\n", [[1.0]], [2.0]),
        ("\ufeffx;y\r\n1;2\r\n", [[1.0]], [2.0]),
        ('"x, the feature";"y"\n1,5;2', [[1.5]], [2.0]),
        ("x1 x2 y\n1 2 3", [[1.0, 2.0]], [3.0]),
        ("1,2\r3,4\r", [[1.0], [3.0]], [2.0, 4.0]),
        ("5,5\n5,5", [[5.0], [5.0]], [5.0, 5.0]),
        ("1000000,-1e6", [[1e6]], [-1e6]),
        ("1e-320,2", [[0.0]], [2.0]),
    ],
)
def test_ways_to_write_a_table(text, x, y):
    table = read_table(text)
    assert table.X.tolist() == x
    assert table.y.tolist() == y


def test_a_number_too_small_to_be_set_is_read_as_0_and_the_note_says_so():
    table = read_table("1e-15,2\n-1.2e-16,3\n0,4")
    assert table.X.tolist() == [[1e-15], [0.0], [0.0]]
    assert table.notes == ("1 number below 10⁻¹⁵ in size read as 0.",)


def test_numbers_of_time_stamps_and_budgets_are_read_as_they_are():
    table = read_table("1700000000000,2.7e13\n1700000000001,-8045311447")
    assert table.X.tolist() == [[1700000000000.0], [1700000000001.0]]
    assert table.y.tolist() == [2.7e13, -8045311447.0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The table must hold at least one row of numbers, but is empty."),
        (" \n\n# nothing\n;;\n", "is empty"),
        ("x,y\n", "holds a heading only"),
        ("1\n2\n", "line 1 holds one cell"),
        ("1,2,3,4", "must hold 1 or 2 features and a label, but line 1 holds 4 cells: 3 features."),
        ("a,b,c,d,e\n1,2,3,4,5", "line 1 holds 5 cells: 4 features."),
        ("1,2\n\n3,four", "line 3, column 2 holds “four”."),
        ("x,y\nu,v\n1,2", "line 2, column 1 holds “u”."),
        ("1,2\n,3", "line 2, column 1 is empty."),
        ("1\t2\t\n", "line 1, column 3 is empty."),
        ("1,nan", "line 1, column 2 holds “nan”."),
        ("1,2\n1,-inf", "line 2, column 2 holds “-inf”."),
        ("1,2\n1,1e400", "line 2, column 2 holds “1e400”."),
        ("1,1e16", "from −10¹⁵ to 10¹⁵, but line 1, column 2 holds “1e16”."),
        ("1,2\n0x10,1", "line 2, column 1 holds “0x10”."),
        ("1,2\n1_0,1", "line 2, column 1 holds “1·0”."),
        ("1,2\n١,1", "line 2, column 1 holds"),
        ("1,2\n1 2,1", "line 2, column 1 holds “1 2”."),
        ("1,2\n3,4,5", "as many cells as line 1, 2, but line 2 has 3 cells, separated by commas."),
        ("1;2\n3", "line 2 has 1 cell, separated by semicolons."),
        ("1,2\n3;4", "line 2 has 1 cell, separated by commas."),
        ('1,2\n"3,4', "one in line 2 does not"),
        ('1,2\n"3"4,5', "one in line 2 does not"),
        ("1,5;2,5\n3.5;1", "line 2, column 1 holds “3.5” after numbers with a decimal comma."),
        ("1.5;2\n3,5;1", "line 2, column 1 holds “3,5” after numbers with a decimal point."),
        ("1,2\n=1+1,3", "line 2, column 1 holds “·1+1”."),
        ('1,2\n<img src=x onerror="alert(1)">,3', "line 2, column 1 holds “·img src·x"),
        ("1,2\n[a](javascript:alert(1)),3", "line 2, column 1 holds"),
        ("1,2\n" + "9" * 401 + ",3", "line 2, column 1 holds “999"),
        (b"PK\x03\x04 and so on", "save it as CSV first"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "bytes that no text has"),
        (b"\xff\xfe\0\0" + b"1\0\0\0", "bytes that no text has"),
        (b"1,2\n3,\xff", "line 2, column 2 holds"),
        (None, "data must be bytes or text, but was a NoneType."),
    ],
)
def test_what_is_wrong_is_said_and_where(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        read_table(text)
    assert HARMLESS.fullmatch(str(refused.value))
    assert len(str(refused.value)) < 200


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200), st.text("0123456789.,;\t -+e\n\r\"'#x", max_size=60)))
def test_anything_is_either_a_table_or_a_harmless_sentence(data):
    try:
        table = read_table(data)
    except ValueError as refused:
        text = str(refused)
        assert HARMLESS.fullmatch(text)
        assert text.endswith(".")
        assert text.encode()
    else:
        assert isinstance(table, Table)
        assert table.X.shape == (len(table.y), len(table.names) - 1)
        assert np.abs(np.column_stack([table.X, table.y])).max() <= 1e15


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("1,2\n" * 1_000_000, "at most 5000 rows, but goes on in line 5001"),
        ("x,y\n" + "1,2\n" * 5001, "at most 5000 rows, but goes on in line 5002"),
        ("1,2\n" * 1_250_001, "at most 5 MB, but is 5.0 MB"),
        (b"1" * 20_000_000, "at most 5 MB, but is 20.0 MB"),
        ("1," * 2_400_000, "line 1 has 4800000"),
        ('1,2\n"' + "3,4\n" * 100_000, "one in line 2 does not"),
        ("\n" * 4_000_000, "at most 50000 lines"),
        ("#\n" * 2_000_000 + "1,2", "at most 50000 lines"),
    ],
    ids=["rows", "heading", "text", "bytes", "line", "quote", "blank lines", "comments"],
)
def test_too_much_is_refused_before_it_is_taken_apart(monkeypatch, data, sentence):
    taken = []
    cells = csv_data._cells
    monkeypatch.setattr(csv_data, "_cells", lambda *line: taken.append(line) or cells(*line))
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_table(data)
    assert len(taken) <= csv_data.MAX_ROWS + 5 * (csv_data.SAMPLE + 1)


def test_the_largest_table_is_read():
    rows = np.random.default_rng(0).uniform(-1e6, 1e6, (5000, 3)).tolist()
    table = read_table("a;b;c\r\n" + written(rows, separator=";", end="\r\n"))
    assert np.array_equal(np.column_stack([table.X, table.y]), rows)


def test_a_table_is_never_more_than_a_scenario_takes():
    assert csv_data.MAX_ROWS == limits.MAX_POINTS
    assert limits.Range(-csv_data.LARGEST, csv_data.LARGEST, least=csv_data.SMALLEST) == limits.NUMBER
    assert limits.FEATURES.high >= csv_data.MAX_FEATURES


def test_guesses_are_said():
    table = read_table("größe;y\n1,5;2".encode("latin-1"))
    assert table.names == ("größe", "y")
    assert [note.split()[0] for note in table.notes] == ["The", "Line", "Commas"]


def test_headings_are_harmless_and_short():
    table = read_table("<script>alert('x')</script>;" + "y" * 100 + "\n1;2")
    assert table.names == ("·script·alert(·x·)··script·", "y" * 39 + "…")


@given(st.text(max_size=100))
def test_plain_text_has_no_sign_that_any_markup_reads(text):
    found = plain(text)
    assert len(found) <= 40
    assert not set(found) & set("<>&\"'`$*_[]{}|\\#!~\n\r\t")


@given(st.from_regex(r"[A-Za-z0-9 .,:;+-]{0,40}", fullmatch=True))
def test_plain_text_stays_as_it_is(text):
    assert plain(text) == text


def test_a_table_checks_its_arrays():
    with pytest.raises(ValueError, match="finite"):
        Table(np.array([[np.nan]]), np.array([1.0]), ("x", "y"))
