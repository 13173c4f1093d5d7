// CartPole in view. "watch": the agent that is being trained drives one cart as long as the run goes on. "play": the
// agent drives one, the reader another. plot.js and cart_pole_model.js stand before this text.

const games = new WeakMap(); // parentElement -> Game
const SPEEDS = [[1, "real time"], [0.5, "half"], [0.25, "a quarter"]];
const REST = 0.7; // seconds between two episodes of a cart that is watched
const TALK = 0.2; // seconds between two readings of the numbers

/** Read what Python sends: the length of a JSON header, the header, and the layers' numbers. */
function readAgent(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const told = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  return { ...told, numbers: new Float32Array(bytes.slice(4 + length).buffer) };
}

class Game {
  constructor(root) {
    this.root = root;
    const find = (name) => root.querySelector(name);
    this.plate = find(".plate");
    this.picture = find(".picture");
    [this.says, this.spoken, this.speed] = [find(".says"), find(".spoken"), find("select")];
    this.scores = { agent: find(".of-agent dd"), you: find(".of-you dd"), best: find(".of-best dd") };
    this.buttons = [find(".left"), find(".right")];
    for (const [rate, name] of SPEEDS) this.speed.add(new Option(name, rate, rate === 0.5, rate === 0.5));
    find(".race").onclick = () => this.ready(true);
    find(".alone").onclick = () => this.ready(false);
    [this.held, this.best, this.visible] = [[], 0, true];
    this.painter = painter((now) => this.tick(now));
    this.wire();
    this.sizes = new ResizeObserver(() => this.painter.ask());
    this.sizes.observe(this.picture);
    this.sight = new IntersectionObserver((seen) => {
      this.visible = seen.at(-1).isIntersecting;
      this.before = null;
      if (this.visible) this.painter.ask();
    });
    this.sight.observe(this.plate);
  }

  wire() {
    this.plate.onkeydown = (event) => this.key(event, true);
    this.plate.onkeyup = (event) => this.key(event, false);
    // there is no onfocusout; this runs once for each plate
    this.plate.addEventListener("focusout", (event) => { if (!this.plate.contains(event.relatedTarget)) this.letGo(); });
    this.buttons.forEach((button, action) => {
      button.onpointerdown = (event) => {
        button.setPointerCapture(event.pointerId);
        this.push(action, true);
      };
      button.onpointerup = button.onpointercancel = button.onlostpointercapture = () => this.push(action, false);
      button.oncontextmenu = (event) => event.preventDefault(); // a long touch is a long push
    });
  }

  // --- what comes in -------------------------------------------------------------------------------------------

  take({ data }) {
    const agent = readAgent(data);
    const first = !this.agent;
    this.agent = agent;
    this.theme = readTheme(this.root);
    this.plate.style.setProperty("--plate", this.theme.plate);
    this.plate.style.colorScheme = this.theme.dark ? "dark" : "light";
    this.plate.dataset.mode = agent.mode;
    this.watching = agent.mode === "watch";
    this.picture.tabIndex = this.watching ? -1 : 0;
    this.picture.setAttribute("role", this.watching ? "img" : "application");
    if (first || (this.watching && agent.step === 0)) this.lay(!this.watching);
    if (!this.values || !agent.running) this.values = valuesOf(agent, this.lanes[0].state);
    if (this.watching && !agent.running) { this.talked = 0; this.tellNumbers(); }
    this.painter.ask();
  }

  /** Put fresh carts on their tracks, all in the same state. */
  lay(both) {
    const state = firstState();
    const lane = (name) => ({ name, state, last: state, score: 0, over: "" });
    this.lanes = both ? [lane("agent"), lane("you")] : [lane("agent")];
    [this.owed, this.rest, this.talked, this.turn] = [0, 0, 0, 0];
    this.setState(this.watching ? "going" : "idle");
  }

  setState(state) {
    this.state = this.plate.dataset.state = state;
    this.before = null;
    this.tellHelp();
    this.painter.ask();
  }

  ready(both) {
    this.lay(both);
    this.letGo();
    for (const name of ["agent", "you"]) this.scores[name].textContent = "–";
    this.setState(both ? "ready" : "going");
    this.picture.focus({ preventScroll: true, focusVisible: false });
    announce(this.spoken, both ? "Ready. Your first push starts both carts." : "The agent plays alone.");
  }

  // --- the reader's hands --------------------------------------------------------------------------------------

  key(event, down) {
    if (this.watching || event.altKey || event.ctrlKey || event.metaKey || event.target === this.speed) return;
    const action = { ArrowLeft: 0, a: 0, A: 0, ArrowRight: 1, d: 1, D: 1 }[event.key];
    if (action !== undefined) {
      if (!event.repeat) this.push(action, down);
      event.preventDefault();
    } else if (down && event.target === this.picture && (event.key === " " || event.key === "Enter")) {
      this.ready(true);
      event.preventDefault();
    } else if (down && event.key === "Escape" && this.state !== "idle") {
      this.lay(true);
    }
  }

