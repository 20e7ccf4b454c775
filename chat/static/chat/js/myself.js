// How others see me, at the foot of the list of rooms; and what time it is where I am.
/** @import { Session } from './session.js' */
import { effect } from '@preact/signals-core';
import { words } from '#words';
import { clock, saidBy } from './format.js';
import { locale } from './html.js';

/** @param {Session} session */
export function showMyself(session) {
  const picture = document.querySelector('.me .av');
  const line = document.querySelector('.me .sub');
  const { device, timeZone } = session.data;
  tellClock();
  keepTheme();
  /** @param {string} at */
  const timeOf = at => clock(locale(), timeZone, device.clock).moment(at, new Date());
  effect(() => {
    session.userVersion.value;
    const { dnd_until, invisible, username } = session.user;
    const said = saidBy(session.user, Date.now());
    const isQuiet = dnd_until && Date.parse(dnd_until) > Date.now();
    picture?.classList.toggle('on', session.status.value === 'live' && !invisible);
    if (!line) return;
    if (said) line.textContent = `${said.emoji} ${said.text}`.trim();
    else if (invisible) line.textContent = words.invisible;
    else line.textContent = isQuiet ? words.quietUntil(timeOf(dnd_until)) : `@${username}`;
  });
}

/** For the page that stands here while the site can't be reached. */
function keepTheme() {
  try {
    localStorage.setItem('theme', document.documentElement.dataset.theme ?? '');
  } catch {
    // a browser that keeps nothing
  }
}

/** So that the hours on pages that the site draws are those of this device, too. */
function tellClock() {
  const { timeZone, hourCycle } = Intl.DateTimeFormat(locale(), { hour: 'numeric' }).resolvedOptions();
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is there in secure contexts only
  document.cookie = `zone=${timeZone}:${hourCycle};path=/;max-age=34560000;samesite=lax`;
}
