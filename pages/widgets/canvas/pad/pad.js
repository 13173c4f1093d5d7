// The pad's hands and its picture. plot.js stands before this text; see pad.py for how strokes travel.

const pads = new WeakMap(); // parentElement -> Pad
const latest = new Map(); // name -> the pad that was last made under it
const SOON = 100; // ms between two reports while the pen moves
const NEAR = 6; // thousandths of the side: nearer points add nothing

class Pad {
  constructor(root) {
    this.root = root;
    const find = (name) => root.querySelector(name);
    this.plate = find(".plate");
    this.picture = find(".picture");
    this.spoken = find(".spoken");
    this.buttons = { undo: find(".undo"), clear: find(".clear") };
    this.help = find(".by-hand");
    // strokes are replaced, never changed, so that every earlier drawing can be kept whole
    [this.strokes, this.past, this.count, this.pen, this.keys, this.byHand] = [[], [], 0, null, false, false];
    this.painter = painter(() => this.draw());
    this.wire();
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.picture);
  }

  take({ data, setStateValue }) {
    if (!this.told) this.inherit(data);
    this.told = data;
    this.send = (value) => setStateValue("drawn", value);
    this.theme = readTheme(this.root);
    this.plate.style.setProperty("--plate", this.theme.plate);
    this.plate.style.setProperty("--size", `${data.size}px`);
    this.help.textContent = `Draw a ${data.what}, as large as you like.`;
    this.cursor ??= [Math.floor(data.cells / 2), Math.floor(data.cells / 2)];
    // an older count is the echo of a drawing that went on here
    if (!this.busy && data.count >= this.count) {
      this.count = data.count;
      this.strokes = data.strokes;
    }
    this.draw();
  }

  /** Go on where another pad of this name was: Streamlit makes a new one when something appears above it. */
  inherit({ name, count }) {
    const before = latest.get(name);
    latest.set(name, this);
    if (!before || (count === 0 && before.pen === null)) return; // Python knows of no pad: the page was left
    [this.strokes, this.past, this.count, this.cursor] = [before.strokes, before.past, before.count, before.cursor];
    if (before.pen === null) return;
    try {
      this.picture.setPointerCapture(before.pen);
      this.pen = before.pen;
    } catch { /* the pen was lifted meanwhile */ }
    before.lift();
    clearTimeout(before.waiting);
    if (before.waiting !== undefined) this.reportSoon();
  }

  get busy() { return this.pen !== null || this.keys || this.waiting !== undefined; }

  // --- what is drawn -------------------------------------------------------------------------------------------

  get points() { return this.strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0); }

  begin(place) {
    this.past.push(this.strokes);
    if (this.strokes.length >= this.told.mostStrokes) this.strokes = this.strokes.slice(1);
    this.strokes = [...this.strokes, [...place]];
    this.tell(); // at once: Tab may come before the next frame
    this.reportSoon();
  }

  /** Lead the pen to a place; `every` keeps places that lie near the last one, too. */
  lead([x, y], every = false) {
    const stroke = this.strokes.at(-1);
    const [lastX, lastY] = stroke.slice(-2);
    const far = Math.hypot(x - lastX, y - lastY);
    if (far < (every ? 1 : NEAR) || this.points >= this.told.mostPoints) return;
    this.strokes = [...this.strokes.slice(0, -1), [...stroke, x, y]];
    this.reportSoon();
  }

  undo() {
    if (!this.past.length && !this.strokes.length) return;
    this.lift();
    this.strokes = this.past.pop() ?? this.strokes.slice(0, -1);
    this.report();
    const count = this.strokes.length;
    announce(this.spoken, `Taken back. ${count} stroke${count === 1 ? "" : "s"} left`);
  }

  clear() {
    if (!this.strokes.length) return;
    this.lift();
    this.past.push(this.strokes);
    this.strokes = [];
    this.report();
    announce(this.spoken, "The pad is empty");
  }

  lift() {
    [this.pen, this.keys] = [null, false];
  }

  report() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.count += 1;
    this.send({ count: this.count, strokes: this.strokes });
    this.painter.ask();
  }

  reportSoon() {
    this.waiting ??= setTimeout(() => this.report(), SOON);
    this.painter.ask();
  }

  // --- mouse, touch, pen ---------------------------------------------------------------------------------------

  wire() {
    const { picture, buttons } = this;
    picture.onpointerdown = (event) => this.down(event);
    picture.onpointermove = (event) => this.moved(event);
    picture.onpointerup = (event) => this.up(event);
    picture.onpointercancel = (event) => this.up(event);
    picture.onkeydown = (event) => this.key(event);
    picture.onfocus = () => this.painter.ask();
    picture.onblur = () => {
      [this.keys, this.byHand] = [false, false];
      this.painter.ask();
    };
    buttons.undo.onclick = () => this.undo();
    buttons.clear.onclick = () => this.clear();
  }

  place({ clientX, clientY }) {
    const { left, top, width, height } = this.picture.getBoundingClientRect();
    const units = this.told.units;
    const inside = (share) => Math.round(Math.max(0, Math.min(1, share)) * units);
    return [inside((clientX - left) / width), inside((clientY - top) / height)];
  }

  down(event) {
    if (event.button !== 0 || this.pen !== null) return;
    this.byHand = true;
    this.picture.focus({ preventScroll: true, focusVisible: false });
    this.keys = false;
    this.pen = event.pointerId;
    this.picture.setPointerCapture(event.pointerId);
    this.begin(this.place(event));
  }

  moved(event) {
    if (this.pen !== event.pointerId) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) this.lead(this.place(one));
  }

  up(event) {
    if (this.pen !== event.pointerId) return;
    this.lead(this.place(event), true);
    this.pen = null;
    this.report();
  }

  // --- keyboard ------------------------------------------------------------------------------------------------

  key(event) {
    const { key } = event;
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const back = key === "Backspace" || key === "Delete" || (key === "z" && (event.ctrlKey || event.metaKey));
    if (event.altKey || ((event.ctrlKey || event.metaKey) && !back) || this.pen !== null) return;
    this.byHand = false;
    if (key in arrows) this.walk(arrows[key], event.shiftKey ? 4 : 1);
    else if (key === " " || key === "Enter") this.putDown();
    else if (back) this.undo();
    else if (key === "Escape" && this.keys) this.putDown();
    else return;
    event.preventDefault();
    this.painter.ask();
  }

  walk([right, down], steps) {
    const last = this.told.cells - 1;
    const inside = (cell) => Math.max(0, Math.min(last, cell));
    this.cursor = [inside(this.cursor[0] + steps * right), inside(this.cursor[1] + steps * down)];
    if (this.keys) this.lead(this.at(this.cursor), true);
    announce(this.spoken, `${this.keys ? "drawing, " : ""}column ${this.cursor[0] + 1}, row ${this.cursor[1] + 1}`);
  }

  putDown() {
    this.keys = !this.keys;
    if (this.keys) this.begin(this.at(this.cursor));
    else this.report();
    announce(this.spoken, `pen ${this.keys ? "down" : "up"}, column ${this.cursor[0] + 1}, row ${this.cursor[1] + 1}`);
  }

  at([column, row]) {
    return [column, row].map((cell) => Math.round(((cell + 0.5) / this.told.cells) * this.told.units));
  }

  // --- picture -------------------------------------------------------------------------------------------------

  draw() {
    const { width, height } = this.picture.getBoundingClientRect();
    if (!this.told || width < 20) return;
    const { theme } = this;
    const pen = fit(this.picture, width, height);
    pen.clearRect(0, 0, width, height);
    const [scale, down] = [width / this.told.units, height / this.told.units];
    [pen.lineWidth, pen.lineCap, pen.lineJoin] = [Math.max(4, width * 0.05), "round", "round"];
    [pen.strokeStyle, pen.fillStyle] = [theme.text, theme.text];
    for (const stroke of this.strokes) {
      pen.beginPath();
      pen.moveTo(stroke[0] * scale, stroke[1] * down);
      for (let k = 0; k < stroke.length; k += 2) pen.lineTo(stroke[k] * scale, stroke[k + 1] * down);
      if (stroke.length === 2) pen.lineTo(stroke[0] * scale + 0.01, stroke[1] * down);
      pen.stroke();
    }
    const { picture } = this;
    if (picture.matches(":focus-visible") || (picture.matches(":focus") && !this.byHand)) this.drawCursor(pen, scale, down);
    this.tell();
    this.picture.dataset.plot = [0, 0, width, height].join(" ");
  }

  /** Say how much is drawn, and offer what can be done about it. */
  tell() {
    const count = this.strokes.length;
    this.buttons.clear.disabled = count === 0;
    this.buttons.undo.disabled = count === 0 && !this.past.length;
    this.picture.setAttribute("aria-label", `Drawing pad, ${count ? `${count} stroke${count === 1 ? "" : "s"}` : "empty"}`);
  }

  drawCursor(pen, scale, down) {
    const [x, y] = this.at(this.cursor);
    pen.strokeStyle = this.theme.primary;
    pen.fillStyle = this.keys ? this.theme.primary : "transparent";
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(x * scale, y * down, 7, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }

  leave() {
    clearTimeout(this.waiting);
    this.painter.stop();
    this.sizes.disconnect();
  }
}

export default function (component) {
  const { parentElement } = component;
  const pad = keep(pads, parentElement, () => new Pad(parentElement));
  pad.take(component);
  return () => release(pads, parentElement, pad);
}
