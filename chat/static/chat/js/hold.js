// On a touch screen: holding a message opens what one can do with it.
const HOLD_MS = 450;
const MOVED_PX = 10;

/** @param {HTMLElement} list @param {(row: HTMLElement) => void} act */
export function listenHolds(list, act) {
  /** @type {{timer: ReturnType<typeof setTimeout>, x: number, y: number} | null} */
  let held = null;
  const stop = () => {
    if (held) clearTimeout(held.timer);
    held = null;
  };
  list.addEventListener('pointerdown', event => {
    stop();
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest('li[data-seq]');
    if (event.pointerType === 'mouse' || !(row instanceof HTMLElement) || target?.closest('textarea, input, .acts'))
      return;
    const timer = setTimeout(() => {
      stop();
      // Lifting the finger is no press on what lies under it.
      list.addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => list.removeEventListener('click', swallow, true), 1000);
      navigator.vibrate?.(10);
      act(row);
    }, HOLD_MS);
    held = { timer, x: event.clientX, y: event.clientY };
  });
  list.addEventListener('pointermove', event => {
    if (held && Math.hypot(event.clientX - held.x, event.clientY - held.y) > MOVED_PX) stop();
  });
  for (const name of ['pointerup', 'pointercancel', 'scroll']) list.addEventListener(name, stop);
  // The browser's own menu would cover ours.
  list.addEventListener('contextmenu', event => {
    if (/** @type {PointerEvent} */ (event).pointerType === 'touch') event.preventDefault();
  });
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
