// Small helpers over the document.

/**
 * Make an element with attributes and children; strings become text, never markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/**
 * An icon of 16 × 16 with one path.
 * @param {string} outline
 * @returns {SVGSVGElement}
 */
export function icon(outline) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path")).setAttribute("d", outline);
  return svg;
}

/**
 * The drawing context of a canvas that is kept in memory: where a processor emulates the graphics card, lines drawn
 * there take ten times as long.
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
export function penOf(canvas) {
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("This browser cannot draw on a canvas.");
  return pen;
}

/**
 * @template {unknown[]} Values
 * @typedef {{soon: (...values: Values) => void, now: (...values: Values) => void, cancel: () => void}} Paced
 */

/**
 * An act that is carried out at most once in `pause` ms: `soon` does it now or once the pause since the last time is
 * over, with the values given last; `now` does it at once; `cancel` forgets what is waiting.
 * @template {unknown[]} Values
 * @param {(...values: Values) => void} act
 * @param {number} pause
 * @returns {Paced<Values>}
 */
export function paced(act, pause) {
  /** @type {number | undefined} */
  let timer;
  let last = -Infinity;
  const cancel = () => window.clearTimeout(timer);
  /** @param {Values} values */
  const now = (...values) => {
    cancel();
    last = performance.now();
    act(...values);
  };
  /** @param {Values} values */
  const soon = (...values) => {
    cancel();
    const wait = last + pause - performance.now();
    if (wait <= 0) now(...values);
    else timer = window.setTimeout(() => now(...values), wait);
  };
  return { soon, now, cancel };
}

/**
 * Resolve once what was drawn now has been painted; a page out of sight paints nothing, and waits no longer for it.
 * @returns {Promise<void>}
 */
export function nextPaint() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 100);
  });
}

/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/**
 * Load a script once for the whole page, unless the global that it defines is there.
 * @param {string | undefined} url
 * @param {string} name
 * @returns {Promise<void>}
 */
export function loadScript(url, name) {
  if (name in window || !url) return Promise.resolve();
  return once(url, (resolve, reject) => {
    const script = element("script", { src: url });
    script.onload = () => resolve();
    script.onerror = () => {
      loading.delete(url);
      reject(new Error(`Could not load ${url}`));
    };
    document.head.append(script);
  });
}

/**
 * Load a style sheet once for the whole page.
 * @param {string | undefined} url
 * @returns {Promise<void>}
 */
export function loadStyle(url) {
  if (!url) return Promise.resolve();
  return once(url, (resolve) => {
    const link = element("link", { rel: "stylesheet", href: url });
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}

/**
 * @param {string} url
 * @param {(resolve: () => void, reject: (error: Error) => void) => void} load
 * @returns {Promise<void>}
 */
function once(url, load) {
  let promise = loading.get(url);
  if (!promise) loading.set(url, promise = new Promise(load));
  return promise;
}

/**
 * A number without an exponent, which the attributes of a range must not have.
 * @param {number} value
 */
export const decimal = (value) => value.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 });

/** Whether the visitor prefers less motion. */
export const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Where the arrow keys lead: right and up. @type {Record<string, [number, number] | undefined>} */
export const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Where text is typed or an option is chosen by its first letter: a key has its own meaning there. */
export const TYPING = "input:not([type=range], [type=checkbox]), textarea, select, [contenteditable]";
