// The sidebar of the app as a drawer: on a phone it lies over the page, takes the focus while it does, and gives it back.

const SIDEBAR = '[data-testid="stSidebar"]';
const CLOSE = '[data-testid="stSidebarCollapseButton"] button';
const OPEN = '[data-testid="stExpandSidebarButton"]';
const BENEATH = '[data-testid="stMain"], [data-testid="stHeader"]';

/** Narrower than this, in pixels, it lies over the page: Streamlit's own limit. */
const OVER = 769;

/** Narrower than this it is closed at first: beside it the page has no room. Streamlit's own limit is the other one. */
const ROOM = 900;

/** Whether it lay over the page when that was looked at last. */
let wasOver = false;

/** Follow the sidebar; called whenever one is made. */
export function watch() {
  if (document.documentElement.dataset.drawer) return;
  document.documentElement.dataset.drawer = "watched";
  if (isOpen() && innerWidth < ROOM) close();
  new MutationObserver(follow).observe(document.body, {
    subtree: true, attributeFilter: ["data-collapsed", "aria-expanded"],
  });
  window.addEventListener("resize", follow);
  document.addEventListener("keydown", ({ key, target, defaultPrevented }) => {
    if (key !== "Escape" || defaultPrevented || !isOver()) return;
    // What is open in the drawer, as a list, closes first.
    const isButton = target instanceof Element && target.closest(CLOSE);
    if (!isButton && target instanceof Element && target.closest('[aria-expanded="true"]')) return;
    close();
  });
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest(".st-key-menu a")) setTimeout(() => isOver() && close());
  });
  follow();
}

function isOpen() {
  const sidebar = document.querySelector(SIDEBAR);
  return sidebar !== null && sidebar.getAttribute("data-collapsed") !== "true";
}

function isOver() {
  return innerWidth < OVER && isOpen();
}

function close() {
  const button = document.querySelector(CLOSE);
  if (button instanceof HTMLElement) button.click();
}

/** Once it lies over the page, or no longer does: what is beneath, and where the focus is. */
function follow() {
  const over = isOver();
  if (over === wasOver) return;
  wasOver = over;
  const { activeElement } = document;
  const isLost = !activeElement || activeElement === document.body || activeElement.closest(`${SIDEBAR}, ${OPEN}`);
  for (const part of document.querySelectorAll(BENEATH)) part.toggleAttribute("inert", over);
  if (over) focusSoon(CLOSE);
  else if (isLost) focusSoon(OPEN);
}

/**
 * Focus an element that may come with the next drawing.
 * @param {string} selector
 */
function focusSoon(selector, frames = 30) {
  const found = document.querySelector(selector);
  if (found instanceof HTMLElement && found.checkVisibility({ visibilityProperty: true })) {
    found.focus({ preventScroll: true });
    if (document.activeElement === found) return;
  }
  if (frames > 0) requestAnimationFrame(() => focusSoon(selector, frames - 1));
}
