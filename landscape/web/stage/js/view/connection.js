// Whether the page is connected to its server, as Streamlit says it.

const APP = '[data-testid="stApp"]';
const STATE = "data-test-connection-state";
const CONNECTED = "CONNECTED";

/**
 * Call back whenever the page is connected again after it has lost its server; an offline page never is.
 * @param {() => void} callback
 * @returns {() => void} ends the watching
 */
export function onReconnect(callback) {
  const app = document.querySelector(APP);
  if (!app) return () => {};
  let connected = app.getAttribute(STATE) === CONNECTED;
  const observer = new MutationObserver(() => {
    const now = app.getAttribute(STATE) === CONNECTED;
    if (now && !connected) callback();
    connected = now;
  });
  observer.observe(app, { attributeFilter: [STATE] });
  return () => observer.disconnect();
}
