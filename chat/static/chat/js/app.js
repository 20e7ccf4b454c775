// The entry of the pages beside the room: the room list stays live on them.
/** @import { PageData } from './types.js' */
import { useSprite } from './html.js';
import { listenKeys, listenOpeners } from './openers.js';
import { Session } from './session.js';
import { showSidebar } from './sidebar.js';

/** @type {PageData} */
const data = JSON.parse(document.getElementById('page-data')?.textContent ?? '{}');
useSprite(data.icons);
const session = new Session(data);
showSidebar(session);
listenKeys(session, null);
listenOpeners(session, null);
session.start();
