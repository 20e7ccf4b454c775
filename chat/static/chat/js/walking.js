// The rows of the log by keyboard.

/** Moves the focus by rows. @param {HTMLElement} list @param {string} key */
export function walk(list, key) {
  const rows = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('li[data-seq]')]);
  const at = rows.findIndex(row => row.contains(document.activeElement));
  const last = rows.length - 1;
  /** @type {Record<string, number>} */
  const goals = {
    ArrowUp: at < 0 ? last : Math.max(0, at - 1),
    ArrowDown: at < 0 ? last : Math.min(last, at + 1),
    Home: 0,
    End: last,
  };
  rows[goals[key]]?.focus();
}
