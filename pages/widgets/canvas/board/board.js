// The board's hands: mouse, touch and keyboard. board_model.js and board_picture.js stand before this text.

const TWICE = 400; // ms between the two clicks that delete

class Board extends BoardPicture {
  constructor(root) {
    super();
    this.root = root;
    const find = (name) => root.querySelector(name);
    this.plate = find(".plate");
    this.picture = find(".picture");
    this.modes = find(".modes");
    this.sums = find(".sums");
    this.legend = find(".legend");
    this.spoken = find(".spoken");
    this.help = { hand: find(".by-hand"), key: find(".by-key") };
    this.ground = document.createElement("canvas");
    this.fill({ points: [], marks: [], line: null });
    [this.count, this.mode, this.chosen, this.hovered, this.drag, this.press] = [0, null, null, null, null, null];
    this.painter = painter(() => this.draw());
    this.wire();
    this.sizes = new ResizeObserver(() => this.relayout());
    this.sizes.observe(this.picture);
  }

  // --- mouse and touch -----------------------------------------------------------------------------------------

  wire() {
    const { picture } = this;
    picture.onpointerdown = (event) => this.down(event);
    picture.onpointermove = (event) => this.moved(event);
    picture.onpointerup = (event) => this.up(event);
    picture.onpointercancel = () => this.cancel();
    picture.onpointerleave = () => this.hover(null);
    picture.onkeydown = (event) => this.key(event);
    picture.onfocus = () => this.painter.ask();
    picture.onblur = () => {
      if (this.waiting !== undefined) this.commit();
      this.chosen = null;
      this.painter.ask();
    };
    // only a touch on something that moves is kept from scrolling the page
    picture.ontouchstart = (event) => {
      const touch = event.changedTouches[0];
      if (this.hit(this.at(touch), 22) && event.cancelable) event.preventDefault();
    };
  }

  at({ clientX, clientY }) {
    const { left, top } = this.picture.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  data([px, py]) { return [this.view.dataX(px), this.view.dataY(py)]; }

  /** Find what lies under a pixel: the nearest thing within reach, and the line's body after everything else. */
  hit([px, py], reach) {
    let [found, nearest] = [null, reach];
    for (const item of this.items()) {
      if (item.kind === "line") continue;
      const [x, y] = this.place(item);
      const bonus = item.kind === "points" ? 0 : 6; // the larger signs
      const far = Math.hypot(this.view.x(x) - px, this.view.y(y) - py) - bonus;
      if (far <= nearest) [found, nearest] = [item, far];
    }
    if (found || !this.line) return found;
    const slope = (this.line[0] * this.view.ky) / this.view.kx;
    const above = py - this.view.y(this.line[0] * this.view.dataX(px) + this.line[1]);
    const inside = px > this.view.left - 4 && px < this.view.left + this.view.width + 4;
    return inside && Math.abs(above) / Math.hypot(1, slope) <= Math.min(14, reach * 0.7) ? { kind: "line", index: 0 } : null;
  }

  down(event) {
    if (event.button !== 0 || this.drag || this.press) return;
    if (this.waiting !== undefined) this.commit();
    const pixel = this.at(event);
    const item = this.hit(pixel, event.pointerType === "mouse" ? 9 : 22);
    const kept = { pointer: event.pointerId, pixel, item, slack: event.pointerType === "mouse" ? 3 : 7 };
    this.focusQuietly();
    if (!item || (this.mode === "delete" && this.told.add[item.kind])) {
      this.press = kept;
      return;
    }
    const [x, y] = item.kind === "line" ? this.data(pixel) : this.place(item);
    const before = { points: this.points, marks: this.marks, line: this.line };
    this.fill(before);
    this.drag = { ...kept, before, moved: false, offset: [this.view.x(x) - pixel[0], this.view.y(y) - pixel[1]] };
    if (item.kind === "end") this.drag.ends = this.ends().map(([end]) => end);
    if (item.kind === "line") this.drag.offset = [0, this.view.y(this.line[0] * x + this.line[1]) - pixel[1]];
    this.chosen = item;
    this.picture.setPointerCapture(event.pointerId);
    this.picture.style.cursor = "grabbing";
    this.painter.ask();
  }

  /** A press by hand takes the focus, so that Delete and the arrows work at once, but shows no keyboard signs. */
  focusQuietly() {
    this.byHand = true;
    this.picture.focus({ preventScroll: true, focusVisible: false });
  }

  moved(event) {
    const pixel = this.at(event);
    const held = this.drag ?? this.press;
    if (held && held.pointer === event.pointerId) {
      held.moved ||= Math.hypot(pixel[0] - held.pixel[0], pixel[1] - held.pixel[1]) > held.slack;
      if (this.drag?.moved) {
        this.move(this.drag.item, this.data([pixel[0] + this.drag.offset[0], pixel[1] + this.drag.offset[1]]));
        if (this.told.live) this.commitSoon();
      }
    } else if (event.pointerType === "mouse") this.hover(pixel);
  }

  up(event) {
    const [drag, press] = [this.drag, this.press];
    if ((drag ?? press)?.pointer !== event.pointerId) return;
    [this.drag, this.press] = [null, null];
    if (drag?.moved) {
      this.commit();
      this.catchUp();
      announce(this.spoken, this.sayItem(drag.item));
    } else if (drag) this.tap(drag.item, event);
    else if (!press.moved) this.tap(press.item, event);
    this.hover(event.pointerType === "mouse" ? this.at(event) : null);
    this.painter.ask();
  }

  /** A press and release in one place: add, choose, or delete. */
  tap(item, event) {
    const twice = item && same(item, this.tapped?.item ?? null) && event.timeStamp - this.tapped.when < TWICE;
    this.tapped = item ? { item, when: event.timeStamp } : null;
    if (item && this.told.add[item.kind] && (twice || this.mode === "delete")) {
      this.tapped = null;
      return this.remove(item);
    }
    const adds = this.told.add[this.mode];
    if (adds && (!item || item.kind === "line")) {
      const [x, y] = this.data(this.at(event));
      const inside = ([low, high], v) => v >= low - 0.02 * (high - low) && v <= high + 0.02 * (high - low);
      if (inside(this.told.x.range, x) && inside(this.told.y.range, y)) this.add(this.mode, [x, y]);
    } else if (item) announce(this.spoken, this.sayItem(item));
    return undefined;
  }

  cancel() {
    if (this.drag) {
      this.fill(this.drag.before);
      this.drag = null;
      if (this.told.count >= this.count) this.adopt();
    }
    this.press = null;
    this.painter.ask();
  }

  hover(pixel) {
    const item = pixel && this.view ? this.hit(pixel, 9) : null;
    const free = this.mode !== null && this.mode !== "delete" ? "crosshair" : "default";
    const over = item && this.mode === "delete" && this.told.add[item.kind] ? "pointer" : "grab";
    if (!this.drag) this.picture.style.cursor = item ? over : free;
    if (!same(item, this.hovered) && item !== this.hovered) this.painter.ask();
    this.hovered = item;
  }

  // --- keyboard ------------------------------------------------------------------------------------------------

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    this.byHand = false;
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const { key } = event;
    if (key in arrows) this.nudge(arrows[key], event.shiftKey ? 0.05 : 0.01);
    else if (key === "]" || key === "PageDown") this.choose(1);
    else if (key === "[" || key === "PageUp") this.choose(-1);
    else if (key === "Tab" && this.chosen && this.choose(event.shiftKey ? -1 : 1, false)) { /* stays inside */ }
    else if (key === "Enter" || key === "Insert") this.addAtCursor();
    else if ((key === "Delete" || key === "Backspace") && this.chosen) this.removeChosen();
    else if (key === "Escape" && (this.chosen || this.drag)) this.letGo();
    else return;
    event.preventDefault();
    this.painter.ask();
  }

