// Shared drawing: theme, scales, ticks, axes, shapes and a canvas as fine as the screen.
// Python puts this text before the player's and before the board's, so nothing here is exported.

// --- theme -----------------------------------------------------------------------------------------------------

const parseColour = (() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  return (css) => {
    if (!known.has(css)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = "#808080";
      pen.fillStyle = css;
      pen.fillRect(0, 0, 1, 1);
      known.set(css, [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3));
    }
    return known.get(css);
  };
})();

const mix = (a, b, share) => {
  const [from, to] = [parseColour(a), parseColour(b)];
  return `rgb(${from.map((v, i) => Math.round(v + (to[i] - v) * share)).join(",")})`;
};
const fade = (css, alpha) => `rgba(${parseColour(css).join(",")},${alpha})`;

/** Read the colours that Streamlit hands to components; called again whenever the theme changes. */
function readTheme(root) {
  const style = getComputedStyle(root.host ?? root);
  const read = (name, otherwise) => {
    const value = style.getPropertyValue(`--st-${name}`).trim();
    return value && value !== "unset" ? value : otherwise;
  };
  const many = (name) => read(name, "").split(/,(?![^(]*\))/).map((one) => one.trim()).filter(Boolean);
  const text = read("text-color", "#222222");
  const ground = read("background-color", "#ffffff");
  const [r, g, b] = parseColour(ground);
  const dark = 0.299 * r + 0.587 * g + 0.114 * b < 128;
  const groups = many("chart-categorical-colors");
  const plate = dark ? mix(ground, text, 0.03) : mix(ground, "#ffffff", 0.55);
  return {
    text, ground, dark, plate,
    muted: mix(text, plate, 0.32),
    ink: mix(text, plate, 0.3),
    grid: mix(plate, text, dark ? 0.1 : 0.075),
    border: read("border-color", mix(plate, text, 0.2)),
    primary: read("primary-color", text),
    // the palette was chosen on paper; on a dark plate each colour is lifted until it stands out as far
    groups: (groups.length ? groups : ["#3B6FB6"]).map((one) => (dark ? mix(one, "#ffffff", 0.22) : one)),
    font: read("font", "sans-serif"),
  };
}

const groupColour = (theme, group) => (group === 255 ? theme.ink : theme.groups[group % theme.groups.length]);

