// What waits to be sent: pure rules of the queue. One message of a room is under way at a time, so the order
// in which a person wrote is the order in which the room has it, whatever has to be tried again.
/** @import { Draft, Refusal } from './types.js' */

const AGAIN = new Set(['unavailable', 'rate_limited', 'slow_mode']);

export class Outbox {
  constructor() {
    /** @type {Draft[]} */
    this.drafts = [];
  }

  /** @param {Draft[]} drafts as they were kept over a reload */
  restore(drafts) {
    const known = new Set(this.drafts.map(draft => draft.client_id));
    for (const draft of drafts) {
      if (known.has(draft.client_id) || draft.state === 'acked') continue;
      // Whether the last try arrived is not known; the same client_id makes the next one harmless.
      const state = draft.state === 'failed' ? 'failed' : 'queued';
      this.drafts.push({ ...draft, files: draft.files ?? [], state, due: 0 });
    }
    this.drafts.sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0));
  }

  /** @param {Pick<Draft, 'client_id' | 'user' | 'room' | 'body' | 'reply_to' | 'files' | 'created_at'>} fields @returns {Draft} */
  add(fields) {
    /** @type {Draft} */
    const draft = { ...fields, state: 'queued', due: 0, refusal: null, rev: 0 };
    this.drafts.push(draft);
    return draft;
  }

  /** @param {string} room */
  of(room) {
    return this.drafts.filter(draft => draft.room === room);
  }

  /** @param {string} clientId */
  get(clientId) {
    return this.drafts.find(draft => draft.client_id === clientId);
  }

  /** The drafts that may go now, marked as under way. @param {number} now @returns {Draft[]} */
  take(now) {
    /** @type {Set<string>} */
    const held = new Set();
    const going = [];
    for (const draft of this.drafts) {
      if (draft.state === 'failed' || draft.state === 'acked' || held.has(draft.room)) continue;
      held.add(draft.room);
      if (draft.state === 'queued' || (draft.state === 'waiting' && draft.due <= now)) {
        draft.state = 'sending';
        going.push(draft);
      }
    }
    return going;
  }

  /** When the next waiting draft may go, or null. @returns {number | null} */
  nextDue() {
    const dues = this.drafts.filter(draft => draft.state === 'waiting').map(draft => draft.due);
    return dues.length ? Math.min(...dues) : null;
  }

  /** @param {string} clientId @param {number} rev */
  acked(clientId, rev) {
    const draft = this.get(clientId);
    if (draft) Object.assign(draft, { state: 'acked', rev, refusal: null });
  }

  /** @param {string} clientId @param {Refusal} refusal @param {number} now */
  refused(clientId, refusal, now) {
    const draft = this.get(clientId);
    if (!draft || draft.state === 'acked') return;
    draft.refusal = refusal;
    if (AGAIN.has(refusal.code)) {
      draft.state = 'waiting';
      draft.due = now + Math.max(250, (refusal.retry_after ?? 2) * 1000);
    } else {
      draft.state = 'failed';
    }
  }

  /** The connection is gone: what was under way will go again. */
  lost() {
    for (const draft of this.drafts) if (draft.state === 'sending') draft.state = 'queued';
  }

  /** @param {string} clientId */
  again(clientId) {
    const draft = this.get(clientId);
    if (draft && draft.state !== 'sending') Object.assign(draft, { state: 'queued', due: 0, refusal: null });
  }

  /** @param {string} clientId @returns {Draft | undefined} */
  remove(clientId) {
    const draft = this.get(clientId);
    this.drafts = this.drafts.filter(other => other !== draft);
    return draft;
  }

  /**
   * Drops what the room shows by now.
   * @param {string} room @param {number} cursor @param {(clientId: string) => boolean} shown
   * @returns {Draft[]} the dropped
   */
  settle(room, cursor, shown) {
    const gone = this.of(room).filter(
      draft => (draft.state === 'acked' && draft.rev <= cursor) || shown(draft.client_id),
    );
    this.drafts = this.drafts.filter(draft => !gone.includes(draft));
    return gone;
  }
}
