// On this page: a list of the headings, the current one marked; tells Python which heading the reader dwells on.
const DWELL = 1500; // ms on one heading before it counts as a reading position

export default function ({ data, parentElement, setStateValue }) {
  const list = parentElement.querySelector("ol");
  const main = document.querySelector('[data-testid="stMain"]') ?? document.scrollingElement;
  const target = (anchor) => document.getElementById(anchor);
  list.replaceChildren(
    ...data.items.map(({ anchor, title }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `#${anchor}`;
      link.textContent = title;
      link.onclick = (event) => {
        event.preventDefault();
        const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
        target(anchor)?.scrollIntoView({ behavior: still ? "auto" : "smooth" });
        history.replaceState(history.state, "", `${location.pathname}${location.search}#${anchor}`);
      };
      item.append(link);
      return item;
    }),
  );

  // A formula wider than its column scrolls, so the keyboard has to reach it.
  const reachable = () =>
    document.querySelectorAll(".katex-display").forEach((formula) => {
      if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
      else formula.removeAttribute("tabindex");
    });
  const sizes = new ResizeObserver(reachable);
  sizes.observe(document.querySelector('[data-testid="stMainBlockContainer"]') ?? main); // grows as formulas are set

  let current = null;
  let told = data.saved;
  let timer = 0;
  function follow() {
    let found = data.items[0]?.anchor ?? null;
    for (const { anchor } of data.items) {
      const heading = target(anchor);
      if (heading && heading.getBoundingClientRect().top < 140) found = anchor;
    }
    if (found === current) return;
    current = found;
    list.querySelectorAll("a").forEach((link) => {
      if (link.hash === `#${current}`) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    });
    clearTimeout(timer);
    timer = setTimeout(() => {
      const atStart = current === data.items[0]?.anchor;
      if (current === told || (atStart && told === null)) return;
      setStateValue("heading", (told = current));
      list.dataset.told = told;
    }, DWELL);
  }
  let waiting = false;
  const onScroll = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => ((waiting = false), follow()));
  };
  main.addEventListener("scroll", onScroll, { passive: true });
  follow();
  return () => {
    clearTimeout(timer);
    sizes.disconnect();
    main.removeEventListener("scroll", onScroll);
  };
}
