// The words of the browser modules in English. A page takes the dictionary of its language as `#words`.

const plurals = new Intl.PluralRules('en');

/** @param {number} count @param {string} one @param {string} other */
const counted = (count, one, other) => `${count.toLocaleString('en')} ${plurals.select(count) === 'one' ? one : other}`;

/** @param {string[]} names */
const listed = names => new Intl.ListFormat('en', { type: 'conjunction' }).format(names);

export const words = {
  newSince: /** @param {string | null} time */ time => (time ? `New since ${time}` : 'New'),
  edited: '(edited)',
  removedByModerator: 'Removed by a moderator',
  removedByAuthor: 'Message deleted',
  goneAccount: 'Deleted account',
  sending: 'Sending…',
  offlineSend: 'Will be sent when you are back',
  notSent: 'Not sent',
  goesIn: /** @param {number} seconds */ seconds => `Goes in ${counted(seconds, 'second', 'seconds')}`,
  tryAgain: 'Try again',
  edit: 'Edit',
  discard: 'Discard',
  reply: 'Reply',
  delete: 'Delete',
  more: 'More',
  react: 'Add a reaction',
  chooseEmoji: 'Choose an emoji',
  you: 'You',
  reacted: /** @param {string[]} names @param {number} count @param {string} emoji */ (names, count, emoji) => {
    const others = count - names.length;
    return `${listed(others > 0 ? [...names, counted(others, 'other', 'others')] : names)}: ${emoji}`;
  },
  pin: 'Pin',
  unpin: 'Unpin',
  pinned: 'Pinned',
  copyText: 'Copy text',
  textCopied: 'Text copied',
  markUnread: 'Mark unread from here',
  close: 'Close',
  suggestions: 'Suggestions',
  switcher: 'Jump to a room',
  switcherHint: 'Name of a room or a person',
  findRooms: /** @param {string} query */ query => `Search all rooms for “${query}”`,
  keysTitle: 'Keyboard',
  keys: {
    switcher: 'Jump to a room or a person',
    rooms: 'Next or previous room',
    unread: 'Next or previous unread room',
    newest: 'To the newest message',
    editLast: 'In an empty box: edit my last message',
    rows: 'In the messages: one up or down, first, last',
    help: 'This list',
  },
  formattingTitle: 'Formatting',
  formatting: {
    bold: 'bold',
    italic: 'italic',
    struck: 'struck out',
    code: 'code',
    block: 'a block of code, until a second line of ```',
    quote: 'a quote',
    item: 'an item of a list',
    link: 'a link',
    mention: 'a person, a room',
  },
  copyLink: 'Copy link',
  copied: 'Link copied',
  copyCode: 'Copy code',
  actions: 'Message actions',
  save: 'Save',
  cancel: 'Cancel',
  editLabel: 'Edit your message',
  editHint: 'Enter saves, Esc cancels',
  earlier: 'an earlier message',
  deletedQuote: 'Deleted message',
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
  banned: 'You are banned from this site.',
  unreachable: 'Not connected. Try again when you are back.',
  left: {
    left: 'You left this room.',
    removed: 'You were removed from this room.',
    banned: 'You are banned from this room.',
    private: 'This room is private now.',
    deleted: 'This room is gone.',
  },
  archived: 'This room is archived. It can be read, not written in.',
  locked: /** @param {string} reason @param {string | null} until */ (reason, until) =>
    `This room is locked${reason ? `: ${reason}` : ''}${until ? ` (until ${until})` : ''}.`,
  moderatorsPost: 'Only moderators write in this room.',
  allRooms: 'All rooms',
  deleteTitle: 'Delete this message?',
  deleteOwn: 'Everyone will see that a message was here.',
  deleteOthers: /** @param {string} name */ name =>
    `${name} and everyone else will see that a moderator removed it, and why.`,
  reason: 'Reason',
  reasonHint: 'Shown to everyone, for example “personal data”',
  unread: 'Unread',
  mentions: /** @param {number} count */ count => counted(count, 'mention', 'mentions'),
  messages: /** @param {number} count */ count => counted(count, 'message', 'messages'),
  start: /** @param {string} room */ room => `This is the beginning of ${room}.`,
  startEmpty: 'Nobody has said anything yet. Say hello.',
  quiet: 'Nobody has said anything yet.',
  loading: 'Loading…',
  alertsOffer: 'Somebody meant you while you were away.',
  alertsAllow: 'Show notifications',
  notNow: 'Not now',
  /** What the browser lets the site show. @type {Record<string, string>} */
  alerts: {
    granted: 'This browser shows them.',
    denied: 'This browser lets the site show none; its own settings can change that.',
    default: 'This browser was not asked yet.',
    missing: 'This browser shows none here.',
  },
  reminder: 'Reminder',
  tooLong: /** @param {number} over */ over => `${counted(over, 'character', 'characters')} too long`,
};
