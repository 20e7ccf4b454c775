// The service worker: keeps one page for when the site can't be reached, and opens rooms from notifications. Nothing
// that anybody wrote, and no answer of the API, ever goes into its cache; static files are the browser's to keep.
// The view that serves this file says before it: SHELL (the page, then its files) and VERSION.
/* global SHELL, VERSION */

const [PAGE] = SHELL;

addEventListener('install', event => {
  const fresh = SHELL.map(path => new Request(path, { cache: 'reload' }));
  event.waitUntil(caches.open(VERSION).then(cache => cache.addAll(fresh)));
  skipWaiting();
});

addEventListener('activate', event => {
  event.waitUntil(takeOver());
});

async function takeOver() {
  for (const name of await caches.keys()) if (name !== VERSION) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
}

addEventListener('fetch', event => {
  const { request } = event;
  if (request.mode === 'navigate' && request.method === 'GET') event.respondWith(visit(event));
  else if (SHELL.includes(new URL(request.url).pathname)) event.respondWith(file(request));
});

/** The page that was asked for; where it can't be had, the one that says so. */
async function visit(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

/** A file of the offline page: the browser's own copy or the site's, else the kept one. */
async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}

addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.path));
});

/** Shows a place in a page that stands open, the one that shows that room before all, else in a new one. */
async function open(path) {
  const pages = await clients.matchAll({ type: 'window' });
  const room = path.replace(/\d+\/$/, '');
  const page = pages.find(one => new URL(one.url).pathname.startsWith(room)) ?? pages[0];
  if (!page) return clients.openWindow(path);
  await page.focus();
  return page.navigate(path);
}