  push(action, down) {
    this.held = this.held.filter((one) => one !== action);
    if (down) this.held.push(action); // of two held at once the later one counts
    this.buttons.forEach((button, k) => { button.dataset.held = this.held.includes(k); });
    if (!down) return;
    if (this.state === "idle") this.ready(true);
    else if (this.state === "ready") this.setState("going");
    this.painter.ask();
  }

  letGo() {
    this.held = [];
    for (const button of this.buttons) button.dataset.held = false;
  }

  // --- time ----------------------------------------------------------------------------------------------------

  tick(now) {
    if (!this.visible || !this.agent) return;
    const going = this.state === "going" && (!this.watching || this.agent.running);
    if (going) {
      const passed = this.before === null ? 0 : Math.min(0.1, Math.max(0, now - this.before) / 1000); // a clock can be set back
      this.before = now;
      this.go(passed * (this.watching ? 1 : Number(this.speed.value)));
    } else this.before = null;
    this.draw();
    if (going && this.state === "going") this.painter.ask();
  }

  /** Let so many seconds pass on the tracks. */
  go(seconds) {
    this.talked -= seconds;
    if (this.rest > 0) {
      this.rest -= seconds;
      if (this.rest <= 0) this.lay(false);
      return;
    }
    this.owed += seconds;
    while (this.owed >= CART.seconds && this.state === "going" && this.rest <= 0) {
      this.owed -= CART.seconds;
      this.step();
    }
    this.tellNumbers();
  }

  step() {
    for (const lane of this.lanes) {
      lane.last = lane.state;
      if (lane.over) continue;
      lane.state = advance(lane.state, lane.name === "you" ? this.yours() : this.agents(lane.state));
      lane.score += 1;
      if (fallen(lane.state)) lane.over = Math.abs(lane.state[0]) > CART.track ? "left the track" : "fell";
      else if (lane.score >= CART.limit) lane.over = "balanced to the end";
      if (lane.over && lane.name === "you") [this.best, this.talked] = [Math.max(this.best, lane.score), 0];
    }
    this.turn += 1;
    if (this.lanes.every((lane) => lane.over)) this.end();
  }

  /** The reader's push; with no key down left and right take turns, and cancel out. */
  yours() { return this.held.length ? this.held.at(-1) : this.turn % 2; }

  agents(state) {
    this.values = valuesOf(this.agent, state);
    const explores = Math.random() < this.agent.epsilon;
    return explores ? Math.floor(2 * Math.random()) : greedy(this.values);
  }

  end() {
    this.talked = 0;
    if (this.watching) {
      this.rest = stillness.matches ? 3 : REST;
      return;
    }
    const [agent, you] = this.lanes;
    this.setState("over");
    this.tellNumbers();
    const said = you ? `You: ${you.score} steps. Agent: ${agent.score} steps.` : `Agent: ${agent.score} steps.`;
    announce(this.spoken, said);
  }

  // --- words ---------------------------------------------------------------------------------------------------

  tellHelp() {
    this.talked = 0;
    if (this.watching) return;
    const help = {
      idle: "Keep the pole up and the cart on its track for 500 steps (10 s). Arrow keys or the two buttons push.",
      ready: "Ready: your first push (← or →) starts both carts.",
      going: "Hold ← or → to push. With no key down, left and right pushes take turns and cancel out.",
    }[this.state];
    if (help) this.says.textContent = this.lanes.length === 1 ? "" : help;
  }

  tellNumbers() {
    const over = this.state === "over";
    if (this.talked > 0) return;
    this.talked = TALK;
    const [agent, you] = this.lanes;
    const seconds = (score) => `${(score * CART.seconds).toFixed(1)} s`;
    this.scores.agent.textContent = agent.score;
    if (you) this.scores.you.textContent = you.score;
    this.scores.best.textContent = this.best || "–";
    for (const lane of this.lanes) this.plate.dataset[lane.name] = lane.score;
    const [left, right] = (this.values ?? [0, 0]).map((value) => short(value / this.agent.reward, 3));
    if (over && you) {
      const won = you.score > agent.score ? "You win." : you.score < agent.score ? "The agent wins." : "A draw.";
      this.says.textContent = `${won} You ${seconds(you.score)}, agent ${seconds(agent.score)}. Space or the button: again.`;
    } else if (you?.over) {
      this.says.textContent = `You: ${you.over} after ${seconds(you.score)}. The agent goes on. Space or the button: again.`;
    } else if (over || this.watching || !you) {
      const where = agent.over ? `${agent.over} after ${agent.score} steps` : `step ${agent.score}`;
      this.says.textContent = `Agent: ${where}. It expects Q(left) = ${left}, Q(right) = ${right}.`;
    }
  }

  // --- the picture ---------------------------------------------------------------------------------------------

