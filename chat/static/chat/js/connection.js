// One socket to the site, kept up: connecting → live → reconnecting → offline. Frames go out by `request`.
/** @import { Frame } from './types.js' */

const QUIET_MS = 25_000;
const ANSWER_MS = 10_000;
const STEADY_MS = 5_000;
const UNDER_WAY_MOST = 40;
// What comes back after a lost connection waits longer each time.
const FIRST_MS = 500;
const FACTOR = 1.7;
const LONGEST_MS = 30_000;

/** @typedef {'connecting' | 'live' | 'reconnecting' | 'offline' | 'signed-out' | 'banned' | 'stopped'} Status */

/** A command that got no answer because the connection ended; it may or may not have been carried out. */
export class Lost extends Error {
  code = 'lost';
  detail = '';
}

/** An `error` frame. */
export class Refused extends Error {
  /** @param {Frame} frame */
  constructor(frame) {
    super(frame.detail);
    /** @type {string} */
    this.code = frame.code;
    /** @type {string} */
    this.detail = frame.detail ?? '';
    /** @type {number | undefined} */
    this.retry_after = frame.retry_after;
    /** @type {string | undefined} */
    this.until = frame.until;
  }
}

export class Connection {
  /**
   * @param {object} options
   * @param {string} options.url
   * @param {(frame: Frame) => void} options.onFrame every frame that answers no command
   * @param {(status: Status) => void} options.onStatus
   * @param {typeof WebSocket} [options.Socket]
   */
  constructor({ url, onFrame, onStatus, Socket = WebSocket }) {
    this.url = url;
    this.onFrame = onFrame;
    this.onStatus = onStatus;
    this.Socket = Socket;
    /** @type {Status} */
    this.status = 'connecting';
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {Map<string, {resolve: (frame: Frame) => void, reject: (error: Error) => void}>} */
    this.underWay = new Map();
    /** @type {(() => void)[]} */
    this.waiting = [];
    this.refs = 0;
    this.attempt = 0;
    this.liveSince = 0;
    this.retryAfter = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.watchdog = undefined;
  }

  /** Connects now, whatever was planned. */
  open() {
    if (this.socket || ['signed-out', 'banned', 'stopped'].includes(this.status)) return;
    clearTimeout(this.timer);
    const socket = new this.Socket(this.url);
    this.socket = socket;
    this.#watch(ANSWER_MS);
    socket.onmessage = event => {
      if (this.socket === socket) this.#take(JSON.parse(event.data));
    };
    socket.onclose = event => {
      if (this.socket === socket) this.#ended(event.code);
    };
  }

  /** Tries again at once: back online, looked at again, or asked by the person. */
  wake() {
    if (!this.socket) this.open();
    else if (this.status === 'live') this.#ping();
  }

  /**
   * Sends a command and waits for its answer.
   * @param {Record<string, unknown> & {type: string}} command
   * @returns {Promise<Frame>} rejects with Refused or Lost
   */
  request(command) {
    if (this.status !== 'live') return Promise.reject(new Lost());
    return new Promise((resolve, reject) => {
      this.refs += 1;
      const ref = this.refs.toString(36);
      const go = () => {
        this.underWay.set(ref, { resolve, reject });
        this.socket?.send(JSON.stringify({ ...command, ref }));
      };
      if (this.underWay.size < UNDER_WAY_MOST) go();
      else this.waiting.push(go);
    });
  }

  /** Sends a command that has no answer. @param {Record<string, unknown> & {type: string}} command */
  tell(command) {
    if (this.status === 'live') this.socket?.send(JSON.stringify(command));
  }

  /** @param {Frame} frame */
  #take(frame) {
    this.#watch(QUIET_MS);
    if (frame.type === 'hello') {
      this.liveSince = Date.now();
      this.#set('live');
    }
    if (frame.type === 'error' && frame.code === 'rate_limited') this.retryAfter = frame.retry_after ?? 0;
    const asked = frame.ref === undefined ? undefined : this.underWay.get(frame.ref);
    if (!asked || frame.ref === undefined) {
      this.onFrame(frame);
      return;
    }
    this.underWay.delete(frame.ref);
    this.waiting.shift()?.();
    if (frame.type === 'error') asked.reject(new Refused(frame));
    else asked.resolve(frame);
  }

  /** @param {number} quiet ms without a frame before something is done about it */
  #watch(quiet) {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      if (quiet === QUIET_MS) this.#ping();
      else this.#ended(1006);
    }, quiet);
  }

  #ping() {
    this.tell({ type: 'ping' });
    this.#watch(ANSWER_MS);
  }

  #drop() {
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
    this.waiting = [];
    const lost = [...this.underWay.values()];
    this.underWay.clear();
    for (const { reject } of lost) reject(new Lost());
  }

  /** @param {number} code */
  #ended(code) {
    this.#drop();
    const decision = decide(code, this.retryAfter);
    if (decision.action !== 'return') {
      this.#set(decision.action === 'sign-in' ? 'signed-out' : decision.action === 'banned' ? 'banned' : 'stopped');
      return;
    }
    if (this.liveSince && Date.now() - this.liveSince > STEADY_MS) this.attempt = 0;
    this.liveSince = 0;
    this.#set(globalThis.navigator?.onLine === false ? 'offline' : 'reconnecting');
    // A server that takes us and drops us at once is not to be asked without a pause.
    const delay = (this.attempt ? null : decision.delay) ?? Math.max(decision.delay ?? 0, delayBefore(this.attempt));
    this.attempt += 1;
    this.timer = setTimeout(() => this.open(), delay);
  }

  /** @param {Status} status */
  #set(status) {
    if (this.status === status) return;
    this.status = status;
    this.onStatus(status);
  }
}

/**
 * Milliseconds before try number `attempt` (0 is the first): full jitter over a growing span.
 * @param {number} attempt @param {() => number} [random]
 */
export function delayBefore(attempt, random = Math.random) {
  return Math.round(random() * Math.min(LONGEST_MS, FIRST_MS * FACTOR ** Math.min(attempt, 30)));
}

/** @typedef {{action: 'return', delay: number | null} | {action: 'sign-in' | 'banned' | 'stop'}} Decision */

/**
 * What a close code asks of the client; a `delay` of null leaves it to the back-off.
 * @param {number} code @param {number} [retryAfter] seconds named by the last `rate_limited`
 * @param {() => number} [random] @returns {Decision}
 */
export function decide(code, retryAfter = 0, random = Math.random) {
  switch (code) {
    case 4401:
      return { action: 'sign-in' };
    case 4403:
      return { action: 'banned' };
    case 1009:
    case 4400:
      return { action: 'stop' };
    case 1012:
      return { action: 'return', delay: Math.round(random() * 5000) };
    case 4408:
      return { action: 'return', delay: 0 };
    case 4429:
      return { action: 'return', delay: Math.ceil(Math.max(retryAfter, 1) * 1000) };
    default:
      return { action: 'return', delay: null };
  }
}
