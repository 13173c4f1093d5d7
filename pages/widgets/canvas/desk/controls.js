// Controls as the browser has them: a range with its number, a choice, a switch. What can be set comes from the engine.

const SIGNIFICANT = 12;
const numeral = (value) => String(parseFloat(Number(value).toPrecision(SIGNIFICANT)));

function made(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** One control: `root`, and `show(spec)` sets it as the engine says. `change(value)` is what the reader does. */
const CONTROLS = {
  number(spec, change) {
    const { low, high, step } = spec;
    const range = made("input", { type: "range", id: spec.name, min: low, max: high, step });
    const field = made("input", { type: "number", min: low, max: high, step: "any", inputmode: "decimal", "aria-label": `${spec.label}, as a number` });
    range.oninput = () => {
      field.value = numeral(range.value);
      change(Number(range.value));
    };
    field.oninput = () => { if (field.value !== "" && Number.isFinite(field.valueAsNumber)) change(field.valueAsNumber); };
    return {
      inputs: [range, field],
      show({ value }) {
        if (Number(range.value) !== value) range.value = value;
        range.setAttribute("aria-valuetext", numeral(value));
        if (field.getRootNode().activeElement !== field && field.value !== numeral(value)) field.value = numeral(value);
      },
    };
  },
  log(spec, change) {
    const { steps, low, high } = spec;
    const range = made("input", { type: "range", id: spec.name, min: 0, max: steps.length - 1, step: 1 });
    const field = made("input", { type: "number", min: low, max: high, step: "any", inputmode: "decimal", "aria-label": `${spec.label}, as a number` });
    const nearest = (value) => steps.reduce((best, one, i) => (Math.abs(Math.log(one / value)) < Math.abs(Math.log(steps[best] / value)) ? i : best), 0);
    range.oninput = () => {
      field.value = numeral(steps[range.value]);
      range.setAttribute("aria-valuetext", field.value);
      change(steps[range.value]);
    };
    field.oninput = () => { if (field.value !== "" && Number.isFinite(field.valueAsNumber)) change(field.valueAsNumber); };
    return {
      inputs: [range, field],
      show({ value }) {
        if (value > 0 && steps[range.value] !== value) range.value = nearest(value);
        range.setAttribute("aria-valuetext", numeral(value));
        if (field.getRootNode().activeElement !== field && field.value !== numeral(value)) field.value = numeral(value);
      },
    };
  },
  seed(spec, change) {
    const field = made("input", { type: "number", id: spec.name, min: spec.low, max: spec.high, step: 1, inputmode: "numeric" });
    const fresh = made("button", { type: "button", class: "fresh" }, "New numbers");
    field.oninput = () => { if (Number.isInteger(field.valueAsNumber)) change(field.valueAsNumber); };
    fresh.onclick = () => change(spec.low + Math.floor(Math.random() * (spec.high - spec.low + 1)));
    return {
      inputs: [field, fresh],
      show({ value }) { if (field.getRootNode().activeElement !== field && field.value !== String(value)) field.value = value; },
    };
  },
  choice(spec, change) {
    const few = spec.options.length <= 3 && spec.options.join("").length <= 26;
    if (few) {
      const group = made("div", { role: "radiogroup", class: "few", "aria-label": spec.label });
      const ways = spec.options.map((option, i) => {
        const input = made("input", { type: "radio", name: spec.name, id: `${spec.name}-${i}`, value: option });
        input.onchange = () => change(option);
        group.append(input, made("label", { for: input.id }, option));
        return input;
      });
      return { inputs: [group], show({ value }) { for (const way of ways) way.checked = way.value === value; } };
    }
    const select = made("select", { id: spec.name }, ...spec.options.map((option) => made("option", { value: option }, option)));
    select.onchange = () => change(select.value);
    return { inputs: [select], show({ value }) { select.value = value; } };
  },
  words(spec, change) {
    const select = made("select", { "aria-label": `${spec.label}, proposals` }, ...spec.options.map((option) => made("option", { value: option }, option)));
    const field = made("input", { type: "text", id: spec.name, maxlength: 200, placeholder: "or words of your own" });
    select.onchange = () => {
      field.value = "";
      change(select.value);
    };
    field.oninput = () => change(field.value);
    return {
      inputs: [select, field],
      show({ value }) {
        const proposed = spec.options.includes(value);
        select.value = proposed ? value : ""; // nothing is chosen where the words are one's own
        if (field.getRootNode().activeElement !== field) field.value = proposed ? "" : value;
      },
    };
  },
  flag(spec, change) {
    const box = made("input", { type: "checkbox", role: "switch", id: spec.name });
    box.onchange = () => change(box.checked);
    return { inputs: [box], show({ value }) { box.checked = value; } };
  },
};

const MOST_IN_VIEW = 8; // controls that stand open; of more, the main ones do, or the first ones
const FIRST = 4;

/** All controls of a desk. A control that stays keeps its element, and with it the focus. */
class Controls {
  constructor(root, change) {
    [this.root, this.change, this.known] = [root, change, new Map()];
    root.onsubmit = (event) => event.preventDefault();
    this.further = made("div", { class: "further" });
    this.summary = made("summary");
    this.fold = made("details", { hidden: true }, this.summary, this.further);
    root.append(this.fold);
  }

  /** Show what can be set; `busy(name)` are controls with a wish that the engine does not know yet. */
  show(specs, busy) {
    const names = specs.map(({ name }) => name);
    for (const [name, { root }] of this.known) {
      if (!names.includes(name)) {
        root.remove();
        this.known.delete(name);
      }
    }
    const main = specs.some((spec) => spec.main) ? specs.filter((spec) => spec.main) : specs.slice(0, FIRST);
    const open = specs.length > MOST_IN_VIEW ? main : specs;
    const folded = specs.filter((spec) => !open.includes(spec));
    this.lay(this.root, open, busy);
    this.lay(this.further, folded, busy);
    this.fold.hidden = folded.length === 0;
    this.summary.textContent = `Further settings (${folded.length})`;
  }

  /** Put controls into their places, in order, before anything else that stands there. */
  lay(place, specs, busy) {
    let before = null;
    for (const spec of specs) {
      const one = this.control(spec);
      const next = before ? before.nextElementSibling : place.firstElementChild;
      if (one.root !== next) place.insertBefore(one.root, next);
      before = one.root;
      if (!busy(spec.name)) one.show(spec);
    }
  }

  control({ value, ...spec }) {
    const look = JSON.stringify(spec);
    const known = this.known.get(spec.name);
    if (known?.look === look) return known;
    const one = CONTROLS[spec.kind](spec, (now) => this.change(spec.name, now));
    const grouped = one.inputs[0].getAttribute("role") === "radiogroup";
    const label = grouped ? made("span", { class: "label", "aria-hidden": "true" }, spec.label) : made("label", { for: spec.name }, spec.label);
    const root = made("div", { class: `control ${spec.kind}`, "data-field": spec.name }, label, ...one.inputs);
    known?.root.replaceWith(root);
    this.known.set(spec.name, { root, look, show: one.show });
    return this.known.get(spec.name);
  }
}
