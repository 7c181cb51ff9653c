"""What a tab of the page Beyond shows of its results, apart from a visitor's history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from landscape.figures.style import INK
from landscape.web.beyond.setting import Setting
from landscape.web.beyond.state import SettingState
from landscape.web.stage.protocol.sentences import Sentence
from landscape.web.stage.protocol.state import StageState
from landscape.web.stage.protocol.views import StageView


def values_first(views: Sequence[StageView]) -> tuple[StageView, ...]:
    """Return the views with the comparison of values before the others."""
    return tuple(sorted(views, key=lambda view: not view.name.startswith("values")))


def sentences_of(setting: Setting, state: SettingState, found: Any, trained: Any) -> tuple[Sentence, ...]:
    """Return the comparison first, then what a visitor can do, then what is known in more detail."""
    compared = setting.compare(state, found, trained) if found is not None else None
    first = () if compared is None else (compared,)
    invited = Sentence("next", "Try it.", setting.invitation, "next", INK, "triangle-right")
    return (*first, invited, *setting.sentences(state, found, trained))


def shown_alone(setting: Setting, state: SettingState, found: Any, trained: Any) -> StageState:
    """Return the state of a stage on which nothing can be changed."""
    return StageState(
        sentences=sentences_of(setting, state, found, trained),
        runs=tuple(setting.runs(state, found, trained)) if setting.runs else (),
        lead=2,
    )
