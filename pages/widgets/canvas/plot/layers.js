// Scenes and their layers, as player.py's and panels.py's Python packs them: read, and drawn with a pen.

const WORD = 12; // CSS pixels
const LEAST_CELL = 12; // CSS pixels across: smaller cells are a picture, and a word on them is no cell's number
const TYPES = { f4: Float32Array, u1: Uint8Array };

/** Read a packed scene: header length, JSON header, arrays. Layers point at their arrays, frames at their layers. */
function readScene(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const scene = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const body = bytes.slice(4 + length).buffer; // a copy that starts where typed arrays may start
  const arrays = scene.arrays.map(([type, offset, size]) => new TYPES[type](body, offset, size));
  for (const layer of scene.layers) {
    layer.at = layer.at?.map((index) => arrays[index]);
    layer.group = layer.group == null ? null : arrays[layer.group];
    layer.levels = layer.levels == null ? null : arrays[layer.levels];
    if (layer.kind === "lines") layer.strokes = joinStrokes(layer);
  }
  scene.fixed = scene.fixed.map((index) => scene.layers[index]);
  scene.frames = scene.frames.map((frame) => frame.map((index) => scene.layers[index]));
  return scene;
}

/** Whether a layer is a picture that fills the ranges of the axes. */
const fillsItsRanges = (layer) => layer.kind === "cells" || layer.kind === "photo";

/** Part segments into strokes: runs of one group whose ends meet. Each stroke is [first, past the last, group]. */
function joinStrokes({ at: [x0, y0, x1, y1], group }) {
  const strokes = [];
  for (let i = 0, first = 0; i < x0.length; i++) {
    const goes = i + 1 < x0.length && x1[i] === x0[i + 1] && y1[i] === y0[i + 1] && (!group || group[i] === group[i + 1]);
    if (!goes) {
      strokes.push([first, i + 1, group ? group[i] : 255]);
      first = i + 1;
    }
  }
  return strokes.sort((a, b) => a[2] - b[2]);
}

/** The drawing of layers; what extends it has `theme`, `scene` and `view`. */
class LayerPicture {
  /** Call when the theme or the screen's density may have changed. */
  forgetLooks(pen) {
    this.stamp = stamps(this.theme, pen.dense);
    this.ramps = new Map();
    this.tile ??= document.createElement("canvas");
  }

  drawLayer(pen, layer, at) {
    if (layer.kind === "dots") this.drawDots(pen, layer, at);
    else if (layer.kind === "lines") this.drawLines(pen, layer, at);
    else if (layer.kind === "words") this.drawWords(pen, layer, at);
    else if (layer.kind === "photo") this.drawPhoto(pen, layer);
    else if (layer.kind === "bars") this.drawBars(pen, layer, at);
    else if (layer.kind === "area") this.drawArea(pen, layer, at);
    else this.drawCells(pen, layer);
  }

  drawDots(pen, { group, size, shape }, [xs, ys]) {
    const { dense } = pen;
    const [ox, kx, oy, ky] = [this.view.ox, this.view.kx, this.view.oy, this.view.ky].map((v) => v * dense);
    const many = xs.length > 1500;
    const looks = [];
    const lookOf = (i) => (looks[group ? group[i] : 255] ??= this.stamp(shape, group ? group[i] : 255, size, many ? 0.4 : 1));
    if (many) {
      const placeOf = (i, place) => {
        place[0] = ox + xs[i] * kx;
        place[1] = oy + ys[i] * ky;
      };
      this.sheet ??= new Sheet();
      this.sheet.stamp(pen, xs.length, placeOf, lookOf);
      return;
    }
    pen.save();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    for (let i = 0; i < xs.length; i++) {
      const { stamp, half } = lookOf(i);
      pen.drawImage(stamp, ox + xs[i] * kx - half, oy + ys[i] * ky - half);
    }
    pen.restore();
  }

  drawLines(pen, { width, strokes, heads }, [x0, y0, x1, y1]) {
    const { ox, kx, oy, ky } = this.view;
    const dashed = strokes.length <= 12;
    const tips = [];
    let open = null;
    [pen.lineWidth, pen.lineJoin, pen.lineCap] = [width, "round", "butt"];
    for (const [first, past, group] of strokes) {
      if (group !== open) {
        if (open !== null) pen.stroke();
        pen.beginPath();
        pen.strokeStyle = groupColour(this.theme, group);
        pen.setLineDash(dashed && group !== 255 ? DASHES[group % 8] : []);
        open = group;
      }
      pen.moveTo(ox + x0[first] * kx, oy + y0[first] * ky);
      const last = past - 1;
      for (let i = first; i < (heads ? last : past); i++) pen.lineTo(ox + x1[i] * kx, oy + y1[i] * ky);
      if (!heads) continue;
      const tip = [ox + x1[last] * kx, oy + y1[last] * ky, Math.atan2((y1[last] - y0[last]) * ky, (x1[last] - x0[last]) * kx), group];
      const long = 5 + 1.5 * width; // the line ends inside its head, which stays pointed
      pen.lineTo(tip[0] - 0.7 * long * Math.cos(tip[2]), tip[1] - 0.7 * long * Math.sin(tip[2]));
      tips.push(tip);
    }
    if (open !== null) pen.stroke();
    pen.setLineDash([]);
    for (const [x, y, angle, group] of tips) {
      const [long, half] = [5 + 1.5 * width, 2.5 + 0.9 * width];
      const [across, down] = [Math.cos(angle), Math.sin(angle)];
      pen.beginPath();
      pen.moveTo(x, y);
      for (const side of [half, -half]) pen.lineTo(x - long * across - side * down, y - long * down + side * across);
      pen.fillStyle = groupColour(this.theme, group);
      pen.fill();
    }
  }

