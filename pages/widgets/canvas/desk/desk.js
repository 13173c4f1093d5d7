// A desk: the controls of an experiment and its pictures. It asks the engine over a socket (protocol.py) and never reruns a page.

const VERSION = 1;
const LATE = 400; // ms without an answer until it is said that one waits
const ONE_CHANGE = 700; // ms in which changes of one control are taken back together
const desks = new WeakMap(); // parentElement -> Desk

function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return [JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))), bytes.subarray(4 + length)];
}

class Desk {
  constructor(root) {
    this.root = root;
    const find = (name) => root.querySelector(name);
    this.plate = find(".desk");
    this.trouble = find(".trouble");
    this.state = find(".line");
    this.spoken = find(".spoken");
    [this.undo, this.anew] = [find(".undo"), find(".anew")];
    [this.asked, this.wish, this.boards, this.before] = [0, null, new Set(), []];
    [this.column, this.beside] = [new Column(this), new Column(this)];
    find(".pictures").append(this.column.root);
    find(".beside").append(this.beside.root);
    this.controls = new Controls(find(".settings"), (name, value) => this.change(name, value));
    this.socket = new Line((bytes) => this.hear(bytes), () => this.again(), (text) => this.tell(text));
    this.undo.onclick = () => this.takeBack();
    this.anew.onclick = () => this.set({});
    this.plate.onkeydown = (event) => this.key(event);
    this.sizes = new ResizeObserver(() => this.column.resized());
    this.sizes.observe(find(".pictures"));
  }

  template(name) { return this.root.querySelector(`template.${name}`).content.cloneNode(true); }

  // --- what Python says ------------------------------------------------------------------------------------------

  take({ data }) {
    this.theme = this.themed(readTheme(this.root));
    this.plate.style.setProperty("--plate", this.theme.plate);
    this.plate.style.colorScheme = this.theme.dark ? "dark" : "light";
    if (this.name !== data.name) this.begin(data.name, data.title);
    const gave = this.own !== undefined && this.own !== data.own;
    this.own = data.own;
    if (gave) this.ask(data.choose ?? {}); // data of the learner's own are there now, or gone
    if (this.near) this.socket.open(data.token);
    else this.comeNear(() => this.socket.open(this.token));
    this.token = data.token;
    if (this.shown) this.draw(new Map());
  }

  themed(theme) {
    const name = JSON.stringify(theme);
    if (name !== this.themeName) [this.themeName, this.known] = [name, theme];
    return this.known;
  }

  begin(name, title) {
    this.address?.leave();
    this.name = name;
    this.plate.setAttribute("aria-label", title);
    this.address = new Address(name, (said) => { if (!sameWords(said, this.said)) this.set(said); });
    this.said = this.address.read();
    this.tells = () => this.wish?.said ?? this.flying?.said ?? this.said; // what a link set and nobody has run yet, too
    (globalThis.grimoireDesks ??= new Map()).set(name, this.tells); // for kept_settings.js
  }

  /** A desk far below the screen asks nothing yet. */
  comeNear(then) {
    if (this.sight) return;
    this.sight = new IntersectionObserver((seen) => {
      if (!seen.at(-1).isIntersecting) return;
      this.sight.disconnect();
      this.near = true;
      then();
    }, { rootMargin: "600px", scrollMargin: "600px" });
    this.sight.observe(this.plate);
  }

  // --- asking ----------------------------------------------------------------------------------------------------

  change(name, value) { this.ask({ [name]: value }, {}); }

  drag(values) { if (Object.keys(values).length) this.ask({}, values); }

  /** Set what an address says, and nothing else. */
  set(said) {
    this.wish = { said, change: {}, drag: {} };
    this.send();
  }

  ask(change, drag = {}) {
    const wish = this.wish ?? { said: null, change: { ...this.refused?.change }, drag: { ...this.refused?.drag } };
    for (const name of Object.keys(change)) delete wish.drag[name];
    for (const name of Object.keys(drag)) delete wish.change[name];
    this.wish = { said: wish.said, change: { ...wish.change, ...change }, drag: { ...wish.drag, ...drag } };
    this.send();
  }

