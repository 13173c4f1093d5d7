// CartPole's dynamics and a Q-network, number for number what engine/reinforcement_learning/cart_pole.py and dqn.py
// compute. Nothing here touches the page: the tests run this text by itself.

const CART = {
  gravity: 9.8, cartMass: 1, poleMass: 0.1, halfPole: 0.5, push: 10, seconds: 0.02,
  track: 2.4, lean: (12 * 2 * Math.PI) / 360, limit: 500, start: 0.05,
};

/** Return the state [position, velocity, angle, angular velocity] 20 ms after a push: 0 left, 1 right. */
function advance([position, velocity, angle, spin], action) {
  const { gravity, cartMass, poleMass, halfPole, push, seconds } = CART;
  const mass = cartMass + poleMass;
  const moment = poleMass * halfPole;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const pushed = ((action === 1 ? push : -push) + moment * (spin * spin) * sine) / mass;
  const spinRate = (gravity * sine - cosine * pushed) / (halfPole * (4 / 3 - (poleMass * (cosine * cosine)) / mass));
  const rate = pushed - (moment * spinRate * cosine) / mass;
  return [position + seconds * velocity, velocity + seconds * rate, angle + seconds * spin, spin + seconds * spinRate];
}

/** Tell whether a state lies beyond the track's end or the largest lean. */
const fallen = ([position, , angle]) => Math.abs(position) > CART.track || Math.abs(angle) > CART.lean;

/** Return a first state: every coordinate within ±0.05. */
const firstState = () => Array.from({ length: 4 }, () => (2 * Math.random() - 1) * CART.start);

/**
 * Return Q of both actions. An agent has `sizes` of its layers, `numbers` (each layer's weights row by row, then its
 * biases), `inputs` (factors of the coordinates) and `edges` (of a table's boxes) or null.
 */
function valuesOf({ sizes, numbers, inputs, edges }, state) {
  let X = state.map((value, k) => value * inputs[k]);
  if (edges) {
    X = new Array(sizes[0]).fill(0);
    const box = edges.reduce((at, ends, k) => at * (ends.length + 1) + ends.filter((end) => end < state[k]).length, 0);
    X[box] = 1;
  }
  let at = 0;
  for (let layer = 1; layer < sizes.length; layer++) {
    const [a, b] = [sizes[layer - 1], sizes[layer]];
    const Y = Array.from(numbers.subarray(at + a * b, at + (a + 1) * b));
    for (let i = 0; i < a; i++) {
      if (X[i] === 0) continue; // a unit that is off, or another box
      for (let j = 0; j < b; j++) Y[j] += X[i] * numbers[at + i * b + j];
    }
    X = layer + 1 < sizes.length ? Y.map((value) => Math.max(value, 0)) : Y;
    at += (a + 1) * b;
  }
  return X;
}

/** Return the action of the larger value; the first one of equals. */
const greedy = ([left, right]) => (right > left ? 1 : 0);
