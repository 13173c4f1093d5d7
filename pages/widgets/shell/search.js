// Search: a box, the hits under it as one types, and the way to the very place. See search.py.

const KINDS = {
  part: "Part", topic: "Topic", place: "Page", experiment: "Experiment", term: "Term", heading: "Section", question: "Question",
};
const boxes = new WeakMap(); // parentElement -> Box
let shown = null; // the place that was last gone to

class Box {
  constructor(root) {
    const find = (name) => root.querySelector(name);
    [this.input, this.list, this.hits] = [find("input"), find(".list"), find("ul")];
    [this.none, this.spoken] = [find(".none"), find(".spoken")];
    [this.found, this.at, this.answered, this.waiting] = [[], 0, "", false];
    this.from = null; // where the reader was when the key / led here
    this.wire();
  }

  take({ data, setTriggerValue }) {
    this.here = data.here;
    this.open = (hit) => setTriggerValue("open", hit.key);
    if (!data.sought || data.sought.once === shown) return;
    shown = data.sought.once;
    seek(data.sought);
  }

  wire() {
    const { input, hits, list } = this;
    input.oninput = () => {
      this.waiting = false;
      this.ask();
    };
    input.onkeydown = (event) => this.key(event);
    input.onfocus = () => this.query && this.ask();
    input.onblur = () => this.close();
    list.onmousedown = (event) => event.preventDefault(); // the box keeps the focus
    hits.onmousemove = (event) => this.move(this.indexOf(event), false);
    hits.onclick = (event) => this.choose(this.indexOf(event));
    this.slash = (event) => this.summon(event);
    document.addEventListener("keydown", this.slash);
    input.setAttribute("aria-keyshortcuts", "/"); // from now on
  }

  leave() {
    this.asking?.abort();
    document.removeEventListener("keydown", this.slash);
  }

  get query() { return this.input.value.trim(); }

  get isShown() { return this.list.matches(":popover-open"); }

  indexOf(event) { return [...this.hits.children].indexOf(event.target.closest("li")); }

  // --- asking --------------------------------------------------------------------------------------------------

  async ask() {
    this.asking?.abort();
    const { query } = this;
    if (!query) return this.close();
    const asking = (this.asking = new AbortController());
    let answer;
    try {
      const said = await fetch(`grimoire/search?${new URLSearchParams({ q: query, here: this.here })}`, { signal: asking.signal });
      answer = await said.json();
    } catch {
      answer = { problem: "The app does not answer. Is it still running?" };
    }
    if (!asking.signal.aborted) this.draw(query, answer); // a stale answer is dropped
  }

  draw(query, { hits = [], problem = "" }) {
    [this.answered, this.found] = [query, hits];
    if (this.waiting && hits.length) return this.choose(0);
    this.waiting = false;
    this.hits.replaceChildren(...hits.map((hit, number) => option(hit, number, query)));
    this.none.textContent = problem || `Nothing found for “${query}”.`;
    this.none.hidden = hits.length > 0;
    this.hits.hidden = hits.length === 0;
    this.say(hits.length ? `${hits.length} ${hits.length === 1 ? "hit" : "hits"}` : this.none.textContent);
    this.input.setAttribute("aria-expanded", String(hits.length > 0));
    if (!this.isShown) {
      this.list.showPopover();
      this.follow();
    }
    this.move(0, false);
    this.list.scrollTop = 0;
  }

  say(words) { this.spoken.textContent = words; }

  close() {
    this.asking?.abort();
    [this.found, this.answered, this.waiting] = [[], "", false];
    if (this.isShown) this.list.hidePopover();
    this.hits.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.say("");
  }

  /** Stay at the box while the sidebar slides, scrolls or changes its width. */
  follow() {
    if (!this.isShown) return;
    this.place();
    requestAnimationFrame(() => this.follow());
  }

  /** Put the list under the box, or above it where there is more room; it may be wider than the sidebar. */
  place() {
    const box = this.input.parentElement.getBoundingClientRect();
    const [above, below] = [box.top - 12, innerHeight - box.bottom - 12];
    const up = below < 260 && above > below;
    Object.assign(this.list.style, {
      left: `${box.left}px`,
      width: `${Math.max(box.width, Math.min(440, innerWidth - box.left - 12))}px`,
      maxHeight: `${up ? above : below}px`,
      top: up ? "auto" : `${box.bottom + 4}px`,
      bottom: up ? `${innerHeight - box.top + 4}px` : "auto",
    });
  }

  // --- choosing ------------------------------------------------------------------------------------------------

  key(event) {
    const { key } = event;
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.found.length - 1;
    const moves = { ArrowDown: this.at + 1, ArrowUp: this.at - 1, Home: 0, End: last };
    if (key === "Escape") this.escape();
    else if (key === "Enter") this.enter();
    else if (key in moves && this.found.length) this.move((moves[key] + last + 1) % (last + 1), true);
    else if (key === "ArrowDown" && this.query) this.ask();
    else return;
    event.preventDefault();
  }

