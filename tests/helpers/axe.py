"""axe-core over a page: what it finds against the rules of accessibility, less what is Streamlit's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"

MISSING = "What axe-core finds is not looked for: npm, which installs it, is not here or could not."

STREAMLITS_OWN: dict[str, str] = {
    "[data-testid=stFileUploaderDropzone]": "the place to drop a file is a section of role presentation with a name",
}
"""Elements that Streamlit makes and gives no control over, by selector, each with the reason why it is left out."""

FIND = """async ([script, left_out, only]) => {
  if (!window.axe) (0, eval)(script);
  const rules = only.length ? { runOnly: { type: "rule", values: only } } : {};
  const found = await axe.run(
    { include: [["body"]], exclude: left_out.map((selector) => [selector]) },
    { ...rules, resultTypes: ["violations"], preload: false, elementRef: false },
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html, any, all, none }) => {
    const why = [...any, ...all, ...none].map(({ message }) => message).join("; ");
    return `${id}: ${html.slice(0, 200)}: ${why}`;
  }));
}"""


@cache
def script() -> str:
    """Return axe-core's source, which ``npm ci`` has put beside TypeScript."""
    return SCRIPT.read_text(encoding="utf-8")


def findings(page: Page, only: tuple[str, ...] = ()) -> list[str]:
    """Return what axe-core finds on a page as it is now, by all of its rules or by those named."""
    found: list[str] = page.evaluate(FIND, [script(), list(STREAMLITS_OWN), list(only)])
    return found
