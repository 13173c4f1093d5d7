// The focus goes on: what was pressed is gone, and the field or the button that came in its place gets it, without a scroll.
// A reader who has put it elsewhere meanwhile keeps it there.
const PATIENCE = 10000; // ms
const last = new WeakMap(); // parentElement -> what was drawn in the room

export default function ({ data, parentElement }) {
  const before = last.get(parentElement);
  last.set(parentElement, data.at);
  if (before === undefined || before === data.at) return;
  const begun = performance.now();
  const had = document.activeElement;
  const timer = setInterval(() => {
    const now = document.activeElement;
    const lost = !now || now === document.body || !now.isConnected;
    const room = document.querySelector(`.${CSS.escape(data.room)}`);
    const next = room?.querySelector("textarea, input[type=text]") ?? [...(room?.querySelectorAll("button") ?? [])].at(-1);
    const idle = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
    if (lost && idle && next) {
      next.focus({ preventScroll: true });
      if (next.matches("textarea, input")) next.setSelectionRange(next.value.length, next.value.length);
    }
    if ((lost && idle && next) || (!lost && now !== had) || performance.now() - begun > PATIENCE) clearInterval(timer);
  }, 50);
}
