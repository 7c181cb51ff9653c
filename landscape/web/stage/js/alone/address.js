// The address of the page: what is written into it as an entry of the browser's history. The step of the playhead and the
// view that fills the stage are written in place, by view/address.js.

const ENLARGED = "enlarged"; // ENLARGED of landscape/web/enlarged.py

/** Keys of the address that belong to no scenario and stay in it. */
export const ADDRESS_KEYS = [ENLARGED];

/**
 * The name of the view that an address lets fill the stage.
 * @param {string} search
 */
export function enlargedIn(search) {
  return new URLSearchParams(search).get(ENLARGED) || null;
}

/**
 * Write a query into the address, as a new entry of the history.
 * @param {string} query
 */
export function writeEntry(query) {
  if (location.protocol === "file:") return; // a saved page has no address of its own
  const kept = location.search.replace(/^\?/, "").split("&").filter((part) => ADDRESS_KEYS.includes(part.split("=")[0]));
  const search = [query, ...kept].filter(Boolean).join("&");
  history.pushState(null, "", `${location.pathname}${search ? `?${search}` : ""}`);
}
