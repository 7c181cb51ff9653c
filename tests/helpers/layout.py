"""What stands where on a page: what sticks out of it, is too small to be touched, is cut off, or covers the rest."""

from __future__ import annotations

from playwright.sync_api import Page

LEAST = 24
"""How large a target is at least, in CSS pixels (WCAG 2.5.8)."""

OFTEN = 44
"""How large is what a finger touches often (WCAG 2.5.5)."""

TEXT_SPACING = """*, ::before, ::after { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"""
"""What a reader may set who needs more room between letters, words, lines and paragraphs (WCAG 1.4.12)."""

_SHARED = """
// The chosen entries of a list, which Streamlit scrolls sideways in one line, by keys too.
const streamlits = '[data-testid=stMultiSelectTagsContainer]';
// Links that skip are seen while they have the focus.
const waits = (node) => node.closest('.stage-skip, .stSkipToContent') && node !== document.activeElement;
const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !waits(node)
  && !node.closest('[inert], [aria-hidden=true], .stage-said, .lesson-said, .hidden-copyable-text');
const named = (node) => {
  const name = node.getAttribute('aria-label') || node.getAttribute('title') || node.textContent;
  const kind = node.dataset.testid || node.getAttribute('class') || '';
  return `${node.localName}.${kind.slice(0, 40)} "${(name || '').trim().replace(/\\s+/g, ' ').slice(0, 40)}"`;
};
"""

_OVERFLOWING = (
    """() => {"""
    + _SHARED
    + """
  const { clientWidth: wide, scrollWidth } = document.documentElement, found = [];
  if (scrollWidth > wide + 1) found.push(`the page: ${scrollWidth}`);
  // A table of numbers may scroll by itself (WCAG 1.4.10).
  const tables = '[data-testid=stTable], [data-testid=stDataFrame]';
  for (const node of document.querySelectorAll('body *')) {
    const left_out = `svg, .modebar, .katex-mathml, [data-collapsed=true], ${tables}, ${streamlits}`;
    if (!shown(node) || node.closest(left_out)) continue;
    const { overflowX } = getComputedStyle(node);
    if (['auto', 'scroll'].includes(overflowX) && node.scrollWidth > node.clientWidth + 2 && node.clientWidth
      && !node.matches('pre, textarea, input, [role=tablist], [data-testid=stCode] *'))
      found.push(`${named(node)} scrolls sideways: ${node.scrollWidth} in ${node.clientWidth}`);
    const texts = 'a, button, input, select, h1, h2, h3, p, li, td, math, math *, .katex, label, figcaption';
    if (!node.matches(texts)) continue;
    const { left, right, width } = node.getBoundingClientRect();
    if (width && (right > wide + 1 || left < -1)) found.push(`${named(node)} leaves the page: ${left} to ${right}`);
  }
  return found;
}"""
)

_SMALL = (
    """(least) => {"""
    + _SHARED
    + """
  const controls = 'a[href], button, input, select, textarea, summary, [role=button], [role=slider], [role=tab], '
    + '[role=radio], [role=switch], [role=checkbox], [role=combobox]';
  const targets = new Map();
  for (const node of document.querySelectorAll(controls)) {
    if (!shown(node) || node.disabled || node.closest('.modebar, [data-collapsed=true]')) continue;
    if (node.matches('[data-testid=stMultiSelect] input')) continue; // any place of its box leads into it
    const label = node.closest('label');
    const text = node.matches('input[type=checkbox], input[type=radio]') && label ? label : node;
    const { left, top, width, height } = text.getBoundingClientRect();
    if (!width || !height || getComputedStyle(text).pointerEvents === 'none') continue;
    // A link in a sentence, and a word that explains itself, are as high as their line.
    if (text.matches('a, [data-about], .word') && getComputedStyle(text).display === 'inline') continue;
    targets.set(text, { left, top, width, height, x: left + width / 2, y: top + height / 2 });
  }
  const small = [...targets].filter(([, { width, height }]) => Math.min(width, height) < least - .5);
  // A small one is enough where a circle of 24 pixels around its middle meets no other target (WCAG 2.5.8, spacing).
  const near = (one, { left, top, width, height }) => Math.hypot(
    Math.max(left - one.x, 0, one.x - left - width), Math.max(top - one.y, 0, one.y - top - height)) < 12;
  const isSpaced = (node, one) => least <= 24 && [...targets].every(([other, box]) => other === node
    || node.contains(other) || other.contains(node) || !(near(one, box)
      || (Math.min(box.width, box.height) < 24 && Math.hypot(box.x - one.x, box.y - one.y) < 24)));
  return small.filter(([node, box]) => !isSpaced(node, box))
    .map(([node, { width, height }]) => `${named(node)} is ${width.toFixed(1)} x ${height.toFixed(1)}`);
}"""
)

_CUT = (
    """() => {"""
    + _SHARED
    + """
  const left_out = 'svg, .katex-display, .katex-mathml, [data-collapsed=true], .js-plotly-plot, '
    + `[data-testid=stDataFrame], ${streamlits}`;
  return [...document.querySelectorAll('body *')].filter((node) => {
    if (!shown(node) || node.closest(left_out)) return false;
    const { overflowX, overflowY, clipPath } = getComputedStyle(node);
    if (clipPath !== 'none' || node.clientWidth < 8 || !node.textContent.trim()) return false;
    const hides = (overflow) => ['hidden', 'clip'].includes(overflow);
    return (hides(overflowX) && node.scrollWidth > node.clientWidth + 2)
      || (hides(overflowY) && node.scrollHeight > node.clientHeight + 4);
  }).map((node) =>
    `${named(node)}: ${node.scrollWidth} x ${node.scrollHeight} in ${node.clientWidth} x ${node.clientHeight}`);
}"""
)

_COVERING = (
    """() => {"""
    + _SHARED
    + """
  return [...document.querySelectorAll('body *')].flatMap((node) => {
    const { position, pointerEvents, backgroundColor } = getComputedStyle(node);
    if (!['fixed', 'sticky'].includes(position) || !shown(node) || node.closest('[data-collapsed=true]')) return [];
    if (pointerEvents === 'none' && backgroundColor === 'rgba(0, 0, 0, 0)') return [];
    const { left, right, top, bottom } = node.getBoundingClientRect();
    const wide = Math.min(right, innerWidth) - Math.max(left, 0);
    const high = Math.min(bottom, innerHeight) - Math.max(top, 0);
    const share = Math.max(wide, 0) * Math.max(high, 0) / innerWidth / innerHeight;
    return share > 0 ? [[named(node), share]] : [];
  });
}"""
)


def overflowing(page: Page) -> list[str]:
    """Return what has to be scrolled sideways, or leaves the page at its side."""
    found: list[str] = page.evaluate(_OVERFLOWING)
    return found


def small_targets(page: Page, least: float = LEAST) -> list[str]:
    """Return the controls that are smaller than ``least`` in one direction and have others near them."""
    found: list[str] = page.evaluate(_SMALL, least)
    return found


def cut_off(page: Page) -> list[str]:
    """Return the texts of which their box hides a part."""
    found: list[str] = page.evaluate(_CUT)
    return found


def covering(page: Page) -> dict[str, float]:
    """Return what stays where it is while the page scrolls, with the share of the window that it covers."""
    return dict(page.evaluate(_COVERING))
