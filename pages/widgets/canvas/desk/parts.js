// The parts of a view (canvas/view.py), each with an element that stays as long as its kind stays in its place.

/** A picture that stands still: title, legend, canvas, and the numbers of the mark one points at. */
class StillPart {
  constructor() {
    this.panel = new Panel();
    this.root = made("div", { class: "plate still sticks" }, this.panel.figure);
    this.reader = new Reader(this.panel, this.root);
  }

  show({ id, body, height }, { bodies, theme }) {
    this.root.style.setProperty("--plate", theme.plate);
    if (id === this.id && this.themed === theme && this.height === height) return;
    if (id !== this.id) this.scene = readScene(bodies[body]);
    [this.id, this.themed, this.height] = [id, theme, height];
    this.panel.show(this.scene, theme, height);
    this.reader.forget();
  }

  resized() { this.panel.draw(); }
}

/** A picture that is replayed. */
class ReplayPart {
  constructor(desk) {
    this.root = made("div", { class: "part sticks" });
    this.root.append(desk.template("of-replay"));
    this.player = new Player(this.root);
  }

  /** With as many frames as before, the reader stays at the one he looks at: a setting was turned. */
  show({ id, body, height, at, frames }, { bodies }) {
    const { scene, frame } = this.player;
    this.player.show(id, bodies[body], height, scene?.frames.length === frames ? frame : at);
  }

  leave() { this.player.leave(); }
}

/** A plot with things that can be dragged. */
class BoardPart {
  constructor(desk) {
    this.desk = desk;
    this.root = made("div", { class: "part sticks" });
    this.root.append(desk.template("of-board"));
    this.board = new Board(this.root);
  }

  show({ told, sets, also }, { counts }) {
    [this.sets, this.also] = [sets, also];
    const count = counts.get(this) ?? this.board.count;
    this.board.take({ data: { ...told, count, soon: 16 }, setStateValue: (_, placed) => this.moved(placed) });
  }

  /** How many changes the engine will have heard of, when it answers what is asked now. */
  get count() { return this.board.count; }

  moved({ points, marks, line }) {
    const { told } = this.board;
    const differs = (now, before) => now && JSON.stringify(now) !== JSON.stringify(before);
    const values = {};
    if (this.sets.line && differs(line, told.line)) [values[this.sets.line[0]], values[this.sets.line[1]]] = line;
    if (this.sets.points && differs(points, told.points)) Object.assign(values, { [this.sets.points]: points }, this.also.points);
    if (this.sets.marks && differs(marks, told.marks) && marks.length) {
      if (Array.isArray(this.sets.marks)) [values[this.sets.marks[0]], values[this.sets.marks[1]]] = marks[0];
      else Object.assign(values, { [this.sets.marks]: marks }, this.also.marks);
    }
    this.desk.drag(values);
  }

  leave() { this.board.leave(); }
}

/** Rows of numbers to type in. */
class SheetPart {
  constructor(desk) {
    this.desk = desk;
    this.fold = made("details", { class: "sheet" }, this.summary = made("summary"), this.body = made("div", { class: "scrolled" }));
    this.root = made("div", { class: "part" }, this.fold);
  }

  show(said) {
    if (JSON.stringify(said) === this.name) return;
    this.name = JSON.stringify(said);
    this.said = said;
    this.summary.textContent = said.title;
    this.summary.hidden = !said.title;
    if (!said.title || (said.beside && !this.rows)) this.fold.open = true;
    const typing = this.root.getRootNode().activeElement;
    if (typing?.tagName === "INPUT" && this.body.contains(typing) && said.rows.length === this.rows?.length) {
      this.rows = said.rows.map((row) => [...row]);
      return; // what is being typed is not taken away
    }
    this.rows = said.rows.map((row) => [...row]);
    this.build();
  }

  build() {
    const { names, labels, grows, title } = this.said;
    const head = made("tr", {}, ...(labels.length ? [made("td")] : []), ...names.map((name) => made("th", { scope: "col" }, name)), ...(grows ? [made("td")] : []));
    const rows = this.rows.map((row, r) => {
      const cells = row.map((value, c) => {
        const input = made("input", { type: "number", step: "any", value: numeral(value), inputmode: "decimal", "aria-label": `${names[c]}, ${labels[r] ?? `row ${r + 1}`}` });
        input.oninput = () => {
          if (input.value === "" || !Number.isFinite(input.valueAsNumber)) return;
          this.rows[r][c] = input.valueAsNumber;
          this.tell();
        };
        return made("td", {}, input);
      });
      if (labels.length) cells.unshift(made("th", { scope: "row" }, labels[r] ?? ""));
      if (grows) {
        const out = made("button", { type: "button", "aria-label": `Take out row ${r + 1}`, title: "Take this row out" }, "×");
        out.onclick = () => {
          this.rows.splice(r, 1);
          this.build();
          this.tell();
        };
        cells.push(made("td", {}, out));
      }
      return made("tr", {}, ...cells);
    });
    const table = made("table", { class: "typed", "aria-label": title || "Rows" }, made("thead", {}, head), made("tbody", {}, ...rows));
    this.body.replaceChildren(table);
    if (!grows) return;
    const more = made("button", { type: "button", class: "more" }, "Add a row");
    more.onclick = () => {
      this.rows.push([...(this.rows.at(-1) ?? names.map(() => 0))]);
      this.build();
      this.tell();
      this.body.querySelector("tbody tr:last-child input")?.focus();
    };
    this.body.append(more);
  }

  tell() { this.desk.drag({ [this.said.sets]: this.rows, ...this.said.also }); }
}

class TablePart {
  constructor() { this.root = made("div", { class: "part scrolled", tabindex: "0", role: "region" }); }

