// Files on their way into a message: pure rules of the tray. They go up two at a time, in the order in which they came.
/** @import { Attachment, Held, Limits } from './types.js' */

/** The site works at two pictures at a time, too. */
const AT_ONCE = 2;

/**
 * A file in the tray. `sent`: bytes that are up; `upload`: what the site knows of it, once it is there; `held`: its
 * number where its bytes are kept over a reload (`held.js`).
 * @typedef {object} Item
 * @property {number} key
 * @property {File | null} file null: it was up before the page was opened, or is just being fetched
 * @property {string} name
 * @property {string} type
 * @property {number} size
 * @property {string} alt
 * @property {number} sent
 * @property {'waiting' | 'going' | 'there' | 'failed'} state
 * @property {string} problem
 * @property {boolean} mayRetry
 * @property {Attachment | null} upload
 * @property {number | null} held
 */

/** Why a file need not be sent to the site at all; '' where only the site can say. @param {number} size @param {Limits | null} limits @returns {'' | 'empty' | 'large'} */
export function refusalOf(size, limits) {
  if (!size) return 'empty';
  return limits && size > limits.upload ? 'large' : '';
}

export class Uploads {
  constructor() {
    /** @type {Item[]} */
    this.items = [];
    this.lastKey = 0;
  }

  /** @param {Pick<Item, 'name' | 'type' | 'size'> & Partial<Item>} fields @returns {Item} */
  #put(fields) {
    this.lastKey += 1;
    /** @type {Item} */
    const item = {
      file: null,
      alt: '',
      sent: 0,
      state: 'waiting',
      problem: '',
      mayRetry: false,
      upload: null,
      held: null,
      ...fields,
      key: this.lastKey,
    };
    this.items.push(item);
    return item;
  }

  /** @param {File} file @param {string} problem why it can't go; '' for none */
  add(file, problem) {
    const { name, type, size } = file;
    return this.#put({ file, name, type, size, problem, state: problem ? 'failed' : 'waiting' });
  }

  /** One that is up already. @param {Attachment} upload */
  restore(upload) {
    const { name, type, size, alt } = upload;
    return this.#put({ name, type, size, alt, upload, state: 'there' });
  }

  /** One from before whose bytes are being fetched. @param {Held} held */
  recall({ held, name, type, size, alt }) {
    return this.#put({ held, name, type, size, alt, state: 'going' });
  }

  /** The bytes are here again. @param {number} key @param {File} file */
  recalled(key, file) {
    const item = this.get(key);
    if (item) Object.assign(item, { file, state: 'waiting' });
  }

  /** Those to begin with now, marked as under way. @returns {Item[]} */
  take() {
    const going = this.items.filter(item => item.state === 'going').length;
    const next = this.items.filter(item => item.state === 'waiting').slice(0, Math.max(0, AT_ONCE - going));
    for (const item of next) item.state = 'going';
    return next;
  }

  /** @param {number} key */
  get(key) {
    return this.items.find(item => item.key === key);
  }

  /** @param {number} key @param {number} sent */
  progressed(key, sent) {
    const item = this.get(key);
    if (item) item.sent = Math.min(item.size, Math.max(item.sent, sent));
  }

  /** @param {number} key @param {Attachment} upload */
  arrived(key, upload) {
    const item = this.get(key);
    if (item) Object.assign(item, { state: 'there', upload, name: upload.name, size: upload.size, problem: '' });
  }

  /** @param {number} key @param {string} problem @param {boolean} mayRetry */
  failed(key, problem, mayRetry) {
    const item = this.get(key);
    if (item) Object.assign(item, { state: 'failed', problem, mayRetry, sent: 0 });
  }

  /** @param {number} key */
  again(key) {
    const item = this.get(key);
    if (item?.state === 'failed' && item.mayRetry) Object.assign(item, { state: 'waiting', problem: '' });
  }

  /** @param {number} key */
  remove(key) {
    const item = this.get(key);
    this.items = this.items.filter(other => other !== item);
    return item;
  }

  get isBusy() {
    return this.items.some(item => item.state === 'waiting' || item.state === 'going');
  }

  /** Something would be lost with the page. */
  get isAtRisk() {
    return this.items.some(item => item.file && !item.held && (item.state === 'waiting' || item.state === 'going'));
  }

  get hasFailed() {
    return this.items.some(item => item.state === 'failed');
  }

  /** What is up, in order. */
  get there() {
    return this.items.flatMap(item => item.upload ?? []);
  }

  /** What a page that is opened anew needs to know, in order. @returns {(Attachment | Held)[]} */
  get known() {
    return this.items.flatMap(({ upload, held, name, type, size, alt }) => {
      if (upload) return upload;
      return held ? { held, name, type, size, alt } : [];
    });
  }

  /** Empties the tray; what was in it goes with a message. */
  give() {
    const { there } = this;
    this.items = [];
    return there;
  }
}
