// Mounts it as a component of its own.

const sheets = new WeakMap(); // parentElement -> Panels

export default function (component) {
  const { parentElement } = component;
  const sheet = keep(sheets, parentElement, () => new Panels(parentElement));
  sheet.take(component);
  return () => release(sheets, parentElement, sheet);
}
