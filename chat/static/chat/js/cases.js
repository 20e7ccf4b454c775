// The number of cases that wait, at the moderators' link to their desk.
import { rest } from './rest.js';

/** Counts anew, and tells the desk, if that is the page. */
export async function recount() {
  dispatchEvent(new Event('cases'));
  const badge = document.getElementById('cases');
  if (!badge) return;
  const { waiting } = await rest('GET', '/reports/waiting').catch(() => ({ waiting: 0 }));
  badge.textContent = waiting;
  badge.hidden = !waiting;
}
