// The picture of a network. Python sends bytes: header length, JSON header, weights and biases, fields.

const networks = new WeakMap(); // parentElement -> Network
const NEAR = 7; // px from a line that count as pointing at it

function decodeNetwork(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const body = bytes.slice(4 + length).buffer;
  const { sizes } = head;
  let at = 0;
  const floats = (count) => new Float32Array(body, (at += 4 * count) - 4 * count, count);
  const layers = sizes.slice(1).map((units, k) => ({ inputs: sizes[k], weights: floats(units * sizes[k]), biases: floats(units) }));
  const fields = head.sides.map((side, k) => {
    const count = side * side * sizes[k];
    return { side, levels: new Uint8Array(body, (at += count) - count, count) };
  });
  const frozen = new Set(head.frozen.map((one) => one.join(" ")));
  return { ...head, layers, fields, frozen };
}

class Network {
  constructor(root) {
    this.root = root;
    const find = (name) => root.querySelector(name);
    this.plate = find(".plate");
    this.picture = find(".picture");
    this.says = find(".says");
    this.spoken = find(".spoken");
    this.editor = find(".editor");
    this.tile = document.createElement("canvas");
    this.chosen = null; // the weight that is pointed at: { layer, to, source }, counted from 1, source 0 is the bias
    this.painter = painter(() => this.draw());
    this.sizes = new ResizeObserver(() => this.painter.ask());
    this.sizes.observe(this.picture);
    this.wire();
  }

  take({ data, setTriggerValue }) {
    this.send = (edit) => setTriggerValue("edit", edit);
    const theme = readTheme(this.root);
    if (JSON.stringify(theme) !== this.themeName) {
      [this.theme, this.themeName] = [theme, JSON.stringify(theme)];
      this.ramp = ramp(theme, -1, 1);
    }
    this.plate.style.setProperty("--plate", theme.plate);
    this.net = decodeNetwork(data instanceof Uint8Array ? data : new Uint8Array(data));
    if (this.chosen && !this.exists(this.chosen)) this.choose(null);
    if (this.picture.style.height !== `${this.net.height}px`) this.picture.style.height = `${this.net.height}px`;
    this.tell();
    this.painter.ask();
  }

  exists({ layer, to, source }) {
    return layer < this.net.sizes.length && to <= this.net.sizes[layer] && source <= this.net.sizes[layer - 1];
  }

  valueOf({ layer, to, source }) {
    const { inputs, weights, biases } = this.net.layers[layer - 1];
    return source === 0 ? biases[to - 1] : weights[(to - 1) * inputs + source - 1];
  }

  isFrozen({ layer, to, source }) { return this.net.frozen.has([layer, to, source].join(" ")); }

  nameOf({ layer, to, source }) {
    const last = this.net.sizes.length - 1;
    const unit = (k, number) => (k === 0 ? this.net.inputs[number - 1] : k === last ? "output" : `unit ${number} of layer ${k}`);
    return source === 0 ? `bias of ${unit(layer, to)}` : `weight from ${unit(layer - 1, source)} to ${unit(layer, to)}`;
  }

  // --- where everything is -------------------------------------------------------------------------------------

  layOut(width, height) {
    const { sizes } = this.net;
    const widest = Math.max(...sizes);
    const edge = Math.max(9, Math.min(34, (height - 24) / widest - 4, (width - 60) / sizes.length / 2.2));
    const across = (width - edge - 56) / Math.max(1, sizes.length - 1);
    return {
      edge,
      x: (k) => 38 + edge / 2 + k * across,
      y: (k, unit) => {
        const gap = Math.min(edge + 14, (height - 20) / Math.max(sizes[k], 1));
        return height / 2 + (unit - (sizes[k] - 1) / 2) * gap;
      },
    };
  }

  /** The curve of a weight: its four points, and a point on it. */
  curve({ layer, to, source }) {
    const { place } = this;
    const [x0, x1] = [place.x(layer - 1) + place.edge / 2, place.x(layer) - place.edge / 2];
    return [x0, place.y(layer - 1, source - 1), x1, place.y(layer, to - 1)];
  }

  static along([x0, y0, x1, y1], t) {
    const s = 1 - t;
    const middle = (x0 + x1) / 2;
    return [s ** 3 * x0 + 3 * s * t * middle + t ** 3 * x1, (s ** 3 + 3 * s * s * t) * y0 + (3 * s * t * t + t ** 3) * y1];
  }