  /** Choose the next thing; with `round` off, going past the last one says no, and Tab leaves the board. */
  choose(by, round = true) {
    const items = this.items();
    const now = items.findIndex((one) => same(one, this.chosen));
    const next = now < 0 ? (by > 0 ? 0 : items.length - 1) : now + by;
    if (!items.length || (!round && (next < 0 || next >= items.length))) {
      this.chosen = null;
      return false;
    }
    this.chosen = items[(next + items.length) % items.length];
    announce(this.spoken, this.sayItem(this.chosen));
    return true;
  }

  nudge([right, up], share) {
    const [xs, ys] = [this.told.x.range, this.told.y.range];
    const [dx, dy] = [right * share * (xs[1] - xs[0]), up * share * (ys[1] - ys[0])];
    if (!this.chosen) {
      this.cursor = [clamp(this.cursor[0] + dx, xs), clamp(this.cursor[1] + dy, ys)];
      announce(this.spoken, `cursor at ${this.sayPlace(this.cursor)}`);
      return;
    }
    const [x, y] = this.place(this.chosen);
    this.move(this.chosen, [this.chosen.kind === "line" ? x : x + dx, y + dy]);
    announce(this.spoken, this.sayItem(this.chosen));
    this.commitLater();
  }

  addAtCursor() {
    const kind = this.told.add[this.mode] ? this.mode : ["points", "marks"].find((one) => this.told.add[one]);
    if (!kind) return;
    const step = 0.04 * (this.told.x.range[1] - this.told.x.range[0]);
    const taken = ([x, y]) => this[kind].some((one) => Math.abs(one[0] - x) < step / 2 && one[1] === this.settled([x, y])[1]);
    // Enter pressed twice gives two points side by side, not one that hides another
    while (taken(this.cursor) && this.cursor[0] < this.told.x.range[1]) {
      this.cursor = [clamp(this.cursor[0] + step, this.told.x.range), this.cursor[1]];
    }
    this.add(kind, this.cursor);
  }

  removeChosen() {
    const { kind, index } = this.chosen;
    if (!this.told.add[kind]) return;
    this.remove(this.chosen);
    if (this[kind].length) this.chosen = { kind, index: Math.min(index, this[kind].length - 1) };
  }

  letGo() {
    this.cancel();
    this.chosen = null;
    announce(this.spoken, `Nothing chosen; cursor at ${this.sayPlace(this.cursor)}`);
  }

  leave() {
    clearTimeout(this.waiting);
    this.painter.stop();
    this.sizes.disconnect();
  }
}