/** How light a colour is to the eye, 0 to 1 (WCAG 2.2, relative luminance). */
function luminance(rgb) {
  const [r, g, b] = rgb.map((part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The ink, the theme's letters or white or black, that stands out most on a colour, [red, green, blue]. */
function inkOn(theme, ground) {
  const under = luminance(ground);
  const stands = (ink) => {
    const over = luminance(parseColour(ink));
    return (Math.max(over, under) + 0.05) / (Math.min(over, under) + 0.05);
  };
  if (stands(theme.text) >= 4.5) return theme.text;
  return stands("#000000") > stands("#ffffff") ? "#000000" : "#ffffff";
}

/** 256 colours from the plate to the first group colour; two arms, blue and red, when zero lies in the middle. */
function ramp(theme, low, high) {
  const [cold, warm] = [theme.groups[0], theme.groups[3 % theme.groups.length]];
  const deep = (colour) => mix(colour, theme.dark ? "#ffffff" : "#000000", 0.25);
  const middle = theme.dark ? mix(theme.plate, theme.text, 0.06) : theme.plate;
  const arm = (colour, share) => (share < 0.75 ? mix(middle, colour, share / 0.75)
    : mix(colour, deep(colour), (share - 0.75) / 0.25));
  const twoArms = low < 0 && Math.abs(low + high) < 1e-9 * (high - low);
  const table = new Uint32Array(256);
  for (let level = 0; level < 255; level++) {
    const share = level / 254;
    const css = !twoArms ? arm(cold, share) : share < 0.5 ? arm(cold, 1 - 2 * share) : arm(warm, 2 * share - 1);
    const [r, g, b] = parseColour(css);
    table[level] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return table; // level 255 stays clear: no value there
}

// --- numbers ---------------------------------------------------------------------------------------------------

/** Write a number shortly: about four significant digits, a real minus sign, 1,234 rather than 1234. */
function short(value, digits = 4) {
  if (value === null || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) {
    const [front, power] = value.toExponential(2).split("e");
    return `${parseFloat(front)}e${parseInt(power, 10)}`.replaceAll("-", "−");
  }
  const decimals = size === 0 ? 0 : Math.min(6, Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
  const text = value.toLocaleString("en", { maximumFractionDigits: decimals, useGrouping: size >= 1e4 });
  return text.replace("-", "−");
}

/** Write 10 to a power: a whole one, or the logarithm of a number like 0.2. */
function power(exponent) {
  if (Math.abs(exponent) <= 4 + 1e-9) return short(10 ** exponent, Number.isInteger(exponent) ? 4 : 1);
  const raised = `10${[...String(Math.floor(exponent))].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("")}`;
  return Number.isInteger(exponent) ? raised : `${Math.round(10 ** (exponent - Math.floor(exponent)))} · ${raised}`;
}

/** The powers of ten in [from, to], logarithms, and these parts of each, 0.2 and 0.5 say, between them. */
function parted(from, to, parts) {
  const found = [];
  for (let k = Math.floor(from); k <= Math.ceil(to) + 1; k++) found.push(...parts.map((part) => k + Math.log10(part)), k);
  return found.filter((at) => at >= from && at <= to);
}

/** Tick values that fill [low, high], at most about `most` of them: round numbers, whole ones, powers of ten, or names. */
function ticks(low, high, most, marks = "numbers") {
  const [from, to] = low < high ? [low, high] : [high, low];
  if (Array.isArray(marks)) {
    const all = marks.map((_, i) => i).filter((i) => i >= from && i <= to);
    const every = Math.ceil(all.length / Math.max(1, most * 3)); // names are told apart by their room, not their number
    return { values: all.filter((i) => i % every === 0), label: (v) => marks[v] };
  }
  if (marks === "log") {
    let { values } = ticks(low, high, most, "whole");
    for (let more = most; values.length < 2 && more < 4 * most;) ({ values } = ticks(low, high, more *= 1.5, "whole"));
    const between = values.length > 2 ? null : [[0.2, 0.5], [0.3]].map((parts) => parted(from, to, parts)).find((found) => found.length > values.length && found.length <= 2 * most);
    return { values: between ?? values, label: power };
  }
  const span = to - from;
  // ends that rounding parts have no whole steps between them: counting those would never come to an end
  if (!(span > 1e-12 * Math.max(Math.abs(from), Math.abs(to))) || !Number.isFinite(span)) return { values: [from], label: (v) => short(v) };
  const rough = span / Math.max(1, most);
  const decade = 10 ** Math.floor(Math.log10(rough));
  const round = [1, 2, 5, 10].find((one) => one * decade >= rough * 0.999) * decade;
  const step = marks === "whole" ? Math.max(1, round) : round;
  const values = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) values.push(k * step);
  const size = Math.max(Math.abs(from), Math.abs(to));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const plain = size < 1e7 && decimals <= 6;
  const label = (v) => (plain
    ? v.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: size >= 1e4 })
      .replace(/^-(?=[0.]*$)/, "").replace("-", "−")
    : short(v));
  return { values, label };
}

// --- canvas and scales -----------------------------------------------------------------------------------------

/** Give a canvas as many pixels as the screen has under it; returns its pen, scaled to CSS pixels. */
function fit(canvas, width, height) {
  const dense = Math.min(3, window.devicePixelRatio || 1);
  const [w, h] = [Math.max(1, Math.round(width * dense)), Math.max(1, Math.round(height * dense))];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const pen = canvas.getContext("2d");
  pen.setTransform(dense, 0, 0, dense, 0, 0);
  pen.dense = dense;
  return pen;
}

/** Give a scene's canvas its height; squares without axes need no more than they fill where the screen is narrow. */
function giveHeight(canvas, { x, y, equal, axes }, height) {
  const [across, down] = [x, y].map(({ range: [from, to] }) => Math.abs(to - from));
  const bare = equal && !axes;
  canvas.style.height = bare ? "auto" : `${height}px`;
  canvas.style.aspectRatio = bare ? `${across} / ${down}` : "";
  canvas.style.maxHeight = bare ? `${height}px` : "";
}

/** Begin a drawing with what was drawn once, pixel for pixel. */
function layGround(pen, canvas, ground) {
  pen.save();
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(ground, 0, 0);
  pen.restore();
}

const FONT = (theme, size = 12) => `${size}px ${theme.font}`;

/** Lay out a plot: where the axes go, and the maps between data and pixels. A range may run backwards; bare has no axes. */
function layOut(pen, theme, { width, height, xRange, yRange, yMarks, equal = false, tight = false, bare = false }) {
  pen.font = FONT(theme);
  const [top, bottom, right] = bare ? [3, 3, 3] : [36, 44, 16];
  const rough = ticks(yRange[0], yRange[1], Math.max(2, (height - top - bottom) / 44), yMarks);
  const widest = Math.max(...rough.values.map((v) => pen.measureText(rough.label(v)).width), 8);
  const left = bare ? 3 : Math.round(Math.min(widest + 16, width * 0.3));
  const box = { left, top, width: Math.max(20, width - left - right), height: Math.max(20, height - top - bottom) };
  let [x0, x1] = xRange;
  let [y0, y1] = yRange;
  if (equal && tight) {
    // a heat map fills its ranges: the axes give way, not the ranges
    const per = Math.min(box.width / Math.abs(x1 - x0), box.height / Math.abs(y1 - y0));
    const [wide, tall] = [per * Math.abs(x1 - x0), per * Math.abs(y1 - y0)];
    box.left += (box.width - wide) / 2;
    box.top += (box.height - tall) / 2;
    [box.width, box.height] = [wide, tall];
  } else if (equal) {
    const [perX, perY] = [box.width / Math.abs(x1 - x0), box.height / Math.abs(y1 - y0)];
    const stretch = (a, b, by) => [(a + b) / 2 - ((b - a) * by) / 2, (a + b) / 2 + ((b - a) * by) / 2];
    if (perX > perY) [x0, x1] = stretch(x0, x1, perX / perY);
    else [y0, y1] = stretch(y0, y1, perY / perX);
  }
  const [kx, ky] = [box.width / (x1 - x0), -box.height / (y1 - y0)];
  const [ox, oy] = [box.left - x0 * kx, box.top + box.height - y0 * ky];
  return {
    ...box, outerWidth: width, outerHeight: height, kx, ky, ox, oy, x0, x1, y0, y1,
    x: (v) => ox + v * kx, y: (v) => oy + v * ky, dataX: (p) => (p - ox) / kx, dataY: (p) => (p - oy) / ky,
  };
}

/** Say where the axes are, in CSS pixels of the canvas. */
const describe = ({ left, top, width, height }) => [left, top, width, height].join(" ");

/** Write text no wider than `room`: smaller letters first, an ellipsis only when nothing else helps. */
function writeWithin(pen, theme, text, x, y, room) {
  for (const size of [12, 11, 10]) {
    pen.font = FONT(theme, size);
    if (pen.measureText(text).width <= room) break;
  }
  let shown = text;
  while (shown.length > 4 && pen.measureText(shown).width > room) shown = `${shown.slice(0, -2).trimEnd()}…`;
  pen.fillText(shown, x, y);
  pen.font = FONT(theme);
}

/** As many ticks along an axis of `room` pixels as leave space between their labels. */
function ticksAcross(pen, low, high, room, marks) {
  let most = Math.max(2, room / 44);
  const apart = Array.isArray(marks) ? 6 : 20; // a number more or less is missed by nobody, a name is
  for (let tries = 0; tries < 4; tries++) {
    const found = ticks(low, high, most, marks);
    const widest = Math.max(...found.values.map((v) => pen.measureText(found.label(v)).width));
    if (found.values.length * (widest + apart) <= room || most <= 2) return found;
    most = Math.max(2, Math.min(most - 1, room / (widest + apart)));
  }
  return ticks(low, high, most, marks);
}

/** Draw the plate, a quiet grid, tick labels and both axis labels. */
function drawAxes(pen, theme, view, xLabel, yLabel, xMarks, yMarks) {
  const { left, top, width, height } = view;
  const [right, bottom] = [left + width, top + height];
  pen.clearRect(0, 0, view.outerWidth, view.outerHeight);
  pen.font = FONT(theme);
  pen.lineWidth = 1;
  pen.fillStyle = theme.muted;
  const crisp = (p) => Math.round(p) + 0.5;
  const across = ticksAcross(pen, view.x0, view.x1, width, xMarks);
  const up = ticks(view.y0, view.y1, Math.max(2, height / 44), yMarks);
  pen.strokeStyle = theme.grid;
  pen.beginPath();
  for (const v of across.values) { pen.moveTo(crisp(view.x(v)), top); pen.lineTo(crisp(view.x(v)), bottom); }
  for (const v of up.values) { pen.moveTo(left, crisp(view.y(v))); pen.lineTo(right, crisp(view.y(v))); }
  pen.stroke();
  pen.strokeStyle = mix(theme.plate, theme.text, 0.45);
  pen.beginPath();
  pen.moveTo(crisp(left), top);
  pen.lineTo(crisp(left), crisp(bottom));
  pen.lineTo(right, crisp(bottom));
  for (const v of across.values) { pen.moveTo(crisp(view.x(v)), bottom); pen.lineTo(crisp(view.x(v)), bottom + 4); }
  for (const v of up.values) { pen.moveTo(left - 4, crisp(view.y(v))); pen.lineTo(left, crisp(view.y(v))); }
  pen.stroke();
  pen.textBaseline = "top";
  pen.textAlign = "center";
  for (const v of across.values) {
    const text = across.label(v);
    const half = pen.measureText(text).width / 2;
    pen.fillText(text, Math.min(view.x(v), view.outerWidth - half - 2), bottom + 7);
  }
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const v of up.values) pen.fillText(up.label(v), left - 8, view.y(v));
  pen.fillStyle = theme.text;
  pen.textBaseline = "alphabetic";
  pen.textAlign = "left";
  writeWithin(pen, theme, yLabel, Math.max(10, left - 28), Math.max(19, top - 17), view.outerWidth - 20);
  pen.textAlign = "right";
  writeWithin(pen, theme, xLabel, right, bottom + 37, view.outerWidth - 20);
}

/** Keep what follows inside the axes, with room for a mark that sits on the border. */
function clipTo(pen, view, margin = 9) {
  pen.beginPath();
  pen.rect(view.left - margin, view.top - margin, view.width + 2 * margin, view.height + 2 * margin);
  pen.clip();
}

// --- shapes ----------------------------------------------------------------------------------------------------

const SHAPES = ["circle", "square", "triangle", "diamond", "plus", "wedge", "star", "ring"];

/** A group's shape; a ninth group repeats the first colour with another shape, so no two of 64 look alike. */
const groupShape = (group) => (group === 255 ? "circle" : SHAPES[(group + Math.floor(group / 8)) % 8]);

const polygon = (pen, x, y, corners) => {
  corners.forEach(([dx, dy], i) => (i ? pen.lineTo(x + dx, y + dy) : pen.moveTo(x + dx, y + dy)));
  pen.closePath();
};

/** Trace a shape whose area is about that of a circle of radius r. */
function trace(pen, shape, x, y, r) {
  pen.beginPath();
  if (shape === "square") pen.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
  else if (shape === "triangle") polygon(pen, x, y, [[0, -1.35 * r], [1.2 * r, 0.8 * r], [-1.2 * r, 0.8 * r]]);
  else if (shape === "wedge") polygon(pen, x, y, [[0, 1.35 * r], [1.2 * r, -0.8 * r], [-1.2 * r, -0.8 * r]]);
  else if (shape === "diamond") polygon(pen, x, y, [[0, -1.3 * r], [1.3 * r, 0], [0, 1.3 * r], [-1.3 * r, 0]]);
  else if (shape === "plus" || shape === "cross") {
    const [a, b] = [0.42 * r, 1.25 * r];
    const corners = [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]];
    const turn = Math.SQRT1_2;
    polygon(pen, x, y, shape === "plus" ? corners : corners.map(([dx, dy]) => [(dx - dy) * turn, (dx + dy) * turn]));
  } else if (shape === "star") {
    polygon(pen, x, y, Array.from({ length: 10 }, (_, i) => {
      const [angle, far] = [(i * Math.PI) / 5, (i % 2 ? 0.62 : 1.45) * r];
      return [far * Math.sin(angle), -far * Math.cos(angle)];
    }));
  } else pen.arc(x, y, r, 0, 2 * Math.PI);
}

