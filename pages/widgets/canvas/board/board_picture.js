// What the board draws.

const CENTRES = ["cross", "diamond", "square", "triangle"]; // a sign for each set of centres

class BoardPicture extends BoardModel {
  relayout() {
    if (!this.told) return;
    const { width, height } = this.picture.getBoundingClientRect();
    if (width < 40 || height < 40) return;
    this.size = { width, height };
    const { theme, told } = this;
    const pen = fit(this.ground, width, height);
    this.view = layOut(pen, theme, { width, height, xRange: told.x.range, yRange: told.y.range, equal: false });
    drawAxes(pen, theme, this.view, told.x.label, told.y.label);
    this.picture.dataset.plot = describe(this.view); // for tests, which must know where to click
    this.label();
    this.drawLegend();
    this.draw();
  }

  sse([slope, intercept]) {
    return this.points.reduce((sum, [x, y]) => sum + (y - slope * x - intercept) ** 2, 0);
  }

  /** The least-squares line: Python's, or, while the points are not where Python knows them, one of our own. */
  bestLine() {
    const { best, points } = this.told;
    const still = this.points.length === points.length && this.points.every(([x, y], i) => x === points[i][0] && y === points[i][1]);
    if (!best || still) return best;
    const count = this.points.length;
    const [sumX, sumY] = this.points.reduce(([a, b], [x, y]) => [a + x, b + y], [0, 0]);
    const [meanX, meanY] = [sumX / count, sumY / count];
    const [xx, xy] = this.points.reduce(([a, b], [x, y]) => [a + (x - meanX) ** 2, b + (x - meanX) * (y - meanY)], [0, 0]);
    return xx > 0 ? [xy / xx, meanY - (xy / xx) * meanX] : null;
  }

  draw() {
    if (!this.view) return;
    const { told, theme, view } = this;
    const pen = fit(this.picture, this.size.width, this.size.height);
    layGround(pen, this.picture, this.ground);
    pen.save();
    clipTo(pen, view, 1);
    if (this.line && told.squares) this.drawSquares(pen);
    this.best = this.bestLine();
    if (this.best) this.drawLine(pen, this.best, theme.groups[2 % theme.groups.length], [6, 5], 2);
    if (this.line) this.drawLine(pen, this.line, theme.primary, [], this.lit("line") ? 3.5 : 2.5);
    pen.restore();
    pen.save();
    clipTo(pen, view, 12);
    this.drawPoints(pen);
    if (this.line) this.drawEnds(pen);
    for (let k = told.centres.length - 1; k >= 0; k--) { // the cross comes last, over the open shapes
      for (const [x, y] of told.centres[k].at) this.drawCentre(pen, k, view.x(x), view.y(y));
    }
    this.marks.forEach(([x, y], i) => this.drawPlaced(pen, i, view.x(x), view.y(y), this.lit("marks", i)));
    pen.restore();
    this.drawFocus(pen);
    this.tellSums();
  }

  lit(kind, index = 0) {
    const item = { kind, index };
    return same(item, this.drag?.item ?? this.hovered) || (this.chosen !== null && same(item, this.chosen));
  }

  drawLine(pen, [slope, intercept], colour, dashes, width) {
    const { view } = this;
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.setLineDash(dashes);
    pen.beginPath();
    for (const x of [view.x0, view.x1]) pen.lineTo(view.x(x), view.y(slope * x + intercept));
    pen.stroke();
    pen.setLineDash([]);
  }

  /** Each residual and its square, whose side is the residual's length on the screen. */
  drawSquares(pen) {
    const { view, theme, line } = this;
    // hundreds of squares on top of one another must stay as pale as a few
    const pale = Math.min(1, 30 / this.points.length);
    const tilt = Math.sign(line[0] * view.ky * view.kx) || -1; // -1 where the line climbs on the screen
    const [left, right] = [view.left, view.left + view.width];
    pen.fillStyle = fade(theme.primary, Math.max(0.014, 0.13 * pale));
    pen.strokeStyle = fade(theme.primary, 0.55 * pale);
    pen.lineWidth = 1;
    for (const [x, y] of this.points) {
      const [px, py, on] = [view.x(x), view.y(y), view.y(line[0] * x + line[1])];
      const side = Math.abs(py - on);
      if (side < 0.5) continue;
      // the side that the line falls away from, unless the square would leave the plot there and not on the other
      let way = py < on === tilt < 0 ? -1 : 1;
      const leaves = (w) => (w < 0 ? px - side < left : px + side > right);
      if (leaves(way) && !leaves(-way)) way = -way;
      pen.beginPath();
      pen.rect(Math.min(px, px + way * side), Math.min(py, on), side, side);
      pen.fill();
      pen.stroke();
    }
    pen.strokeStyle = fade(theme.primary, 0.9 * Math.sqrt(pale));
    pen.lineWidth = pale === 1 ? 1.5 : 1;
    pen.beginPath();
    for (const [x, y] of this.points) {
      pen.moveTo(view.x(x), view.y(y));
      pen.lineTo(view.x(x), view.y(line[0] * x + line[1]));
    }
    pen.stroke();
  }

