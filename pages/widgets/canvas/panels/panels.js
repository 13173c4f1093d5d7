// Pictures that stand side by side. Python sends bytes: column count, height, number of scenes, then each length and scene.

function parts(bytes) {
  const numbers = new DataView(bytes.buffer, bytes.byteOffset);
  const [columns, height, count] = [0, 4, 8].map((at) => numbers.getUint32(at, true));
  const scenes = [];
  for (let k = 0, at = 12; k < count; k++) {
    const length = numbers.getUint32(at, true);
    scenes.push(readScene(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return { columns, height, scenes };
}

class Panels {
  constructor(root) {
    this.root = root;
    this.plate = root.querySelector(".panels");
    this.panels = [];
    this.sizes = new ResizeObserver(() => this.panels.forEach((panel) => panel.draw()));
    this.sizes.observe(this.plate);
  }

  take({ data }) {
    const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
    const { columns, height, scenes } = parts(bytes);
    const theme = readTheme(this.root);
    if (JSON.stringify(theme) !== this.themeName) [this.theme, this.themeName] = [theme, JSON.stringify(theme)];
    this.plate.parentElement.style.setProperty("--plate", theme.plate);
    this.plate.style.setProperty("--columns", columns);
    while (this.panels.length > scenes.length) this.panels.pop().figure.remove();
    while (this.panels.length < scenes.length) {
      this.panels.push(new Panel());
      this.plate.append(this.panels.at(-1).figure);
    }
    scenes.forEach((scene, k) => this.panels[k].show(scene, this.theme, height));
  }

  leave() {
    this.sizes.disconnect();
  }
}