/** Draw one mark: a dot of its group, or a "cross": the large sign of a centre, its group's shape with a cross in it. */
function drawMark(pen, theme, shape, group, x, y, r, halo = 1) {
  const colour = groupColour(theme, group);
  pen.lineJoin = "round";
  if (shape === "cross") {
    if (group !== 255) {
      trace(pen, groupShape(group) === "ring" ? "circle" : groupShape(group), x, y, r * 1.3);
      pen.strokeStyle = theme.plate;
      pen.lineWidth = 5;
      pen.stroke();
      pen.strokeStyle = theme.text;
      pen.lineWidth = 2.5;
      pen.stroke();
      pen.fillStyle = colour;
      pen.fill();
    }
    if (group === 255) {
      trace(pen, "cross", x, y, r * 1.1);
      pen.strokeStyle = theme.plate;
      pen.lineWidth = 3;
      pen.stroke();
      pen.fillStyle = theme.text;
      pen.fill();
      return;
    }
    const arm = r * 0.42;
    pen.strokeStyle = theme.plate;
    [pen.lineWidth, pen.lineCap] = [Math.max(1.8, r * 0.26), "round"];
    pen.beginPath();
    for (const up of [1, -1]) {
      pen.moveTo(x - arm, y - up * arm);
      pen.lineTo(x + arm, y + up * arm);
    }
    pen.stroke();
    pen.lineCap = "butt";
    return;
  }
  const own = shape === "circle" ? groupShape(group) : shape;
  trace(pen, own, x, y, own === "ring" ? r * 0.9 : r);
  if (halo > 0) {
    pen.strokeStyle = theme.plate;
    pen.lineWidth = own === "ring" ? 4.5 : 2 * halo;
    pen.stroke();
  }
  if (own === "ring") {
    pen.strokeStyle = colour;
    pen.lineWidth = Math.max(1.5, r * 0.5);
    pen.stroke();
  } else {
    pen.fillStyle = colour;
    pen.fill();
  }
}

