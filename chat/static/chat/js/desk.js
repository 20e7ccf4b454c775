// The desk works by forms; this adds keys, and changes the page without loading it anew.
import { Lost } from './connection.js';
import { tellRefusal } from './telling.js';

const desk = () => /** @type {HTMLElement} */ (document.getElementById('desk'));
const cases = () => /** @type {HTMLElement[]} */ ([...desk().querySelectorAll('.report')]);
const current = () => cases().findIndex(one => one.ariaCurrent === 'true');
const isBusy = () => desk().querySelector('.terms[open]') !== null;

/** The page that a request ends at, as a document whose scripts don't run. @param {string} method @param {string} address @param {FormData} [form] @returns {Promise<Document | null>} */
const fetchPage = (method, address, form) =>
  new Promise(done => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.responseType = 'document';
    request.onloadend = () => done(request.status === 200 ? request.responseXML : null);
    request.send(form);
  });

/** Puts what is new into this page; the case at the same place becomes the current one. @param {Document} page @param {string} [id] of the case that stays current */
function take(page, id = cases()[current()]?.id) {
  const at = Math.max(0, current());
  const scrolled = desk().querySelector('.queue')?.scrollTop ?? 0;
  const hadFocus = desk().contains(document.activeElement);
  for (const selector of ['#desk', '.head .tabs', '#cases']) {
    const [old, fresh] = [document.querySelector(selector), page.querySelector(selector)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  desk().querySelector('.queue')?.scrollTo(0, scrolled);
  const same = cases().findIndex(one => one.id === id);
  choose(same >= 0 ? same : Math.min(at, cases().length - 1), hadFocus);
  showSpans();
}

/** @param {number} index @param {boolean} [withFocus] */
function choose(index, withFocus = true) {
  const all = cases();
  for (const [at, one] of all.entries()) one.ariaCurrent = at === index ? 'true' : null;
  if (!withFocus) return;
  const goal = all[index] ?? desk().querySelector('.queue');
  if (goal instanceof HTMLElement) goal.focus();
}

/** What the button says is what the field says. */
function showSpans() {
  for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (desk().querySelectorAll('select[data-shown]'))) {
    const place = desk().querySelector(`[data-for="${select.id}"]`);
    if (place) place.textContent = select.selectedOptions[0]?.textContent ?? '';
  }
}

async function refresh() {
  if (document.hidden || isBusy()) return;
  const page = await fetchPage('GET', location.href);
  if (page && !isBusy()) take(page);
}

desk().parentElement?.addEventListener('submit', async event => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method !== 'post') return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const own = form.closest('.report')?.id;
  const page = await fetchPage('POST', form.action, data);
  if (page?.getElementById('desk')) take(page, own);
  else tellRefusal(new Lost());
});

desk().parentElement?.addEventListener('change', showSpans);
desk().parentElement?.addEventListener('focusin', event => {
  const at = cases().findIndex(one => one.contains(/** @type {Node} */ (event.target)));
  if (at >= 0 && at !== current()) choose(at, false);
});

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = /** @type {Element} */ (event.target);
  const terms = target.closest('.terms');
  if (event.key === 'Escape' && terms instanceof HTMLDetailsElement) {
    terms.open = false;
    /** @type {HTMLElement | null} */ (target.closest('.report'))?.focus();
    return;
  }
  if (target.closest('input, select, textarea, [popover], dialog, #nav')) return;
  const now = cases()[current()];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !target.closest('.audit')) choose(Math.min(Math.max(current() + step, 0), cases().length - 1));
  else if (event.key === 'e' && now?.querySelector('.terms')) {
    /** @type {HTMLDetailsElement} */ (now.querySelector('.terms')).open = true;
    const reason = now.querySelector('input[name=reason]');
    if (reason instanceof HTMLInputElement) reason.select();
  } else {
    const button = now?.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!(button instanceof HTMLButtonElement) || event.repeat) return;
    button.click();
  }
  event.preventDefault();
});

addEventListener('cases', refresh);
addEventListener('focus', refresh);
showSpans();
