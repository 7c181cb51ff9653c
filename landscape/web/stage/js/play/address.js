// The step of the playhead in the page's address: written into the entry of the browser's history that is shown.

const KEY = "at"; // of a scenario's link

/**
 * The query of an address with another step, all else as it stands: Python's percent-encoding is kept.
 * @param {string} search the query with its "?", or nothing
 * @param {number | null} at the step, null for the end
 */
export function withStep(search, at) {
  const parts = search.replace(/^\?/, "").split("&").filter((part) => part && part.split("=")[0] !== KEY);
  if (at !== null) parts.push(`${KEY}=${at}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/**
 * Write the step into the address, in place: the playhead makes no entries of the history.
 * @param {number | null} at
 */
export function writeStep(at) {
  const { pathname, search, hash } = location;
  const found = withStep(search, at);
  if (found !== search) history.replaceState(history.state, "", `${pathname}${found}${hash}`);
}
