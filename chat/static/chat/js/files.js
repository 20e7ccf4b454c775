// What a message brings beside its text: pictures, sound, films, files to download.
/** @import { Attachment } from './types.js' */
import { html, nothing } from 'lit-html';
import { icon } from './html.js';

/** A picture in a row is at most so wide and so high, in CSS pixels. */
const SHOT_PX = [384, 320];
/** How wide it is beside others. */
const TILE_PX = 192;

/** Pictures stand together, everything else below them. @param {Attachment[]} all of a message */
export function files(all) {
  const pictures = all.filter(isPicture);
  const isOne = pictures.length === 1;
  return html`${
    pictures.length
      ? html`<div class="shots ${isOne ? '' : 'shots--many'}">${pictures.map(file => shot(file, isOne))}</div>`
      : nothing
  }${isOne ? caption(pictures[0]) : nothing}${all.filter(file => !isPicture(file)).map(other)}`;
}

/** @param {Pick<Attachment, 'type' | 'width'>} file */
export const isPicture = ({ type, width }) => type.startsWith('image/') && Boolean(width);

/** @param {Attachment} file @param {boolean} isOne */
function shot(file, isOne) {
  const { name, alt, url, animated, thumbnails } = file;
  const [width, height] = fitted(file);
  const moves = animated && !matchMedia('(prefers-reduced-motion: reduce)').matches;
  const smaller = moves ? [] : thumbnails;
  return html`<a
    class="shot"
    href=${url}
    draggable="false"
    data-open="picture"
    data-name=${name}
    data-much=${sizeOf(file)}
    data-sides="${file.width} ${file.height}"
    ><img
      sizes="${isOne ? width : TILE_PX}px"
      srcset=${smaller.map(one => `${one.url} ${one.width}w`).join() || nothing}
      src=${smaller[0]?.url ?? url}
      width=${width}
      height=${height}
      alt=${alt || name}
      draggable="false"
      loading="lazy"
      decoding="async"
  /></a>`;
}

/** @param {Attachment} file */
const caption = file => html`<p class="caption"><bdi>${file.name}</bdi> · <bdi>${sizeOf(file)}</bdi></p>`;

/** @param {Attachment} file */
function other(file) {
  const { name, alt, type, url } = file;
  const label = alt || name;
  if (type.startsWith('audio/'))
    return html`<audio class="sound" controls preload="none" src=${url} aria-label=${label}></audio>${caption(file)}`;
  if (type.startsWith('video/'))
    return html`<video class="film" controls playsinline preload="metadata" src=${url} aria-label=${label}></video>${caption(file)}`;
  return html`<a class="file" href=${url} download title=${alt || nothing}>
    ${icon('file')}<span class="names"
      ><bdi class="name">${name}</bdi><span class="sub">${[kindOf(name), sizeOf(file)].filter(Boolean).join(' · ')}</span></span
    >${icon('download', 'icon--s')}
  </a>`;
}

/** In the reader's words. @param {{size: number}} file */
export const sizeOf = ({ size }) => sizeText(size, document.documentElement.lang);

/** @param {number} bytes @param {string} language */
export function sizeText(bytes, language) {
  const step = bytes < 1000 ? 0 : bytes < 999_500 ? 1 : 2;
  const size = bytes / 1000 ** step;
  const unit = ['byte', 'kilobyte', 'megabyte'][step];
  const maximumFractionDigits = step && size < 9.95 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits }).format(size);
}

/** What a file calls itself: the ending of its name; '' where it has none. @param {string} name */
export function kindOf(name) {
  return /[^.]\.([\p{L}\p{N}]{1,8})$/u.exec(name)?.[1].toUpperCase() ?? '';
}

/** How large a picture stands in its row, in CSS pixels. @param {Pick<Attachment, 'width' | 'height'>} file */
export function fitted({ width, height }) {
  const sides = [width || 1, height || 1];
  const scale = Math.min(1, ...sides.map((side, index) => SHOT_PX[index] / side));
  return sides.map(side => Math.max(1, Math.round(side * scale)));
}
