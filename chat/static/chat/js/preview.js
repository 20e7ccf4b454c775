// A small picture of a file that is still here, or the sign of what it is.
/** @import { Item } from './uploads.js' */
import { html } from 'lit-html';
import { icon } from './html.js';

const HIGH_PX = 112;
/** How wide one may be for its height; of others, the middle. */
const SHAPES = [0.75, 2];

/** @type {Record<string, string>} */
const SIGNS = { audio: 'sound', image: 'image', video: 'film' };

/** @param {Item} item */
export function sign({ type, upload }) {
  const small = upload?.thumbnails[0]?.url ?? (upload?.width ? upload.url : '');
  return small ? html`<img src=${small} alt="" />` : icon(SIGNS[type.split('/')[0]] ?? 'file');
}

/**
 * A picture in small; null where the browser can't read it. Drawn, so that the page needs no address for it.
 * @param {File} file
 */
export async function drawn(file) {
  if (!file.type.startsWith('image/')) return null;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const { width, height } = picture;
  const shape = Math.min(Math.max(width / height, SHAPES[0]), SHAPES[1]);
  const [wide, high] = [Math.min(width, height * shape), Math.min(height, width / shape)];
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(HIGH_PX * shape);
  canvas.height = HIGH_PX;
  canvas.ariaHidden = 'true';
  canvas
    .getContext('2d')
    ?.drawImage(picture, (width - wide) / 2, (height - high) / 2, wide, high, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}
