// The map of a part: fills in the tiles, draws the lines between them, and lights a tile's own while the pointer or the
// keyboard is on it.
const SVG = "http://www.w3.org/2000/svg";

export default function ({ data, parentElement }) {
  const map = parentElement.querySelector(".map");
  const list = map.querySelector("ol");
  const cells = new Map();
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.rows.map((row) => made("li", {}, made("ul", {}, ...row.map((cell) => {
    const item = "url" in cell ? made("li", { className: "tile" }, tile(cell)) : made("li", { className: "pass", ariaHidden: "true" });
    cells.set(cell.id, item);
    return item;
  })))));
  const lines = data.lines.map(([upper, lower]) => ({ upper, lower, path: document.createElementNS(SVG, "path") }));
  map.querySelector("svg").replaceChildren(...lines.map((line) => line.path));

  const draw = () => {
    const at = map.getBoundingClientRect();
    const box = (id) => cells.get(id).getBoundingClientRect();
    for (const { upper, lower, path } of lines) {
      const [from, to] = [box(upper), box(lower)];
      const [x0, x1] = [from, to].map((one) => one.left + one.width / 2 - at.left);
      const [y0, y1] = [from.bottom - at.top, to.top - at.top];
      const through = cells.get(upper).className === "pass" ? `M${x0} ${from.top - at.top}V${y0}` : `M${x0} ${y0}`;
      path.setAttribute("d", `${through}C${x0} ${(y0 + y1) / 2} ${x1} ${(y0 + y1) / 2} ${x1} ${y1}`);
    }
  };
  const light = (id) => {
    const on = new Set();
    const walk = (cell, ends, next) => lines.filter((line) => line[ends] === cell).forEach((line) => {
      on.add(line.path).add(cells.get(line[next]));
      if (line[next].includes(">")) walk(line[next], ends, next);
    });
    if (id) walk(id, "lower", "upper"), walk(id, "upper", "lower");
    lines.forEach(({ path }) => path.classList.toggle("lit", on.has(path)));
    cells.forEach((item) => item.firstElementChild?.classList.toggle("lit", on.has(item)));
  };
  const touched = (event) => light([...cells].find(([, item]) => item.contains(event.target))?.[0]);
  map.onpointerover = map.onfocusin = touched;
  map.onpointerleave = map.onfocusout = () => light(null);
  const sizes = new ResizeObserver(draw);
  sizes.observe(map);
  return () => sizes.disconnect();
}

function tile({ url, title, state, share, says, needs }) {
  const mark = made("i", { ariaHidden: "true" });
  mark.style.setProperty("--share", share);
  const known = needs.map(([name, done, line]) => made("span", { className: line ? "line" : "" }, done ? `${name} ✓` : name));
  known.sort((one, other) => one.className.length - other.className.length); // what no line shows, first
  const words = made("small", { className: known.every((one) => one.className) ? "line" : "" }, "needs ", ...known);
  return made("a", { href: `./${url}`, className: state }, mark, made("b", {}, title), made("small", {}, says),
    ...(known.length ? [words] : []));
}

function made(tag, properties, ...inside) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
}