  drawPoints(pen) {
    const { view, theme, told } = this;
    const size = this.pointsMove ? 5 : this.points.length > 400 ? 3 : 3.8;
    this.points.forEach(([x, y], i) => {
      const group = told.groups?.[i] ?? -1;
      const look = group < 0 ? 255 : group % 64;
      drawMark(pen, theme, "circle", look, view.x(x), view.y(y), this.lit("points", i) ? size + 1.5 : size, 0.75);
    });
  }

  drawEnds(pen) {
    [0, 1].forEach((index) => {
      const [x, y] = this.place({ kind: "end", index });
      this.drawHandle(pen, this.view.x(x), this.view.y(y), this.lit("end", index));
    });
  }

  drawHandle(pen, px, py, lit) {
    trace(pen, "circle", px, py, lit ? 9 : 7.5);
    pen.fillStyle = this.theme.plate;
    pen.fill();
    pen.strokeStyle = this.theme.primary;
    pen.lineWidth = 2.5;
    pen.stroke();
    trace(pen, "circle", px, py, 2.5);
    pen.fillStyle = this.theme.primary;
    pen.fill();
  }

  /** A mark is the sign of a group, unless the centres are given beside it: then it is a thing to drag. */
  drawPlaced(pen, index, px, py, lit) {
    if (this.told.centres.length) this.drawHandle(pen, px, py, lit);
    else drawMark(pen, this.theme, "cross", index, px, py, lit ? 9.5 : 8.5);
  }

  /** A centre that somebody else found: a small cross, or an open shape in which the cross can still be seen. */
  drawCentre(pen, set, px, py) {
    if (set === 0) {
      pen.beginPath();
      for (const up of [1, -1]) {
        pen.moveTo(px - 5, py - up * 5);
        pen.lineTo(px + 5, py + up * 5);
      }
    } else trace(pen, CENTRES[set % CENTRES.length], px, py, 9);
    pen.lineJoin = "miter";
    for (const [colour, width] of [[this.theme.plate, 5.5], [this.theme.text, 2.6]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }
  }

  drawLegend() {
    const { centres, names } = this.told;
    this.legend.hidden = !centres.length;
    if (!centres.length) return;
    const rows = centres.map(({ name }, k) => [name, (pen) => this.drawCentre(pen, k, 13, 13)]);
    if (this.marks.length) rows.unshift([names.marks, (pen) => this.drawHandle(pen, 13, 13, false)]);
    this.legend.replaceChildren(...rows.map(([name, sign]) => {
      const [row, canvas] = [document.createElement("span"), document.createElement("canvas")];
      canvas.setAttribute("aria-hidden", "true");
      const pen = fit(canvas, 20, 20);
      pen.scale(20 / 26, 20 / 26);
      sign(pen);
      row.append(canvas, name);
      return row;
    }));
  }

  /** A ring and the numbers at what is chosen or dragged; crossed hairs at the keyboard's cursor. */
  drawFocus(pen) {
    const { view, theme } = this;
    const focused = this.root.activeElement === this.picture && !this.byHand;
    const item = this.drag?.item ?? (this.root.activeElement === this.picture ? this.chosen : null);
    if (!item) {
      if (focused && (this.told.add.points || this.told.add.marks)) this.drawHairs(pen);
      return;
    }
    const [x, y] = this.place(item);
    const [px, py] = [view.x(x), view.y(y)];
    if (item.kind !== "line") {
      trace(pen, "circle", px, py, item.kind === "points" ? 11 : 16);
      pen.strokeStyle = theme.primary;
      pen.lineWidth = 2;
      pen.stroke();
    }
    if (!this.drag && this.byHand) return;
    const text = item.kind === "points" || item.kind === "marks" ? this.sayPlace([x, y])
      : `slope ${short(this.line[0])}, intercept ${short(this.line[1])}`;
    this.drawTag(pen, text, px, py);
  }

  drawTag(pen, text, px, py) {
    const { view, theme } = this;
    pen.font = FONT(theme, 12);
    const width = pen.measureText(text).width + 14;
    const x = clamp(px - width / 2, [view.left + 2, view.left + view.width - width - 2]);
    const y = py - 44 > view.top ? py - 44 : py + 20;
    pen.beginPath();
    pen.roundRect(x, y, width, 24, 4);
    pen.fillStyle = theme.text;
    pen.fill();
    pen.fillStyle = theme.ground;
    [pen.textAlign, pen.textBaseline] = ["left", "middle"];
    pen.fillText(text, x + 7, y + 12.5);
  }

  drawHairs(pen) {
    const { view, theme } = this;
    const [x, y] = [view.x(this.cursor[0]), view.y(this.cursor[1])];
    pen.strokeStyle = theme.primary;
    pen.lineWidth = 1.5;
    pen.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      pen.moveTo(x + dx * 5, y + dy * 5);
      pen.lineTo(x + dx * 16, y + dy * 16);
    }
    pen.stroke();
    this.drawTag(pen, this.sayPlace(this.cursor), x, y);
  }

  tellSums() {
    this.sums.hidden = !(this.told.squares && this.line);
    if (this.sums.hidden) return;
    const [mine, least] = this.sums.children;
    mine.lastElementChild.textContent = short(this.sse(this.line), 5);
    least.hidden = !this.told.best; // kept in its place while too few points have no best line
    least.lastElementChild.textContent = this.best ? short(this.sse(this.best), 5) : "–";
  }
}
