"""What the page Beyond hands out: link, code, the state as a file, and what is drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from urllib.parse import urlencode

import streamlit as st

from landscape.lessons import TabQuery
from landscape.scenario.json_file import json_object
from landscape.web.beyond import tab_choice
from landscape.web.beyond.setting import Setting
from landscape.web.beyond.state import SettingState, from_values, to_query
from landscape.web.notes import note
from landscape.web.session import enter, open_state
from landscape.web.shared.share_panel import PARTS, File, Shared, drawn_file, share_panel
from landscape.web.stage import StageView

_DRAWN = "beyond drawn views"


def share(settings: Mapping[str, Setting]) -> None:
    """Draw the panel's contents for the tab that is shown."""
    setting = settings[tab_choice.shown()]
    state = tab_choice.current()
    share_panel(
        Shared(
            title=setting.label,
            parts=PARTS,
            code=(("The same as Python, with this project’s package.", setting.code(state)),),
            files=(
                File("State (JSON)", "beyond.json", "application/json", lambda: json_of(setting, state)),
                *_drawn(state),
            ),
            open=lambda document: _open(document, settings),
            scene=("beyond", TabQuery(urlencode({"tab": setting.name, **to_query(state, setting.start)}))),
        )
    )


def keep_drawn(state: SettingState, views: Sequence[StageView]) -> None:
    """Keep the views of a state as they are drawn, for the panel of the next run."""
    st.session_state[_DRAWN] = state, tuple(views)


def _drawn(state: SettingState) -> list[File]:
    """Return what is drawn as a file, unless the state was changed and is still to be drawn."""
    of, views = st.session_state.get(_DRAWN, (None, ()))
    return [drawn_file(lambda: views)] if of == state else []


def json_of(setting: Setting, state: SettingState) -> str:
    """Return a tab's state as a JSON document, every number exact."""
    return json.dumps(
        {"tab": setting.name, **{field.name: getattr(state, field.name) for field in fields(state)}}, indent=1
    )


def _open(document: bytes, settings: Mapping[str, Setting]) -> None:
    """Show a saved state in its tab; a file that holds none changes nothing, and a note gives the reason."""
    try:
        values = json_object(document)
        name = values.pop("tab", None)
        if not isinstance(name, str) or name not in settings:
            raise ValueError("The file must be a state of this page as saved here, but names no tab of it.")
        saved = from_values(values, settings[name].start)
    except ValueError as refused:
        note([str(refused)])
        return
    tab_choice.choose(name)
    page = tab_choice.page_of(settings[name], settings)
    enter(page)
    open_state(page, saved)
