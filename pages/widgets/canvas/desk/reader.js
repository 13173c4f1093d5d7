// Whoever points at a picture, touches it or walks through it by keys reads the numbers of the nearest mark.

const REACH = 28; // CSS pixels

class Reader {
  constructor(panel, root) {
    this.panel = panel;
    this.tip = root.appendChild(made("div", { class: "tip", "aria-hidden": "true", hidden: true }));
    this.spoken = root.appendChild(made("div", { class: "unseen", "aria-live": "polite" }));
    const { picture } = panel;
    picture.onpointermove = (event) => this.point(event);
    picture.onpointerdown = (event) => this.point(event);
    picture.onpointerleave = () => this.hide();
    picture.onblur = () => this.hide();
    picture.onkeydown = (event) => this.key(event);
  }

  forget() {
    [this.marks, this.at] = [null, -1];
    this.hide();
    const still = !this.find().length;
    if (still) this.panel.picture.removeAttribute("tabindex");
    else this.panel.picture.tabIndex = 0;
  }

  /** All marks with numbers: [x, y, group], from left to right. */
  find() {
    if (this.marks) return this.marks;
    const { scene } = this.panel;
    const layers = scene.axes ? scene.fixed.concat(scene.frames[0]) : [];
    this.marks = [];
    for (const { kind, at, group, pale } of layers) {
      if (kind === "dots" && at[0].length <= 5000) at[0].forEach((x, i) => this.marks.push([x, at[1][i], group?.[i]]));
      else if (kind === "lines" && at[0].length > 1) at[0].forEach((x, i) => this.marks.push([x, at[1][i], group?.[i]], [at[2][i], at[3][i], group?.[i]]));
      else if (kind === "bars" && !pale) at[0].forEach((x, i) => this.marks.push([(x + at[2][i]) / 2, at[3][i], group?.[i], x, at[2][i]]));
    }
    this.marks = this.marks.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)).sort((a, b) => a[0] - b[0]);
    return this.marks;
  }

  point({ clientX, clientY }) {
    const { view, picture } = this.panel;
    if (!view) return;
    const { left, top } = picture.getBoundingClientRect();
    const [px, py] = [clientX - left, clientY - top];
    let [best, nearest] = [-1, REACH];
    this.find().forEach(([x, y, , from, to], i) => {
      const inside = from !== undefined && px >= view.x(from) && px <= view.x(to) && py >= view.y(y) - 4;
      const far = inside ? 0 : Math.hypot(view.x(x) - px, view.y(y) - py);
      if (far <= nearest) [best, nearest] = [i, far];
    });
    if (best < 0) this.hide();
    else this.show(best);
  }

  key(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === "Escape") this.hide();
    if (!by || !this.find().length) return;
    event.preventDefault();
    const last = this.find().length - 1;
    this.show(Math.max(0, Math.min(last, this.at < 0 ? (by > 0 ? 0 : last) : this.at + by)));
    this.spoken.textContent = this.tip.textContent;
  }

  show(index) {
    this.at = index;
    const { scene, view } = this.panel;
    const [x, y, group] = this.marks[index];
    const number = (value, { marks }) => (Array.isArray(marks) ? marks[Math.round(value)] ?? short(value) : short(marks === "log" ? 10 ** value : value, 4));
    const name = group !== undefined && group !== 255 ? scene.legend[group] : undefined;
    const parts = [[scene.x.label, number(x, scene.x)], [scene.y.label, number(y, scene.y)]].map(([label, value]) => (label ? `${label} ${value}` : value));
    this.tip.textContent = [name, ...parts].filter(Boolean).join(" · ");
    this.tip.hidden = false;
    const { offsetLeft, offsetTop, offsetWidth } = this.panel.picture;
    const half = this.tip.offsetWidth / 2;
    this.tip.style.left = `${offsetLeft + Math.max(half, Math.min(offsetWidth - half, view.x(x)))}px`;
    this.tip.style.top = `${offsetTop + Math.max(28, view.y(y) - 10)}px`;
  }

  hide() {
    this.tip.hidden = true;
    this.at = -1;
  }
}