  draw() {
    const { width } = this.picture.getBoundingClientRect();
    if (width < 20) return;
    const metre = (width - 24) / (2 * CART.track + 0.9);
    const lane = Math.round(metre + 64); // a name, the pole, the cart, some ground
    const height = lane * this.lanes.length + 4;
    if (this.picture.style.height !== `${height}px`) this.picture.style.height = `${height}px`;
    const pen = fit(this.picture, width, height);
    pen.clearRect(0, 0, width, height);
    const share = this.state === "going" ? Math.min(1, this.owed / CART.seconds) : 1;
    this.lanes.forEach((one, k) => {
      const state = one.over ? one.state : one.state.map((value, i) => one.last[i] + (value - one.last[i]) * share);
      this.drawLane(pen, one, state, { middle: width / 2, ground: lane * (k + 1) - 16, metre, width });
    });
    const said = this.lanes.map((one) => `${one.name}: ${one.over || "balancing"}, ${one.score} steps`).join("; ");
    this.picture.setAttribute("aria-label", `CartPole. ${said}`);
  }

  drawLane(pen, lane, state, { middle, ground, metre, width }) {
    const { theme } = this;
    const colour = groupColour(theme, lane.name === "you" ? 1 : 0);
    const size = Math.max(0.6, Math.min(1, metre / 100));
    const at = middle + state[0] * metre;
    const hinge = ground - 22 * size;
    [pen.lineWidth, pen.strokeStyle, pen.fillStyle, pen.lineCap] = [1.5, theme.muted, theme.muted, "butt"];
    pen.beginPath();
    pen.moveTo(middle - CART.track * metre, ground);
    pen.lineTo(middle + CART.track * metre, ground);
    for (const side of [-1, 1]) { // the ends of the track
      pen.moveTo(middle + side * CART.track * metre, ground - 9);
      pen.lineTo(middle + side * CART.track * metre, ground + 5);
    }
    pen.stroke();
    pen.setLineDash([3, 4]);
    pen.lineWidth = 1;
    pen.beginPath();
    for (const side of [-1, 1]) { // 12° to either side: beyond, the pole has fallen
      pen.moveTo(at, hinge);
      pen.lineTo(at + side * Math.sin(CART.lean) * metre, hinge - Math.cos(CART.lean) * metre);
    }
    pen.stroke();
    pen.setLineDash([]);
    this.drawCart(pen, colour, lane, at, ground, size);
    [pen.strokeStyle, pen.lineWidth, pen.lineCap] = [lane.over.includes("balanced") || !lane.over ? theme.text : theme.muted, 7 * size, "round"];
    pen.beginPath();
    pen.moveTo(at, hinge);
    pen.lineTo(at + Math.sin(state[2]) * metre, hinge - Math.cos(state[2]) * metre);
    pen.stroke();
    pen.beginPath();
    pen.arc(at, hinge, 3.5 * size, 0, 2 * Math.PI);
    pen.fillStyle = theme.plate;
    pen.fill();
    this.label(pen, lane, ground - metre - 22 * size - 22, width);
  }

  drawCart(pen, colour, lane, at, ground, size) {
    const [wide, tall] = [50 * size, 20 * size];
    pen.fillStyle = lane.over && !lane.over.includes("balanced") ? mix(colour, this.theme.plate, 0.5) : colour;
    pen.beginPath();
    pen.roundRect(at - wide / 2, ground - tall - 5 * size, wide, tall, 3);
    pen.fill();
    pen.fillStyle = this.theme.text;
    pen.beginPath();
    for (const side of [-1, 1]) pen.arc(at + side * wide * 0.3, ground - 4 * size, 4 * size, 0, 2 * Math.PI);
    pen.fill();
    if (lane.name !== "you" || lane.over || !this.held.length || this.state !== "going") return;
    const way = this.held.at(-1) === 1 ? 1 : -1; // the arrow of the reader's push
    const tip = at + way * (wide / 2 + 24 * size);
    pen.fillStyle = this.theme.primary;
    pen.beginPath();
    polygon(pen, tip, ground - tall / 2 - 5 * size, [[0, 0], [-way * 14 * size, -9 * size], [-way * 14 * size, 9 * size]]);
    pen.fill();
  }

  label(pen, lane, top, width) {
    const { theme } = this;
    const name = lane.name === "you" ? "you" : `agent${this.agent.epsilon > 0 ? `, ${Math.round(100 * this.agent.epsilon)} % at random` : ""}`;
    [pen.font, pen.fillStyle, pen.textBaseline] = [FONT(theme, 13), theme.text, "top"];
    pen.textAlign = "left";
    pen.fillText(name, 12, top);
    pen.textAlign = "right";
    pen.fillText(lane.over ? `${lane.over}: ${lane.score}` : `${lane.score}`, width - 12, top);
  }

  leave() {
    this.painter.stop();
    this.sizes.disconnect();
    this.sight.disconnect();
  }
}

export default function (component) {
  const { parentElement } = component;
  const game = keep(games, parentElement, () => new Game(parentElement));
  game.take(component);
  return () => release(games, parentElement, game);
}
