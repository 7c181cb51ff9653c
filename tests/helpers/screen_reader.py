"""A page as a screen reader meets it: Chromium's accessibility tree, and what live regions have said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.sync_api import Page

MOST_STOPS = 400
"""How many presses of the Tab key a control may be away before the test gives up on it."""

# A region says its whole text, as one of role status does, once what happened in a turn of the page's script is over.
LISTEN = """() => {
  window.announced = [];
  const LIVE = "[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log], output";
  const due = new Set();
  const say = () => {
    for (const region of due) {
      const text = region.textContent.replace(/\\s+/g, " ").trim();
      const silent = !region.isConnected || region.getAttribute("aria-live") === "off" || region.closest("[hidden]");
      if (text && !silent) window.announced.push(text);
    }
    due.clear();
  };
  new MutationObserver((changes) => {
    if (!due.size) queueMicrotask(say);
    for (const { target, addedNodes } of changes) {
      const place = target instanceof Element ? target : target.parentElement;
      const region = place?.closest(LIVE);
      if (region) due.add(region);
      for (const node of addedNodes) if (node instanceof Element && node.matches("[role=alert]")) due.add(node);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}"""


@dataclass(frozen=True)
class Node:
    """What the accessibility tree says of an element.

    Arguments
        value: of a field or a slider, in words where it has them; states: those that it has, by name; place: in the
        page's document, to put the focus there.
    """

    role: str
    name: str
    value: str = ""
    states: dict[str, Any] = field(default_factory=dict)
    place: int = 0


class ScreenReader:
    """Reads a page aloud; every change of a live region from now on is in ``announced``."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)
        page.evaluate(LISTEN)

    @property
    def announced(self) -> list[str]:
        """What live regions have said, in order."""
        said: list[str] = self.page.evaluate("window.announced")
        return said

    def hears(self, pattern: str, since: int = 0) -> str:
        """Wait until something is announced that the pattern is found in, after the first ``since``; return it."""
        self.page.wait_for_function(
            "([pattern, since]) => window.announced.slice(since).some((text) => new RegExp(pattern).test(text))",
            arg=[pattern, since],
        )
        return next(text for text in self.announced[since:] if re.search(pattern, text))

    def tree(self) -> list[Node]:
        """Every node that is not ignored, in the order of reading."""
        nodes = {node["nodeId"]: node for node in self.devtools.send("Accessibility.getFullAXTree")["nodes"]}
        inner = {child for node in nodes.values() for child in node.get("childIds", [])}

        def read(name: str) -> Iterator[Node]:
            node = nodes.get(name)
            if node is None:
                return
            if not node["ignored"]:
                yield _node(node)
            for child in node.get("childIds", []):
                yield from read(child)

        return [node for root in nodes if root not in inner for node in read(root)]

    def all_of(self, role: str, name: str = "") -> list[Node]:
        """Return the nodes of a role whose name the pattern is found in, in the order of reading."""
        return [node for node in self.tree() if node.role == role and re.search(name, node.name)]

    def texts_below(self, role: str, name: str = "") -> list[str]:
        """Return the text of each node of a role whose name the pattern is found in, as it is read."""
        nodes = {node["nodeId"]: node for node in self.devtools.send("Accessibility.getFullAXTree")["nodes"]}

        def read(found: dict[str, Any]) -> str:
            if _value(found, "role") == "StaticText":
                return _value(found, "name")
            return "".join(read(nodes[child]) for child in found.get("childIds", []) if child in nodes)

        return [
            read(node)
            for node in nodes.values()
            if not node["ignored"] and _value(node, "role") == role and re.search(name, _value(node, "name"))
        ]

    @property
    def focused(self) -> Node | None:
        """Where the focus is, or None where nothing has it."""
        active = self.devtools.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]
        about = {"objectId": active["objectId"], "fetchRelatives": False}
        (node,) = self.devtools.send("Accessibility.getPartialAXTree", about)["nodes"]
        if node["ignored"] or _value(node, "role") in {"RootWebArea", "generic"}:
            return None
        # DevTools leave out the words that a slider's author gives for its value.
        words = self.page.evaluate("document.activeElement.getAttribute('aria-valuetext')")
        return replace(_node(node), value=words) if words else _node(node)

    def tab_to(self, role: str, name: str, *, backwards: bool = False) -> Node:
        """Press Tab until the focus is on a control of a role whose name the pattern is found in."""
        met = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
            node = self.focused
            if node and node.role == role and re.search(name, node.name):
                return node
            met.append(node and f"{node.role} {node.name}")
        raise AssertionError(f"No {role} of the name {name} among {met}")

    def use(self, role: str, name: str) -> None:
        """Find a control in the tree and press Enter on it, as from a screen reader's list of controls."""
        (node, *_) = self.all_of(role, name)
        self.devtools.send("DOM.focus", {"backendNodeId": node.place})
        self.page.keyboard.press("Enter")


def _node(given: dict[str, Any]) -> Node:
    states = {of["name"]: of["value"].get("value") for of in given.get("properties", [])}
    said = _value(given, "role"), _value(given, "name"), _value(given, "value")
    return Node(*said, states, given.get("backendDOMNodeId", 0))


def _value(given: dict[str, Any], name: str) -> str:
    return str(given.get(name, {}).get("value", ""))
