// A swipe to the side, by one finger, fast and straight. Scrolling, marking text, zooming, and what a phone itself
// does at the edges of its screen, are none.

const FAR_PX = 64;
const FAST_MS = 700;
const STRAIGHT = 2;
const EDGE_PX = 24;
const OWN = "input, textarea, select, dialog";

/** `left` or `right` is called when that way was swiped over `element`. What is done by it needs a button, too. */
export function onSwipe(element, { left, right }) {
  let from = null;
  const forget = () => {
    from = null;
  };
  const begin = (event) => {
    const [{ clientX: x, clientY: y }] = event.touches;
    const isInside = x > EDGE_PX && x < innerWidth - EDGE_PX;
    from = event.touches.length === 1 && isInside && !movesByItself(event.target) ? { x, y, at: event.timeStamp } : null;
  };
  const follow = (event) => {
    if (event.touches.length !== 1) forget();
  };
  const end = (event) => {
    if (!from) return;
    const [{ clientX, clientY }] = event.changedTouches;
    const [across, down, took] = [clientX - from.x, clientY - from.y, event.timeStamp - from.at];
    forget();
    if (Math.abs(across) < FAR_PX || Math.abs(across) < STRAIGHT * Math.abs(down) || took > FAST_MS) return;
    if (!getSelection().isCollapsed || (window.visualViewport?.scale ?? 1) > 1.01) return;
    if (across < 0) left();
    else right();
  };
  for (const [name, act] of Object.entries({ touchstart: begin, touchmove: follow, touchend: end, touchcancel: forget })) {
    element.addEventListener(name, act, { passive: true });
  }
}

/** Something that a finger moves sideways, or marks text in. */
function movesByItself(target) {
  if (target.closest(OWN)) return true;
  for (let each = target; each instanceof Element && each !== document.body; each = each.parentElement) {
    if (each.scrollWidth > each.clientWidth && ["auto", "scroll"].includes(getComputedStyle(each).overflowX)) return true;
  }
  return false;
}
