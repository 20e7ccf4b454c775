// A small picture of a file that is still here, or the sign of what it is.
/** @import { Item } from './uploads.js' */
import { html } from 'lit-html';
import { icon } from './html.js';

const SIDE_PX = 112;

/** @type {Record<string, string>} */
const SIGNS = { audio: 'sound', image: 'image', video: 'film' };

/** @param {Item} item */
export function sign({ type, upload }) {
  const small = upload?.thumbnails[0]?.url ?? (upload?.width ? upload.url : '');
  return small ? html`<img src=${small} alt="" />` : icon(SIGNS[type.split('/')[0]] ?? 'file');
}

/**
 * The middle of a picture; null where the browser can't read it. Drawn, so that the page needs no address for it.
 * @param {File} file
 */
export async function drawn(file) {
  if (!file.type.startsWith('image/')) return null;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const { width, height } = picture;
  const side = Math.min(width, height);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE_PX;
  canvas.ariaHidden = 'true';
  canvas
    .getContext('2d')
    ?.drawImage(picture, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SIDE_PX, SIDE_PX);
  picture.close();
  return canvas;
}
