// Mounts it as a component of its own.

const boards = new WeakMap(); // parentElement -> Board

export default function (component) {
  const { parentElement } = component;
  const board = keep(boards, parentElement, () => new Board(parentElement));
  board.take(component);
  return () => release(boards, parentElement, board);
}
