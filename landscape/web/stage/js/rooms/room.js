// A room: what it says over server-sent events, and what is sent to it. A connection that is lost is opened again by itself.

/**
 * @import { Answer } from "../lesson/asked.js"
 *
 * @typedef {{version: number, place: number, scenes: number, revealed: boolean, locked: boolean, closed: boolean,
 *   answer?: Answer | null, phones?: number, answers?: {phone: number, answer: Answer}[]}} RoomState
 *   What everybody is told; a phone its own answer to the present scene, lecturers how many phones there are and all answers.
 * @typedef {{state?: (state: RoomState) => void, connected?: (connected: boolean) => void}} Told
 */

export class Room {
  /** @type {RoomState | null} */
  state = null;

  closed = false;

  /** @type {EventSource | null} */
  source = null;

  /**
   * @param {string} address of the room, without a slash at its end
   * @param {{phone: string} | {key: string}} who
   * @param {Told} told
   */
  constructor(address, who, told) {
    this.address = address;
    this.who = who;
    this.told = told;
    this.listen();
  }

  listen() {
    const source = this.source = new EventSource(`${this.address}/events?${new URLSearchParams(this.who)}`);
    source.addEventListener("room", ({ data }) => {
      this.state = /** @type {RoomState} */ (JSON.parse(data));
      this.told.connected?.(true);
      this.told.state?.(this.state);
      if (this.state.closed) this.close();
    });
    source.onerror = () => {
      this.told.connected?.(false);
      // A browser gives up where it was answered with an error: a replica that is just starting, a proxy without one.
      if (source.readyState === EventSource.CLOSED && !this.closed) setTimeout(() => this.closed || this.listen(), 1500);
    };
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
