// When to come back after a lost connection, and whether to come back at all.

const FIRST = 500;
const FACTOR = 1.7;
const LONGEST = 30_000;

/**
 * Milliseconds before try number `attempt` (0 is the first): full jitter over a growing span.
 * @param {number} attempt @param {() => number} [random]
 */
export function delayBefore(attempt, random = Math.random) {
  return Math.round(random() * Math.min(LONGEST, FIRST * FACTOR ** Math.min(attempt, 30)));
}

/** @typedef {{action: 'return', delay: number | null} | {action: 'sign-in' | 'banned' | 'stop'}} Decision */

/**
 * What a close code asks of the client; a `delay` of null leaves it to the back-off.
 * @param {number} code @param {number} [retryAfter] seconds named by the last `rate_limited`
 * @param {() => number} [random] @returns {Decision}
 */
export function decide(code, retryAfter = 0, random = Math.random) {
  switch (code) {
    case 4401:
      return { action: 'sign-in' };
    case 4403:
      return { action: 'banned' };
    case 1009:
    case 4400:
      return { action: 'stop' };
    case 1012:
      return { action: 'return', delay: Math.round(random() * 5000) };
    case 4408:
      return { action: 'return', delay: 0 };
    case 4429:
      return { action: 'return', delay: Math.ceil(Math.max(retryAfter, 1) * 1000) };
    default:
      return { action: 'return', delay: null };
  }
}
