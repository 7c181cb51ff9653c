"""The scenario: the data, the training from its starts, and the view of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from urllib.parse import urlencode

import numpy as np

from landscape.formatting import short
from landscape.model.initialisation import balanced_by_neuron
from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.scenario import limits
from landscape.scenario.json_file import json_of_records, records_of_json
from landscape.scenario.link import query_of_records, records_of_query
from landscape.scenario.records import Data, Run, Training, View


@dataclass(frozen=True)
class Scenario:
    """Everything a visitor can set; by default the poster's two points, and two runs of which one reaches the optimum.

    It is hashable; widgets, link, cache and exported code are made from it, and it gives the same picture every time.

    Raises ValueError when the runs cost more than one visitor may use (limits.NEURON_STEPS, limits.WORK).

    >>> from landscape import Data, Scenario, Training
    >>> scenario = Scenario(Data(x=(-1.0, 1.0), y=(1.0, 2.0)), Training(m=3, starts=2, runs=()))
    >>> [network.m for _, network in scenario.starts()]
    [3, 3]
    >>> Scenario.from_query(scenario.to_query()) == scenario
    True
    """

    data: Data = field(default_factory=Data)
    training: Training = field(default_factory=Training)
    view: View = field(default_factory=View)
    tag: str = field(default="scenario", init=False, repr=False)

    def __post_init__(self) -> None:
        for name, kind in (("data", Data), ("training", Training), ("view", View)):
            if not isinstance(getattr(self, name), kind):
                raise ValueError(f"{name} must be a {kind.__name__}, but was a {type(getattr(self, name)).__name__}.")
        training, size = self.training, self.data.n * self.data.d
        if training.scales and training.steps * training.m * self.data.n > limits.FILM_WORK:
            raise ValueError(
                f"steps × neurons × points of a film must be at most {short(limits.FILM_WORK)}, "
                f"but were {short(training.steps * training.m * self.data.n)}."
            )
        affordable = limits.within_budget(training.steps, training.starts, len(training.runs), training.m, size)
        if affordable != (training.steps, training.starts):
            cost = training.steps * (training.starts + len(training.runs)) * training.m
            raise ValueError(
                f"steps × runs × neurons must be at most {short(limits.NEURON_STEPS)}, and that × numbers in the data "
                f"at most {short(limits.WORK)}, but they were {short(cost)} and {short(cost * size)}."
            )

    def problem(self) -> Problem:
        """Return the training problem, with λ = the chosen fraction × λ_max."""
        training = self.training
        bare = Problem(
            self.data.X, np.array(self.data.y), second_layer=training.layer, output_bias=training.output_bias
        )
        if training.lam == 0:
            return bare
        from landscape.geometry.lambda_max import lambda_max

        return replace(bare, lam=training.lam * lambda_max(bare))

    def starts(self) -> list[tuple[Run, Network]]:
        """Return every run with the network it starts from: explicit runs first, then the random starts.

        Start k depends on the seed and k alone, and its first neurons not on m: more starts or more neurons
        change none of those drawn before. The same holds for neurons that an explicit run does not give.
        """
        training, d = self.training, self.data.d
        found = []
        for index, run in enumerate(training.runs):
            W, alpha = self._drawn(0, index)
            given = min(len(run.w) // d, training.m)
            W[:given] = np.reshape(run.w[: given * d], (given, d))
            if training.layer == "trained":
                alpha[:given] = 1.0
                alpha[: min(given, len(run.alpha))] = run.alpha[:given]
            found.append((run, Network(W.T, alpha)))
        for index in range(training.starts):
            W, alpha = self._drawn(1, index)
            own = alpha if training.layer == "trained" else ()
            run = Run(training.method, training.schedule, tuple(W.ravel()), tuple(own))
            found.append((run, Network(W.T, alpha)))
        return found

    def _drawn(self, kind: int, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw weights (m, d), one neuron a row, and alpha (m,), all ones where the second layer is fixed."""
        training = self.training
        rng = np.random.default_rng([training.seed, kind, index])
        start = balanced_by_neuron(self.data.d, training.m, training.scale, rng)
        return start.W.T.copy(), start.alpha.copy() if training.layer == "trained" else np.ones(training.m)

    @property
    def shown_neurons(self) -> tuple[int, int]:
        """The two neurons of the slice that exist: the chosen ones, else the first two (0, 0 for a single neuron)."""
        m = self.training.m
        return self.view.neurons if max(self.view.neurons) < m else (0, min(1, m - 1))

    @property
    def shown_run(self) -> int:
        """The selected run if there is one of that index, else the last (0 when there is none)."""
        return max(0, min(self.view.selected, len(self.training.runs) + self.training.starts - 1))

    def changed(self, **values: object) -> Scenario:
        """Return this scenario with some fields of its records set, whichever record has them.

        A second layer fixed to ones sets λ to 0 and leaves no output bias, and a step beyond the last becomes the last.
        Raises ValueError for a name that no record has.
        """
        if values.get("layer") == "ones":
            values.setdefault("lam", 0.0)
            values.setdefault("output_bias", "none")
        records = {}
        for name in ("data", "training", "view"):
            record = getattr(self, name)
            own = {f.name for f in fields(record) if f.init} & set(values)
            records[name] = replace(record, **{key: values.pop(key) for key in own})
        if values:
            raise ValueError(f"a scenario has no field {limits.quoted(next(iter(values)))}.")
        view, steps = records["view"], records["training"].steps
        if view.at is not None and view.at > steps and view.escape is None:
            records["view"] = replace(view, at=None)
        return Scenario(**records)

    @classmethod
    def from_query(cls, mapping: Mapping[str, object]) -> Scenario:
        """Return the scenario of a link's query, as ``read_query`` does, without its notes."""
        return read_query(mapping)[0]

    def to_query(self) -> dict[str, str | list[str]]:
        """Return the query of a link that opens as this scenario: x, y, m, and what differs from the default."""
        return query_of_records(self.data, self.training, self.view)

    @property
    def fits_a_link(self) -> bool:
        """Whether a link can carry it: at most 60 data numbers and 8 kB in all. Larger ones are saved as JSON,
        or kept in parts (``landscape.scenario.kept``)."""
        numbers = len(self.data.x) + len(self.data.y)
        return numbers <= limits.LINK_NUMBERS and len(query_string(self)) <= limits.LINK_LENGTH

    @classmethod
    def from_json(cls, text: str | bytes) -> Scenario:
        """Return the scenario of a JSON document, as ``read_json`` does, without its notes."""
        return read_json(text)[0]

    def to_json(self) -> str:
        """Return the scenario as a JSON document, every number exact."""
        return json_of_records(self.data, self.training, self.view)


