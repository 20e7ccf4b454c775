// The words of docs/protocol.md, as the browser modules see them.

/** What somebody says of themselves. */
export interface Saying {
  emoji: string;
  text: string;
  until: string | null;
}

export interface Person {
  id: number;
  username: string;
  name: string;
  /** The address of a square. */
  avatar?: string;
  status?: Saying | null;
  /** Only of oneself. */
  dnd_until?: string | null;
  invisible?: boolean;
  notify?: RoomSettings['notify'];
}

export interface Author extends Person {
  bot: boolean;
}

export interface Tombstone {
  by: 'author' | 'moderator';
  reason: string;
}

export interface Reaction {
  emoji: string;
  count: number;
  /** Of the first fifty people. */
  users: number[];
}

/** A file as the site knows it. */
export interface Attachment {
  id: string;
  name: string;
  type: string;
  /** In bytes. */
  size: number;
  /** Of a picture, in pixels. */
  width: number | null;
  height: number | null;
  animated: boolean;
  alt: string;
  url: string;
  /** Smaller ones, which stand still; the smallest first. */
  thumbnails: { url: string; width: number; height: number }[];
}

/**
 * A file that is not up yet and is kept over a reload, by its number. `goes`: its message is sent as soon as it is up;
 * `elsewhere`: another page of the room had it.
 */
export type Held = { held: number; goes?: boolean; elsewhere?: boolean } & Pick<
  Attachment,
  'name' | 'type' | 'size' | 'alt'
>;

/** What a system line tells of; see docs/protocol.md. */
export interface RoomEvent {
  type: string;
  user?: Person;
  users?: Person[];
  name?: string;
  topic?: string;
  seq?: number;
}

export interface Message {
  seq: number;
  rev: number;
  kind: 'text' | 'system';
  client_id: string | null;
  author: Author | null;
  created_at: string;
  edited_at: string | null;
  body: string;
  html: string;
  reply_to: number | null;
  mentions: number[];
  mentions_all: 'room' | 'here' | null;
  reactions: Reaction[];
  attachments: Attachment[];
  pinned: boolean;
  deleted: Tombstone | null;
  /** Of system lines. */
  event?: RoomEvent;
  /** My reactions, where a list of people is cut. */
  mine?: string[];
}

export interface RoomState {
  name: string;
  topic: string;
  description: string;
  icon: string;
  kind: 'public' | 'private' | 'direct';
  slow_mode: number;
  posting: 'everyone' | 'moderators';
  inviting: 'everyone' | 'moderators';
  pinning: 'everyone' | 'moderators';
  mention_all: 'by_size' | 'everyone' | 'moderators';
  listed: boolean;
  history_for_newcomers?: boolean;
  locked: { reason: string; until: string | null } | null;
  archived: boolean;
  people: Person[];
}

export interface Standing {
  role: 'owner' | 'moderator' | 'member' | null;
  can: string[];
  read_seq: number;
}

export interface RoomSettings {
  notify: 'all' | 'mentions' | 'nothing';
  own_level: boolean;
  muted: boolean;
  favourite: boolean;
  place: number | null;
  hidden_seq: number | null;
}

export interface RoomEntry {
  slug: string;
  name: string;
  icon: string;
  kind: 'public' | 'private' | 'direct';
  epoch: string;
  seq: number;
  rev: number;
  read_seq: number;
  mentions: number;
  role: string;
  settings: RoomSettings;
  people: Person[];
}

export interface Subscribed {
  room: string;
  epoch: string;
  seq: number;
  rev: number;
  reset: boolean;
  has_before?: boolean;
  state: RoomState;
  me: Standing;
  messages: Message[];
  mine?: Record<string, string[]>;
}

export interface HistoryPage {
  room: string;
  epoch: string;
  messages: Message[];
  mine?: Record<string, string[]>;
  has_before: boolean;
  has_after: boolean;
}

export interface Events {
  room: string;
  prev: number;
  rev: number;
  messages: Message[];
  mine?: Record<string, string[]>;
  state?: RoomState;
}

/** Any frame: the fields that its type carries, looked at one by one. */
export interface Frame {
  type: string;
  ref?: string;
  room?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a frame is read by its type
  [field: string]: any;
}

export interface Refusal {
  code: string;
  detail: string;
  field?: string;
  retry_after?: number;
  until?: string | null;
}

/** As `hello` tells them; `upload`: bytes of a file, `attachments`: files of a message. */
export interface Limits {
  rooms: number;
  upload: number;
  attachments: number;
}

/** One message on its way out, as the outbox keeps it. */
export interface Draft {
  client_id: string;
  user: number;
  room: string;
  body: string;
  reply_to: number | null;
  /** Uploaded, and in no message yet. */
  files: Attachment[];
  created_at: string;
  state: 'queued' | 'sending' | 'waiting' | 'failed' | 'acked';
  /** When a waiting one may go again, in ms since the epoch. */
  due: number;
  refusal: Refusal | null;
  rev: number;
}

/** What the page carries in itself. */
export interface PageData {
  user: Person;
  rooms: RoomEntry[];
  /** The ids of those whom this person ignores. */
  ignored: number[];
  /** Where the icons are. */
  icons: string;
  /** The site's own icon, by how much waits: nothing, something unread, something for me. */
  badges: [string, string, string];
  /** The site's icon in pixels. */
  picture: string;
  signIn: string;
  timeZone: string;
  device: Device;
  /** The room of this page, and a window of older messages where it does not open at the newest. */
  page: Subscribed | null;
  window: HistoryPage | null;
  /** Who of the room is more than a member, by id. */
  roles: Record<number, 'owner' | 'moderator'>;
  /** Why this person may not write in the room of this page now, and until when. */
  muted: { reason: string; until: string | null } | null;
  /** The message of a permalink. */
  target: number | null;
}

/** How the person likes the site on this device. */
export interface Device {
  /** What Enter does in the composer; empty: as usual on the device. */
  enter: '' | 'sends' | 'breaks';
  clock: '' | 'h12' | 'h23';
  notify: boolean;
  sound: boolean;
}

export interface Continuity {
  reset: boolean;
  posted: number;
  edited: number;
  removed: number;
}
