// The clock of a race: its steps are microseconds.
import { short } from "../engine/formatting.js";

/**
 * Microseconds as text, "0.0123 s".
 * @param {number} step
 */
export function seconds(step) {
  return `${short(step / 1e6, 3)} s`;
}
