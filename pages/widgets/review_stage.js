// Says to a screen reader which question is asked, and brings its beginning into view when it is another one than before.
// A box that was ticked by pointer lets go of the focus: Streamlit's keys are silent while an input has it.
const turns = new WeakMap();

export default function ({ data, parentElement }) {
  const main = document.querySelector("[data-testid=stMain]");
  parentElement.querySelector("[role=status]").textContent = data.says;
  if (turns.has(parentElement) && turns.get(parentElement) !== data.turn) main.scrollTo({ top: 0 });
  turns.set(parentElement, data.turn);
  main.onclick = (event) => {
    if (!event.pointerType) return; // a key pressed it, and stays where it is
    setTimeout(() => { // a label hands the focus on after the click
      const at = document.activeElement;
      if (at?.matches("[class*=st-key-card-review] :is([type=checkbox], [type=radio])")) at.blur();
    });
  };
}