  *links() {
    for (let layer = 1; layer < this.net.sizes.length; layer++) {
      for (let to = 1; to <= this.net.sizes[layer]; to++) {
        for (let source = 1; source <= this.net.sizes[layer - 1]; source++) yield { layer, to, source };
      }
    }
  }

  /** The weight under a point of the canvas: the nearest line, or the bias of the unit whose tile it is. */
  under(x, y) {
    const { place, net } = this;
    for (let layer = 1; layer < net.sizes.length; layer++) {
      for (let to = 1; to <= net.sizes[layer]; to++) {
        const [dx, dy] = [Math.abs(x - place.x(layer)), Math.abs(y - place.y(layer, to - 1))];
        if (dx <= place.edge / 2 && dy <= place.edge / 2) return { layer, to, source: 0 };
      }
    }
    let [best, nearest] = [null, NEAR];
    for (const link of this.links()) {
      const curve = this.curve(link);
      if (x < curve[0] || x > curve[2]) continue;
      for (let k = 0; k <= 24; k++) {
        const [px, py] = Network.along(curve, k / 24);
        const far = Math.hypot(px - x, py - y);
        if (far < nearest) [best, nearest] = [link, far];
      }
    }
    return best;
  }

  // --- pointing, choosing, editing -----------------------------------------------------------------------------

