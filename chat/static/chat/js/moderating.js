// What one may do with a member of the room, by rank; the site decides in the end.
/** @import { Member } from './members.js' */
/** @import { Choice } from './popup.js' */
/** @import { Talk } from './talk.js' */
import { html } from 'lit-html';
import { words } from '#words-later';
import { field, openForm, select } from './form.js';
import { at, rest } from './rest.js';
import { tellDone, tellRefusal } from './telling.js';

const REASON_MOST = 200;
const RANKS = { owner: 3, moderator: 2, member: 1 };

/** @param {Pick<Member, 'id' | 'username' | 'name' | 'role'>} member @param {Talk} talk @param {() => void} changed @returns {Choice[]} */
export function memberChoices(member, talk, changed) {
  const { can } = talk.room;
  const mine = can.has('settings') ? RANKS.owner : can.has('moderate') ? RANKS.moderator : RANKS.member;
  if (member.id === talk.room.user.id || mine <= RANKS[member.role]) return [];
  const path = at('rooms', talk.slug);
  /** @param {() => Promise<unknown>} ask @param {string} done */
  const act = async (ask, done) => {
    try {
      await ask();
      tellDone(done);
    } catch (error) {
      tellRefusal(error);
    }
    changed();
  };
  const seat = `${path}${at('members', member.username)}`;
  /** @param {'moderator' | 'member'} role @param {string} label @returns {Choice} */
  const give = (role, label) => ({
    sign: role === 'moderator' ? 'shield' : 'users',
    label,
    act: () => act(() => rest('PATCH', seat, { role }), words.roleGiven(member.name, words.roleOf[role])),
  });
  /** @type {Choice[]} */
  const choices = [];
  if (can.has('settings')) {
    choices.push(member.role === 'member' ? give('moderator', words.makeModerator) : give('member', words.makeMember), {
      sign: 'key',
      label: words.handOver,
      act: () => handOver(member, talk, changed),
    });
  }
  choices.push(
    { sign: 'mute', label: words.mute, act: () => sanction('mute', member, talk, changed) },
    { sign: 'logout', label: words.remove, act: () => remove(member, talk, changed), careful: true },
    { sign: 'ban', label: words.ban, act: () => sanction('ban', member, talk, changed), careful: true },
  );
  return choices;
}

/** @param {boolean} isRequired */
const reasonField = isRequired =>
  field(
    words.reason,
    html`<input class="input" id="f-reason" name="reason" maxlength=${REASON_MOST} autocomplete="off" dir="auto" ?required=${isRequired} />`,
    'f-reason',
    isRequired ? words.theyReadIt : words.inAudit,
  );

/** @param {'mute' | 'ban'} kind @param {Pick<Member, 'username' | 'name'>} member @param {Talk} talk @param {() => void} changed */
export function sanction(kind, member, talk, changed) {
  openForm({
    title: words.sanctionTitle[kind](member.name),
    fields: html`<p>${words.sanctionMeans[kind]}</p>
      ${reasonField(true)}${select('hours', words.howLong, words.durations, '24')}`,
    label: words[kind],
    careful: true,
    act: data => {
      const hours = Number(data.get('hours'));
      const until = hours ? new Date(Date.now() + hours * 3_600_000).toISOString() : null;
      return rest('POST', `${at('rooms', talk.slug)}/sanctions`, {
        username: member.username,
        kind,
        reason: String(data.get('reason')).trim(),
        until,
      });
    },
    done: made => {
      const { id } = /** @type {{id: number}} */ (made);
      tellDone(words.sanctioned[kind](member.name), words.undo, async () => {
        await rest('DELETE', `${at('rooms', talk.slug, 'sanctions', id)}`);
        changed();
      });
      changed();
    },
  });
}

/** @param {Pick<Member, 'username' | 'name'>} member @param {Talk} talk @param {() => void} changed */
function remove(member, talk, changed) {
  openForm({
    title: words.removeTitle(member.name),
    fields: html`<p>${words.removeMeans}</p>
      ${reasonField(false)}`,
    label: words.remove,
    careful: true,
    act: data => {
      const reason = new URLSearchParams({ reason: String(data.get('reason')).trim() });
      return rest('DELETE', `${at('rooms', talk.slug, 'members', member.username)}?${reason}`);
    },
    done: () => {
      tellDone(words.removed(member.name));
      changed();
    },
  });
}

/** @param {Pick<Member, 'username' | 'name'>} member @param {Talk} talk @param {() => void} changed */
function handOver(member, talk, changed) {
  openForm({
    title: words.handOverTitle(member.name),
    fields: html`<p>${words.handOverMeans}</p>`,
    label: words.handOver,
    act: () => rest('POST', `${at('rooms', talk.slug)}/hand-over`, { username: member.username }),
    done: changed,
  });
}
