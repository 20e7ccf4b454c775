// One row of the log as lit-html draws it: day lines, messages, tombstones, sends under way.
/** @import { Attachment, Draft, Message } from './types.js' */
/** @import { Clock } from './format.js' */
/** @import { Room } from './room.js' */
import { html, nothing } from 'lit-html';
import { words } from '#words';
import { eventLine, gist, hue, initials, meansMe, nameOf } from './format.js';
import { avatar, icon, prose } from './html.js';

/** Reactions within one press. */
const QUICK = ['👍', '❤️'];

/** How long a send stays without a clock. */
export const QUIET_SEND_MS = 400;

/** @type {WeakMap<Message, HTMLElement>} */
const drawn = new WeakMap();

/** @param {Message} message @param {Room} room */
function body(message, room) {
  let element = drawn.get(message);
  if (!element) {
    element = prose(message.html, room.user, message.mentions_all !== null);
    drawn.set(message, element);
  }
  return element;
}

/** What happened to the room, in the reader's words where they are known. @param {Message} message @param {Room} room */
function told(message, room) {
  const line = eventLine(message, words);
  if (!line) return body(message, room);
  const seq = message.event?.seq;
  return seq
    ? html`<a class="prose" dir="auto" href=${room.link(seq)} data-jump=${seq}>${line}</a>`
    : html`<span class="prose" dir="auto">${line}</span>`;
}

/** @param {Attachment[]} files @param {Room} room */
function attached(files, room) {
  if (!files.length) return nothing;
  if (!room.files.value) room.fetchFiles();
  return room.files.value?.(files) ?? nothing;
}

/** @param {Message} message @param {Room} room */
function tombstone(message, room) {
  const byModerator = message.deleted?.by === 'moderator';
  return html`<div class="gone">
    ${icon(byModerator ? 'shieldx' : 'trash', 'icon--s')}<span
      >${byModerator ? words.removedByModerator : words.removedByAuthor}</span
    >${message.deleted?.reason ? html`<span class="why" dir="auto">· ${message.deleted.reason}</span>` : nothing}${room.can.has('moderate') ? html`<a class="link" href="${room.link(message.seq)}removed/">${words.viewRemoved}</a>` : nothing}
  </div>`;
}

/** What stands for the words of somebody whom the reader ignores. */
function folded() {
  return html`<div class="gone">
    <span>${words.ignoredText}</span> <button type="button" class="link" data-act="unfold">${words.show}</button>
  </div>`;
}

/** @param {number} seq @param {Room} room */
function quote(seq, room) {
  const message = room.quoted(seq);
  const author = message?.author;
  /** @param {Message} quoted */
  const said = quoted => (quoted.deleted ? words.deletedQuote : room.isFolded(quoted) ? '…' : gist(quoted));
  return html`<a class="reply" href=${room.link(seq)} data-jump=${seq}>
    ${
      message && author
        ? html`${avatar(author, initials(author.name), hue(author.id), 'av--xs')}<strong dir="auto"
              >${nameOf(author, words.goneAccount)}</strong
            ><span class="excerpt" dir="auto">${said(message)}</span>`
        : html`<span class="excerpt">${words.earlier}</span>`
    }
  </a>`;
}

/** @param {Message} message @param {Room} room */
export function mayDo(message, room) {
  const { can } = room;
  const isMine = message.author?.id === room.user.id && message.kind === 'text';
  const isLive = !message.deleted && message.kind === 'text' && !room.left.value;
  return {
    reply: isLive && can.has('send'),
    react: isLive && can.has('react'),
    pin: isLive && can.has('pin'),
    keep: isLive && room.timeline.me.role !== null,
    unread: !room.left.value && room.timeline.me.role !== null,
    edit: isLive && isMine && can.has('send'),
    delete: !message.deleted && !room.left.value && room.timeline.me.role !== null && (isMine || can.has('moderate')),
  };
}

/** @param {Message} message @param {Room} room */
function toolbar(message, room) {
  const may = mayDo(message, room);
  /** @param {string} act @param {string} sign @param {string} label */
  const button = (act, sign, label) =>
    html`<button type="button" class="icon-btn" data-act=${act} aria-label=${label} title=${label}>${icon(sign)}</button>`;
  return html`<div class="acts" role="toolbar" aria-label=${words.actions}>
    ${may.react ? html`${QUICK.map(emoji => html`<button type="button" class="icon-btn" data-react=${emoji} aria-label=${emoji}>${emoji}</button>`)}${button('pick', 'smileplus', words.react)}` : nothing}${may.reply ? button('reply', 'reply', words.reply) : nothing}${may.edit ? button('edit', 'pencil', words.edit) : nothing}${button('more', 'more', words.more)}
  </div>`;
}

/** @param {Message} message @param {string} emoji @param {Room} room */
export function isMine(message, emoji, room) {
  const users = message.reactions.find(reaction => reaction.emoji === emoji)?.users ?? [];
  return users.includes(room.user.id) || Boolean(message.mine?.includes(emoji));
}

/** @param {Message} message @param {Room} room */
function reactions(message, room) {
  if (!message.reactions.length) return nothing;
  const may = mayDo(message, room).react;
  const people = room.people();
  return html`<div class="reacts">
    ${message.reactions.map(({ emoji, count, users }) => {
      const names = users.flatMap(id => (id === room.user.id ? words.you : (people.get(id)?.name ?? [])));
      const who = words.reacted(names.slice(0, 12), count, emoji);
      return html`<button type="button" class="react" data-react=${emoji} ?disabled=${!may} aria-pressed=${isMine(message, emoji, room)} aria-label=${who} title=${who}>
        ${emoji} <span aria-hidden="true">${count}</span>
      </button>`;
    })}${
      may
        ? html`<button type="button" class="react" data-act="pick" aria-label=${words.react} title=${words.react}>${icon('smileplus', 'icon--s')}</button>`
        : nothing
    }
  </div>`;
}

