// What the board draws.

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
    this.draw();
  }

  sse([slope, intercept]) {
    return this.points.reduce((sum, [x, y]) => sum + (y - slope * x - intercept) ** 2, 0);
  }

  draw() {
    if (!this.view) return;
    const { told, theme, view } = this;
    const pen = fit(this.picture, this.size.width, this.size.height);
    layGround(pen, this.picture, this.ground);
    pen.save();
    clipTo(pen, view, 1);
    if (this.line && told.squares) this.drawSquares(pen);
    if (told.best) this.drawLine(pen, told.best, theme.groups[2 % theme.groups.length], [6, 5], 2);
    if (this.line) this.drawLine(pen, this.line, theme.primary, [], this.lit("line") ? 3.5 : 2.5);
    pen.restore();
    pen.save();
    clipTo(pen, view, 12);
    this.drawPoints(pen);
    if (this.line) this.drawEnds(pen);
    this.marks.forEach(([x, y], i) => drawMark(pen, theme, "cross", i, view.x(x), view.y(y), this.lit("marks", i) ? 9.5 : 8.5));
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
      trace(pen, "circle", this.view.x(x), this.view.y(y), this.lit("end", index) ? 9 : 7.5);
      pen.fillStyle = this.theme.plate;
      pen.fill();
      pen.strokeStyle = this.theme.primary;
      pen.lineWidth = 2.5;
      pen.stroke();
      trace(pen, "circle", this.view.x(x), this.view.y(y), 2.5);
      pen.fillStyle = this.theme.primary;
      pen.fill();
    });
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
    least.hidden = !this.told.best;
    if (this.told.best) least.lastElementChild.textContent = short(this.sse(this.told.best), 5);
  }
}
