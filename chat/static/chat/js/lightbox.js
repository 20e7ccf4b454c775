// Pictures of the messages one by one over the page, in the order in which they stand there.
import { html, nothing, render } from 'lit-html';
import { words as files } from '#words-files';
import { words } from '#words-later';
import { icon } from './html.js';
import { sheet } from './popup.js';

const SWIPE_PX = 48;

/** @param {Element} hit the picture that was pressed */
export async function openPicture(hit) {
  await sheet('uploads');
  const around = hit.closest('ol, ul, .pins') ?? document;
  const all = /** @type {HTMLAnchorElement[]} */ ([...around.querySelectorAll('[data-open="picture"]')]);
  let place = Math.max(0, all.indexOf(/** @type {HTMLAnchorElement} */ (hit)));
  const dialog = document.createElement('dialog');
  dialog.className = 'lightbox';
  /** @param {number} step */
  const go = step => {
    const next = place + step;
    if (!all[next]) return;
    place = next;
    draw();
  };
  const draw = () => {
    dialog.setAttribute('aria-label', all[place].dataset.name ?? '');
    render(
      view(all, place, go, () => dialog.close()),
      dialog,
    );
  };
  draw();
  dialog.addEventListener('keydown', event => {
    const onward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -1, ArrowRight: -1, Home: -place, End: all.length - 1 - place, [onward]: 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    go(steps[event.key]);
  });
  listenSwipes(dialog, go);
  dialog.addEventListener('click', event => {
    if (event.target instanceof Element && event.target.matches('.lightbox, figure')) dialog.close();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (hit instanceof HTMLElement) hit.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {HTMLElement[]} all @param {number} place @param {(step: number) => void} go @param {() => void} close */
function view(all, place, go, close) {
  const link = /** @type {HTMLAnchorElement} */ (all[place]);
  const { name = '', much = '', sides = '' } = link.dataset;
  const small = link.querySelector('img');
  const alt = small?.alt ?? name;
  /** @param {string} sign @param {string} label @param {number} step */
  const button = (sign, label, step) =>
    html`<button type="button" class="icon-btn ${sign}" aria-label=${label} title=${label} ?hidden=${all.length < 2} aria-disabled=${!all[place + step]} @click=${() => go(step)}>${icon(sign)}</button>`;
  return html`<header>
      <p><bdi class="name">${name}</bdi><span class="sub">${[all.length > 1 ? files.pictureOf(place + 1, all.length) : '', much].filter(Boolean).join(' · ')}</span></p>
      <a class="icon-btn" href=${link.href} download aria-label=${files.download} title=${files.download}>${icon('download')}</a
      ><button type="button" class="icon-btn" aria-label=${words.close} title=${words.close} @click=${close}>${icon('x')}</button>
    </header>
    ${button('left', files.pictureBefore, -1)}
    <figure>${picture(link.href, alt, small?.currentSrc ?? '', sides)}${alt === name ? nothing : html`<figcaption dir="auto">${alt}</figcaption>`}</figure>
    ${button('right', files.pictureAfter, 1)}
    <p class="vh" role="status">${alt}</p>`;
}

/** The small one stands in its place until it is there. @param {string} url @param {string} alt @param {string} small @param {string} sides */
function picture(url, alt, small, sides) {
  const [width, height] = sides.split(' ').map(Number);
  const img = document.createElement('img');
  img.alt = alt;
  img.draggable = false;
  img.style.setProperty('--wide', `${width}px`);
  img.style.setProperty('--shape', String(width / height));
  img.style.backgroundImage = `url("${small}")`;
  img.addEventListener('load', () => img.style.removeProperty('background-image')); // it would shine through
  img.src = url;
  return img;
}

/** @param {HTMLElement} dialog @param {(step: number) => void} go */
function listenSwipes(dialog, go) {
  let begin = 0;
  dialog.addEventListener('touchstart', event => {
    begin = event.touches.length === 1 ? event.touches[0].clientX : Number.NaN;
  });
  dialog.addEventListener('touchend', event => {
    const way = event.changedTouches[0].clientX - begin;
    const mirrored = document.documentElement.dir === 'rtl' ? -1 : 1;
    if (Math.abs(way) > SWIPE_PX) go(way < 0 ? mirrored : -mirrored);
  });
}
