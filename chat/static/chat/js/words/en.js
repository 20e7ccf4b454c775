// The words of the browser modules in English. A page takes the dictionary of its language as `#words`.

const plurals = new Intl.PluralRules('en');

/** @param {number} count @param {string} one @param {string} other */
const counted = (count, one, other) => `${count.toLocaleString('en')} ${plurals.select(count) === 'one' ? one : other}`;

/** @param {string[]} names */
const listed = names => new Intl.ListFormat('en', { type: 'conjunction' }).format(names);

export const words = {
  /** @type {Record<string, (by: string, event: import('../types.js').RoomEvent) => string>} */
  events: {
    joined: (by, event) => `${listed(event.users?.map(user => user.name) ?? [by])} joined`,
    added: (by, event) => `${by} added ${event.user?.name}`,
    renamed: (by, event) => `${by} named the room “${event.name}”`,
    topic: (by, event) => `${by} set the topic: ${event.topic}`,
    topic_removed: by => `${by} took the topic away`,
    pinned: by => `${by} pinned a message`,
    made_owner: (by, event) => `${by} made ${event.user?.name} an owner`,
    made_moderator: (by, event) => `${by} made ${event.user?.name} a moderator`,
    made_member: (by, event) => `${by} made ${event.user?.name} a member like the others`,
    handed_over: (by, event) => `${by} handed the room over to ${event.user?.name}`,
    made_public: by => `${by} made the room public`,
    made_private: by => `${by} made the room private`,
  },
  newSince: /** @param {string | null} time */ time => (time ? `New since ${time}` : 'New'),
  edited: '(edited)',
  removedByModerator: 'Removed by a moderator',
  removedByAuthor: 'Message deleted',
  viewRemoved: 'View as moderator',
  goneAccount: 'Deleted account',
  ignoredText: 'From somebody you ignore',
  show: 'Show',
  sending: 'Sending…',
  offlineSend: 'Will be sent when you are back',
  notSent: 'Not sent',
  goesIn: /** @param {number} seconds */ seconds => `Goes in ${counted(seconds, 'second', 'seconds')}`,
  tryAgain: 'Try again',
  edit: 'Edit',
  discard: 'Discard',
  reply: 'Reply',
  more: 'More',
  react: 'Add a reaction',
  you: 'You',
  reacted: /** @param {string[]} names @param {number} count @param {string} emoji */ (names, count, emoji) => {
    const others = count - names.length;
    return `${listed(others > 0 ? [...names, counted(others, 'other', 'others')] : names)}: ${emoji}`;
  },
  pinned: 'Pinned',
  copyCode: 'Copy code',
  actions: 'Message actions',
  earlier: 'an earlier message',
  deletedQuote: 'Deleted message',
  /** @type {Record<string, string>} */
  roleOf: { owner: 'Owner', moderator: 'Moderator', member: 'Member' },
  bot: 'Bot',
  replyingTo: 'Replying to',
  stopReplying: 'Stop replying',
  newMessages: /** @param {number} count */ count => counted(count, 'new message', 'new messages'),
  toNewest: 'Jump to newest',
  isTyping: /** @param {string[]} names */ names =>
    names.length > 3 ? 'Several people are typing' : `${listed(names)} ${names.length === 1 ? 'is' : 'are'} typing`,
  says: /** @param {string} name @param {string} text */ (name, text) => `${name}: ${text}`,
  saysMany: /** @param {number} count */ count => `${counted(count, 'new message', 'new messages')}`,
  reconnecting: 'Reconnecting…',
  offline: 'You are offline.',
  kept: 'What you write is kept here and sent when you are back.',
  tryNow: 'Try now',
  caughtUp: /** @param {import('../types.js').Continuity} counts */ counts => {
    if (counts.reset) return 'Caught up: a lot has happened, so only the newest messages are shown.';
    const parts = [];
    if (counts.posted) parts.push(counted(counts.posted, 'message', 'messages'));
    if (counts.edited) parts.push(counted(counts.edited, 'edit', 'edits'));
    if (counts.removed) parts.push(counted(counts.removed, 'removal', 'removals'));
    return `Caught up: ${parts.length ? parts.join(', ') : 'nothing new'}`;
  },
  stopped: 'The connection was closed. Reload the page to go on.',
  reload: 'Reload',
  dismiss: 'Dismiss',
  lockedForOthers: /** @param {string} reason @param {string | null} until */ (reason, until) =>
    `Locked${reason ? `: ${reason}` : ''}${until ? ` (until ${until})` : ''}. Only moderators write.`,
  slowNow: /** @param {number} seconds */ seconds =>
    seconds % 60 ? `Slow mode: one message each ${seconds} seconds` : `Slow mode: one message each ${seconds / 60} min`,
  notFetched: 'This could not be fetched. Try again, or reload the page.',
  unreachable: 'Not connected. Try again when you are back.',
  invisible: 'Invisible',
  quietUntil: /** @param {string} time */ time => `Not disturbed until ${time}`,
  unread: 'Unread',
  /** @type {Record<string, string>} */
  present: { on: 'Online', away: 'Away' },
  muted: 'Muted',
  mentions: /** @param {number} count */ count => counted(count, 'mention', 'mentions'),
  messages: /** @param {number} count */ count => counted(count, 'message', 'messages'),
  start: /** @param {string} room */ room => `This is the beginning of ${room}.`,
  startEmpty: 'Nobody has said anything yet. Say hello.',
  quiet: 'Nobody has said anything yet.',
  loading: 'Loading…',
  reminder: 'Reminder',
  tooLong: /** @param {number} over */ over => `${counted(over, 'character', 'characters')} too long`,
};
