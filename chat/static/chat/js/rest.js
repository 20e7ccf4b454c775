// The site's REST API as pages ask it.
import { Lost, Refused } from './connection.js';

const COOKIE = /(?:^|; )csrftoken=([^;]+)/;

/** What every request carries: leave to change something, and in which language it is answered. */
export const asking = () => ({
  'X-CSRFToken': COOKIE.exec(document.cookie)?.[1] ?? '',
  'Accept-Language': document.documentElement.lang,
});

/**
 * Asks `/api/v1` and gives what it answers; null where it has nothing to say.
 * Throws `Refused` with the site's sentence, and `Lost` where there was no answer.
 * @param {'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'} method @param {string} path below /api/v1, or a page's `next`
 * @param {unknown} [body]
 */
export async function rest(method, path, body) {
  const address = path.startsWith('/api/') ? path : `/api/v1${path}`;
  /** @type {Record<string, string>} */
  const headers = asking();
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await fetch(address, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  }).catch(() => {
    throw new Lost();
  });
  const text = await answer.text();
  const told = /json/u.test(answer.headers.get('Content-Type') ?? '') && text ? JSON.parse(text) : null;
  if (answer.ok) return told;
  throw failureOf(told);
}

/** What an answer that is no success means. @param {{code?: string} | null} told */
export function failureOf(told) {
  return told?.code ? new Refused({ type: 'error', ...told }) : new Lost();
}

/** A path below /api/v1 of these parts, whatever signs they hold. @param {(string | number)[]} parts */
export const at = (...parts) => parts.map(part => `/${encodeURIComponent(part)}`).join('');

/** What went wrong, as a sentence. @param {unknown} error @param {string} away what to say where there was no answer */
export function sentenceOf(error, away) {
  if (error instanceof Refused) return error.detail;
  if (error instanceof Lost) return away;
  throw error;
}