/** @param {Message} message @param {Room} room @param {Clock} when */
function byline(message, room, when) {
  const author = message.author;
  const role = author?.bot ? words.bot : words.roleOf[room.roles[author?.id ?? 0]];
  return html`<div class="by">
    ${
      author?.username
        ? html`<button type="button" class="author" tabindex="-1" dir="auto" data-open="person" data-person=${author.id}>${nameOf(author, words.goneAccount)}</button>`
        : html`<bdi class="author">${words.goneAccount}</bdi>`
    }${
      role ? html`<span class="role">${role}</span>` : nothing
    }<time datetime=${message.created_at} title=${when.whole(message.created_at)}>${when.time(message.created_at)}</time>${
      message.pinned ? html`<span class="meta pinned">${icon('pin', 'icon--s')}${words.pinned}</span>` : nothing
    }
  </div>`;
}

/** @param {{message: Message, first: boolean, active: boolean, editor: unknown}} row @param {Room} room @param {Clock} when */
export function messageRow({ message, first, active, editor }, room, when) {
  const author = message.author;
  const time = when.time(message.created_at);
  if (message.kind === 'system') {
    return html`<div class="content">
      ${message.deleted ? tombstone(message, room) : told(message, room)}<time datetime=${message.created_at}>${time}</time>
    </div>`;
  }
  const isFolded = room.isFolded(message);
  const text = () => editor ?? (isFolded ? folded() : message.html ? body(message, room) : nothing);
  return html`${message.reply_to === null ? nothing : quote(message.reply_to, room)}${
    first && author
      ? avatar(author, initials(nameOf(author, '·')), hue(author.id))
      : html`<time class="gut" datetime=${message.created_at} aria-hidden="true">${time}</time>`
  }
    <div class="content">
      ${first ? byline(message, room, when) : nothing}${message.deleted ? tombstone(message, room) : text()}${
        message.edited_at && !editor
          ? html`<span class="edited" title=${when.whole(message.edited_at)}>${words.edited}</span>`
          : nothing
      }${message.deleted || isFolded ? nothing : attached(message.attachments, room)}${message.deleted ? nothing : reactions(message, room)}
    </div>
    ${active && !editor ? toolbar(message, room) : nothing}`;
}

/** @param {Message} message @param {boolean} first @param {number} me */
export function messageClass(message, first, me) {
  if (message.kind === 'system') return 'msg msg--system';
  return `msg${first ? ' msg--first' : ''}${message.reply_to === null ? '' : ' msg--reply'}${meansMe(message, me) ? ' msg--mention' : ''}`;
}

/** What becomes of a send, in words. @param {Draft} draft @param {Room} room @param {number} now */
function fate(draft, room, now) {
  const id = draft.client_id;
  if (draft.state === 'failed' || (draft.state === 'waiting' && draft.refusal?.code !== 'unavailable')) {
    const isWaiting = draft.state === 'waiting';
    const seconds = Math.max(1, Math.ceil((draft.due - now) / 1000));
    return html`<div class="unsent" role=${isWaiting ? 'timer' : 'alert'}>
      <span class="err"
        >${icon(isWaiting ? 'clock' : 'alert', 'icon--s')}${isWaiting ? words.goesIn(seconds) : words.notSent}</span
      >${draft.refusal?.detail ? html`<span class="why">${draft.refusal.detail}</span>` : nothing}
      ${isWaiting ? nothing : html`<button type="button" class="link" data-again=${id}>${words.tryAgain}</button>`}
      <button type="button" class="link" data-rewrite=${id}>${words.edit}</button>
      <button type="button" class="link" data-discard=${id}>${words.discard}</button>
    </div>`;
  }
  const isAway = room.status.value !== 'live';
  if (!isAway && now - Date.parse(draft.created_at) < QUIET_SEND_MS) return nothing;
  return html`<div class="unsent">
    <span class="sending">${icon('clock')}${isAway ? words.offlineSend : words.sending}</span
    >${isAway ? html`<button type="button" class="link" data-discard=${id}>${words.discard}</button>` : nothing}
  </div>`;
}

/** @param {Draft} draft @param {boolean} first @param {Room} room @param {Clock} when @param {number} now */
export function draftRow(draft, first, room, when, now) {
  const { user } = room;
  const time = when.time(draft.created_at);
  return html`${draft.reply_to === null ? nothing : quote(draft.reply_to, room)}${
    first
      ? avatar(user, initials(user.name), hue(user.id))
      : html`<time class="gut" datetime=${draft.created_at} aria-hidden="true">${time}</time>`
  }
    <div class="content">
      ${first ? html`<div class="by"><bdi class="author">${user.name}</bdi><time datetime=${draft.created_at}>${time}</time></div>` : nothing}
      ${draft.body ? html`<div class="prose prose--plain" dir="auto">${draft.body}</div>` : nothing}
      ${attached(draft.files, room)}${fate(draft, room, now)}
    </div>`;
}

/** @param {Draft} draft @param {boolean} first @param {number} now */
export function draftClass(draft, first, now) {
  const isFailed = draft.state === 'failed';
  const isSlow = now - Date.parse(draft.created_at) >= QUIET_SEND_MS;
  return `msg${first ? ' msg--first' : ''}${draft.reply_to === null ? '' : ' msg--reply'}${isFailed ? ' msg--failed' : isSlow ? ' msg--pending' : ''}`;
}
