"""Firefox's ESR for Playwright: what Playwright asks of every Firefox, and the ESR does not know yet, is answered here.

``python firefox_relay.py FIREFOX ARGUMENTS`` starts Firefox and stands between the two: every message of WebDriver BiDi
is passed on as it is, but for the commands in ``UNKNOWN``. Playwright sends those whenever a window is opened, and
would open none. It goes when Firefox ends.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import Server, ServerConnection, serve

UNKNOWN = frozenset({"emulation.setMediaFeaturesOverride"})
"""Commands that the ESR refuses: the theme is set by a preference instead."""

LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def relay(address: str) -> Server:
    """Return a server that passes messages on to the one at ``address``, and its answers back."""

    def pass_on(playwright: ServerConnection) -> None:
        with connect(f"{address}/session", max_size=None, compression=None) as firefox:

            def pass_back() -> None:
                for message in firefox:
                    playwright.send(message)
                playwright.close()

            threading.Thread(target=pass_back, daemon=True).start()
            for message in playwright:
                sent = json.loads(message)
                if sent["method"] in UNKNOWN:
                    playwright.send(json.dumps({"type": "success", "id": sent["id"], "result": {}}))
                else:
                    firefox.send(message)

    def until_closed(playwright: ServerConnection) -> None:
        try:
            pass_on(playwright)
        except ConnectionClosed:
            return

    return serve(until_closed, "127.0.0.1", 0, max_size=None, compression=None)


def main(command: list[str]) -> int:
    """Start Firefox, say where the relay listens in the words that Firefox has for it, return how Firefox ended."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as firefox:
        assert firefox.stderr is not None
        for line in firefox.stderr:
            if found := LISTENING.match(line):
                server = relay(found[1])
                threading.Thread(target=server.serve_forever, daemon=True).start()
                port = server.socket.getsockname()[1]
                print(f"WebDriver BiDi listening on ws://127.0.0.1:{port}", file=sys.stderr, flush=True)
            else:
                print(line, end="", file=sys.stderr, flush=True)
        return firefox.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
