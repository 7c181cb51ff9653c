// A room: what it says over server-sent events, and what is sent to it. A connection that is lost is opened again by itself.

/**
 * @import { Answer } from "../lesson/asked.js"
 *
 * @typedef {{version: number, place: number, scenes: number, revealed: boolean, locked: boolean, closed: boolean,
 *   answer?: Answer | null, phones?: number, answers?: {phone: number, answer: Answer}[], all_revealed?: number[]}} RoomState
 *   What everybody is told; a phone its own answer to the present scene, lecturers how many phones there are, all answers,
 *   and which scenes are revealed.
 * @typedef {{state?: (state: RoomState) => void, connected?: (connected: boolean) => void}} Told
 */

const BEAT = 10; // seconds: a room that has nothing to tell sends a beat as often
const SILENT = 2.5 * BEAT; // seconds without a word after which a connection is taken for lost

export class Room {
  /** @type {RoomState | null} */
  state = null;

  closed = false;

  /** @type {EventSource | null} */
  source = null;

  /** Whether the room was heard lately. */
  connected = true;

  silence = 0;

  /**
   * @param {string} address of the room, without a slash at its end
   * @param {{phone: string} | {key: string}} who
   * @param {Told} told
   */
  constructor(address, who, told) {
    this.address = address;
    this.who = who;
    this.told = told;
    // A browser that has lost its network may wait for long before it takes a connection for lost.
    window.addEventListener("offline", () => this.lost());
    window.addEventListener("online", () => this.listen());
    this.listen();
  }

  listen() {
    if (this.closed) return;
    this.source?.close();
    const source = this.source = new EventSource(`${this.address}/events?${new URLSearchParams(this.who)}`);
    source.addEventListener("room", ({ data }) => {
      this.state = /** @type {RoomState} */ (JSON.parse(data));
      this.heard();
      this.told.state?.(this.state);
      if (this.state.closed) this.close();
    });
    source.addEventListener("beat", () => this.heard());
    source.onerror = () => {
      this.lost();
      // A browser gives up where it was answered with an error: a replica that is just starting, a proxy without one.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.source === source && this.listen(), 1500);
    };
  }

  /** The room has said something. */
  heard() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.lost();
      this.listen();
    }, 1000 * SILENT);
    if (!this.connected) this.told.connected?.(true);
    this.connected = true;
  }

  /** Nothing comes from the room. */
  lost() {
    if (this.closed) return;
    this.connected = false;
    this.told.connected?.(false);
  }

  /**
   * Send something; returns null, or the sentence that says why it was refused.
   * @param {"answer" | "steer" | "close"} what
   * @param {object} body
   * @returns {Promise<string | null>}
   */
  async post(what, body) {
    /** @type {Record<string, string>} */
    const headers = { "content-type": "application/json" };
    if ("key" in this.who) headers["x-room-key"] = this.who.key;
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await fetch(`${this.address}/${what}`, { method: "POST", headers, body: JSON.stringify(body) });
        if (answer.ok) return null;
        const { refused } = await answer.json().catch(() => ({ refused: null }));
        if (answer.status < 500 || tries === 5) return refused ?? "This was not taken. Try again.";
      } catch {
        if (tries === 5) return "There is no connection. It is tried again when there is one.";
      }
      await new Promise((again) => setTimeout(again, 400 * 2 ** tries));
    }
  }

  /**
   * The present scene, as it may be seen now.
   * @param {RoomState} state
   * @returns {Promise<import("../protocol.js").PlayedLesson>}
   */
  async scene({ place, revealed }) {
    const answer = await fetch(`${this.address}/scene/${place}/${revealed ? "whole" : "hidden"}`);
    if (!answer.ok) throw new Error(`scene ${place}: ${answer.status}`);
    return answer.json();
  }

  close() {
    this.closed = true;
    clearTimeout(this.silence);
    this.source?.close();
  }
}

/**
 * The address of the room that a page is of.
 * @param {string} code
 */
export function addressOf(code) {
  const path = location.pathname, at = path.lastIndexOf("/room/");
  return `${path.slice(0, at)}/room/${code}`;
}
