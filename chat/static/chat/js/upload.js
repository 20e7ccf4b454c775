// One file on its way to the site. XMLHttpRequest alone tells how much of it is up.
/** @import { Attachment } from './types.js' */
import { Lost } from './connection.js';
import { asking, at, failureOf, rest } from './rest.js';

/**
 * Sends a file up. The promise gives what the site made of it; throws `Refused` and `Lost`, and `Lost` when it was stopped.
 * @param {File} file @param {string} alt @param {(sent: number) => void} tell how many bytes are up
 * @returns {{done: Promise<Attachment>, stop: () => void}}
 */
export function sendUp(file, alt, tell) {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append('file', file);
  form.append('alt', alt);
  const done = new Promise((resolve, reject) => {
    request.upload.addEventListener('progress', event => tell(event.loaded));
    request.addEventListener('load', () => {
      const told = parsed(request.responseText);
      if (request.status === 201) resolve(told);
      else reject(failureOf(told ?? (request.status === 413 ? { code: 'too_large' } : null)));
    });
    for (const name of ['error', 'abort', 'timeout']) request.addEventListener(name, () => reject(new Lost()));
  });
  request.open('POST', '/api/v1/uploads');
  for (const [name, value] of Object.entries(asking())) request.setRequestHeader(name, value);
  request.send(form);
  return { done, stop: () => request.abort() };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a page of whatever stands before the site
  }
}

/** Files that will not be sent are not kept. @param {Attachment[]} files */
export function letGo(files) {
  // What can't be asked for now, or went with a message after all, is the site's to know: it keeps nothing unsent for long.
  for (const { id } of files) rest('DELETE', at('uploads', id)).catch(() => {});
}
