// The entry of every page with the room list.
/** @import { PageData } from './types.js' */
import { useSprite } from './icons.js';
import { Session } from './session.js';
import { showSidebar } from './sidebar.js';

/** @returns {PageData} */
function pageData() {
  return JSON.parse(document.getElementById('page-data')?.textContent ?? '{}');
}

const data = pageData();
useSprite(data.icons);
const session = new Session(data);
showSidebar(session);
if (data.page) {
  const { showRoom } = await import('./room.js');
  showRoom(session, data.page, data.window, data.target);
}
session.start();
