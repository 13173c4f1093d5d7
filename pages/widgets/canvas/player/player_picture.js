// What the player draws: axes once, then the layers of the frame, and the chart of the value under them.

const easeInOut = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);

/** The drawing half of the player; player.js adds time, controls and messages. */
class PlayerPicture extends LayerPicture {
  relayout() {
    if (!this.scene) return;
    const { width, height } = this.picture.getBoundingClientRect();
    if (width < 40 || height < 40) return;
    this.size = { width, height };
    const { scene, theme } = this;
    const pen = fit(this.ground, width, height);
    const tight = scene.layers.some(fillsItsRanges);
    const ranges = { xRange: scene.x.range, yRange: scene.y.range, yMarks: scene.y.marks, equal: scene.equal, tight, bare: !scene.axes };
    this.view = layOut(pen, theme, { width, height, ...ranges });
    if (scene.axes) drawAxes(pen, theme, this.view, scene.x.label, scene.y.label, scene.x.marks, scene.y.marks);
    else pen.clearRect(0, 0, width, height);
    this.picture.dataset.plot = describe(this.view); // for tests, which must know where to look
    this.forgetLooks(pen);
    pen.save();
    clipTo(pen, this.view);
    for (const layer of scene.fixed) this.drawLayer(pen, layer, layer.at);
    pen.restore();
    this.says.textContent = this.longest;
    if (this.saysWidth !== width) this.says.style.minHeight = "";
    this.saysWidth = width; // at one width the room only grows: another scene must not move the controls
    this.says.style.minHeight = `${Math.min(this.says.offsetHeight, 140)}px`;
    this.says.textContent = scene.says[this.frame];
    if (!this.chart.hidden) this.layCurve();
    // a resized canvas is blank until the next frame of the screen: draw in this one
    if (this.visible) this.draw(performance.now());
  }

  draw(now) {
    const { width, height } = this.size;
    const pen = fit(this.picture, width, height);
    layGround(pen, this.picture, this.ground);
    pen.save();
    clipTo(pen, this.view);
    this.shown = this.scene.frames[this.frame].map((layer) => ({ layer, at: this.placesOf(layer, now) }));
    for (const { layer, at } of this.shown) this.drawLayer(pen, layer, at);
    pen.restore();
    if (this.glide?.done) this.glide = null;
    if (!this.chart.hidden) this.drawCurve();
  }

  /** Where a layer's marks are at this moment: on their way while it glides. */
  placesOf(layer, now) {
    const from = this.glide?.from.get(layer);
    if (!from) return layer.at;
    this.glide.start ??= now;
    const share = Math.min(1, Math.max(0, (now - this.glide.start) / this.glide.lasting));
    if (share === 1) {
      this.glide.done = true;
      return layer.at;
    }
    const eased = easeInOut(share);
    if (!this.glide.at.has(layer)) this.glide.at.set(layer, layer.at.map((array) => new Float32Array(array.length)));
    const places = this.glide.at.get(layer);
    places.forEach((array, k) => {
      const [a, b] = [from[k], layer.at[k]];
      for (let i = 0; i < array.length; i++) array[i] = a[i] + (b[i] - a[i]) * eased;
    });
    return places;
  }

  // --- the chart of the value ----------------------------------------------------------------------------------

  layCurve() {
    const { width, height } = this.curve.getBoundingClientRect();
    const { scene, theme, lowest, highest } = this;
    const ruler = fit(this.coming, width, height);
    ruler.font = FONT(theme, 11);
    const labels = Math.max(...[lowest, highest].map((value) => ruler.measureText(short(value, 3)).width));
    const left = Math.max(this.view.left, Math.ceil(labels) + 18);
    const right = Math.max(16, width - this.view.left - this.view.width);
    const box = { left, top: 30, width: width - left - right, height: height - 30 - 12 };
    const span = highest - lowest || Math.abs(highest) || 1;
    this.curveBox = {
      ...box, outerWidth: width, outerHeight: height,
      x: (frame) => box.left + (this.last ? frame / this.last : 0) * box.width,
      y: (value) => box.top + (1 - (value - lowest) / span) * box.height,
    };
    const { x, y } = this.curveBox;
    for (const [canvas, alpha] of [[this.past, 1], [this.coming, 0.35]]) {
      const pen = fit(canvas, width, height);
      pen.clearRect(0, 0, width, height);
      pen.strokeStyle = theme.grid;
      pen.strokeRect(Math.round(box.left) + 0.5, Math.round(box.top) + 0.5, Math.round(box.width) - 1, Math.round(box.height) - 1);
      pen.globalAlpha = alpha;
      [pen.lineWidth, pen.lineJoin] = [1.75, "round"];
      pen.strokeStyle = pen.fillStyle = theme.primary;
      pen.beginPath();
      let open = false;
      scene.values.forEach((value, frame) => {
        if (value !== null) pen[open ? "lineTo" : "moveTo"](x(frame), y(value));
        open = value !== null;
      });
      pen.stroke();
      if (this.last * 9 < box.width) {
        scene.values.forEach((value, frame) => {
          if (value === null) return;
          trace(pen, "circle", x(frame), y(value), 2.2);
          pen.fill();
        });
      }
    }
  }

  drawCurve() {
    const { scene, theme, frame } = this;
    const { left, top, height: deep, outerWidth: width, outerHeight: height, x, y } = this.curveBox;
    const pen = fit(this.curve, width, height);
    const cut = Math.round(x(frame) * pen.dense);
    pen.save();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.curve.width, this.curve.height);
    if (cut > 0) pen.drawImage(this.past, 0, 0, cut, this.past.height, 0, 0, cut, this.past.height);
    const rest = this.coming.width - cut;
    if (rest > 0) pen.drawImage(this.coming, cut, 0, rest, this.coming.height, cut, 0, rest, this.coming.height);
    pen.restore();
    pen.strokeStyle = theme.text;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(x(frame), top - 4);
    pen.lineTo(x(frame), top + deep + 4);
    pen.stroke();
    const value = scene.values[frame];
    if (value !== null) drawMark(pen, { ...theme, ink: theme.primary }, "circle", 255, x(frame), y(value), 4.5);
    pen.textBaseline = "alphabetic";
    pen.textAlign = "left";
    pen.fillStyle = theme.text;
    writeWithin(pen, theme, scene.value, 10, 19, width * 0.6);
    pen.textAlign = "right";
    pen.font = `600 ${FONT(theme)}`;
    pen.fillText(short(value), width - 16, 19);
    pen.font = FONT(theme, 11);
    pen.fillStyle = theme.muted;
    pen.textBaseline = "middle";
    if (this.highest > this.lowest) pen.fillText(short(this.highest, 3), left - 8, top + 3);
    pen.fillText(short(this.lowest, 3), left - 8, top + deep - 3);
  }
}
