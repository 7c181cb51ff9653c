// The neuron missing from a network at a local minimum, at the size that lowers the loss most, as
// landscape/loss/missing_neuron.py has it.

/**
 * @import { Certificate } from "../../engine/certificate.js"
 * @import { Problem } from "../../engine/problem.js"
 * @import { Network } from "./network.js"
 */

/**
 * The neuron that a certificate names as missing, or null where none lowers the loss.
 *
 * With output h = relu(x u) and residual z, adding s·h costs ‖z − s h‖² + 2λ|s|, lowest at s = (zᵀh ∓ λ)₊ / ‖h‖². Of a
 * trained second layer the neuron is balanced, |w| = |alpha| = √|s|; with alpha = 1 it is s u.
 * @param {Problem} problem
 * @param {Certificate} certificate
 * @returns {Network | null}
 */
export function missingNeuron({ x, lam, layer }, { missing, residual }) {
  if (missing === 0) return null;
  let pull = 0, square = 0;
  x.forEach((value, i) => {
    const h = Math.max(value * missing, 0);
    pull += residual[i] * h;
    square += h * h;
  });
  const ones = layer === "ones", size = square > 0 ? Math.max((ones ? pull : Math.abs(pull)) - lam, 0) / square : 0;
  if (size === 0) return null;
  if (ones) return { W: [size * missing], alpha: [1] };
  return { W: [Math.sqrt(size) * missing], alpha: [Math.sign(pull) * Math.sqrt(size)] };
}