  send() {
    if (this.flying || !this.wish || !this.socket.ready) return;
    const counts = new Map([...this.boards].map((board) => [board, board.count]));
    this.flying = { ...this.wish, id: ++this.asked, counts };
    this.wish = null;
    const { id, said, change, drag } = this.flying;
    this.socket.say({ v: VERSION, ask: "set", id, said: said ?? this.said, change, drag });
    this.late = setTimeout(() => this.tell("Computing…"), LATE);
  }

  /** The socket is open (again): ask what was not answered, or for the first time. */
  again() {
    clearTimeout(this.late);
    if (this.flying) this.wish ??= this.flying;
    this.flying = null;
    if (this.wish || !this.shown) this.wish ??= { said: null, change: {}, drag: {} };
    this.send();
  }

  // --- what the engine says ----------------------------------------------------------------------------------------

  hear(bytes) {
    const [header, rest] = unpack(bytes);
    if (header.id !== this.flying?.id) return;
    clearTimeout(this.late);
    this.tell("");
    const { counts, change, drag, said } = this.flying;
    this.flying = null;
    const held = this.wish?.change ?? {}; // what is being set by a control, which is ahead of the engine
    this.controls.show(header.controls, (name) => name in held);
    this.complain(header.problem ?? "");
    if (header.problem) this.refused = { change, drag };
    else {
      this.refused = null;
      this.remember(header.said, said ? "" : Object.keys({ ...change, ...drag }).join());
      this.accept(header.said, rest, counts);
    }
    this.plate.dataset.answered = header.id;
    this.send();
  }

  accept(said, rest, counts) {
    this.said = said;
    this.address.write(said);
    this.anew.disabled = Object.keys(said).length === 0;
    const [view, body] = unpack(rest);
    let at = 0;
    const bodies = view.sizes.map((size) => body.subarray(at, (at += size)));
    this.shown = { parts: view.parts, bodies };
    this.draw(counts);
  }

  draw(counts) {
    const now = { bodies: this.shown.bodies, theme: this.theme, counts };
    this.column.show(this.shown.parts.filter((part) => !part.beside), now);
    this.beside.show(this.shown.parts.filter((part) => part.beside), now);
  }

  complain(text) {
    if (this.trouble.textContent !== text) this.trouble.textContent = text;
    this.trouble.hidden = !text;
    this.plate.classList.toggle("refused", Boolean(text));
  }

  tell(text) {
    this.state.textContent = text;
    this.state.hidden = !text;
    if (text && text !== this.heard) announce(this.spoken, text);
    this.heard = text;
  }

  // --- taking back -------------------------------------------------------------------------------------------------

  remember(said, what) {
    const now = performance.now();
    const together = what && what === this.what && now - this.when < ONE_CHANGE;
    [this.what, this.when] = [what, now];
    if (this.takingBack) this.takingBack = false;
    else if (this.shown && !sameWords(said, this.said) && !together) this.before.push(this.said);
    if (this.before.length > 100) this.before.shift();
    this.undo.disabled = this.before.length === 0;
  }

  takeBack() {
    if (!this.before.length) return;
    this.takingBack = true;
    this.set(this.before.pop());
    announce(this.spoken, "Taken back");
  }

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "z") return;
    if (!this.before.length) return;
    event.preventDefault();
    event.stopPropagation();
    this.takeBack();
  }

  leave() {
    this.address?.writeNow();
    this.address?.leave();
    if (globalThis.grimoireDesks?.get(this.name) === this.tells) grimoireDesks.delete(this.name); // not its successor's
    this.socket.drop();
    this.column.leave();
    this.beside.leave();
    this.sizes.disconnect();
    this.sight?.disconnect();
  }
}

export default function (component) {
  const { parentElement } = component;
  const desk = keep(desks, parentElement, () => new Desk(parentElement));
  desk.take(component);
  return () => release(desks, parentElement, desk);
}
