"""A table is read as it was meant and the note says how, or it is refused in a sentence that says where it is wrong."""

import csv
import io
import re
import unicodedata

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

from landscape.model import csv_sheet
from landscape.model.csv_layout import INFERRED, MAX_FEATURES, Layout
from landscape.model.csv_table import LARGEST, Table, plain, read_table
from landscape.scenario import limits

NUMBERS = st.floats(-1e15, 1e15, allow_nan=False).map(lambda value: value if abs(value) >= 1e-15 else 0.0)


def _row(cells, begin=""):
    """A line of so many cells, numbered behind what each begins with."""
    return ",".join(f"{begin}{k}" for k in range(1, cells + 1))


def is_one_line(text):
    """The oracle: nothing that moves the cursor, changes direction or cannot be seen."""
    return all(unicodedata.category(c)[0] != "C" and (unicodedata.category(c)[0] != "Z" or c == " ") for c in text)


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


def read_or_refusal(data, layout=INFERRED):
    try:
        return read_table(data, layout)
    except ValueError as refused:
        return str(refused)


def counted_from(first, rows):
    return [float(first + i) for i in range(len(rows))]


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
    # A first column that counts the rows is left out, and a number with three decimals can be thousands: both are
    # tested below.
    assume(
        titled or len(rows[0]) == 2 or [row[0] for row in rows] not in (counted_from(0, rows), counted_from(1, rows))
    )
    assume(not style["comma"] or not any(re.fullmatch(r"-?\d{1,3}\.\d{3}", repr(v)) for row in rows for v in row))
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
        ("1,2\n,3\n?,4\n5,NaN\n6,7", [[1.0], [6.0]], [2.0, 7.0]),
        ("1\t2\t\n", [[1.0]], [2.0]),
        ("x,y\n1,4,\n2,5,\n", [[1.0], [2.0]], [4.0, 5.0]),
        ("1,4,,\n2,5\n3,6,", [[1.0], [2.0], [3.0]], [4.0, 5.0, 6.0]),
        ("sep=;\nx;y\n1;2", [[1.0]], [2.0]),
        ('"sep=|"\n1|2', [[1.0]], [2.0]),
        ("SEP=,\n1,2", [[1.0]], [2.0]),
        ("sep=\t\nx\ty\n1,5\t2", [[1.5]], [2.0]),
        ("sep= \nx y\n1 2", [[1.0]], [2.0]),
        ('"x\nunit",y\n1,2', [[1.0]], [2.0]),
        ('x,"a ""quoted""\r\nname, with comma"\r\n1,2\r\n', [[1.0]], [2.0]),
        ("1D3,1.5d-2\n1.E+2,2", [[1000.0], [100.0]], [0.015, 2.0]),
        ("1234567,-98765432.1", [[1234567.0]], [-98765432.1]),
        ("x;y\n1.234,5;2\n0,5;3", [[1234.5], [0.5]], [2.0, 3.0]),
        ("x;y\n1.234.567;2\n5;3", [[1234567.0], [5.0]], [2.0, 3.0]),
        ("x;y\n1’234.5;2\n5;3", [[1234.5], [5.0]], [2.0, 3.0]),
        ("x;y\n1'234,5;2\n5;3", [[1234.5], [5.0]], [2.0, 3.0]),
        ("x;y\n1 234,5;2\n5;3", [[1234.5], [5.0]], [2.0, 3.0]),
        ("x;y\n1\u202f234,5;2\n5;3", [[1234.5], [5.0]], [2.0, 3.0]),
        ('x,y\n"12,34,567.5",2\n"1,00,000",3', [[1234567.5], [100000.0]], [2.0, 3.0]),
        ("x;y\n2,190;1\n3,500;2", [[2.19], [3.5]], [1.0, 2.0]),
        ("x\ty\n2,190\t1\n850\t2", [[2190.0], [850.0]], [1.0, 2.0]),
        ('"1,234","2"\n"0,5","3"', [[1.234], [0.5]], [2.0, 3.0]),
        ("x;y\n1.234;5\n2;3,5", [[1234.0], [2.0]], [5.0, 3.5]),
        ("x,y\n12 %,1\n5%,2", [[0.12], [0.05]], [1.0, 2.0]),
        ("5 737 340,6 560\n18,-1 069 233", [[5737340.0], [18.0]], [6560.0, -1069233.0]),
        ("1,500 200\n2,500 300", [[1.5], [2.5]], [200.0, 300.0]),
        ("x;y\n-0,172;1\n0,192;2", [[-0.172], [0.192]], [1.0, 2.0]),
        ('"-0,172","1"\n"0,192","2"', [[-0.172], [0.192]], [1.0, 2.0]),
        ("1|2\n3|4", [[1.0], [3.0]], [2.0, 4.0]),
        (" x      y\n 1.0  10.5\n10.0   2.5\n", [[1.0], [10.0]], [10.5, 2.5]),
        ("1 \t 2\n3\t  4", [[1.0], [3.0]], [2.0, 4.0]),
        ("y,x\n1,2\n3,4", [[2.0], [4.0]], [1.0, 3.0]),
        ("name,x,y\nanna,1,2\nbob,3,4", [[1.0], [3.0]], [2.0, 4.0]),
        ("1,1,0\n2,0,1", [[1.0, 1.0], [2.0, 0.0]], [0.0, 1.0]),
        ("x1,x2,y\n1,5,3\n2,6,4\n3,5,1", [[1.0, 5.0], [2.0, 6.0], [3.0, 5.0]], [3.0, 4.0, 1.0]),
        ("0,5,1\n1,5,2\n2,5,1", [[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]], [1.0, 2.0, 1.0]),
    ],
)
def test_ways_to_write_a_table(text, x, y):
    table = read_table(text)
    assert table.X.tolist() == x
    assert table.y.tolist() == y


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The table must hold at least one row of numbers, but is empty."),
        (" \n\n# nothing\n;;\n", "is empty"),
        ("x,y\n", "holds a heading only"),
        ("1\n2\n", "line 1 holds one cell"),
        (_row(32), "must hold 1 to 30 features and a label, but line 1 holds 32 cells: 31 features."),
        (_row(40, "a") + "\n" + _row(40), "line 2 holds 40 cells: 39 features."),
        ("1,2\n\n3,four", "line 3, column 2 holds “four”."),
        ("x,y\nu,v\n1,2", "line 2, column 1 holds “u”."),
        ("x,y\n,3", "line 2, column 1 is empty."),
        ("1,nan", "line 1, column 2 holds “nan”."),
        ("1,2\n12.13 €,3", "line 2, column 1 holds “12.13 €”."),
        (b"1,2\n12.13 \x80,3", "line 2, column 1 holds “12.13 €”."),
        ("$5,2\n6,3", "line 1, column 1 holds “$5”."),
        ("x,y\n–5,2\n6,3", "line 2, column 1 holds “–5”."),
        ("x,y\n(5),2\n6,3", "line 2, column 1 holds “(5)”."),
        ("x,y\n5-,2\n6,3", "line 2, column 1 holds “5-”."),
        ("x,y\n2020-01-05,2\n2020-01-06,3", "line 2, column 1 holds “2020-01-05”."),
        ("x,y\n1,TRUE\n2,FALSE", "line 2, column 2 holds “TRUE”."),
        ("x1,x2,kind\n1,2,cat\n2,2,dog", "line 2, column 3 holds “cat”."),
        ("12 €,4 €\n1,2", "line 1, column 1 holds “12 €”."),
        ("1.2.3,4.5.6\n1,2", "line 1, column 1 holds “1.2.3”."),
        ("x,y\n12 %,1\n5,2", "line 2, column 1 holds “12 %”."),
        ("1,2\n1,-inf", "line 2, column 2 holds “-inf”."),
        ("1,2\n1,1e400", "line 2, column 2 holds “1e400”."),
        ("1,1e16", "from −10¹⁵ to 10¹⁵, but line 1, column 2 holds “1e16”."),
        ("1,2\n0x10,1", "line 2, column 1 holds “0x10”."),
        ("1,2\n1_0,1", "line 2, column 1 holds “1_0”."),
        ("1,2\n١,1", "line 2, column 1 holds"),
        ("1,2\n1 2,1", "line 2, column 1 holds “1 2”."),
        ("1,2\n3,4,5", "as many cells as the others, 2, but line 2 has 3 cells, separated by commas."),
        ("1;2\n3", "line 2 has 1 cell, separated by semicolons."),
        ("1,2\n3;4", "line 2 has 1 cell, separated by commas."),
        ('1,2\n"3,4', "one in line 2 does not"),
        ('1,2\n"3"4,5', "one in line 2 does not"),
        ("1,5;2,5\n3.5;1", "line 2, column 1 holds “3.5” among numbers with a decimal comma."),
        ("1.5;2\n3,5;1", "line 2, column 1 holds “3,5” among numbers with a decimal point."),
        ("1,2\n=1+1,3", "line 2, column 1 holds “=1+1”."),
        ('1,2\n<img src=x onerror="alert(1)">,3', "line 2, column 1 holds “<img src=x"),
        ("1,2\n[a](javascript:alert(1)),3", "line 2, column 1 holds"),
        ("1,2\n" + "9" * 401 + ",3", "line 2, column 1 holds “999"),
        (b"PK\x03\x04 and so on", "save it as CSV first"),
        (b"\xd0\xcf\x11\xe0\xa1", "is a workbook: save it as CSV first"),
        (b"\x1f\x8b\x08", "is an archive: unpack it first"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "bytes that no text has"),
        (b"\xff\xfe\0\0" + b"1\0\0\0", "bytes that no text has"),
        (b"1,2\n3,\xff", "line 2, column 2 holds"),
        (None, "data must be bytes or text, but was a NoneType."),
    ],
)
def test_what_is_wrong_is_said_and_where(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        read_table(text)
    assert is_one_line(str(refused.value))
    assert len(str(refused.value)) < 200


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200), st.text("0123456789.,;\t -+e\n\r\"'#x", max_size=60)))
def test_anything_is_either_a_table_or_a_harmless_sentence(data):
    table = read_or_refusal(data)
    if isinstance(table, str):
        assert is_one_line(table)
        assert table.endswith(".")
        assert table.encode()
    else:
        assert table.X.shape == (len(table.y), len(table.names) - 1)
        assert np.abs(np.column_stack([table.X, table.y])).max() <= LARGEST
        assert all(is_one_line(note) and note.endswith(".") for note in table.notes)
        assert any(re.match(r"\d+ points? (was|were) read: \d+ features?, ", note) for note in table.notes)


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
    cells = csv_sheet._cells
    monkeypatch.setattr(csv_sheet, "_cells", lambda *line: taken.append(line) or cells(*line))
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_table(data)
    assert len(taken) <= csv_sheet.MAX_ROWS + 2 + (len(csv_sheet.SEPARATORS) + 1) * (csv_sheet.SAMPLE + 1)


