// Mounts it as a component of its own.

const players = new WeakMap(); // parentElement -> Player

export default function (component) {
  const { parentElement } = component;
  const player = keep(players, parentElement, () => new Player(parentElement));
  player.take(component);
  return () => release(players, parentElement, player);
}
