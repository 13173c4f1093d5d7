// The replay player. Python sends bytes: id (16 letters), height, header length, JSON header, arrays.

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
const LONGEST_GLIDE = 700; // ms
const QUIET = 250; // ms without a step until Python is told, so that a held key is one message

const idOf = (bytes) => String.fromCharCode(...bytes.subarray(0, 16));

class Player extends PlayerPicture {
  constructor(root) {
    super();
    this.root = root;
    const find = (name) => root.querySelector(name);
    this.plate = find(".plate");
    this.picture = find(".picture");
    this.curve = find(".curve");
    this.chart = find(".chart");
    this.says = find(".says");
    this.spoken = find(".spoken");
    this.scrub = find(".scrub");
    this.count = find(".count");
    this.playButton = find(".play");
    this.speed = find("select");
    this.ground = document.createElement("canvas"); // axes and fixed layers, drawn once
    this.past = document.createElement("canvas"); // the chart's line, strong
    this.coming = document.createElement("canvas"); // and faint
    [this.id, this.frame, this.playing, this.glide, this.visible] = ["", 0, false, null, true];
    this.painter = painter((now) => this.tick(now));
    this.wire(find);
    this.sizes = new ResizeObserver(() => this.relayout());
    this.sizes.observe(this.picture);
    this.sight = new IntersectionObserver((seen) => {
      this.visible = seen.at(-1).isIntersecting;
      this.due = null;
      if (this.visible) this.painter.ask();
    });
    this.sight.observe(this.plate);
  }

  // --- what comes in -------------------------------------------------------------------------------------------

