"""A session's values, looked up one by one, are those that Streamlit has for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState
from streamlit.testing.v1 import AppTest

from landscape.web.hosting.session_values import Values, look_up_one_by_one


@pytest.fixture(autouse=True)
def patched() -> Iterator[None]:
    before = SafeSessionState.filtered_state
    look_up_one_by_one()
    yield
    SafeSessionState.filtered_state = before


def script() -> None:
    import streamlit as st

    st.session_state.setdefault("own", 7)
    st.text_input("a", "first", key="a")
    st.slider("b", 0, 10, 3, key="b")
    st.text_input("without a key", "x")
    if st.toggle("more", key="more"):
        st.text_input("c", "third", key="c")


def test_each_value_and_all_of_them_are_streamlits():
    app = AppTest.from_function(script).run()
    app.text_input(key="a").set_value("typed").run()
    app.toggle(key="more").set_value(True).run()
    app.toggle(key="more").set_value(False).run()
    state: SessionState = app._session_state._state
    values = Values(app._session_state)
    expected = state.filtered_state
    assert expected["a"] == "typed"
    assert expected["own"] == 7
    assert dict(values) == expected
    assert len(values) == len(expected)
    assert {key: values[key] for key in expected} == expected
    for key in [*state._keys(), "c", "nothing", "$$STREAMLIT_INTERNAL_KEY_x"]:
        assert (key in values) == (key in expected), key
        assert values.get(key) == expected.get(key), key


def test_a_page_shows_what_its_fields_hold():
    app = AppTest.from_function(script).run()
    app.session_state["a"] = "from the script"
    app.run()
    assert app.text_input(key="a").value == "from the script"
    app.text_input(key="a").set_value("typed").run()
    assert app.text_input(key="a").value == "typed"
    assert not app.exception
