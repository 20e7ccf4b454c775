// How far the person has read. No DOM.

/** How often the site hears of it at most. */
const TELL_MS = 1000;

export class Reading {
  /** @param {number} seq what they had read @param {(seq: number) => Promise<number>} tell gives the marker as the site has it */
  constructor(seq, tell) {
    this.seq = seq;
    this.tell = tell;
    /** Marked unread by hand: what is seen counts no more. */
    this.isHeld = false;
    this.goal = 0;
    this.toldAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** They have seen this message, and so all before it. @param {number} seq */
  saw(seq) {
    if (this.isHeld || seq <= Math.max(this.seq, this.goal)) return;
    this.goal = seq;
    this.timer ??= setTimeout(() => this.#send(), Math.max(0, this.toldAt + TELL_MS - Date.now()));
  }

  /** What comes after this message is unread from now on, however much of it is seen. @param {number} seq */
  hold(seq) {
    clearTimeout(this.timer);
    Object.assign(this, { seq, goal: 0, timer: undefined, isHeld: true });
  }

  async #send() {
    const { goal } = this;
    Object.assign(this, { goal: 0, timer: undefined, toldAt: Date.now() });
    try {
      const seq = await this.tell(goal);
      if (!this.isHeld) this.seq = Math.max(this.seq, seq);
    } catch {
      // the marker moves with the next row that is seen
    }
  }
}
