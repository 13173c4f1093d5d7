// What the reader set stands in the address, and a visit to a page is one entry of the history: so Back, Forward and reload
// find it there. A link that says nothing of an experiment leads to what was set last, in this tab and by this learner.
const KEPT_SETTINGS = "grimoire.settings."; // in sessionStorage, a learner and a path behind it
const SETTING = /^([a-z]\w*\.[a-z]\w*)\.(?!step$)\w+$/; // topic.experiment.field; the step of a live run is asked for once

const pushEntry = history.pushState.bind(history);
const replaceEntry = history.replaceState.bind(history);

const settingsIn = (query) => [...new URLSearchParams(query)].filter(([name]) => SETTING.test(name));
const experimentOf = (name) => SETTING.exec(name)?.[1];

let learner = null; // a page that is being drawn may not have the name in its address yet
function keptAt(path) {
  learner = new URLSearchParams(location.search).get("learner") ?? learner;
  return KEPT_SETTINGS + JSON.stringify([learner, path]);
}

function rememberSettings() {
  try {
    sessionStorage.setItem(keptAt(location.pathname), new URLSearchParams(settingsIn(location.search)).toString());
  } catch {} // no storage: a link leads to the defaults
}

/** Return the address to which a link leads: with who learns, and what was set in the experiments of which it says nothing. */
function withSettings(href) {
  const to = new URL(href);
  const named = new Set(settingsIn(to.search).map(([name]) => experimentOf(name)));
  let kept = "";
  try {
    kept = sessionStorage.getItem(keptAt(to.pathname)) ?? "";
  } catch {}
  for (const [name, value] of settingsIn(kept)) if (!named.has(experimentOf(name))) to.searchParams.append(name, value);
  if (learner && !to.searchParams.has("learner")) to.searchParams.append("learner", learner);
  return to.href;
}

/** Tell whether an address is the present one but for settings, or for the learner's name that was not there yet. */
function sameVisit(to) {
  const without = (query) => [...new URLSearchParams(query)].filter(([name]) => !experimentOf(name) && !name.endsWith(".step"));
  const [before, after] = [without(location.search), without(to.search)];
  if (!before.some(([name]) => name === "learner")) after.splice(0, after.length, ...after.filter(([name]) => name !== "learner"));
  return to.origin === location.origin && to.pathname === location.pathname && String(before) === String(after);
}

/** Let an address say what the desks of this page have: Streamlit's server writes it anew, and knows nothing of them. */
function withDesks(to) {
  for (const [name, said] of globalThis.grimoireDesks ?? []) {
    for (const key of [...to.searchParams.keys()]) if (experimentOf(key) === name) to.searchParams.delete(key);
    for (const [field, words] of Object.entries(said())) to.searchParams.append(`${name}.${field}`, words);
  }
}

// Streamlit pushes an entry where a callback moved a control, and a second one where it restores the settings of a page; and
// it drops the anchor that a link names where it writes the address of the page that is there already.
function write(writes, state, title, url) {
  const to = new URL(url ?? "", document.baseURI);
  const stays = sameVisit(to);
  if (stays && !to.hash) to.hash = location.hash;
  if (to.pathname === location.pathname) withDesks(to);
  (stays ? replaceEntry : writes)(state, title, to.href);
  rememberSettings();
}
history.pushState = (state, title, url) => write(pushEntry, state, title, url);
history.replaceState = (state, title, url) => write(replaceEntry, state, title, url);
addEventListener("popstate", rememberSettings);
rememberSettings();