  take({ data, setStateValue }) {
    const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
    this.tell = (frame) => setStateValue("frame", { scene: this.id, frame });
    this.show(idOf(bytes), bytes.subarray(20), new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true));
  }

  /** Show a scene from frame `at` on; one that is shown already goes on as it is. */
  show(id, body, height, at = 0) {
    this.theme = readTheme(this.root);
    this.plate.style.setProperty("--plate", this.theme.plate);
    this.plate.style.colorScheme = this.theme.dark ? "dark" : "light";
    if (id !== this.id) this.adopt(id, readScene(body), at);
    giveHeight(this.picture, this.scene, height);
    this.relayout();
  }

  adopt(id, scene, at) {
    clearTimeout(this.telling);
    [this.id, this.scene, this.frame, this.glide, this.shown] = [id, scene, at, null, []];
    this.setPlaying(false);
    const numbers = scene.values.filter((value) => value !== null);
    this.chart.hidden = numbers.length === 0;
    [this.lowest, this.highest] = ends(numbers);
    this.base = Math.min(30, Math.max(1, scene.frames.length / 20)); // frames a second at 1x
    this.scrub.max = scene.frames.length - 1;
    for (const control of this.plate.querySelectorAll("button, input")) control.disabled = scene.frames.length < 2;
    // the longest caption decides how many lines are kept free, so that the controls never move
    this.longest = scene.says.reduce((a, b) => (b.length > a.length ? b : a), "");
    this.update();
  }

  wire(find) {
    for (const rate of SPEEDS) this.speed.add(new Option(`${rate}×`, rate, rate === 1, rate === 1));
    this.speed.onchange = () => { this.due = null; };
    find(".to-start").onclick = () => this.step(-Infinity);
    find(".back").onclick = () => this.step(-1);
    find(".forth").onclick = () => this.step(1);
    this.playButton.onclick = () => this.toggle();
    this.scrub.oninput = () => this.jump(Number(this.scrub.value));
    this.scrub.onchange = () => this.report();
    this.plate.onkeydown = (event) => this.key(event);
    this.picture.onclick = () => this.picture.focus({ preventScroll: true });
    this.curve.onpointerdown = (event) => {
      this.curve.setPointerCapture(event.pointerId);
      this.curve.onpointermove(event);
    };
    this.curve.onpointermove = (event) => {
      if (!this.curve.hasPointerCapture(event.pointerId)) return;
      const { left, width } = this.curveBox;
      const share = (event.clientX - this.curve.getBoundingClientRect().left - left) / width;
      this.jump(Math.round(share * (this.scene.frames.length - 1)));
    };
    this.curve.onpointerup = (event) => { if (this.curve.hasPointerCapture(event.pointerId)) this.report(); };
  }

  key(event) {
    const inner = event.target.tagName;
    if (event.altKey || event.ctrlKey || event.metaKey || inner === "SELECT") return;
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (event.key === " " && inner !== "BUTTON") this.toggle();
    else if (event.key in moves) this.step(moves[event.key]);
    else return;
    event.preventDefault();
  }

  // --- moving through the frames -------------------------------------------------------------------------------

  get last() { return this.scene.frames.length - 1; }

  toggle() {
    if (this.last < 1) return;
    if (this.playing) return this.pause();
    if (this.frame === this.last) this.jump(0);
    clearTimeout(this.telling);
    this.setPlaying(true);
    this.due = null;
    this.painter.ask();
  }

  pause() {
    this.setPlaying(false);
    this.report();
  }

  setPlaying(on) {
    this.playing = on;
    this.playButton.dataset.on = on;
    this.playButton.setAttribute("aria-label", on ? "Pause" : "Play");
  }

  /** Go by `by` frames, gliding where only one frame is passed. */
  step(by) {
    const to = Math.min(this.last, Math.max(0, this.frame + by));
    this.setPlaying(false);
    if (to !== this.frame) this.go(to, Math.abs(to - this.frame) === 1 ? 350 : 0);
    this.report(QUIET);
  }

  /** Go to a frame at once: the reader is dragging. */
  jump(to) {
    this.setPlaying(false);
    this.go(Math.min(this.last, Math.max(0, to)), 0);
  }

  go(to, lasting) {
    this.glide = lasting && !stillness.matches ? this.glideTo(to, lasting) : null;
    this.frame = to;
    this.update();
  }

  /** Match each layer that glides with the one now on the plate; null when none does. */
  glideTo(to, lasting) {
    const glides = (layers) => layers.filter((one) => one.layer.tween);
    const here = glides(this.shown);
    const there = glides(this.scene.frames[to].map((layer) => ({ layer })));
    const from = new Map();
    there.forEach(({ layer }, k) => {
      const old = here[k];
      if (old && old.layer.kind === layer.kind && old.at[0].length === layer.at[0].length) {
        from.set(layer, old.layer === layer && old.at === layer.at ? layer.at : old.at.map((array) => array.slice()));
      }
    });
    return from.size ? { from, lasting, start: null, at: new Map() } : null;
  }

  /** Tell Python and the screen reader where the reader stopped. */
  report(after = 0) {
    clearTimeout(this.telling);
    const say = () => {
      announce(this.spoken, `Frame ${this.frame + 1} of ${this.last + 1}. ${this.scene.says[this.frame]}`);
      this.label();
      this.tell?.(this.frame);
    };
    if (after) this.telling = setTimeout(say, after);
    else say();
  }

  update() {
    this.scrub.value = this.frame;
    this.scrub.setAttribute("aria-valuetext", `frame ${this.frame + 1} of ${this.last + 1}`);
    this.count.textContent = `${this.frame + 1} / ${this.last + 1}`;
    this.says.textContent = this.scene.says[this.frame];
    if (!this.playing) this.label();
    this.painter.ask();
  }

  label() {
    const { scene, frame } = this;
    this.picture.setAttribute("aria-label", `Replay, frame ${frame + 1} of ${this.last + 1}: ${scene.says[frame] || "no caption"}`);
    const value = `now ${short(scene.values[frame])}, lowest ${short(this.lowest)}, highest ${short(this.highest)}`;
    this.curve.setAttribute("aria-label", `Chart of ${scene.value || "the value"} over the frames: ${value}`);
  }

  // --- time --------------------------------------------------------------------------------------------------------

  tick(now) {
    if (!this.visible || !this.scene || !this.view) return;
    if (this.playing) this.advance(now);
    this.draw(now);
    if (this.playing || this.glide) this.painter.ask();
  }

  advance(now) {
    const every = 1000 / (this.base * Number(this.speed.value));
    // the first step follows the press at once when frames are slow: waiting would look like a dead button
    this.due ??= now + Math.min(every, 250);
    if (now < this.due) return;
    const passed = 1 + Math.floor((now - this.due) / every);
    this.due += passed * every;
    const to = Math.min(this.last, this.frame + passed);
    this.go(to, every < 60 ? 0 : Math.min(LONGEST_GLIDE, every * 0.85));
    if (to === this.last) this.pause();
  }

  leave() {
    clearTimeout(this.telling);
    this.painter.stop();
    this.sizes.disconnect();
    this.sight.disconnect();
  }
}

/** The two ends of a list that may be too long to spread. */
const ends = (numbers) => numbers.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
