// What was typed is sent before the menu is followed: Streamlit sends a field's text a moment after it has been left, and
// a page that was asked for earlier would then be asked for in vain.
import { TYPING } from "./dom.js";

export const SENT = 250; // ms in which a field that was left has sent its text, and the page begins to run

const LINKS = "[data-testid=stPageLink] a, [data-testid=stSidebarNav] a";

/** Let links of the page wait until what is being typed has been sent; returns a function that stops it. */
export function sendTypedFirst() {
  let left = -Infinity;
  /** @param {FocusEvent} event */
  const leaving = ({ target }) => {
    if (target instanceof Element && target.closest(TYPING)) left = performance.now();
  };
  /** @param {MouseEvent} event */
  const pressed = (event) => {
    const link = event.target instanceof Element ? event.target.closest(LINKS) : null;
    const wait = left + SENT - performance.now();
    if (!(link instanceof HTMLElement) || wait <= 0 || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    setTimeout(() => link.click(), wait);
  };
  document.addEventListener("focusout", leaving, true);
  document.addEventListener("click", pressed, true);
  return () => {
    document.removeEventListener("focusout", leaving, true);
    document.removeEventListener("click", pressed, true);
  };
}
