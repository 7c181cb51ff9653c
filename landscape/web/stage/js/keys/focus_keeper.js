// The focus never falls to the page's body: where what had it is gone, hidden or disabled after an action, what stands
// nearest takes it, what was opened gives it back to its button, and a page that was chosen begins at its title.
/**
 * @typedef {{node: HTMLElement, name: string, page: string, place: Element | null, siblings: HTMLElement[],
 *   up: HTMLElement[]}} Held
 *   What had the focus last: its name, the page's path, the group it stood in, the controls of that group, and all that it
 *   stood in.
 */

const STOPS = "a[href], button, input, select, textarea, [tabindex]";

/** Groups whose next control is a neighbour, the narrowest first. */
const GROUPS = ["li", "[role=toolbar]", ".stage-grips", "[role=group]", ".stage-view", ".stage-sentences", ".stage"];

/** What Streamlit opens over the page, and what opens it. */
const OPENED = "[data-testid=stPopoverBody], [data-testid=stDialog]";
const OPENERS = "[data-testid=stPopover] button, [data-testid=stPopoverButton]";

const MENU_LINKS = "[data-testid=stPageLink-NavLink]";

let watched = false;

/** @type {Held | null} */
let held = null;

/** The button that was pressed last and opens something. @type {HTMLElement | null} */
let opener = null;
let due = 0;

/** Keep the focus from the body, from now on and in the whole document. */
export function keepFocus() {
  if (watched) return;
  watched = true;
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && target !== document.body) hold(target);
  });
  // A press beside everything lets go of the focus on purpose.
  document.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Element && !target.closest(STOPS)) held = null;
  }, true);
  new MutationObserver(() => {
    // One look a frame, and none while the focus is somewhere.
    if (held && !due && (isNowhere() || isGone(held.node))) due = requestAnimationFrame(look);
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden", "disabled"] });
}

/** @param {HTMLElement} node */
function hold(node) {
  const place = GROUPS.map((group) => node.closest(group)).find((group) => group && group !== node) ?? null;
  /** @type {HTMLElement[]} */
  const up = [];
  for (let parent = node.parentElement; parent; parent = parent.parentElement) up.push(parent);
  const siblings = place ? /** @type {HTMLElement[]} */ ([...place.querySelectorAll(STOPS)]) : [];
  held = { node, name: nameOf(node), page: location.pathname, place, siblings, up };
  const button = node.closest(OPENERS);
  if (button instanceof HTMLElement) opener = button;
}

/** @param {HTMLElement} node */
function nameOf(node) {
  return `${node.tagName} ${node.getAttribute("aria-label") ?? node.textContent?.trim() ?? ""}`;
}

const isNowhere = () => document.activeElement === null || document.activeElement === document.body;

/** Whether something has lost the focus or is about to, without asking where it is. @param {HTMLElement} node */
const isGone = (node) => !node.isConnected || node.matches(":disabled") || node.closest("[hidden]") !== null;

/** @param {HTMLElement} node */
const canHold = (node) => node.isConnected && node.getClientRects().length > 0 && !node.matches(":disabled") && !node.closest("[inert]");

/** @param {Element} within */
const stopsIn = (within) => /** @type {HTMLElement[]} */ ([...within.querySelectorAll(STOPS)]).filter(canHold);

/** The title of the page, which the focus can then be on. */
function titleOfPage() {
  const title = document.querySelector("h1");
  if (title) title.tabIndex = -1;
  return title;
}

function look() {
  due = 0;
  if (!held || canHold(held.node) || !(isNowhere() || document.activeElement === held.node)) return;
  const next = heir(held);
  next?.focus({ preventScroll: true });
}

/**
 * What takes the focus: the same control made anew, its neighbour in the group, the nearest thing around it.
 * @param {Held} lost
 * @returns {HTMLElement | null}
 */
function heir({ node, name, page, place, siblings, up }) {
  if (page !== location.pathname || node.matches("h1")) return titleOfPage();
  if (up.some((parent) => parent.matches(OPENED)) && opener?.isConnected) return opener;
  const run = up.find((parent) => parent.matches("li[data-run]"))?.getAttribute("data-run");
  const again = run && document.querySelector(`.stage-sentences li[data-run="${CSS.escape(run)}"]`);
  const around = again || (place?.isConnected ? place : up.find((parent) => parent.isConnected && parent !== document.body)) || null;
  const same = around && stopsIn(around).find((stop) => nameOf(stop) === name);
  if (same) return same;
  // A link of the menu: the page that it leads to is about to come, and begins at its title.
  if (node.matches(MENU_LINKS)) return null;
  const at = siblings.indexOf(node);
  const near = [...siblings.slice(at + 1), ...siblings.slice(0, Math.max(at, 0)).reverse()].find(canHold);
  if (near) return near;
  if (again) return stopsIn(again)[0] ?? null;
  // A sentence that is gone: the one that took its place, or the last.
  const list = up.find((parent) => parent.matches(".stage-sentences") && parent.isConnected);
  const runs = list ? /** @type {HTMLElement[]} */ ([...list.querySelectorAll("li[data-run^=run]")]) : [];
  const number = Number(run?.slice(3));
  const neighbour = runs.find((item) => Number(item.dataset.run?.slice(3)) >= number) ?? runs[runs.length - 1];
  if (neighbour) return stopsIn(neighbour)[0] ?? null;
  for (const parent of up) {
    if (!parent.isConnected || parent === document.body) continue;
    if (parent.matches(".stage, [tabindex]") && canHold(parent)) return parent;
    const inside = parent.matches(GROUPS.join()) ? stopsIn(parent)[0] : undefined;
    if (inside) return inside;
  }
  return document.querySelector(".stage, main[tabindex], h1[tabindex]");
}
