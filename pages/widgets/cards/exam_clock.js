// The clock of an exam: the time that has passed, or what is left of it. It ticks here and asks Python for nothing.
const timers = new WeakMap(); // parentElement -> interval
const SOON = [300, 60]; // s before the end that a screen reader is told

function told(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds % 60)];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export default function ({ data, parentElement }) {
  const face = parentElement.querySelector("[role=timer]");
  const aloud = parentElement.querySelector("[role=status]");
  const begun = Date.now() - 1000 * data.passed;
  function tick() {
    const passed = Math.max((Date.now() - begun) / 1000, 0);
    const left = data.limit - passed;
    face.textContent = !data.limit ? told(passed) : left > 0 ? `${told(Math.ceil(left))} left` : `time is up, ${told(-left)} over`;
    face.toggleAttribute("data-over", Boolean(data.limit) && left <= 0);
    const soon = data.limit ? SOON.filter((one) => left <= one).at(-1) : undefined;
    const says = !soon ? "" : left <= 0 ? "The time is up." : soon === 60 ? "One minute left." : "Five minutes left.";
    if (aloud.textContent !== says) aloud.textContent = says;
  }
  tick();
  clearInterval(timers.get(parentElement));
  timers.set(parentElement, setInterval(tick, 250));
  return () => (clearInterval(timers.get(parentElement)), timers.delete(parentElement));
}
