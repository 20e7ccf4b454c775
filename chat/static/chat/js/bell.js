// How one wants to hear of a room.
/** @import { RoomSettings } from './types.js' */
/** @import { Session } from './session.js' */
import { words } from '#words-later';
import { openMenu } from './popup.js';
import { at, rest } from './rest.js';
import { tellRefusal } from './telling.js';

const LEVELS = /** @type {const} */ (['all', 'mentions', 'nothing']);

/** @param {Element} opener @param {Session} session @param {string} slug */
export function openBell(opener, session, slug) {
  const settings = session.entry(slug)?.settings;
  if (!settings) return;
  /** @param {Partial<RoomSettings>} changes */
  const change = async changes => {
    try {
      session.patch(slug, { settings: await rest('PATCH', at('rooms', slug, 'settings'), changes) });
    } catch (error) {
      tellRefusal(error);
    }
  };
  openMenu(opener, [
    ...LEVELS.map(notify => ({
      label: words.levels[notify],
      isChosen: settings.notify === notify,
      act: () => change({ notify }),
    })),
    {
      label: words.muteRoom,
      isChosen: settings.muted,
      isSwitch: true,
      act: () => change({ muted: !settings.muted }),
    },
    {
      label: words.favourite,
      isChosen: settings.favourite,
      isSwitch: true,
      act: () => change({ favourite: !settings.favourite }),
    },
  ]);
}
