// What lies on the board, how it changes, and how it is said aloud. See board.py for how changes travel.

const LATER = 300; // ms without a key until Python is told, so that a held arrow is one message

const clamp = (v, [low, high]) => Math.max(low, Math.min(high, v));
const decimalsOf = (span) => 3 - Math.floor(Math.log10(span));
const roundTo = (v, decimals) => (decimals >= 0 ? parseFloat(v.toFixed(Math.min(decimals, 100)))
  : Math.round(v * 10 ** decimals) / 10 ** decimals);
const one = (name) => `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
const same = (a, b) => a !== null && b !== null && a.kind === b.kind && a.index === b.index;

class BoardModel {
  // --- what comes in, what goes out ----------------------------------------------------------------------------

  take({ data, setStateValue }) {
    const told = this.told;
    this.latest = data;
    this.told = this.busy && told ? { ...data, x: told.x, y: told.y } : data; // axes hold still under a drag
    this.send = (value) => setStateValue("placed", value);
    this.theme = readTheme(this.root);
    this.plate.style.setProperty("--plate", this.theme.plate);
    this.plate.style.setProperty("--best", this.theme.groups[2 % this.theme.groups.length]);
    this.picture.style.height = `${data.height}px`;
    // an older count is the echo of a change that was already overtaken here; a drag goes on whatever arrives
    if (!this.busy && data.count >= this.count) this.adopt();
    if (JSON.stringify([told?.add, told?.names]) !== JSON.stringify([data.add, data.names])) this.buildModes();
    if (JSON.stringify([told?.x, told?.y]) !== JSON.stringify([data.x, data.y])) {
      this.cursor = [(data.x.range[0] + data.x.range[1]) / 2, (data.y.range[0] + data.y.range[1]) / 2];
    }
    this.tellHelp();
    this.relayout();
  }

  get busy() { return this.drag !== null || this.waiting !== undefined; }

  adopt() {
    this.count = Math.max(this.count, this.told.count);
    this.fill(this.told);
    if (this.chosen && !this.items().some((one) => same(one, this.chosen))) this.chosen = null;
  }

  fill({ points, marks, line }) {
    this.points = points.map((one) => [...one]);
    this.marks = marks.map((one) => [...one]);
    this.line = line ? [...line] : null;
  }

  commit() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.count += 1;
    const value = { count: this.count, marks: this.marks.map((one) => [...one]) };
    if (this.pointsMove) value.points = this.points.map((one) => [...one]);
    if (this.line) value.line = this.line = this.rounded(this.line);
    this.send(value);
    this.label();
  }

  commitLater() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.commit(), LATER);
  }

  /** While a drag lasts, tell Python every so often. */
  commitSoon() {
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      if (this.drag) this.commit();
    }, this.told.soon ?? 100);
  }

  /** After a drag, take the axes that came meanwhile. */
  catchUp() {
    this.told = this.latest;
    this.relayout();
  }

  get pointsMove() { return this.told.points.length <= this.told.mostPoints; }

  /** All that can be moved, in the order in which [ and ] go through it. */
  items() {
    const all = (kind) => this[kind].map((_, index) => ({ kind, index }));
    const line = this.line ? [{ kind: "end", index: 0 }, { kind: "end", index: 1 }, { kind: "line", index: 0 }] : [];
    return [...(this.pointsMove ? all("points") : []), ...all("marks"), ...line];
  }

  // --- changes -------------------------------------------------------------------------------------------------

  settled([x, y]) {
    const [xs, ys] = [this.told.x.range, this.told.y.range];
    return [clamp(roundTo(x, decimalsOf(xs[1] - xs[0])), xs), clamp(roundTo(y, decimalsOf(ys[1] - ys[0])), ys)];
  }

  /** Round a line at the middle of the plot, where its height matters, not at a distant zero. */
  rounded([slope, intercept]) {
    const [xs, ys] = [this.told.x.range, this.told.y.range];
    const [wide, tall] = [xs[1] - xs[0], ys[1] - ys[0]];
    const middle = (xs[0] + xs[1]) / 2;
    const height = intercept + slope * middle;
    const even = roundTo(clamp(slope, [(-100 * tall) / wide, (100 * tall) / wide]), decimalsOf(tall / wide) + 1);
    return [even, roundTo(height - even * middle, decimalsOf(tall) + 1)];
  }

  /** Where the line's two handles are: near the ends of what can be seen of it. */
  ends() {
    if (this.drag?.ends) return this.drag.ends.map((x) => [x, this.line[0] * x + this.line[1]]);
    const [[x0, x1], [y0, y1], [slope, intercept]] = [this.told.x.range, this.told.y.range, this.line];
    const [a, b] = slope ? [(y0 - intercept) / slope, (y1 - intercept) / slope] : [x0, x1];
    let [low, high] = [Math.max(x0, Math.min(a, b)), Math.min(x1, Math.max(a, b))];
    if (!(high - low > 1e-6 * (x1 - x0))) [low, high] = [x0, x1]; // out of sight: the handles wait on the border
    return [low + 0.08 * (high - low), high - 0.08 * (high - low)].map((x) => [x, slope * x + intercept]);
  }

  place({ kind, index }) {
    if (kind === "line") return [this.cursor[0], this.line[0] * this.cursor[0] + this.line[1]];
    if (kind !== "end") return this[kind][index];
    const [x, y] = this.ends()[index];
    return [x, clamp(y, this.told.y.range)];
  }

  /** Move an item to a place in data units. */
  move({ kind, index }, [x, y]) {
    if (kind === "points" || kind === "marks") this[kind][index] = this.settled([x, y]);
    else if (kind === "line") this.line[1] = y - this.line[0] * x;
    else {
      const ends = this.ends();
      const [[hereX], [otherX, otherY]] = [ends[index], ends[1 - index]];
      const slope = (clamp(y, this.told.y.range) - otherY) / (hereX - otherX);
      this.line = [slope, otherY - slope * otherX];
    }
    this.painter.ask();
  }

  add(kind, at) {
    const most = kind === "points" ? this.told.mostPoints : this.told.mostMarks;
    if (this[kind].length >= most) return this.note(`No more than ${most} ${this.told.names[kind]}s fit here.`);
    this[kind].push(this.settled(at));
    this.chosen = { kind, index: this[kind].length - 1 };
    announce(this.spoken, `Added ${this.sayItem(this.chosen)}`);
    return this.commit();
  }

  remove({ kind, index }) {
    if (!this.told.add[kind]) return;
    this[kind].splice(index, 1);
    [this.chosen, this.hovered] = [null, null];
    announce(this.spoken, `Deleted ${this.told.names[kind]} ${index + 1}; ${this[kind].length} left`);
    this.commit();
    this.painter.ask();
  }

  // --- words ---------------------------------------------------------------------------------------------------

  number(value, axis) {
    const [low, high] = this.told[axis].range;
    return short(roundTo(value, decimalsOf(high - low)), 5);
  }

  sayPlace([x, y]) { return `${this.number(x, "x")}, ${this.number(y, "y")}`; }

  sayItem(item) {
    if (item.kind === "line" || item.kind === "end") {
      const name = item.kind === "line" ? "line" : `${["left", "right"][item.index]} end of the line`;
      return `${name}, slope ${short(this.line[0])}, intercept ${short(this.line[1])}${this.saySums()}`;
    }
    return `${this.told.names[item.kind]} ${item.index + 1} of ${this[item.kind].length} at ${this.sayPlace(this.place(item))}`;
  }

  saySums() { return this.told.squares ? `, sum of squares ${short(this.sse(this.line), 5)}` : ""; }

  note(text) {
    this.tellHelp(text);
    announce(this.spoken, text);
  }

  tellHelp(note = "") {
    const { add, names } = this.told;
    const touch = window.matchMedia("(pointer: coarse)").matches;
    const click = touch ? "Tap" : "Click";
    const adds = ["points", "marks"].filter((kind) => add[kind]);
    const some = (kind) => (this[kind].length === 1 ? `the ${names[kind]}` : one(names[kind]));
    const moves = [this.pointsMove && this.points.length && some("points"), this.marks.length && some("marks"),
      this.line && "the line or one of its ends"].filter(Boolean);
    const hand = adds.length
      ? `${click} an empty place to add ${adds.map((kind) => one(names[kind])).join(" or ")}, drag to move, double-${click.toLowerCase()} to delete.`
      : moves.length ? `Drag ${moves.join(", ")}.` : "";
    this.help.hand.textContent = note || hand;
    const keys = "Keys: [ and ] choose, arrows move (Shift: further)";
    this.help.key.textContent = note || (adds.length ? `${keys}, Enter adds, Delete removes.` : `${keys}.`);
  }

  label() {
    const parts = ["points", "marks"].filter((kind) => this[kind].length || this.told.add[kind])
      .map((kind) => `${this[kind].length} ${this.told.names[kind]}${this[kind].length === 1 ? "" : "s"}`);
    if (this.line) parts.push(`a line with slope ${short(this.line[0])} and intercept ${short(this.line[1])}${this.saySums()}`);
    for (const { name, at } of this.told.centres) {
      parts.push(`${name} at ${at.slice(0, 12).map((place) => this.sayPlace(place)).join("; ") || "no place"}`);
    }
    const { x, y } = this.told;
    this.picture.setAttribute("aria-label", `Board of ${y.label} against ${x.label} with ${parts.join(" and ") || "nothing on it"}`);
  }

  buildModes() {
    const { add, names } = this.told;
    const kinds = ["points", "marks"].filter((kind) => add[kind]);
    const modes = kinds.length ? [...kinds, "delete"] : [];
    if (!modes.includes(this.mode)) this.mode = (this.pointsMove ? kinds[0] : kinds.at(-1)) ?? null;
    this.modes.replaceChildren(...modes.map((mode) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = mode === "delete" ? "Delete" : `Add ${names[mode]}`;
      button.onclick = () => {
        this.mode = mode;
        this.showMode(modes);
      };
      return button;
    }));
    this.showMode(modes);
  }

  showMode(modes) {
    [...this.modes.children].forEach((button, i) => button.setAttribute("aria-pressed", modes[i] === this.mode));
  }
}
