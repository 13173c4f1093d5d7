// The reader's place: how far a page was scrolled and what was open on it, kept for each entry of the tab's history.
// Back, Forward and reload find it again; whoever comes by a link starts at the top, or at the anchor that it names.
// What a press came to is brought to the reader: another view of the page begins at its top, and a reply beside the button
// that lies outside the screen is scrolled into it.
const KEPT = "grimoire.place."; // in sessionStorage, the key of the history entry behind it
const LANDMARKS = "h2[id], h3[id], .experiment-anchor, [class*='st-key-line-']";
const HEADER = 64; // px that Streamlit's header covers
const STILL = 1000; // ms without a change of height after which a page counts as drawn
const PATIENCE = 20000; // ms until a page that does not come to rest, once its script has run, is given up
const REPLIES = "[class*='st-key-notice-reply-']";

const entry = () => window.navigation?.currentEntry?.key; // browsers without it start at the top
const main = () => document.querySelector('[data-testid="stMain"]');
const key = (element) => [...element.classList].find((one) => one.startsWith("st-key-"))?.slice(7) ?? "";
const idle = () => document.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]');

let page = null; // the page that is drawn, and its path
let path = null;
let goal = null; // where to go, until the page is drawn so or the reader scrolls: { mark, off, y, open, held }
let told = () => {}; // tells Python what was open
let timer = 0;
let top = 0; // how often a press has led to another view of this page
let installed = false;

// What is open: experiments that run have their claim below them, a question has its card.
const opened = () => [...document.querySelectorAll("[class*='st-key-claim-'], .st-key-questions [class*='st-key-card-']")].map(key);

const below = (one) => one.getBoundingClientRect().top - main().getBoundingClientRect().top; // px from the upper edge

function where() {
  const mark = [...document.querySelectorAll(LANDMARKS)].filter((one) => one.id && below(one) < HEADER + 1).at(-1);
  return { page, mark: mark?.id, off: mark ? below(mark) : 0, y: main().scrollTop, open: opened() };
}

function keep(of) {
  if (!of || (goal && !goal.held) || !document.querySelector("h1")) return; // the page is not drawn whole
  try {
    sessionStorage.setItem(KEPT + of, JSON.stringify(where()));
  } catch {} // no storage: nothing is kept
}

const here = () => location.pathname === path && keep(entry());

function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT + entry()));
    return found?.page === page ? found : null;
  } catch {
    return null;
  }
}

function anchored(anchor) {
  const question = /^question-(.+)$/.exec(anchor);
  return anchor ? { mark: anchor, off: null, open: question ? [`card-${question[1]}`] : [] } : null;
}

function follow(wanted) {
  clearInterval(timer);
  goal = wanted;
  if (!goal) return;
  let begun = performance.now();
  let height = 0;
  let changed = begun;
  timer = setInterval(() => {
    const now = performance.now();
    if (!idle() && goal.mark && !document.getElementById(goal.mark)) begun = now; // a slow machine draws it later
    if (main().scrollHeight !== height) [height, changed] = [main().scrollHeight, now];
    const mark = goal.mark && document.getElementById(goal.mark);
    const by = mark ? below(mark) - (goal.off ?? (parseFloat(getComputedStyle(mark).scrollMarginTop) || HEADER)) : 0;
    if (!goal.mark) main().scrollTop = goal.y;
    else if (Math.abs(by) > 1) main().scrollTop += by;
    if (goal.open.length && idle() && document.querySelector("h1") && now - changed > STILL / 5) {
      const missing = goal.open.filter((one) => !opened().includes(one));
      goal.open = [];
      if (missing.length) [changed, height] = [now, 0], told(missing);
    }
    if ((idle() && now - changed > STILL) || now - begun > PATIENCE) follow(null), here();
  }, 50);
}

function arrive(anchor) {
  path = location.pathname;
  const found = kept();
  if (!found && !anchor) main().scrollTop = 0;
  follow(found ?? anchored(anchor));
}

// Each question's line can be reached by an anchor, and says whether its card is open.
function dress() {
  for (const line of document.querySelector(".st-key-questions")?.querySelectorAll("[class*='st-key-line-']") ?? []) {
    const name = key(line).slice("line-".length);
    line.id = `question-${name}`;
    const open = document.querySelector(`.st-key-card-${CSS.escape(name)}`) !== null;
    line.querySelector("button")?.setAttribute("aria-expanded", String(open));
  }
}
const sizes = new ResizeObserver(dress);

// After a press: a reply that comes, or says something else than before, is kept in view until the page is at rest.
const heard = new WeakMap(); // reply -> its words
const replies = () => document.querySelectorAll(REPLIES);
let listening = 0;
function press() {
  follow(null);
  clearInterval(listening);
  for (const one of replies()) heard.set(one, one.textContent);
}
function listen() {
  clearInterval(listening);
  const begun = performance.now();
  let fresh = null;
  let came = 0; // or the page changed its height, or a script still ran
  let height = 0;
  listening = setInterval(() => {
    const now = performance.now();
    if (!idle() || main().scrollHeight !== height) [height, came] = [main().scrollHeight, now];
    for (const one of replies()) {
      if (one.textContent && heard.get(one) !== one.textContent) [fresh, came] = [one, now], heard.set(one, one.textContent);
    }
    if (fresh && now - came < STILL) fresh.scrollIntoView({ block: "nearest" });
    if (fresh ? now - came > STILL : now - begun > PATIENCE) clearInterval(listening);
  }, 100);
}

function install() {
  installed = true;
  let rest = 0;
  addEventListener("scroll", () => {
    clearTimeout(rest);
    rest = setTimeout(here, 150);
  }, { capture: true, passive: true });
  addEventListener("pagehide", here);
  window.navigation?.addEventListener("currententrychange", ({ from, navigationType }) => {
    keep(from.key);
    if (location.pathname !== path) follow(null); // until the other page is drawn
    else if (navigationType === "traverse") follow(kept());
  });
  addEventListener("hashchange", () => goal || follow(anchored(location.hash.slice(1))));
  for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => (follow(null), clearInterval(listening)), { capture: true, passive: true });
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, press, { capture: true, passive: true });
  for (const kind of ["click", "change", "keyup"]) addEventListener(kind, listen, { capture: true, passive: true });
  addEventListener("click", ({ target }) => { // a line that is pressed stays where it is, though a card above it closes
    const line = target.closest?.("[class*='st-key-line-']");
    if (line?.id) follow({ mark: line.id, off: below(line), open: [], held: true });
  }, { capture: true });
}

export default function ({ data, setTriggerValue }) {
  told = (names) => setTriggerValue("opened", names);
  if (!installed) install();
  sizes.disconnect();
  sizes.observe(document.querySelector('[data-testid="stMainBlockContainer"]') ?? main());
  const turned = data.top > top; // it begins at 0 with each session
  top = data.top;
  if (data.page === page) {
    if (turned) follow({ y: 0, open: [] });
    return;
  }
  const loaded = page === null ? performance.getEntriesByType("navigation")[0]?.name : undefined;
  page = data.page;
  arrive(new URL(loaded ?? location.href).hash.slice(1) || data.anchor); // Streamlit may have dropped it meanwhile
}
