// Files for the style guide: of each kind one, in each state on their way.
/** @import { Attachment } from './types.js' */
/** @import { Item } from './uploads.js' */

/** @param {number} width @param {number} height @param {string} colour */
const drawing = (width, height, colour) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${colour}"/><circle cx="${width * 0.3}" cy="${height * 0.4}" r="${Math.min(width, height) * 0.18}" fill="#fffb"/><path d="M0 ${height} L${width * 0.45} ${height * 0.55} L${width * 0.7} ${height * 0.8} L${width} ${height * 0.5} V${height} Z" fill="#0003"/></svg>`,
  )}`;

/** @param {Partial<Attachment>} fields @returns {Attachment} */
const attachment = fields => ({
  id: '00000000-0000-4000-8000-000000000000',
  name: 'file',
  type: 'application/octet-stream',
  size: 48_000,
  width: null,
  height: null,
  animated: false,
  alt: '',
  url: '#file',
  thumbnails: [],
  ...fields,
});

/** @param {string} name @param {number} width @param {number} height @param {string} colour @param {string} [alt] */
const picture = (name, width, height, colour, alt = '') =>
  attachment({ name, type: 'image/png', width, height, alt, url: drawing(width, height, colour) });

const LONG = 'minutes of the meeting at which nothing was decided but the date of the next one.pdf';

export const one = [picture('p95-history.png', 1200, 550, '#3c7d68', 'The latency falls after the deploy')];
export const tall = [picture('door.jpg', 600, 1400, '#8a5a44')];
export const tiny = [picture('dot.png', 16, 16, '#5b6b9a')];
export const two = [picture('before.png', 800, 600, '#8a5a44'), picture('after.png', 600, 800, '#3c7d68')];
export const many = ['#3c7d68', '#8a5a44', '#5b6b9a', '#8c7a3a', '#7a4f77'].map((colour, index) =>
  picture(`photo ${index + 1}.jpg`, 640 + index * 90, 480, colour),
);
export const playing = [
  attachment({ name: 'voice note.mp3', type: 'audio/mpeg', size: 812_000 }),
  attachment({ name: 'walk through.webm', type: 'video/webm', size: 8_400_000 }),
];
export const plain = [
  attachment({ name: LONG, size: 1_240_000 }),
  attachment({ name: 'خطة الإطلاق.zip', size: 23_900_000 }),
  attachment({ name: 'notes', size: 900 }),
];

/** @param {Partial<Item>} fields @returns {Item} */
const item = fields => ({
  key: 0,
  file: null,
  name: 'photo.jpg',
  type: 'image/jpeg',
  size: 2_400_000,
  alt: '',
  sent: 0,
  state: 'waiting',
  problem: '',
  mayRetry: false,
  held: null,
  upload: null,
  ...fields,
});

/** The tray with a file in every state. @type {Item[]} */
export const tray = [
  item({ state: 'there', upload: one[0], name: 'p95-history.png', alt: 'The latency falls', size: 48_000 }),
  item({ state: 'there', name: LONG, type: 'application/pdf', size: 1_240_000 }),
  item({ state: 'going', sent: 900_000 }),
  item({ state: 'going', sent: 2_400_000, name: 'second photo.jpg' }),
  item({ name: 'walk through.webm', type: 'video/webm', size: 8_400_000 }),
  item({ state: 'failed', problem: 'This picture is damaged.', name: 'broken.png' }),
  item({
    state: 'failed',
    problem: 'It did not arrive. Try again when you are back.',
    mayRetry: true,
    name: 'voice note.mp3',
    type: 'audio/mpeg',
  }),
];