def test_the_largest_table_is_read():
    rows = np.random.default_rng(0).uniform(-1e6, 1e6, (5000, 3)).tolist()
    table = read_table("a;b;c\r\n" + written(rows, separator=";", end="\r\n"))
    assert np.array_equal(np.column_stack([table.X, table.y]), rows)


@pytest.mark.parametrize("features", [3, 6, MAX_FEATURES])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_of_many_columns_is_read(features, separator):
    rows = np.random.default_rng(features).uniform(-9, 9, (40, features + 1)).round(6)
    names = [f"size {k}" for k in range(features)]
    table = read_table(written(rows.tolist(), separator=separator, heading=(*names, "price")))
    assert np.array_equal(np.column_stack([table.X, table.y]), rows)
    assert table.names == (*names, "price")
    assert f"40 points were read: {features} features, “size 0”, “size 1”" in table.notes[0]
    bare = read_table(written(rows.tolist(), separator=separator))
    assert np.array_equal(bare.X, table.X)
    assert bare.names == (*(f"x{k}" for k in range(1, features + 1)), "y")


def test_a_table_is_never_more_than_a_scenario_takes():
    assert csv_sheet.MAX_ROWS == limits.MAX_POINTS
    assert limits.FEATURES.high >= MAX_FEATURES


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (
            "größe;y\n1,5;2".encode("latin-1"),
            [
                "The file is not UTF-8; it is read as Latin-1.",
                "1 point was read: 1 feature, “größe”; label “y”.",
                "Line 1 is the heading.",
                "Commas are decimal signs: “1,5” is 1.5.",
            ],
        ),
        (
            "1,2\n3,4",
            [
                "2 points were read: 1 feature, column 1; label column 2.",
                "There is no heading: line 1, “1, 2”, is read as data.",
                "Commas separate the cells, and are no decimal signs: “3,4” is 2 cells.",
            ],
        ),
        (
            "2019,2020\n1,2\n3,4",
            [
                "3 points were read: 1 feature, column 1; label column 2.",
                "There is no heading: line 1, “2019, 2020”, is read as data.",
                "Commas separate the cells, and are no decimal signs: “3,4” is 2 cells.",
            ],
        ),
        (
            "0,5,1\n1,5,2\n2,5,1",
            [
                "3 points were read: 2 features, column 1 and column 2; label column 3.",
                "Column 1 counts the rows, and is read as a feature.",
                "There is no heading: line 1, “0, 5, 1”, is read as data.",
                "Commas separate the cells, and are no decimal signs: “2,5,1” is 3 cells.",
            ],
        ),
        (
            'x,y\n1,731\n2,"2,190"\n3,850',
            [
                "3 points were read: 1 feature, “x”; label “y”.",
                "Line 1 is the heading.",
                "Commas group the thousands: “2,190” is 2190.",
            ],
        ),
        (
            "NA,NA\n1,2\n,3\n2,3",
            [
                "2 points were read: 1 feature, column 1; label column 2.",
                "2 rows were left out, because a cell has no value: lines 1 and 3.",
                "There is no heading: line 1, “NA, NA”, is read as data.",
                "Commas separate the cells, and are no decimal signs: “2,3” is 2 cells.",
            ],
        ),
        (
            "name;share;y\nanna;12 %;1\nbob;5 %;2\n?;;3",
            [
                "2 points were read: 1 feature, “share”; label “y”.",
                "“name” holds no numbers and was left out.",
                "Line 4 was left out, because a cell has no value.",
                "Line 1 is the heading.",
                "“share” is in per cent: “12 %” is 0.12.",
            ],
        ),
        (
            "x;y\n1.234;2\n3;4",
            [
                "2 points were read: 1 feature, “x”; label “y”.",
                "Line 1 is the heading.",
                "Points are decimal signs: “1.234” is 1.234.",
            ],
        ),
        (
            "x,y\n1e-16,2\n1e-15,3",
            [
                "2 points were read: 1 feature, “x”; label “y”.",
                "Line 1 is the heading.",
                "1 number below 10⁻¹⁵ in size read as 0.",
            ],
        ),
    ],
)
def test_the_note_says_what_was_read_and_how(text, notes):
    assert list(read_table(text).notes) == notes


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("heading", ["", *map("{},x,y\n".format, ["", "Unnamed: 0", "id", "index", "Row", "No.", "#"])])
@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
def test_a_row_number_is_no_feature(first, heading, separator):
    rows = [(1.5, 2.3), (1.7, 2.9), (2.5, 3.5)]
    text = heading + "".join(f"{first + i},{x},{y}\n" for i, (x, y) in enumerate(rows))
    if heading.startswith("#"):
        text = '"#"' + text[1:]
    if separator == " ":
        text = text.replace("Unnamed: 0", '"Unnamed: 0"') if heading[:1] != "," else '""' + text
    table = read_table(text.replace(",", separator))
    assert table.X.tolist() == [[x] for x, _ in rows]
    assert table.y.tolist() == [y for _, y in rows]
    assert any(note.endswith("numbers the rows and was left out.") for note in table.notes)


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        (",x,y\n7,1.5,2\n3,2.5,3", "Column 1 has no heading, like an index, and was left out."),
        (",x,y\nMazda RX4,1.5,2\nFiat 128,2.5,3", "Column 1 has no heading, like an index, and was left out."),
        (",x,y\n2020-01-05,1.5,2\n2020-01-06,2.5,3", "Column 1 has no heading, like an index, and was left out."),
        ("id,x,y\n1017,1.5,2\n1003,2.5,3", "“id” identifies the rows and was left out."),
        ("x,y,id\n1.5,2,1\n2.5,3,2", "“id” numbers the rows and was left out."),
        ("x y\n1 1.5 2\n2 2.5 3", "Column 1 numbers the rows and was left out."),
        (",0,1\n0,1.5,2\n1,2.5,3", "Column 1 numbers the rows and was left out."),
        ("id,,x,y\n1,,1.5,2\n2,,2.5,3", "“id” numbers the rows and was left out."),
    ],
)
def test_the_index_that_pandas_r_and_data_bases_write_is_no_feature(text, left_out):
    table = read_table(text)
    assert table.X.tolist() == [[1.5], [2.5]]
    assert table.y.tolist() == [2.0, 3.0]
    assert left_out in table.notes