  /** Make a hit the one that Enter takes; it is read aloud where the reader went to it by key. */
  move(number, aloud) {
    if (number < 0) return;
    // The first one is marked at once. An arrow that finds nothing read aloud yet begins with it.
    if (aloud && !this.input.hasAttribute("aria-activedescendant") && number === 1) number = 0;
    this.at = number;
    for (const [place, one] of [...this.hits.children].entries()) {
      one.classList.toggle("at", place === number);
      one.setAttribute("aria-selected", String(place === number));
    }
    if (aloud) {
      this.input.setAttribute("aria-activedescendant", `hit-${number}`);
      this.hits.children[number].scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  enter() {
    if (!this.query) return;
    if (this.answered === this.query && this.found.length) this.choose(this.at);
    else {
      this.waiting = true; // the answer to what was typed last is on its way
      this.ask();
    }
  }

  escape() {
    const empty = !this.input.value;
    this.input.value = "";
    this.close();
    if (!empty) return;
    this.input.blur();
    this.from?.focus?.();
  }

  choose(number) {
    const hit = this.found[number];
    if (!hit) return;
    this.open(hit);
    this.input.value = "";
    this.input.blur();
    fold();
  }

  /** The key / leads here from anywhere, unless it is typed somewhere. */
  summon(event) {
    const target = event.composedPath()[0];
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writes(target)) return;
    event.preventDefault();
    this.from = target;
    unfold();
    this.input.focus();
    this.input.select();
  }
}

function option({ kind, title, where }, number, query) {
  const item = document.createElement("li");
  Object.assign(item, { id: `hit-${number}`, role: "option" });
  item.append(line("title", ...marked(title, query)), line("where", [KINDS[kind], where].filter(Boolean).join(" · ")));
  return item;
}

function line(name, ...parts) {
  const made = document.createElement("span");
  made.className = name;
  made.append(...parts);
  return made;
}

/** Return a title in pieces, those marked with which a word begins as it was typed. */
function marked(title, query) {
  const typed = query.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return title.split(/([\p{L}\p{N}]+)/u).flatMap((word) => {
    const begun = typed.filter((one) => word.toLowerCase().startsWith(one)).sort((a, b) => b.length - a.length)[0];
    if (!begun) return [word];
    const mark = document.createElement("mark");
    mark.textContent = word.slice(0, begun.length);
    return [mark, word.slice(begun.length)];
  });
}

function writes(target) {
  return target.isContentEditable || target.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=range])");
}

// --- Streamlit's sidebar ---------------------------------------------------------------------------------------

/** Open the sidebar where it is closed. */
function unfold() {
  document.querySelector('[data-testid="stExpandSidebarButton"]')?.click();
}

/** Close the sidebar where it covers the page. */
function fold() {
  if (!matchMedia("(max-width: 768px)").matches) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

// --- the very place --------------------------------------------------------------------------------------------

const PATIENCE = 10_000; // ms at rest until a place that does not appear is given up
const STILL = 700; // ms in which nothing moves: the page is drawn
const TOP = 72; // px from the window's top, below Streamlit's header
const STIRS = ["wheel", "touchmove", "pointerdown", "keydown"]; // a reader who does one of these is on the way elsewhere

/** Bring an element into view once the page is drawn, and keep it there while what stands above it still grows. */
function seek({ anchor, text }) {
  const main = document.querySelector('[data-testid="stMain"]');
  const stirred = new AbortController();
  let begun = performance.now();
  let [still, before] = [begun, null];
  for (const kind of STIRS) addEventListener(kind, () => stirred.abort(), { capture: true, passive: true, signal: stirred.signal });

  function step(now) {
    if (stirred.signal.aborted) return;
    const place = placeOf(anchor, text);
    if (place) main.scrollBy(0, anchor ? place.getBoundingClientRect().top - TOP : -main.scrollTop);
    const after = place && `${main.scrollTop} ${place.getBoundingClientRect().top}`;
    if (!place && runs()) begun = now; // a slow machine is not asked for more than it can
    if (!place || after !== before || runs()) [still, before] = [now, after];
    if (now - begun < PATIENCE && now - still < STILL) requestAnimationFrame(step);
    else {
      stirred.abort();
      if (place) arrive(place, anchor);
    }
  }
  requestAnimationFrame(step);
}

function runs() {
  return document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "notRunning";
}

/** Return the element of a place, or the paragraph behind it with these bold words; without an anchor the page's title. */
function placeOf(anchor, text) {
  const place = anchor ? document.getElementById(anchor) : document.querySelector('[data-testid="stMain"] h1');
  if (!place || !text) return place;
  const bold = [...document.querySelectorAll('[data-testid="stMain"] [data-testid="stMarkdown"] strong')];
  const behind = (one) => place.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  return bold.find((one) => one.textContent === text && behind(one))?.closest("p") ?? place;
}

/** Lead keyboard, screen reader and eye to the place, and say in the address what is an experiment or a question. */
function arrive(place, anchor) {
  const block = place.offsetHeight ? place : place.closest('[data-testid="stElementContainer"]').nextElementSibling ?? place;
  if (block.tabIndex < 0) [block.tabIndex, block.style.outline] = [-1, "none"];
  block.focus({ preventScroll: true });
  if (!anchor) return;
  // Not a heading that other pages have, too: Streamlit scrolls to a heading that the address still names when it is drawn.
  if (/^(experiment|question)-/.test(anchor)) history.replaceState(history.state, "", `${location.pathname}${location.search}#${anchor}`);
  const colour = getComputedStyle(block).getPropertyValue("--grimoire-primary") || "orange";
  block.animate({ backgroundColor: [`color-mix(in srgb, ${colour} 30%, transparent)`, "transparent"] }, { duration: 2500, easing: "ease-in" });
}

export default function (component) {
  const { parentElement } = component;
  let box = boxes.get(parentElement);
  if (!box?.input.isConnected) {
    box?.leave();
    boxes.set(parentElement, (box = new Box(parentElement)));
  }
  box.take(component);
  return () => {
    if (!box.input.isConnected) box.leave();
  };
}
