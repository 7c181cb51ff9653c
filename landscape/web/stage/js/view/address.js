// What is written into the page's address in place: into the entry of the browser's history that is shown, without a new one.

const STEP = "at"; // of a scenario's link

/**
 * The query of an address with another value of one key, all else as it stands: Python's percent-encoding is kept.
 * @param {string} search the query with its "?", or nothing
 * @param {string} key
 * @param {string | number | null} value null for none
 */
function withValue(search, key, value) {
  const parts = search.replace(/^\?/, "").split("&").filter((part) => part && part.split("=")[0] !== key);
  if (value !== null) parts.push(`${key}=${encodeURIComponent(value)}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/**
 * Write a value into the address.
 * @param {string} key
 * @param {string | number | null} value
 */
export function writeValue(key, value) {
  const { pathname, search, hash, protocol } = location;
  const found = withValue(search, key, value);
  // A page that plays offline has no address of its own.
  if (found !== search && protocol !== "file:") history.replaceState(history.state, "", `${pathname}${found}${hash}`);
}

/**
 * Write the step of the playhead into the address.
 * @param {number | null} at null for the end
 */
export function writeStep(at) {
  writeValue(STEP, at);
}