  drawBars(pen, { group, pale }, [x0, y0, x1, y1]) {
    const { ox, kx, oy, ky } = this.view;
    for (let i = 0; i < x0.length; i++) {
      const [left, top, wide, tall] = [ox + x0[i] * kx, oy + y0[i] * ky, (x1[i] - x0[i]) * kx, (y1[i] - y0[i]) * ky];
      const colour = groupColour(this.theme, group ? group[i] : 255);
      pen.fillStyle = fade(colour, pale ? 0.14 : 0.72);
      pen.fillRect(left, top, wide, tall);
      if (pale || Math.abs(wide) < 4 || !tall) continue;
      [pen.strokeStyle, pen.lineWidth] = [colour, 1];
      pen.strokeRect(left + 0.5, top, wide - 1, tall);
    }
  }

  drawArea(pen, { group }, [xs, lows, highs]) {
    const { view } = this;
    pen.beginPath();
    for (let i = 0; i < xs.length; i++) pen.lineTo(view.x(xs[i]), view.y(lows[i]));
    for (let i = xs.length - 1; i >= 0; i--) pen.lineTo(view.x(xs[i]), view.y(highs[i]));
    pen.fillStyle = fade(groupColour(this.theme, group ? group[0] : 255), 0.2);
    pen.fill();
  }

  /** Write words; a number in a coloured cell takes the ink that stands out there, and a size that fits its cell. */
  drawWords(pen, { texts }, [xs, ys]) {
    [pen.textAlign, pen.textBaseline, pen.lineJoin, pen.lineWidth] = ["center", "middle", "round", 3];
    const grounds = texts.map((_, i) => this.groundAt(xs[i], ys[i]));
    pen.font = FONT(this.theme, WORD);
    const within = grounds.some(Boolean) ? this.sizeIn(pen, texts.filter((_, i) => grounds[i])) : WORD;
    texts.forEach((text, i) => {
      const [x, y] = [this.view.x(xs[i]), this.view.y(ys[i])];
      const ground = grounds[i];
      pen.font = FONT(this.theme, ground ? within : WORD);
      pen.strokeStyle = ground ? `rgb(${ground.join(",")})` : fade(this.theme.plate, 0.85);
      pen.fillStyle = ground ? inkOn(this.theme, ground) : this.theme.text;
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    });
  }

  /** The heat maps of what is shown. */
  get maps() { return this.scene.fixed.concat(this.scene.frames[this.frame ?? 0]).filter(({ kind }) => kind === "cells"); }

  /** The colour of the cell at (x, y), [red, green, blue]; null where no heat map has a value. */
  groundAt(x, y) {
    for (const map of this.maps.reverse()) {
      const [column, row] = [[x, this.scene.x, map.columns], [y, this.scene.y, map.rows]].map(([at, { range }, count]) => {
        const [low, high] = range[0] < range[1] ? range : [range[1], range[0]];
        return Math.floor(((at - low) / (high - low)) * count);
      });
      const inside = column >= 0 && column < map.columns && row >= 0 && row < map.rows;
      const level = inside ? map.levels[row * map.columns + column] : 255;
      if (level !== 255) {
        const colour = this.rampOf(map)[level];
        return [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
      }
    }
    return null;
  }

  /** The size of letters at which the widest of these texts fits into a cell, where cells are large enough for any. */
  sizeIn(pen, texts) {
    const room = Math.min(...this.maps.map(({ columns }) => Math.abs(this.scene.x.range[1] - this.scene.x.range[0]) * Math.abs(this.view.kx) / columns));
    const widest = Math.max(...texts.map((text) => pen.measureText(text).width));
    return room < LEAST_CELL ? WORD : Math.max(8, Math.min(WORD, Math.floor((WORD * (room - 3)) / widest)));
  }

  rampOf({ low, high }) {
    const ends = `${low}/${high}`;
    if (!this.ramps.has(ends)) this.ramps.set(ends, ramp(this.theme, low, high));
    return this.ramps.get(ends);
  }

  drawCells(pen, { levels, rows, columns, low, high }) {
    const colours = this.rampOf({ low, high });
    const image = new ImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i++) pixels[i] = colours[levels[i]];
    this.fillRanges(pen, image);
  }

  drawPhoto(pen, { levels, rows, columns, channels }) {
    const image = new ImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0, k = 0; i < pixels.length; i++, k += channels) {
      const [r, g, b] = channels === 1 ? [levels[k], levels[k], levels[k]] : [levels[k], levels[k + 1], levels[k + 2]];
      pixels[i] = (255 << 24) | (b << 16) | (g << 8) | r;
    }
    this.fillRanges(pen, image);
  }

  /** Lay an image over the ranges of the axes: row 0 and column 0 lie where they are lowest, whichever way they run. */
  fillRanges(pen, image) {
    const { tile, scene, view } = this;
    const { width: columns, height: rows } = image;
    if (tile.width !== columns || tile.height !== rows) [tile.width, tile.height] = [columns, rows];
    tile.getContext("2d").putImageData(image, 0, 0);
    const [[x0, x1], [y0, y1]] = [scene.x.range, scene.y.range].map(([a, b]) => (a < b ? [a, b] : [b, a]));
    const [left, start] = [view.x(x0), view.y(y0)];
    pen.save();
    const [across, down] = [(view.x(x1) - left) / columns, (view.y(y1) - start) / rows];
    pen.imageSmoothingEnabled = Math.abs(across) * pen.dense < 1; // pixels that share one of the screen's are averaged
    pen.imageSmoothingQuality = "high";
    pen.transform(across, 0, 0, down, left, start);
    pen.drawImage(tile, 0, 0);
    pen.restore();
  }
}
