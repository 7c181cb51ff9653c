"""Any lesson that anybody may write: the strategies that hypothesis draws its scenes and questions from."""

from __future__ import annotations

from any_scenario import data, scenarios
from hypothesis import strategies as st

from landscape.lessons import Choose, Guess, Lesson, Option, Place, Question, Scene, Spotlight, TabQuery, Task, Train
from landscape.lessons.pages import PAGES, PARTS, SENTENCES, TABS, Shown, count_runs, unfit, views
from landscape.lessons.questions import MOST_OPTIONS, MOST_WIDTHS, PLACED_IN
from landscape.lessons.records import DOINGS, HELD_BACK
from landscape.scenario import Data, Scenario

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80).filter(str.strip)


NUMBERS = st.floats(-1e6, 1e6)
WIDTHS = st.lists(st.integers(1, 200), min_size=1, max_size=MOST_WIDTHS, unique=True).map(sorted)
OPTIONS = st.one_of(
    st.builds(Option, TEXTS, TEXTS), st.builds(Option, TEXTS, low=NUMBERS), st.builds(Option, TEXTS, high=NUMBERS)
)
ANYWHERE = st.one_of(
    st.builds(Choose, TEXTS, TEXTS, st.lists(OPTIONS, min_size=2, max_size=MOST_OPTIONS).map(tuple)),
    st.builds(
        lambda text, fact, low, width: Guess(text, fact, low, low + width, "%"), TEXTS, TEXTS, NUMBERS, st.floats(1, 9)
    ),
)


@st.composite
def questions(draw: st.DrawFn, page: str, shown: list[str], runs: int) -> Question:
    """Any question that can be asked of a scene."""
    kinds = [ANYWHERE]
    if page == "landscape":
        kinds.append(st.builds(Train, TEXTS, WIDTHS.map(tuple)))
        if set(shown) & set(PLACED_IN):
            kinds.append(st.builds(Place, TEXTS))
            if runs:
                kinds.append(st.builds(Place, TEXTS, st.just("end"), st.integers(0, runs - 1)))
    return draw(st.one_of(kinds))


def points_of(page: str) -> st.SearchStrategy[Data]:
    if page == "landscape":
        return data(features=st.just(1), bias=st.just(False))
    return data(features=st.integers(1, 3), bias=st.booleans())


def states(page: str, most_neurons: int, most_steps: int) -> st.SearchStrategy[Shown]:
    """Any state that a page can show."""
    if page == "beyond":
        return st.sampled_from(sorted(TABS)).map(lambda tab: TabQuery(f"tab={tab}"))
    filmed = page in ("landscape", "dynamics")
    any_scenario = scenarios(points=points_of(page), filmed=filmed, most_neurons=most_neurons, most_steps=most_steps)
    return any_scenario if page == "landscape" else any_scenario.map(lambda drawn: drawn.changed(layer="trained"))


@st.composite
def scenes(draw: st.DrawFn, *, pages: tuple[str, ...] = PAGES, most_neurons: int = 20, most_steps: int = 2000) -> Scene:
    page = draw(st.sampled_from(pages))
    scenario = draw(states(page, most_neurons, most_steps))
    assert unfit(page, scenario) is None
    there = views(page, scenario)
    shown = draw(st.lists(st.sampled_from(there), min_size=1, unique=True).filter(lambda names: names != [SENTENCES]))
    runs = count_runs(page, scenario)
    run = st.none() if runs == 0 else st.none() | st.integers(0, runs - 1)
    view = draw(st.sampled_from(shown))
    parts = PARTS.get(view, ())
    spotlight = Spotlight(view, draw(run), draw(st.sampled_from(parts)) if parts and draw(st.booleans()) else None)
    escape = scenario.view.escape if isinstance(scenario, Scenario) else None
    way_out = escape is not None and escape < runs and draw(st.booleans())
    task = Task(
        draw(TEXTS),
        "watch" if way_out else draw(st.none() | st.sampled_from(DOINGS)),  # type: ignore[arg-type]
        view,
        escape if way_out else draw(run),
        way_out,
    )
    pictures = [name for name in shown if name != SENTENCES]
    return Scene(
        page,
        scenario,
        draw(TEXTS),
        draw(TEXTS),
        draw(st.just("") | TEXTS),
        tuple(shown),
        draw(st.none() | st.sampled_from(pictures)),
        draw(st.none() | st.just(spotlight)),
        draw(st.none() | st.just(task)),
        draw(st.booleans()),
        tuple(draw(st.lists(st.sampled_from(HELD_BACK), unique=True))),
        draw(st.none() | questions(page, shown, runs)),
        draw(st.just("") | TEXTS),
    )


@st.composite
def lessons(draw: st.DrawFn) -> Lesson:
    return Lesson(
        draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)),
        draw(TEXTS),
        tuple(draw(st.lists(scenes(), min_size=1, max_size=3))),
    )