  show(said) {
    if (JSON.stringify(said) === this.name) return;
    this.name = JSON.stringify(said);
    const { columns, rows, title, numbers, first } = said;
    this.root.setAttribute("aria-label", title || columns.join(", "));
    const head = columns.map((name, c) => made(name ? "th" : "td", { scope: name ? "col" : null, class: numbers[c] ? "number" : null }, name));
    const lines = rows.map((row) => made("tr", {}, ...row.map((cell, c) => (c === 0 && first ? made("th", { scope: "row" }, cell)
      : made("td", { class: numbers[c] ? "number" : null }, cell)))));
    const table = made("table", {}, made("thead", {}, made("tr", {}, ...head)), made("tbody", {}, ...lines));
    this.root.replaceChildren(...(title ? [made("p", { class: "title" }, title)] : []), table);
  }
}

class MetricsPart {
  constructor() { this.root = made("dl", { class: "part metrics" }); }

  show({ values }) {
    values.forEach(([name, value], k) => {
      const one = this.root.children[k] ?? this.root.appendChild(made("div", {}, made("dt"), made("dd")));
      if (one.children[0].textContent !== name) one.children[0].textContent = name;
      if (one.children[1].textContent !== value) one.children[1].textContent = value;
    });
    while (this.root.children.length > values.length) this.root.lastElementChild.remove();
  }
}

class TextPart {
  constructor() { this.root = made("p", { class: "part text" }); }

  show({ text, warning }) {
    this.root.classList.toggle("warning", warning);
    if (warning) this.root.setAttribute("role", "status");
    else this.root.removeAttribute("role");
    if (this.root.textContent !== text) this.root.textContent = text;
  }
}

class PressPart {
  constructor(desk) {
    this.root = made("button", { type: "button", class: "part press" });
    this.root.onclick = () => desk.drag(this.sets);
  }

  show({ label, sets }) {
    this.sets = sets;
    if (this.root.textContent !== label) this.root.textContent = label;
  }
}

class RowPart {
  constructor(desk) {
    this.root = made("div", { class: "part row" });
    [this.desk, this.columns] = [desk, []];
  }

  show({ columns, shares }, now) {
    while (this.columns.length > columns.length) this.columns.pop().leave(true);
    while (this.columns.length < columns.length) {
      const column = new Column(this.desk);
      this.columns.push(column);
      this.root.append(column.root);
    }
    columns.forEach((said, k) => {
      this.columns[k].root.style.flexGrow = shares[k];
      this.columns[k].show(said, now);
    });
  }

  resized() { for (const column of this.columns) column.resized(); }

  leave() { for (const column of this.columns) column.leave(); }
}

class TabsPart {
  constructor(desk) {
    this.desk = desk;
    this.list = made("div", { role: "tablist" });
    this.root = made("div", { class: "part tabs" }, this.list);
    this.pages = new Map();
  }

  show({ pages }, now) {
    this.now = now;
    const names = pages.map(([name]) => name);
    if (!names.includes(this.open)) this.open = names[0];
    if (JSON.stringify(names) !== this.names) this.build(names);
    pages.forEach(([name, said]) => {
      this.pages.get(name).said = said;
      this.pages.get(name).fresh = false;
    });
    this.turn(this.open);
  }

  build(names) {
    this.names = JSON.stringify(names);
    for (const { column } of this.pages.values()) column.leave(true);
    this.pages.clear();
    this.list.replaceChildren(...names.map((name) => {
      const tab = made("button", { type: "button", role: "tab" }, name);
      tab.onclick = () => this.turn(name);
      tab.onkeydown = ({ key }) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
        if (by) this.turn(names[(names.indexOf(name) + by + names.length) % names.length], true);
      };
      const column = new Column(this.desk);
      column.root.setAttribute("role", "tabpanel");
      column.root.setAttribute("aria-label", name);
      this.root.append(column.root);
      this.pages.set(name, { tab, column, fresh: false });
      return tab;
    }));
  }

  turn(open, focus = false) {
    this.open = open;
    for (const [name, page] of this.pages) {
      const on = name === open;
      page.tab.setAttribute("aria-selected", on);
      page.tab.tabIndex = on ? 0 : -1;
      page.column.root.hidden = !on;
      if (on && focus) page.tab.focus();
      if (on && !page.fresh) page.column.show(page.said, this.now); // a hidden canvas has no size
      if (on) page.fresh = true;
    }
  }

  resized() { this.pages.get(this.open)?.column.resized(); }

  leave() { for (const { column } of this.pages.values()) column.leave(); }
}

const PARTS = {
  still: StillPart, replay: ReplayPart, board: BoardPart, sheet: SheetPart, table: TablePart,
  metrics: MetricsPart, text: TextPart, press: PressPart, row: RowPart, tabs: TabsPart,
};

/** Parts one under another. */
class Column {
  constructor(desk) {
    this.desk = desk;
    this.parts = [];
    this.root = made("div", { class: "column" });
  }

  show(said, now) {
    said.forEach((one, k) => {
      let part = this.parts[k];
      if (part?.kind !== one.kind) {
        const fresh = new PARTS[one.kind](this.desk);
        fresh.kind = one.kind;
        if (part) {
          part.root.replaceWith(fresh.root);
          part.leave?.();
        } else this.root.append(fresh.root);
        part = this.parts[k] = fresh;
        if (part.count !== undefined) this.desk.boards.add(part);
      }
      part.show(one, now);
    });
    while (this.parts.length > said.length) {
      const part = this.parts.pop();
      part.root.remove();
      part.leave?.();
      this.desk.boards.delete(part);
    }
  }

  resized() { for (const part of this.parts) part.resized?.(); }

  leave(out = false) {
    for (const part of this.parts) {
      part.leave?.();
      this.desk.boards.delete(part);
    }
    if (out) this.root.remove();
  }
}
