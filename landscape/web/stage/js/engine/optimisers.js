// One step of each optimiser on a vector of weights, as landscape/training/optimisers.py has it.

const HEAVY_BALL = 0.9;
const BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8; // PyTorch's defaults

/**
 * @typedef {"gd" | "momentum" | "adam"} Method
 */

/** 1 − β₁ᵗ⁺¹ and 1 − β₂ᵗ⁺¹ of every t so far: a power takes as long as the rest of a step. @type {[number[], number[]]} */
const UNBIAS = [[], []];

/**
 * What takes steps of a method: `step(from, gradient, size, t, to)` with t = 0, 1, … writes the new weights to `to`.
 * @param {Method} method
 * @param {number} length
 * @returns {(from: Float64Array, gradient: Float64Array, size: number, t: number, to: Float64Array) => void}
 */
export function stepper(method, length) {
  if (method === "gd") {
    return (from, gradient, size, t, to) => {
      for (let j = 0; j < length; j++) to[j] = from[j] - size * gradient[j];
    };
  }
  const first = new Float64Array(length);
  if (method === "momentum") {
    return (from, gradient, size, t, to) => {
      for (let j = 0; j < length; j++) {
        first[j] = HEAVY_BALL * first[j] + gradient[j];
        to[j] = from[j] - size * first[j];
      }
    };
  }
  if (method !== "adam") throw new RangeError(`method must be one of gd, momentum, adam, but was ${method}.`);
  const second = new Float64Array(length);
  return (from, gradient, size, t, to) => {
    for (let k = UNBIAS[0].length; k <= t; k++) {
      UNBIAS[0].push(1 - BETA1 ** (k + 1));
      UNBIAS[1].push(1 - BETA2 ** (k + 1));
    }
    const unbias1 = UNBIAS[0][t], unbias2 = UNBIAS[1][t];
    for (let j = 0; j < length; j++) {
      const g = gradient[j];
      first[j] = BETA1 * first[j] + (1 - BETA1) * g;
      second[j] = BETA2 * second[j] + (1 - BETA2) * g * g;
      to[j] = from[j] - size * ((first[j] / unbias1) / (Math.sqrt(second[j] / unbias2) + EPSILON));
    }
  };
}
