// The buttons under the box to write in.
import { part } from './toast.js';

/** @param {Element} button @param {HTMLTextAreaElement} box */
export async function useTool(button, box) {
  const tool = button.getAttribute('data-tool') ?? '';
  if (tool === 'formatting') (await part(import('./help.js'))).showFormatting();
  else if (tool === 'emoji') (await part(import('./picker.js'))).pickEmoji(button, emoji => insert(box, emoji));
  else insert(box, tool);
}

/** Writes at the caret; a sign that asks for a name stands after a blank. @param {HTMLTextAreaElement} box @param {string} text */
export function insert(box, text) {
  const before = box.value.slice(0, box.selectionStart);
  const gap = text[0] === '@' && before && !/\s$/u.test(before) ? ' ' : '';
  box.focus();
  box.setRangeText(gap + text, box.selectionStart, box.selectionEnd, 'end');
  box.dispatchEvent(new Event('input', { bubbles: true }));
}
