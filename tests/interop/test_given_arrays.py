"""Data in the forms that people have are the same numbers here, or are refused in a sentence."""

import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from trained_networks import torch

from landscape.interop.given import as_labels, as_numbers

pandas = pytest.importorskip("pandas")
NUMBERS = np.array([[1.0, 0.0], [-2.0, 3.0]])

SAME = {
    "lists": NUMBERS.tolist(),
    "float32": NUMBERS.astype(np.float32),
    "float16": NUMBERS.astype(np.float16),
    "whole": NUMBERS.astype(np.int8),
    "column by column": np.asfortranarray(NUMBERS),
    "backwards": NUMBERS[::-1][::-1],
    "big-endian": NUMBERS.astype(">f8"),
    "table": pandas.DataFrame(NUMBERS, columns=["a", "b"]),
    "mixed table": pandas.DataFrame({"a": [1, -2], "b": [0.0, 3.0]}),
    "nullable table": pandas.DataFrame({"a": [1, -2], "b": [0, 3]}, dtype="Int64"),
    "tensor": torch.tensor(NUMBERS),
    "tensor of bfloat16": torch.tensor(NUMBERS, dtype=torch.bfloat16),
    "transposed tensor": torch.tensor(NUMBERS.T).T,
    "objects": np.array([[1, 0.0], [np.float32(-2), Decimal(3)]], dtype=object),
    "fractions": [[Fraction(1), 0], [-2, Fraction(3)]],
}


@pytest.mark.parametrize("form", SAME)
def test_every_form_of_the_same_numbers_is_the_same_array(form):
    found = as_numbers(SAME[form], "X")
    assert found.dtype == np.float64
    assert np.array_equal(found, NUMBERS)


def test_what_is_given_is_copied():
    given = NUMBERS.copy()
    as_numbers(given, "X")[0, 0] = 7.0
    tensor = torch.tensor(NUMBERS)
    as_numbers(tensor, "X")[0, 0] = 7.0
    assert np.array_equal(given, NUMBERS)
    assert np.array_equal(tensor.numpy(), NUMBERS)


@pytest.mark.parametrize("labels", [[True, False, True], torch.tensor([True, False, True]), np.array([1, 0, 1], bool)])
def test_booleans_are_labels_of_0_and_1(labels):
    assert as_labels(labels, 3).tolist() == [1.0, 0.0, 1.0]


REFUSED = {
    "complex": (NUMBERS + 1j, r"X must hold real numbers, but is complex \(complex128\)"),
    "complex objects": (np.array([[1.0, 1j]], dtype=object), "X must hold real numbers, but holds 1j"),
    "complex tensor": (torch.zeros(2, 2, dtype=torch.complex64), "X must hold real numbers, but is complex"),
    "masked": (np.ma.masked_array(NUMBERS, NUMBERS == 0), "X must be a plain array, but is masked"),
    "sparse": (scipy.sparse.csr_matrix(NUMBERS), r"X must be a dense array, but is sparse: pass X\.toarray\(\)"),
    "sparse array": (scipy.sparse.coo_array(NUMBERS), r"pass X\.toarray\(\)"),
    "sparse tensor": (torch.tensor(NUMBERS).to_sparse(), r"pass X\.to_dense\(\)"),
    "text": ([["1", "2"]], "X must hold numbers, but holds text"),
    "bytes": (np.array([b"1"]), "X must hold numbers, but holds text"),
    "text in a table": (pandas.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}), r"holds text at \(0, 1\)"),
    "categories": (pandas.Series(["x", "y"], dtype="category"), "holds text at 0"),
    "dates": (np.array(["2020-01-01"], dtype="datetime64[D]"), r"holds values of type datetime64\[D\]"),
    "a date": ([datetime.date(2020, 1, 1)], "holds datetime.date"),
    "missing": (pandas.DataFrame({"a": [1, None]}, dtype="Int64"), r"holds (<NA>|nan) at \(1, 0\)"),
    "nothing": ([1.0, None], "holds None at 1"),
    "nan": ([[0.0, 1.0], [np.nan, 1.0]], r"X must hold finite numbers, but holds nan at \(1, 0\)"),
    "infinite": ([1.0, -np.inf], "holds -inf at 1"),
    "ragged": ([[1.0, 2.0], [3.0]], "its rows differ in shape"),
    "gradients": (torch.zeros(2, requires_grad=True), r"requires gradients: pass X\.detach\(\)"),
    "a parameter": (torch.nn.Parameter(torch.zeros(2)), "requires gradients"),
    "meta": (torch.zeros(2, device="meta"), "meta device"),
    "a record": (np.zeros(2, dtype=[("a", float)]), "holds values of type"),
    "nothing at all": (None, "array of numbers, but was NoneType"),
    "a function": (len, "array of numbers, but was builtin_function_or_method"),
    "a dictionary": ({"a": 1.0}, "array of numbers, but was dict"),
    "a data set": (torch.utils.data.TensorDataset(torch.zeros(2, 2)), "is a TensorDataset: pass its tensors"),
    "a loader": (torch.utils.data.DataLoader([1.0, 2.0]), "is a DataLoader: pass its tensors"),
    "tensors that require gradients": ([torch.zeros(2, requires_grad=True)] * 2, "requires grad"),
    "sets": ([{1.0}, {2.0}], r"holds \{1\.0\} at 0"),
    "too large": ([10**400], "X must hold finite numbers"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_anything_else_is_refused_with_its_place(kind):
    values, said = REFUSED[kind]
    with pytest.raises(ValueError, match=said) as refused:
        as_numbers(values, "X")
    assert str(refused.value).startswith("X must ")
    assert "\n" not in str(refused.value)
