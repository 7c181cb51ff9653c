// Sound from the browser's own synthesiser: held pitches that glide, and tones of some notes. Quiet, and without clicks.
import { LOUDEST, TONES } from "./pitch.js";

/** @import { Note, ToneName } from "./pitch.js" */

const RAMP = 0.005; // seconds in which a note becomes loud, and silent again
const GLIDE = 0.03; // seconds in which a held pitch follows
const SHARE = 1 / 3; // of the loudest, for all held pitches together, for short ones and for tones

/**
 * @typedef {{oscillator: OscillatorNode, gain: GainNode}} Voice
 * @typedef {"blip" | "tone"} Kind
 */

export class Sound {
  /** @type {Map<string, Voice>} */
  voices = new Map();

  /** Notes that are to sound or do, and what they are part of. @type {Map<Voice, Kind>} */
  notes = new Map();

  /** @param {AudioContext} context made in a gesture, else a browser keeps it silent */
  constructor(context) {
    this.context = context;
    this.master = context.createGain();
    this.master.gain.value = LOUDEST;
    this.master.connect(context.destination);
    context.resume();
  }

  /** Whether a browser can play sound at all. */
  static get isPossible() {
    return "AudioContext" in window;
  }

  /**
   * How loud all is, 1 for the loudest.
   * @param {number} share
   */
  setVolume(share) {
    this.master.gain.setTargetAtTime(LOUDEST * share, this.context.currentTime, RAMP);
  }

  /**
   * @param {number} pan
   * @param {OscillatorType} shape
   * @returns {Voice}
   */
  voice(pan, shape) {
    const { context } = this, oscillator = context.createOscillator(), gain = context.createGain();
    oscillator.type = shape;
    gain.gain.setValueAtTime(0, context.currentTime);
    oscillator.connect(gain);
    if (pan !== 0 && "createStereoPanner" in context) {
      const panner = context.createStereoPanner();
      panner.pan.value = pan;
      gain.connect(panner);
      panner.connect(this.master);
    } else gain.connect(this.master);
    return { oscillator, gain };
  }

  /**
   * Let a pitch sound until it is released; one that sounds already glides there.
   * @param {string} name
   * @param {number} pitch in Hz
   * @param {{pan?: number, of?: number}} [more] of: how many are held together, for their loudness
   */
  hold(name, pitch, { pan = 0, of = 1 } = {}) {
    const now = this.context.currentTime, known = this.voices.get(name);
    if (known) {
      known.oscillator.frequency.setTargetAtTime(pitch, now, GLIDE);
      return;
    }
    const voice = this.voice(pan, "sine");
    voice.oscillator.frequency.setValueAtTime(pitch, now);
    voice.gain.gain.linearRampToValueAtTime(SHARE / of, now + RAMP);
    voice.oscillator.start(now);
    this.voices.set(name, voice);
  }

  /** Let no pitch be held any more. */
  release() {
    for (const voice of this.voices.values()) this.fade(voice);
    this.voices.clear();
  }

  /** @param {Voice} voice */
  fade({ oscillator, gain }) {
    const now = this.context.currentTime;
    gain.gain.cancelScheduledValues(now);
    gain.gain.setTargetAtTime(0, now, RAMP);
    oscillator.stop(now + 10 * RAMP);
  }

  /**
   * End what sounds of a kind: notes that follow each other fast would add up to more than is gentle.
   * @param {Kind} kind
   */
  cut(kind) {
    for (const [voice, of] of this.notes) {
      if (of !== kind) continue;
      this.fade(voice);
      this.notes.delete(voice);
    }
  }

  /**
   * A short note of one pitch.
   * @param {number} pitch
   * @param {{pan?: number, of?: number}} [more] of: how many sound together, for their loudness
   */
  blip(pitch, { pan = 0, of = 1 } = {}) {
    this.note({ at: 0, lasts: 0.18, from: pitch, to: pitch, loud: 1 / of, shape: "sine" }, pan, 0, "blip");
  }

  /**
   * @param {ToneName} name
   * @param {{pan?: number, after?: number}} [more] after: seconds from now
   */
  tone(name, { pan = 0, after = 0 } = {}) {
    for (const note of TONES[name]) this.note(note, pan, after, "tone");
  }

  /**
   * @param {Note} note
   * @param {number} pan
   * @param {number} after
   * @param {Kind} kind
   */
  note({ at, lasts, from, to, loud, shape }, pan, after, kind) {
    const voice = this.voice(pan, shape), { oscillator, gain } = voice, begin = this.context.currentTime + after + at, end = begin + lasts;
    oscillator.frequency.setValueAtTime(from, begin);
    if (to !== from) oscillator.frequency.exponentialRampToValueAtTime(to, end);
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(SHARE * loud, begin + RAMP);
    gain.gain.setValueAtTime(SHARE * loud, Math.max(begin + RAMP, end - RAMP));
    gain.gain.linearRampToValueAtTime(0, end);
    oscillator.start(begin);
    oscillator.stop(end);
    this.notes.set(voice, kind);
    oscillator.onended = () => this.notes.delete(voice);
  }

  /** Silence, also for what is to come. */
  hush() {
    this.release();
    this.cut("blip");
    this.cut("tone");
  }

  close() {
    this.hush();
    this.context.close();
  }
}
