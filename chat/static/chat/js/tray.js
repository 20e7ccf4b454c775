// The tray of the box to write in: files that will go with the message.
/** @import { Composer } from './composer.js' */
/** @import { Attachment, Held } from './types.js' */
/** @import { Item } from './uploads.js' */
import { render } from 'lit-html';
import { words } from '#words-files';
import { Refused } from './connection.js';
import { heldFile, hold, own, release } from './held.js';
import { sheet } from './popup.js';
import { drawn } from './preview.js';
import { at, rest, sentenceOf } from './rest.js';
import { part } from './toast.js';
import { trayList } from './traylist.js';
import { letGo, sendUp } from './upload.js';
import { refusalOf, Uploads } from './uploads.js';

const MEGABYTE = 2 ** 20;
/** A browser says every 350 ms at least that something is held over the page. */
const HELD_MS = 500;
/** What trying again could not mend. */
const FOR_GOOD = new Set(['bad_request', 'empty', 'too_large', 'too_long']);

export class Tray {
  /** @param {Composer} composer */
  constructor(composer) {
    this.composer = composer;
    this.place = /** @type {HTMLElement} */ (composer.form.querySelector('[data-tray]'));
    this.uploads = new Uploads();
    /** What stops each that is under way. @type {Map<number, () => void>} */
    this.stops = new Map();
    /** @type {Map<number, HTMLCanvasElement>} */
    this.previews = new Map();
    this.says = '';
    this.problem = '';
    /** The person has sent the message, which waits for its files. */
    this.isWanted = false;
    /** Files of the draft that another page of this room has. @type {Held[]} */
    this.elsewhere = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.holding = undefined;
    composer.box.addEventListener('input', () => this.#unwanted());
    addEventListener('beforeunload', event => {
      if (this.uploads.isAtRisk) event.preventDefault();
    });
    sheet('uploads');
  }

  /** Files to keep over a reload. */
  get known() {
    const goes = this.isWanted;
    return [...this.uploads.known.map(one => ('held' in one ? { ...one, goes } : one)), ...this.elsewhere];
  }

  get #user() {
    return this.composer.talk.session.user.id;
  }

  /** Takes files in; with none of either kind, files are held over the page. @param {File[]} files @param {(Attachment | Held)[]} known from before */
  take(files, known) {
    if (!files.length && !known.length) return this.#held();
    this.#let();
    this.problem = '';
    for (const one of known) {
      if ('held' in one) this.#recall(one);
      else this.#restore(one);
    }
    if (known.some(one => 'held' in one && one.goes)) this.#want();
    const { limits } = this.composer.talk.session;
    const most = limits?.attachments ?? files.length + this.uploads.items.length;
    const room = Math.max(0, most - this.uploads.items.length);
    if (files.length > room) this.problem = words.filesMost(most);
    for (const file of files.slice(0, room)) {
      const refusal = refusalOf(file.size, limits);
      const item = this.uploads.add(
        file,
        refusal && words.fileRefused[refusal](Math.floor((limits?.upload ?? 0) / MEGABYTE)),
      );
      if (refusal) continue;
      this.#preview(item, file);
      this.#hold(item, file);
    }
    this.#go();
    if (files.length) this.composer.box.focus();
  }

  /** The files of the message, which leave the tray; null where it is not to be sent yet, and why is said. */
  give() {
    if (this.uploads.hasFailed) {
      this.#draw(words.filesFailed);
      return null;
    }
    if (this.uploads.isBusy) {
      this.#want();
      return null;
    }
    this.isWanted = false;
    const files = this.uploads.give();
    this.previews.clear();
    this.problem = '';
    this.#draw('');
    return files;
  }