def test_a_row_number_that_leaves_no_feature_is_the_feature():
    assert read_table("id,y\n1,4\n2,5").X.tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize(
    ("text", "layout", "x", "y"),
    [
        ("2019,2020\n1,2\n3,4", Layout(heading=True), [[1.0], [3.0]], [2.0, 4.0]),
        ("a,b\n1,2", Layout(label=0, features=(1,)), [[2.0]], [1.0]),
        ("1,2,3,4,5", Layout(label=4, features=(0, 2)), [[1.0, 3.0]], [5.0]),
        ("id,x,y\n1,5,3\n2,6,4", Layout(features=(0, 1), label=2), [[1.0, 5.0], [2.0, 6.0]], [3.0, 4.0]),
        ("x;y\n2,190;1\n3,500;2", Layout(decimal="."), [[2190.0], [3500.0]], [1.0, 2.0]),
        ('x,y\n1,731\n2,"2,190"', Layout(decimal=","), [[1.0], [2.0]], [731.0, 2.19]),
        ("x,y\n0,5,1,5\n-1,5,2,0", Layout(decimal=","), [[0.5], [-1.5]], [1.5, 2.0]),
        ("d,x,y\n5 May,1,2\n6 May,3,4", Layout(label=2, features=(1,)), [[1.0], [3.0]], [2.0, 4.0]),
    ],
)
def test_a_layout_that_was_chosen_is_kept(text, layout, x, y):
    table = read_table(text, layout)
    assert table.X.tolist() == x
    assert table.y.tolist() == y