  wire() {
    const at = (event) => {
      const { left, top } = this.picture.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    this.picture.onpointermove = (event) => {
      if (this.editor.hidden && this.place && event.pointerType !== "touch") this.choose(this.under(...at(event)));
    };
    this.picture.onpointerleave = () => { if (this.editor.hidden && this.root.activeElement !== this.picture) this.choose(null); };
    this.picture.onclick = (event) => {
      if (!this.place) return;
      this.choose(this.under(...at(event)));
      if (this.chosen) this.open(...at(event));
      else this.close();
    };
    this.picture.onkeydown = (event) => this.key(event);
    this.editor.onsubmit = (event) => {
      event.preventDefault();
      const value = Number(this.editor.querySelector(".value").value);
      this.send({ ...this.chosen, value, frozen: this.editor.querySelector(".frozen").checked });
      this.close();
    };
    this.editor.onkeydown = (event) => {
      if (event.key === "Escape") this.close();
      event.stopPropagation();
    };
    this.editor.querySelector(".close").onclick = () => this.close();
  }

  key(event) {
    const moves = { ArrowUp: ["to", -1], ArrowDown: ["to", 1], ArrowLeft: ["source", -1], ArrowRight: ["source", 1], PageUp: ["layer", -1], PageDown: ["layer", 1] };
    if (event.key === "Enter" && this.chosen) {
      const [x, y] = this.chosen.source ? Network.along(this.curve(this.chosen), 0.5)
        : [this.place.x(this.chosen.layer), this.place.y(this.chosen.layer, this.chosen.to - 1)];
      this.open(x, y);
    } else if (event.key in moves) {
      const [name, by] = moves[event.key];
      const next = this.chosen ? { ...this.chosen, [name]: this.chosen[name] + by } : { layer: 1, to: 1, source: 1 };
      if (name === "layer") [next.to, next.source] = [1, 1];
      if (next.layer < 1 || next.to < 1 || next.source < 0 || !this.exists(next)) return event.preventDefault();
      this.choose(next);
      announce(this.spoken, this.says.textContent);
    } else return undefined;
    return event.preventDefault();
  }

  choose(weight) {
    if (JSON.stringify(weight) === JSON.stringify(this.chosen)) return;
    this.chosen = weight;
    this.picture.style.cursor = weight && this.net.editable ? "pointer" : "";
    this.tell();
    this.painter.ask();
  }

  tell() {
    const { chosen, net } = this;
    const held = chosen && this.isFrozen(chosen) ? ", frozen" : "";
    const rest = net.editable ? "Point at a line to read its weight, press it to set or freeze it." : "Point at a line to read its weight.";
    const text = chosen ? `${this.nameOf(chosen)}: ${short(this.valueOf(chosen))}${held}` : rest;
    this.says.textContent = text[0].toUpperCase() + text.slice(1);
    const layers = net.sizes.slice(1, -1).map((units) => `${units}`).join(", ");
    this.picture.setAttribute("aria-label", `Network of ${net.sizes[0]} inputs, ${layers ? `hidden layers of ${layers} units` : "no hidden layer"} and one output. ${this.says.textContent}`);
  }

  open(x, y) {
    if (!this.net.editable) return;
    const { editor, chosen } = this;
    editor.hidden = false;
    editor.querySelector(".name").textContent = this.nameOf(chosen);
    const field = editor.querySelector(".value");
    [field.min, field.max] = [-this.net.most, this.net.most];
    field.value = Number(this.valueOf(chosen).toPrecision(4));
    editor.querySelector(".frozen").checked = this.isFrozen(chosen);
    const { width, height } = this.picture.getBoundingClientRect();
    editor.style.left = `${Math.max(4, Math.min(x + 8, width - editor.offsetWidth - 4))}px`;
    editor.style.top = `${Math.max(4, Math.min(y + 8, height - editor.offsetHeight - 4))}px`;
    field.focus({ preventScroll: true });
    field.select();
  }

  close() {
    if (this.editor.hidden) return;
    this.editor.hidden = true;
    this.picture.focus({ preventScroll: true });
  }

  // --- drawing ---------------------------------------------------------------------------------------------------

  draw() {
    const { net, theme } = this;
    const { width, height } = this.picture.getBoundingClientRect();
    if (!net || width < 40 || height < 40) return;
    this.place = this.layOut(width, height);
    const pen = fit(this.picture, width, height);
    pen.clearRect(0, 0, width, height);
    this.drawLinks(pen);
    net.sizes.forEach((units, k) => {
      for (let unit = 0; unit < units; unit++) this.drawUnit(pen, k, unit);
    });
    pen.fillStyle = theme.muted;
    pen.font = FONT(theme, 11);
    [pen.textAlign, pen.textBaseline] = ["right", "middle"];
    net.inputs.forEach((name, unit) => pen.fillText(name, this.place.x(0) - this.place.edge / 2 - 4, this.place.y(0, unit)));
    this.picture.dataset.plot = `${width} ${height}`;
  }

  drawLinks(pen) {
    const { theme, chosen } = this;
    const one = (link, strong) => {
      const weight = this.valueOf(link);
      const [x0, y0, x1, y1] = this.curve(link);
      const middle = (x0 + x1) / 2;
      pen.lineWidth = Math.min(9, 0.4 + 2.2 * Math.sqrt(Math.abs(weight))) + (strong ? 2 : 0);
      const colour = theme.groups[weight < 0 ? 3 % theme.groups.length : 0];
      pen.strokeStyle = strong ? theme.text : fade(colour, Math.min(0.9, 0.12 + 0.5 * Math.sqrt(Math.abs(weight))));
      pen.setLineDash(this.isFrozen(link) ? [2, 3] : weight < 0 ? [8, 3] : []);
      pen.beginPath();
      pen.moveTo(x0, y0);
      pen.bezierCurveTo(middle, y0, middle, y1, x1, y1);
      pen.stroke();
    };
    for (const link of this.links()) one(link, false);
    if (chosen?.source) one(chosen, true);
    pen.setLineDash([]);
  }

  drawUnit(pen, k, unit) {
    const { net, theme, place, chosen } = this;
    const { side, levels } = net.fields[k];
    const [x, y, half] = [place.x(k), place.y(k, unit), place.edge / 2];
    const image = new ImageData(side, side);
    const pixels = new Uint32Array(image.data.buffer);
    const start = unit * side * side;
    for (let row = 0, at = 0; row < side; row++) { // row 0 of the field is the lowest
      for (let column = 0; column < side; column++, at++) pixels[at] = this.ramp[levels[start + (side - 1 - row) * side + column]];
    }
    [this.tile.width, this.tile.height] = [side, side];
    this.tile.getContext("2d").putImageData(image, 0, 0);
    pen.fillStyle = theme.plate;
    pen.fillRect(x - half, y - half, 2 * half, 2 * half);
    pen.drawImage(this.tile, x - half, y - half, 2 * half, 2 * half);
    const bias = k > 0 && { layer: k, to: unit + 1, source: 0 };
    const strong = chosen && bias && chosen.source === 0 && chosen.layer === k && chosen.to === unit + 1;
    pen.strokeStyle = strong ? theme.text : theme.muted;
    pen.lineWidth = strong ? 2.5 : 1;
    pen.setLineDash(bias && this.isFrozen(bias) ? [2, 3] : []);
    pen.strokeRect(x - half, y - half, 2 * half, 2 * half);
    pen.setLineDash([]);
  }

  leave() {
    this.painter.stop();
    this.sizes.disconnect();
  }
}

export default function (component) {
  const { parentElement } = component;
  const network = keep(networks, parentElement, () => new Network(parentElement));
  network.take(component);
  return () => release(networks, parentElement, network);
}