  #want() {
    this.isWanted = true;
    this.composer.save();
    this.#draw(words.goesWithFiles);
  }

  #unwanted() {
    if (!this.isWanted) return;
    this.isWanted = false;
    this.composer.save();
    this.#draw('');
  }

  /** @param {Item} item @param {File} file */
  async #preview(item, file) {
    const preview = await drawn(file);
    if (!preview || !this.uploads.get(item.key)) return;
    this.previews.set(item.key, preview);
    this.#draw();
  }

  /** A file from before; the site may have let it go by now. @param {Attachment} upload */
  async #restore(upload) {
    const { key } = this.uploads.restore(upload);
    try {
      await rest('GET', at('uploads', upload.id));
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'not_found') return;
      const item = this.uploads.get(key);
      if (item) item.upload = null;
      this.uploads.failed(key, words.fileGone, false);
      this.#changed();
    }
  }

  /** Keeps a file until it is up, or out of the tray. @param {Item} item @param {File} file */
  async #hold(item, file) {
    item.held = await hold(file, this.#user);
    if (item.held) own(item.held);
    const isOver = item.upload || (item.state === 'failed' && !item.mayRetry);
    if (isOver || this.uploads.get(item.key) !== item) this.#release(item);
    else this.composer.save();
  }

  /** @param {Item} item */
  #release(item) {
    if (item.held) release(item.held);
    item.held = null;
  }

  /** A file that was on its way when the page was left goes on. @param {Held} held */
  async #recall(held) {
    const item = this.uploads.recall(held);
    const isMine = await own(held.held);
    const file = isMine ? await heldFile(held.held, this.#user) : null;
    if (file) this.uploads.recalled(item.key, file);
    else {
      this.#unwanted();
      if (!isMine) this.elsewhere.push({ ...held, goes: false, elsewhere: true });
      else this.#release(item);
      if (!isMine || held.elsewhere) this.uploads.remove(item.key);
      else this.uploads.failed(item.key, words.fileGone, false);
    }
    if (file) this.#preview(item, file);
    this.#go();
  }

  /** Sends up as many as may go. */
  #go() {
    for (const item of this.uploads.take()) if (item.file) this.#send(item, item.file);
    this.#changed();
  }

  /** @param {Item} item @param {File} file */
  async #send(item, file) {
    const { key } = item;
    const { done, stop } = sendUp(file, item.alt, sent => {
      this.uploads.progressed(key, sent);
      this.#draw();
    });
    this.stops.set(key, stop);
    try {
      const upload = await done;
      if (!this.uploads.get(key)) letGo([upload]);
      else this.uploads.arrived(key, item.alt === upload.alt ? upload : await described(upload, item.alt));
    } catch (error) {
      const mayRetry = !(error instanceof Refused && FOR_GOOD.has(error.code));
      if (!mayRetry) this.#release(item);
      this.uploads.failed(key, sentenceOf(error, words.notUp) || words.fileTooLarge, mayRetry);
      this.#unwanted();
    }
    this.stops.delete(key);
    this.#go();
    if (item.upload) this.#release(item); // it is known by now as one that is up
    if (this.isWanted && !this.uploads.isBusy) this.composer.send();
  }

  /** @param {Item} item */
  #remove(item) {
    this.uploads.remove(item.key);
    this.previews.delete(item.key);
    this.stops.get(item.key)?.();
    this.#release(item);
    if (item.upload) letGo([item.upload]);
    this.problem = '';
    this.#unwanted();
    this.#go();
    this.composer.box.focus();
  }

  /** @param {Item} item */
  async #describe(item) {
    const { askAlt } = await part(import('./alt.js'));
    askAlt(item, async alt => {
      const upload = item.upload;
      if (upload) item.upload = await described(upload, alt);
      item.alt = alt;
      this.#changed();
    });
  }

  /** Something is held over the page, and can be dropped. */
  #held() {
    document.body.classList.add('is-held');
    document.body.dataset.held = words.dropHere;
    clearTimeout(this.holding);
    this.holding = setTimeout(() => this.#let(), HELD_MS);
  }

  #let() {
    clearTimeout(this.holding);
    document.body.classList.remove('is-held');
  }

  #changed() {
    this.composer.save();
    this.#draw(this.uploads.isBusy || this.uploads.hasFailed ? undefined : '');
  }

  /** @param {string} [says] what the tray says from now on; as before where it is left out */
  #draw(says = this.says) {
    this.says = says;
    const { items } = this.uploads;
    const acts = {
      remove: (/** @type {Item} */ item) => this.#remove(item),
      describe: (/** @type {Item} */ item) => this.#describe(item),
      again: (/** @type {Item} */ item) => {
        this.uploads.again(item.key);
        this.#go();
      },
    };
    this.place.hidden = !items.length && !this.problem;
    render(trayList(items, this.previews, { says, problem: this.problem }, acts), this.place);
  }
}

/** @param {Attachment} upload @param {string} alt @returns {Promise<Attachment>} */
const described = (upload, alt) => rest('PATCH', at('uploads', upload.id), { alt });
