/** What the tests of the browser modules share. */

export const ME = 7;

/** A message of the protocol. */
export function message(seq, fields = {}) {
  return {
    seq,
    rev: seq,
    kind: 'text',
    client_id: `00000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
    author: { id: ME, username: 'ines', name: 'Inés', bot: false },
    created_at: new Date(Date.UTC(2026, 10, 22, 9, 0, seq)).toISOString(),
    edited_at: null,
    body: `message ${seq}`,
    html: `message ${seq}`,
    reply_to: null,
    mentions: [],
    mentions_all: null,
    reactions: [],
    attachments: [],
    pinned: false,
    deleted: null,
    ...fields,
  };
}

/** A small generator of numbers in [0, 1) that a seed repeats. */
export function seeded(seed) {
  let state = seed || 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 2146121005);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 2221713035);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
