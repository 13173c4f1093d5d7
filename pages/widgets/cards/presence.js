// Tells Python when nobody is at the page: it is hidden, or nothing moved on it for a while; and when somebody is back.
// How long a question stood there while somebody was, the tab remembers: a page that is loaded again tells it.
const QUIET = 120000; // ms without a key, a pointer or a scroll; who thinks moves now and then
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchmove", "scroll"];
const STOOD = "grimoire.stood."; // in sessionStorage, a question and try behind it: seconds

let moved = performance.now(); // the last sign of life
let looked = moved;
let away = false;
const watched = new Map(); // parentElement -> the question that stands there, and what tells Python of it
const known = new Set(); // questions that stood there since the page was loaded
let installed = false;

function look() {
  const now = performance.now();
  const gone = document.hidden || now - moved > QUIET;
  const { what, tell } = [...watched.values()].at(-1) ?? {};
  if (what && !away) remember(what, Math.min(now - looked, QUIET) / 1000); // not a night with the lid closed
  looked = now;
  if (gone === away) return;
  away = gone;
  tell?.("away", gone);
}

function stood(what) {
  try {
    return Number(sessionStorage.getItem(STOOD + what)) || 0;
  } catch {
    return 0;
  }
}

function remember(what, seconds) {
  try {
    sessionStorage.setItem(STOOD + what, stood(what) + seconds);
  } catch {} // no storage: the time before is lost
}

function install() {
  installed = true;
  for (const kind of SIGNS) {
    addEventListener(kind, () => ((moved = performance.now()), away && look()), { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", () => (document.hidden || (moved = performance.now()), look()));
  addEventListener("pagehide", look);
  setInterval(look, 5000);
}

export default function ({ parentElement, data, setStateValue }) {
  const { what } = data;
  if (!installed) install();
  if (watched.get(parentElement)?.what !== what) look(); // until here it was another's time
  watched.set(parentElement, { what, tell: setStateValue });
  if (what && !known.has(what)) {
    known.add(what);
    if (stood(what)) setStateValue("before", stood(what));
  }
  return () => watched.delete(parentElement);
}
