// Counts the characters of a text area as they are typed, and tells Python the text when the typing pauses.
const PAUSE = 1000; // ms without a key before the draft is saved
const kept = new WeakMap(); // parentElement -> { field, listener, timer }
const characters = (text) => [...text].length; // code points, as Python counts

export default function ({ data, parentElement, setStateValue }) {
  const line = parentElement.querySelector("p");
  const count = parentElement.querySelector("[data-count]");
  const status = parentElement.querySelector("[role=status]");
  const most = data.most.toLocaleString("en");

  function show(n) {
    count.textContent = `${n.toLocaleString("en")} of ${most}`;
    line.toggleAttribute("data-over", n > data.most);
    const said = n > data.most ? `, ${(n - data.most).toLocaleString("en")} too many` : "";
    if (status.textContent !== said) status.textContent = said;
  }

  const area = document.querySelector(`.${CSS.escape(data.field)} textarea`);
  const before = kept.get(parentElement);
  if (!area) {
    show(data.now);
    return;
  }
  show(characters(area.value));
  if (before?.area === area) return;
  before?.stop();
  let timer = 0;
  const typing = () => {
    const n = characters(area.value);
    show(n);
    clearTimeout(timer);
    if (n <= data.most) timer = setTimeout(() => setStateValue("text", area.value), PAUSE);
  };
  area.addEventListener("input", typing);
  const stop = () => (clearTimeout(timer), area.removeEventListener("input", typing));
  kept.set(parentElement, { area, stop });
  return () => (stop(), kept.delete(parentElement));
}