/** Return a maker of small pictures, one for each look of a mark: stamping them is far faster than tracing paths. */
function stamps(theme, dense) {
  const made = new Map();
  return (shape, group, r, halo) => {
    const name = `${shape}${group}/${r}/${halo}`;
    if (!made.has(name)) {
      const half = Math.ceil((shape === "cross" ? 2.2 * r + 4 : 1.6 * r + 2) * dense);
      const stamp = document.createElement("canvas");
      stamp.width = stamp.height = 2 * half;
      const pen = stamp.getContext("2d");
      pen.scale(dense, dense);
      drawMark(pen, theme, shape, group, half / dense, half / dense, r, halo);
      made.set(name, { stamp, half });
    }
    return made.get(name);
  };
}

/** A sheet of pixels on which thousands of dots are stamped by hand: as many drawImage calls took ten times as long. */
class Sheet {
  constructor() {
    this.canvas = document.createElement("canvas");
  }

  /** Stamp every (x, y), whole device pixels of the pen's canvas; `lookOf(i)` is a stamp of `stamps`. */
  stamp(pen, count, placeOf, lookOf) {
    const { width, height } = pen.canvas;
    const { canvas } = this;
    if (canvas.width !== width || canvas.height !== height || !this.image) {
      [canvas.width, canvas.height] = [width, height];
      this.image = new ImageData(width, height);
    }
    const sheet = new Uint32Array(this.image.data.buffer).fill(0);
    const place = [0, 0];
    for (let i = 0; i < count; i++) {
      const look = lookOf(i);
      const side = 2 * look.half;
      look.pixels ??= new Uint32Array(look.stamp.getContext("2d").getImageData(0, 0, side, side).data.buffer);
      placeOf(i, place);
      const [left, top] = [Math.round(place[0]) - look.half, Math.round(place[1]) - look.half];
      if (left >= 0 && top >= 0 && left + side <= width && top + side <= height) { // no for NaN too
        blend(sheet, top * width + left, width, look.pixels, side);
      }
    }
    canvas.getContext("2d").putImageData(this.image, 0, 0);
    pen.save();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(canvas, 0, 0);
    pen.restore();
  }
}

