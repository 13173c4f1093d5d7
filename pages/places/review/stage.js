// Says to a screen reader which question is asked, and brings its beginning into view when it is another one than before.
// Streamlit's keys are silent while an input has the focus: a box or an option that was chosen, by pointer or by key, lets
// go of it, and so does the answer after Enter (Ctrl+Enter in a text of several lines), which else looks like sent.
const turns = new WeakMap();
const CARD = "[class*=st-key-card-review]";

export default function ({ data, parentElement }) {
  const main = document.querySelector("[data-testid=stMain]");
  parentElement.querySelector("[role=status]").textContent = data.says;
  if (turns.has(parentElement) && turns.get(parentElement) !== data.turn) main.scrollTo({ top: 0 });
  turns.set(parentElement, data.turn);
  const letGo = (wanted) => setTimeout(() => { // a label hands the focus on after the click
    const at = document.activeElement;
    if (at?.matches(`${CARD} :is(${wanted})`)) at.blur();
  });
  main.onclick = () => letGo("[type=checkbox], [type=radio]");
  document.onkeyup = (event) => { // with nothing focused the key goes to the body
    if (event.key === "Enter") letGo(event.ctrlKey || event.metaKey ? "input, textarea" : "input");
    if (data.keys && event.key === "w" && !document.activeElement?.matches("input, textarea, select") && !event.ctrlKey) {
      main.querySelector(`${CARD} :is(textarea, input[type=text])`)?.focus();
    }
  };
}
