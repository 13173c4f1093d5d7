// Which keys a phone shows for a field. A number pad of an iPhone has no minus, no slash and no comma beside the point: there
// a number is typed with all keys.
const PATIENCE = 5000; // ms until a field that does not come is given up
const wanted = new Map(); // class of a field -> its attributes
const apple = /iP(hone|ad|od)/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

function set(field) {
  const { inputmode, enterkeyhint } = wanted.get(field);
  for (const input of document.querySelectorAll(`.${CSS.escape(field)} :is(input, textarea)`)) {
    input.setAttribute("inputmode", apple ? "text" : inputmode);
    input.setAttribute("enterkeyhint", enterkeyhint);
    for (const [name, value] of [["autocapitalize", "none"], ["autocorrect", "off"], ["spellcheck", "false"]]) input.setAttribute(name, value);
    return true;
  }
  return false;
}

document.addEventListener("focusin", ({ target }) => { // Streamlit may have drawn it anew
  const owner = target.closest?.("[class*='st-key-']");
  for (const name of owner?.classList ?? []) if (wanted.has(name)) set(name);
}, true);

export default function ({ data }) {
  wanted.set(data.field, data);
  const begun = performance.now();
  const timer = setInterval(() => (set(data.field) || performance.now() - begun > PATIENCE) && clearInterval(timer), 50);
  return () => clearInterval(timer);
}
