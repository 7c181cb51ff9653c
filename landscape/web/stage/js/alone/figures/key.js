// A short text that differs where figures do: the stage does not draw the same figure twice.

/**
 * A hash of everything in a value: its keys, texts and numbers, in their order.
 * @param {unknown} value
 * @returns {string}
 */
export function keyOf(value) {
  const state = { one: 0xdeadbeef, other: 0x41c6ce57 };
  mix(state, value);
  const { one, other } = state;
  return [one ^ (other >>> 15), other ^ (one >>> 13)].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

const FLOAT = new Float64Array(1), HALVES = new Uint32Array(FLOAT.buffer);

/**
 * @typedef {{one: number, other: number}} State
 *
 * @param {State} state
 * @param {unknown} value
 */
function mix(state, value) {
  if (typeof value === "number") {
    FLOAT[0] = value;
    stir(state, HALVES[0]);
    stir(state, HALVES[1]);
  } else if (typeof value === "string") {
    stir(state, value.length);
    for (let k = 0; k < value.length; k += 1) stir(state, value.charCodeAt(k));
  } else if (typeof value === "object" && value !== null) {
    const items = Array.isArray(value) || ArrayBuffer.isView(value)
      ? /** @type {ArrayLike<unknown>} */ (/** @type {unknown} */ (value)) : Object.entries(value).flat();
    stir(state, items.length);
    for (let k = 0; k < items.length; k += 1) mix(state, items[k]);
  } else {
    mix(state, String(value));
  }
}

/**
 * @param {State} state
 * @param {number} word
 */
function stir(state, word) {
  state.one = Math.imul(state.one ^ word, 2654435761);
  state.other = Math.imul(state.other ^ word, 1597334677);
  state.one ^= state.one >>> 16;
  state.other ^= state.other >>> 15;
}