def read_query(
    mapping: Mapping[str, object], kept: Mapping[str, object] | None = None, *, layer: str = "ones"
) -> tuple[Scenario, tuple[str, ...]]:
    """Return the scenario of a link's query and a note, in plain text, for every value that had to be changed.

    A value is text or a list of texts (of which only ``run`` uses more than the last); Streamlit's own
    ``st.query_params`` will do. Unknown keys are ignored, what is out of range is clamped, and what cannot be
    read keeps its default. Never raises.

    Arguments
        kept: values that the link does not carry itself (``landscape.scenario.kept``).
        layer: the second layer where the link names none.
    """
    records, notes = records_of_query(mapping, kept, layer)
    return Scenario(*records), notes


def read_json(text: str | bytes, *, layer: str = "ones") -> tuple[Scenario, tuple[str, ...]]:
    """Return the scenario of a JSON document and a note, in plain text, for every value that had to be changed.

    Arguments
        layer: the second layer where the document names none.

    Raises ValueError if the text is no JSON object, or too long for one saved here.
    """
    records, notes = records_of_json(text, layer)
    return Scenario(*records), notes


def query_string(scenario: Scenario) -> str:
    """Return the query of a link, the part after "?", percent-encoded."""
    return urlencode(scenario.to_query(), doseq=True)
