// The links of the sidebar. One part is open at a time: the present one on arriving at one of its pages, else what the reader
// opens. What stands there is drawn anew only where it changed, so that a link that was followed keeps the focus.
const drawn = new WeakMap(); // parentElement -> what its links are made of, and the number of the present part

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".grimoire-links");
  const before = drawn.get(parentElement) ?? {};
  const content = JSON.stringify([data.places, data.parts]);
  const present = data.parts.findIndex((part) => part.links.some((link) => link.url === data.here));
  const folds = () => [...root.querySelectorAll("details")];
  const open = present >= 0 && present !== before.present ? present : folds().findIndex((fold) => fold.open);
  root.dataset.here = data.here;
  if (content !== before.content) draw(root, data);
  folds().forEach((fold, number) => fold.classList.toggle("present", number === present));
  if (open >= 0) unfold(folds()[open]);
  mark(root);
  drawn.set(parentElement, { content, present });
  return keepLinksHere();
}

function draw(root, { places, parts }) {
  const folds = parts.map((part) => {
    const summary = made("summary", {}, icon("chevron_right"), part.title);
    const fold = made("details", { name: "grimoire-part" }, summary);
    fold.links = part.links;
    summary.onclick = () => fold.open || fill(fold);
    fold.ontoggle = () => fold.open || fold.querySelector("ul")?.remove(); // a closed part has no links
    return fold;
  });
  root.replaceChildren(made("nav", { ariaLabel: "Places" }, list(places)), made("nav", { ariaLabel: "The book" }, ...folds));
  root.onclick = (event) => event.target.closest("a") && leavePhone();
}

function unfold(fold) {
  fill(fold);
  fold.open = true;
}

function fill(fold) {
  if (!fold.querySelector("ul")) fold.append(list(fold.links));
  mark(fold.closest(".grimoire-links"));
}

// On a phone the sidebar lies over the page. It closes after a choice, as Streamlit closes it there at a press beside it.
function leavePhone() {
  document.querySelector('[data-testid="stMain"]').dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
}

function mark(root) {
  root.querySelectorAll("a").forEach((link) => {
    if (link.dataset.url === root.dataset.here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
}

function list(links) {
  return made("ul", {}, ...links.map((link) => {
    const anchor = made("a", { href: `./${link.url}` }, icon(link.icon), made("span", {}, link.title));
    anchor.dataset.url = link.url;
    return made("li", {}, anchor);
  }));
}

function icon(name) {
  return made("i", { ariaHidden: "true", translate: false }, name);
}

function made(tag, properties, ...inside) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
}
