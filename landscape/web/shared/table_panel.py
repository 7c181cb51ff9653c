"""How a table was read, shown beside the upload, with a choice of columns, heading and decimal sign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from landscape.model.csv_layout import INFERRED, MAX_FEATURES, Layout, View, view_of
from landscape.model.csv_sheet import Sheet
from landscape.model.csv_table import Table, as_table, plain
from landscape.model.written_numbers import Decimal
from landscape.web.session import on_its_page

_KEY = "table read"
_SHOWN_ROWS = 4
_SHOWN_COLUMNS = 6

_DECIMALS: dict[str, tuple[Decimal | None, str]] = {"": (None, "As found"), ".": (".", "1.5"), ",": (",", "1,5")}
"""The decimal signs to choose from: what each is in a layout, and its label."""


@dataclass(frozen=True)
class _Given:
    """The table that a visitor gave last: its cells, what was read if it could be, and how many were given before."""

    sheet: Sheet
    table: Table | None
    serial: int


def concerns(x: tuple[float, ...], y: tuple[float, ...]) -> bool:
    """Return whether the table that the visitor gave last is that of these points, or could not be read."""
    last: _Given | None = st.session_state.get(_KEY)
    if last is None or last.table is None:
        return last is not None
    return tuple(last.table.X.ravel()) == x and tuple(last.table.y) == y


def read_kept(sheet: Sheet, layout: Layout = INFERRED) -> Table:
    """Return the points of a sheet, and keep it for ``choose_reading``; raises ValueError as ``as_table``."""
    before: _Given | None = st.session_state.get(_KEY)
    serial = before.serial if before and before.sheet is sheet else before.serial + 1 if before else 0
    st.session_state[_KEY] = _Given(sheet, None, serial)
    table = as_table(sheet, layout)
    st.session_state[_KEY] = _Given(sheet, table, serial)
    return table


def choose_reading(take: Callable[[Sheet, Layout], None]) -> None:
    """Draw the first rows of the table that was given last, and the controls that read it otherwise.

    ``take`` is called with the sheet and the layout that was chosen, before the page runs again.
    """
    last: _Given = st.session_state[_KEY]
    key = f"table {last.serial}"
    found = last.table.layout if last.table else INFERRED
    st.markdown("**How the table is read**")
    try:
        heading = st.toggle(
            "The first line is a heading", value=view_of(last.sheet, found).names is not None, key=f"{key} heading"
        )
        sign = st.segmented_control(
            "Decimal sign", list(_DECIMALS), format_func=lambda s: _DECIMALS[s][1], default="", key=f"{key} decimal"
        )
        decimal, _ = _DECIMALS[sign or ""]
        view = view_of(last.sheet, Layout(heading=heading, decimal=decimal))
    except ValueError as refused:
        st.text(str(refused))
        return
    st.markdown(_preview(view))
    columns = list(view.used) or [0]
    names = {column: plain(view.name(column)) or f"Column {column + 1}" for column in columns}
    label = found.label if found.label in columns else columns[-1]
    features = [c for c in found.features or columns if c in columns and c != label][:MAX_FEATURES]
    # The columns that may be chosen depend on heading and decimal sign: other options are another control.
    part = f"{key} {heading} {decimal}"
    chosen = st.multiselect(
        "Features",
        columns,
        features,
        format_func=names.__getitem__,
        max_selections=MAX_FEATURES,
        key=f"{part} features",
    )
    labelled = st.selectbox("Label", columns, columns.index(label), format_func=names.__getitem__, key=f"{part} label")
    layout = Layout(heading, labelled, tuple(sorted(chosen)), decimal)
    st.button("Read it this way", key=f"{key} read", on_click=on_its_page(take), args=(last.sheet, layout))


def _preview(view: View) -> str:
    """Return the first rows as a table in markdown; every cell is harmless plain text."""
    columns = view.used[:_SHOWN_COLUMNS]
    head = [plain(view.name(c), 12) or f"{c + 1}" for c in columns]
    rows = [[plain(row[c] or "", 12) for c in columns] for row in view.rows[:_SHOWN_ROWS]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(columns), *rows])
