// One picture that stands still.

/** One picture: a title, a legend, a canvas. */
class Panel extends LayerPicture {
  constructor() {
    super();
    this.figure = document.createElement("figure");
    this.title = this.figure.appendChild(document.createElement("figcaption"));
    this.legend = this.figure.appendChild(document.createElement("p"));
    this.legend.className = "legend";
    this.picture = this.figure.appendChild(document.createElement("canvas"));
    this.picture.setAttribute("role", "img");
  }

  show(scene, theme, height) {
    [this.scene, this.theme] = [scene, theme];
    this.title.textContent = scene.title;
    this.title.hidden = !scene.title;
    giveHeight(this.picture, scene, height);
    this.picture.setAttribute("aria-label", [scene.title, scene.says[0]].filter(Boolean).join(": ") || scene.y.label);
    this.explain();
    this.draw();
  }

  /** Draw the legend anew when its names or the theme have changed: a group's line, bar or mark beside its name. */
  explain() {
    const { legend, theme, scene } = this;
    const used = scene.frames[0].concat(scene.fixed).filter((layer) => !layer.pale);
    const has = (kind, group) => used.some((layer) => layer.kind === kind && (group === undefined || layer.group?.includes(group)));
    const lines = used.some((layer) => layer.kind === "lines" && layer.group); // a level or a diagonal is of no group
    const other = lines || !has("dots") ? "line" : "mark"; // of a group that is not drawn yet
    const looks = scene.legend.map((_, group) => (has("lines", group) ? "line" : has("bars", group) ? "bar" : has("dots", group) ? "mark" : other));
    const name = JSON.stringify([scene.legend, looks, theme.dark, theme.groups]);
    legend.hidden = scene.legend.length === 0;
    if (name === this.explained) return;
    this.explained = name;
    legend.replaceChildren(...scene.legend.flatMap((text, group) => {
      if (!text) return []; // a group that is not drawn
      const key = document.createElement("span");
      const swatch = key.appendChild(document.createElement("canvas"));
      swatch.setAttribute("aria-hidden", "true");
      const pen = fit(swatch, 26, 12);
      if (looks[group] === "mark") drawMark(pen, theme, "circle", group, 13, 6, 4.5);
      else if (looks[group] === "bar") {
        [pen.fillStyle, pen.strokeStyle] = [fade(groupColour(theme, group), 0.72), groupColour(theme, group)];
        pen.fillRect(7, 0, 12, 12);
        pen.strokeRect(7.5, 0.5, 11, 11);
      } else {
        [pen.strokeStyle, pen.lineWidth] = [groupColour(theme, group), 2];
        pen.setLineDash(DASHES[group % 8]);
        pen.beginPath();
        pen.moveTo(0, 6);
        pen.lineTo(26, 6);
        pen.stroke();
      }
      key.append(text);
      return key;
    }));
  }

  draw() {
    const { scene, theme } = this;
    const { width, height } = this.picture.getBoundingClientRect();
    if (!scene || width < 20 || height < 20) return;
    const pen = fit(this.picture, width, height);
    const tight = scene.fixed.concat(scene.frames[0]).some(fillsItsRanges);
    const asked = { width, height, xRange: scene.x.range, yRange: scene.y.range, yMarks: scene.y.marks, equal: scene.equal, tight, bare: !scene.axes };
    this.view = layOut(pen, theme, asked);
    if (scene.axes) drawAxes(pen, theme, this.view, scene.x.label, scene.y.label, scene.x.marks, scene.y.marks);
    else pen.clearRect(0, 0, width, height);
    this.picture.dataset.plot = describe(this.view);
    if (this.dense !== pen.dense || this.drawnIn !== theme) this.forgetLooks(pen);
    [this.dense, this.drawnIn] = [pen.dense, theme];
    pen.save();
    clipTo(pen, this.view, scene.axes ? 9 : 1);
    for (const layer of scene.fixed.concat(scene.frames[0])) this.drawLayer(pen, layer, layer.at);
    pen.restore();
  }
}
