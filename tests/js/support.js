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
