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

ALSO = (
    "target-size",
    "css-orientation-lock",
    "label-content-name-mismatch",
    "p-as-heading",
    "table-fake-caption",
    "td-has-header",
)
"""Rules for criteria of WCAG 2.2 A and AA that axe-core leaves out unless they are asked for."""

ALLOWED: tuple[tuple[str, str, str], ...] = (
    (
        "target-size",
        ".stage-handle",
        "where a point lies is what it says, so that points near each other overlap; fields beside set the same",
    ),
    (
        "region",
        "[data-floating-ui-portal]:has(> [role=tooltip])",
        "a tooltip of Streamlit's stands at the end of the page, and is read with the control that it is of",
    ),
)
"""What may be found: a rule, a selector, and why that is no failure."""

FIND = """async ([script, left_out, only, also, allowed]) => {
  if (!window.axe) (0, eval)(script);
  const rules = only.length
    ? { runOnly: { type: "rule", values: only } }
    : { rules: Object.fromEntries(also.map((rule) => [rule, { enabled: true }])) };
  const mayBe = (id, [selector]) => allowed.some(([rule, what]) =>
    rule === id && document.querySelector(selector)?.matches(what));
  const found = await axe.run(
    { include: [["body"]], exclude: left_out.map((selector) => [selector]) },
    { ...rules, resultTypes: ["violations"], preload: false, elementRef: false },
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.filter(({ target }) => !mayBe(id, target)).map((node) => {
    const { html, any, all, none } = node;
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
    allowed = [list(exception) for exception in ALLOWED]
    found: list[str] = page.evaluate(FIND, [script(), list(STREAMLITS_OWN), list(only), list(ALSO), allowed])
    return found
