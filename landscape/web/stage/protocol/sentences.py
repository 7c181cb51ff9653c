"""The sentences below the plots, and the buttons beside them."""

from __future__ import annotations

from dataclasses import dataclass

from landscape.web.stage.protocol.events import Certify, Happened, OfRun, SetStep, Widen


@dataclass(frozen=True)
class Action:
    """A button beside a sentence.

    Arguments
        label: on the button; event: what it sends; of a ``Certify`` the browser fills in the step.
        main: whether it is the first choice; hint: its tooltip.
        expanded: of a button that opens a panel, whether that is open.
    """

    label: str
    event: OfRun | Widen | SetStep | Certify | Happened
    main: bool = False
    hint: str | None = None
    expanded: bool | None = None


@dataclass(frozen=True)
class Sentence:
    """One line under the plots: the outcome of a run, or a proven statement.

    Arguments
        run: whose sentence it is: "run0", "escape0", "optimum" …; name: printed in bold before the text.
        text: what happened, one plain sentence; why: the reason, or what exactly is meant.
        digits: the numbers behind it, shown when they are asked for: pairs of a name and a number as text.
        kind: of its statement, a class of the style sheet.
        color, symbol: the marker beside it.
        actions: the buttons beside it.
        explicit: whether its run was set by the visitor, and so can be pinned and removed; pinned: whether a click
            leaves its start unchanged; selected: whether it is the run that a click moves.
    """

    run: str
    name: str
    text: str
    kind: str
    color: str
    symbol: str
    why: str = ""
    digits: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()
    explicit: bool = False
    pinned: bool = False
    selected: bool = False
