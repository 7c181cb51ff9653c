// How a finger takes hold of what can be dragged: after it has rested there for a moment, or by a move to the side. A
// swipe up or down that begins there scrolls the page, as anywhere else.

const REST = 150; // ms
const SIDEWAYS = 8; // pixels

/**
 * Hear when something is taken hold of; mouse and pen do so at once.
 * @param {HTMLElement} node
 * @param {(event: PointerEvent) => void} take called with the event by which it was touched
 * @param {() => void} letGo called after that where the touch was a tap
 */
export function onHold(node, take, letGo) {
  /** @type {{event: PointerEvent, timer: number} | null} */
  let touched = null;
  let isTaken = false;
  const forget = () => {
    window.clearTimeout(touched?.timer);
    touched = null;
  };
  const begin = () => {
    const { event } = touched ?? {};
    forget();
    if (!event) return;
    isTaken = true;
    take(event);
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") {
      take(event);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    forget();
    isTaken = false;
    touched = { event, timer: window.setTimeout(begin, REST) };
  });
  node.addEventListener("pointermove", (event) => {
    if (touched?.event.pointerId !== event.pointerId) return;
    const [right, down] = [event.clientX - touched.event.clientX, event.clientY - touched.event.clientY];
    if (Math.abs(right) > Math.max(SIDEWAYS, Math.abs(down))) begin();
  });
  node.addEventListener("pointerup", () => {
    if (!touched) return;
    begin();
    letGo();
  });
  node.addEventListener("pointercancel", forget);
  // The browser scrolls by what is not prevented; what is held moves instead.
  node.addEventListener("touchmove", (event) => isTaken && event.cancelable && event.preventDefault(), { passive: false });
  node.addEventListener("contextmenu", (event) => isTaken && event.preventDefault());
  for (const end of ["touchend", "touchcancel"]) node.addEventListener(end, () => (isTaken = false));
}