/** Lay a square of pixels over a sheet; every pixel is one number, alpha in its highest byte. */
function blend(sheet, start, width, pixels, side) {
  for (let row = 0, k = 0; row < side; row++) {
    for (let at = start + row * width, end = at + side; at < end; at++, k++) {
      const over = pixels[k];
      const alpha = over >>> 24;
      if (alpha === 0) continue;
      const under = sheet[at];
      if (alpha === 255 || under === 0) {
        sheet[at] = over;
        continue;
      }
      const redBlue = (((under & 0xff00ff) * (256 - alpha) + (over & 0xff00ff) * alpha) >>> 8) & 0xff00ff;
      const green = (((under & 0xff00) * (256 - alpha) + (over & 0xff00) * alpha) >>> 8) & 0xff00;
      sheet[at] = (Math.max(under >>> 24, alpha) << 24) | redBlue | green;
    }
  }
}

const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2], [9, 3, 2, 3, 2, 3], [1, 3]];
const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Let a screen reader say a sentence, the same one twice if need be. */
function announce(region, text) {
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

/** Call `draw` in the next frame of the screen, however often it is asked for before. */
function painter(draw) {
  let asked = 0;
  return {
    ask() { asked ||= requestAnimationFrame((now) => { asked = 0; draw(now); }); },
    stop() { cancelAnimationFrame(asked); asked = 0; },
  };
}

// --- one object for each place on the page ---------------------------------------------------------------------

/** Return the object that lives in this place, made on the first visit: Streamlit calls again on every change. */
function keep(all, root, make) {
  const known = all.get(root);
  if (known?.plate.isConnected && root.contains(known.plate)) return known;
  known?.leave();
  all.set(root, make());
  return all.get(root);
}

/** Let go of it when its place is gone; Streamlit also asks for a call that a newer one overtook. */
function release(all, root, one) {
  if (one.plate.isConnected) return;
  one.leave();
  if (all.get(root) === one) all.delete(root);
}
