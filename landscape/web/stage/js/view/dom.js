// Small helpers over the document.

/** Make an element with attributes and children; strings become text, never markup. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/**
 * Something that need not happen as often as it is asked for: `soon` does it now or once the pause since the last time
 * is over, with the values asked for last; `now` does it at once; `cancel` forgets what is waiting.
 */
export function paced(act, pause) {
  let timer = null;
  let last = -Infinity;
  const cancel = () => clearTimeout(timer);
  const now = (...values) => {
    cancel();
    last = performance.now();
    act(...values);
  };
  const soon = (...values) => {
    cancel();
    const wait = last + pause - performance.now();
    if (wait <= 0) now(...values);
    else timer = setTimeout(() => now(...values), wait);
  };
  return { soon, now, cancel };
}

/** Resolve once what was drawn now has been painted; a page out of sight paints nothing, and waits no longer for it. */
export function nextPaint() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 100);
  });
}

const loading = new Map();

/** Load a script once for the whole page and resolve to the global that it defines. */
export function loadScript(url, name) {
  if (window[name]) return Promise.resolve(window[name]);
  if (!loading.has(url)) {
    loading.set(url, new Promise((resolve, reject) => {
      const script = element("script", { src: url });
      script.onload = () => resolve(window[name]);
      script.onerror = () => {
        loading.delete(url);
        reject(new Error(`Could not load ${url}`));
      };
      document.head.append(script);
    }));
  }
  return loading.get(url);
}

/** Load a style sheet once for the whole page. */
export function loadStyle(url) {
  if (!url) return Promise.resolve();
  if (!loading.has(url)) {
    loading.set(url, new Promise((resolve) => {
      const link = element("link", { rel: "stylesheet", href: url });
      link.onload = link.onerror = resolve;
      document.head.append(link);
    }));
  }
  return loading.get(url);
}