@pytest.mark.parametrize(
    ("text", "layout", "sentence"),
    [
        ("0,5,1\n1,5,2", Layout(decimal=","), "line 1, “0,5,1”, can be split in several ways: write semicolons"),
        ("1,2", Layout(heading=True), "holds a heading only"),
        ("1,2", Layout(label=1, features=(1,)), "1 to 30 columns must be the features, and another one the label."),
        ("1,2", Layout(label=0, features=()), "1 to 30 columns must be the features, and another one the label."),
        ("1,2", Layout(label=7, features=(0,)), "Features and label must be columns from 1 to 2."),
        ("1,2", Layout(label=0, features=(-1,)), "Features and label must be columns from 1 to 2."),
        ("x,y\n1,2", Layout(heading=False), "line 1, column 1 holds “x”."),
    ],
)
def test_a_layout_that_does_not_fit_is_refused(text, layout, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_table(text, layout)


def test_what_was_inferred_is_a_layout_that_reads_the_same():
    for text in (",x,y\n0,1.5,2\n1,2.5,3", "1;2,5", "a,x,y\nb,1,2", '"1,234","2"\n5,6'):
        table = read_table(text)
        again = read_table(text, table.layout)
        assert again.layout == table.layout
        assert np.array_equal(again.X, table.X)
        assert np.array_equal(again.y, table.y)
        assert again.names == table.names


SAMPLES = [
    ",x,y\n0,1.5,2.3\n1,1.7,2.9\n2,2.5,3.5\n",
    'x,y\n1,731\n2,"2,190"\n3,850\n',
    "sep=;\nx;y\n1,5;2\n2;3\n",
    '"x\nunit",y\n1,2\n2,3\n',
    "a\tb\tc\n1.234,5\t2\t3\n-1\tNA\t5 %\n",
    "# made\nx1 x2 y\n1D3 2 3\n4 5 6\n",
]


@given(
    st.sampled_from(SAMPLES),
    st.lists(
        st.tuples(
            st.integers(0, 60),
            st.integers(0, 3),
            st.sampled_from(
                ["", ",", ";", "\n", "\r", '"', "\t", " ", ".", "-", "−", "–", "€", "%", "#", "x", "7", "\0"]
            ),
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.builds(
        Layout,
        st.sampled_from([None, False, True]),
        st.sampled_from([None, 0, 1, 2, 9]),
        st.sampled_from([None, (0,), (1,), (0, 1), (5,)]),
        st.sampled_from([None, ".", ","]),
    ),
)
def test_a_damaged_table_is_read_with_a_note_or_refused_in_a_sentence(text, changes, code, layout):
    for at, length, put in changes:
        text = text[:at] + put + text[at + length :]
    table = read_or_refusal(text.encode(code, errors="replace"), layout)
    if isinstance(table, str):
        assert is_one_line(table)
        assert table.endswith(".")
        assert len(table) < 220
    else:
        assert np.isfinite(table.X).all()
        assert np.isfinite(table.y).all()
        assert any(f"{len(table.y)} point" in note for note in table.notes)
        assert None not in vars(table.layout).values()


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
