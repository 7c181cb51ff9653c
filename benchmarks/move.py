"""What a move on the front page sends to its visitor, and the processor time that it takes the server.

    python benchmarks/move.py [moves]

A visitor without a browser changes x₁, over a websocket as a browser does, on this page and on the same page made to
send all numbers of its pictures (``browser/everything_sent.py``), turn about. Needs Linux, whose /proc says what a
server has used.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]
from app_server import running_app  # noqa: E402
from stage import children, cpu_seconds  # noqa: E402

from landscape.scenario.presets import PRESETS  # noqa: E402

EVERYTHING = Path(__file__).with_name("browser") / "everything_sent.py"

WARM = 5
"""Moves before those that are measured."""


class Visitor:
    """A visitor of the front page, as a browser is one to the server."""

    def __init__(self, socket: ClientConnection, query: Mapping[str, object]) -> None:
        self.socket = socket
        self.query = urlencode(query, doseq=True)
        self.fields: dict[str, str] = {}
        self.run()

    def run(self, *states: WidgetState) -> tuple[int, int]:
        """Have the page run with changed widgets until it is done; return the bytes of its stage, and of all."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.widget_states.widgets.extend(states)
        self.socket.send(message.SerializeToString())
        stage = everything = 0
        while True:
            data = self.socket.recv(timeout=60)
            everything += len(data)
            answer = ForwardMsg.FromString(data)
            element = answer.delta.new_element
            if element.HasField("bidi_component"):
                stage += len(data)
            if element.HasField("text_input"):
                self.fields[element.text_input.label] = element.text_input.id
            if answer.HasField("script_finished"):
                return stage, everything

    def move(self, x: float) -> tuple[int, int]:
        """Set x₁; return the bytes of the stage, and of all that comes."""
        return self.run(WidgetState(id=self.fields["x₁"], string_value=f"{x:.6g}"))


@contextmanager
def visited(script: Path, query: Mapping[str, object]) -> Iterator[tuple[Visitor, int]]:
    """Serve a page and visit it; yield the visitor and the server's process."""
    before = children()
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), script) as server:
        (process,) = children() - before
        address = server.url.replace("http", "ws") + "/_stcore/stream"
        with connect(address, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
            yield Visitor(socket, query), process


def main() -> None:
    """Measure a move of each preset, and print medians."""
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    print(f"medians of {moves} moves of x₁, this page / all numbers sent; {os.cpu_count()} cores")
    print(f"{'':16s} {'stage, kB':>16s} {'all, kB':>16s} {'CPU, ms':>16s} {'ratio of CPU':>13s} {'load':>5s}")
    for preset in PRESETS:
        found: list[list[tuple[int, int]]] = [[], []]
        with ExitStack() as held:
            query = preset.scenario.to_query()
            pages = [held.enter_context(visited(script, query)) for script in (ROOT / "app.py", EVERYTHING)]
            for k in range(WARM + moves):
                if k == WARM:
                    begun = [cpu_seconds(process) for _, process in pages]
                for (visitor, _), rows in zip(pages, found, strict=True):
                    rows.append(visitor.move(preset.scenario.data.x[0] * (1 + 0.003 * (k + 1))))
            # A tick of /proc is 10 ms: only the sum over many moves says how long one takes.
            ours, all_sent = (
                1e3 * (cpu_seconds(process) - before) / moves for (_, process), before in zip(pages, begun, strict=True)
            )
        sizes = [[median(row[place] for row in rows[WARM:]) / 1e3 for rows in found] for place in (0, 1)]
        cells = [f"{first:7.1f} /{second:7.1f}" for first, second in (*sizes, (ours, all_sent))]
        print(f"{preset.name:16s} {' '.join(cells)} {all_sent / ours:13.2f} {os.getloadavg()[0]:5.1f}", flush=True)


if __name__ == "__main__":
    main()
