// How a loss sounds, and what events do: a higher loss is a higher pitch, on the scale of the colours of the loss map.

/**
 * @import { Scale } from "../engine/paint.js"
 *
 * @typedef {{at: number, lasts: number, from: number, to: number, loud: number, shape: "sine" | "triangle"}} Note
 *   Seconds after the tone begins, seconds that it lasts, the pitches in Hz between which it glides, and its share of the
 *   loudness of a tone.
 * @typedef {"stuck" | "optimum" | "lowest" | "diverged" | "moving" | "wall"} ToneName
 */

export const LOWEST = 220; // Hz, of the lowest loss of a picture
export const OCTAVES = 3;
export const LOUDEST = 10 ** (-12 / 20); // of what is played, of full scale: −12 dB

/**
 * The pitch of a loss in Hz; beyond the picture's range that of its ends.
 * @param {number} loss
 * @param {Scale} scale
 */
export function pitchOf(loss, { low, high, soft }) {
  const share = (Math.log10(Math.max(loss, 0) + soft) - low) / (high - low);
  return LOWEST * 2 ** (OCTAVES * (Number.isNaN(share) ? 1 : Math.min(Math.max(share, 0), 1)));
}

/** @type {(at: number, lasts: number, pitch: number, more?: Partial<Note>) => Note} */
const note = (at, lasts, pitch, more) => ({ at, lasts, from: pitch, to: pitch, loud: 1, shape: "sine", ...more });

/**
 * stuck: two equal low knocks; optimum: a rising chord; lowest, of what this width or slice can do: its first two notes;
 * diverged: a falling glide; moving: one short low note; wall: a tick.
 * @type {Record<ToneName, Note[]>}
 */
export const TONES = {
  stuck: [note(0, 0.11, 110, { shape: "triangle" }), note(0.2, 0.11, 110, { shape: "triangle" })],
  optimum: [note(0, 0.55, 523.25, { loud: 1 / 3 }), note(0.12, 0.43, 659.25, { loud: 1 / 3 }), note(0.24, 0.31, 783.99, { loud: 1 / 3 })],
  lowest: [note(0, 0.4, 523.25, { loud: 1 / 2 }), note(0.12, 0.28, 659.25, { loud: 1 / 2 })],
  diverged: [note(0, 0.7, 1200, { to: 150 })],
  moving: [note(0, 0.25, 165)],
  wall: [note(0, 0.02, 2400, { shape: "triangle" })],
};

/**
 * How long a tone lasts, in seconds.
 * @param {ToneName} name
 */
export function lengthOf(name) {
  return Math.max(...TONES[name].map(({ at, lasts }) => at + lasts));
}

/** The tone of each outcome, by the kind of a run's sentence. @type {Record<string, ToneName>} */
const OUTCOMES = {
  OPTIMUM: "optimum", BEST_OF_WIDTH: "lowest", STUCK: "stuck", DEAD: "stuck", DIVERGED: "diverged", MOVING: "moving",
};

/**
 * The tone of a run's outcome, null where it is not known.
 * @param {string | undefined} kind
 * @returns {ToneName | null}
 */
export function toneOf(kind = "") {
  return OUTCOMES[kind] ?? null;
}

/**
 * Where each of several runs sounds, from −1, left, to 1, right, in their order.
 * @param {number} place
 * @param {number} count
 */
export function panOf(place, count) {
  return count > 1 ? -0.8 + (1.6 * place) / (count - 1) : 0;
}
