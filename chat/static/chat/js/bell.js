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
  const entry = session.entry(slug);
  if (!entry) return;
  const { settings } = entry;
  const isHidden = settings.hidden_seq !== null && entry.seq <= settings.hidden_seq;
  /** @param {{notify?: RoomSettings['notify'] | 'default', muted?: boolean, favourite?: boolean, hidden?: boolean}} changes */
  const change = async changes => {
    try {
      session.patch(slug, { settings: await rest('PATCH', at('rooms', slug, 'settings'), changes) });
    } catch (error) {
      tellRefusal(error);
    }
  };
  const byDefault = session.user.notify ?? 'mentions';
  openMenu(opener, [
    ...(entry.kind === 'direct'
      ? []
      : [
          {
            label: words.asInSettings[byDefault],
            isChosen: !settings.own_level,
            act: () => change({ notify: 'default' }),
          },
        ]),
    ...LEVELS.map(notify => ({
      label: words.levels[notify],
      isChosen: settings.own_level && settings.notify === notify,
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
    ...(entry.kind === 'direct'
      ? [{ label: words.hideTalk, isChosen: isHidden, isSwitch: true, act: () => change({ hidden: !isHidden }) }]
      : []),
  ]);
}
