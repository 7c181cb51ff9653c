// A short text that differs where figures do: the stage does not draw the same figure twice.

const FLOAT = new Float64Array(1), HALVES = new Uint32Array(FLOAT.buffer);

// The two halves of the hash that is being made.
let one = 0, other = 0;

/**
 * A hash of everything in a value: its keys, texts and numbers, in their order.
 * @param {unknown} value
 * @returns {string}
 */
export function keyOf(value) {
  one = 0xdeadbeef;
  other = 0x41c6ce57;
  mix(value);
  const halves = [one ^ (other >>> 15), other ^ (one >>> 13)];
  return halves.map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

/** @param {unknown} value */
function mix(value) {
  if (typeof value === "number") mixNumber(value);
  else if (typeof value === "string") mixText(value);
  else if (value instanceof Float32Array) mixNumbers(value);
  else if (Array.isArray(value)) {
    stir(value.length);
    for (const entry of value) mix(entry);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, entry] of Object.entries(value)) {
      mixText(key);
      mix(entry);
    }
    stir(0);
  } else {
    mixText(String(value));
  }
}

/** @param {string} text */
function mixText(text) {
  stir(text.length);
  for (let k = 0; k < text.length; k += 1) stir(text.charCodeAt(k));
}

/** @param {Float32Array} numbers */
function mixNumbers(numbers) {
  stir(numbers.length);
  for (let k = 0; k < numbers.length; k += 1) mixNumber(numbers[k]);
}

/** @param {number} number */
function mixNumber(number) {
  FLOAT[0] = number;
  stir(HALVES[0]);
  stir(HALVES[1]);
}

/** @param {number} word */
function stir(word) {
  one = Math.imul(one ^ word, 2654435761);
  other = Math.imul(other ^ word, 1597334677);
  one ^= one >>> 16;
  other ^= other >>> 15;
}
