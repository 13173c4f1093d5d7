// A network as objects, a node and a link at a time, in the manner of TensorFlow Playground (written anew): activations and
// losses are objects with a value and a slope, the slope by the sum and computed afresh; each point's inputs are built from
// its features as it is sent through; every link and node adds up its slopes until the batch is full, and checks for a penalty.
// Reads a task a line, {layers, points, targets, orders, batch, rate}, and answers {seconds, layers}.

const TANH = { value: (x) => Math.tanh(x), slope: (x) => 1 - TANH.value(x) ** 2 };
const LINEAR = { value: (x) => x, slope: () => 1 };
const SQUARED = { value: (z, t) => 0.5 * (z - t) ** 2, slope: (z, t) => z - t };
const FEATURES = { x: (x) => x, y: (x, y) => y };

class Link {
  constructor(from, to, weight) {
    Object.assign(this, { from, to, weight, slope: 0, summed: 0, count: 0, penalty: null, dead: false });
  }

  move(rate) {
    if (this.dead || this.count === 0) return;
    this.weight -= (rate / this.count) * this.summed;
    if (this.penalty !== null) this.weight -= rate * this.penalty.slope(this.weight);
    [this.summed, this.count] = [0, 0];
  }
}

class Unit {
  constructor(bias, activation) {
    Object.assign(this, { bias, activation, incoming: [], outgoing: [], sum: 0, value: 0, byValue: 0, bySum: 0, summed: 0, count: 0 });
  }

  send() {
    this.sum = this.bias;
    for (let i = 0; i < this.incoming.length; i++) this.sum += this.incoming[i].weight * this.incoming[i].from.value;
    this.value = this.activation.value(this.sum);
    return this.value;
  }

  move(rate) {
    if (this.count > 0) this.bias -= (rate * this.summed) / this.count;
    [this.summed, this.count] = [0, 0];
    for (const link of this.incoming) link.move(rate);
  }
}

function build(layers) {
  const net = [Object.keys(FEATURES).map(() => new Unit(0, LINEAR))];
  layers.forEach((matrix, number) => {
    const before = net[number];
    net.push(matrix.map((row) => {
      const unit = new Unit(row[row.length - 1], number < layers.length - 1 ? TANH : LINEAR);
      before.forEach((from, i) => {
        const link = new Link(from, unit, row[i]);
        unit.incoming.push(link);
        from.outgoing.push(link);
      });
      return unit;
    }));
  });
  return net;
}

function inputsOf(point) {
  const inputs = [];
  for (const name in FEATURES) inputs.push(FEATURES[name](point[0], point[1]));
  return inputs;
}

function forward(net, inputs) {
  for (let i = 0; i < inputs.length; i++) net[0][i].value = inputs[i];
  for (let layer = 1; layer < net.length; layer++) for (const unit of net[layer]) unit.send();
}

function backward(net, target) {
  const output = net[net.length - 1][0];
  output.byValue = SQUARED.slope(output.value, target);
  for (let layer = net.length - 1; layer >= 1; layer--) {
    for (const unit of net[layer]) {
      unit.bySum = unit.byValue * unit.activation.slope(unit.sum);
      unit.summed += unit.bySum;
      unit.count += 1;
    }
    for (const unit of net[layer]) {
      for (const link of unit.incoming) {
        if (link.dead) continue;
        link.slope = unit.bySum * link.from.value;
        link.summed += link.slope;
        link.count += 1;
      }
    }
    if (layer === 1) continue;
    for (const unit of net[layer - 1]) {
      unit.byValue = 0;
      for (const link of unit.outgoing) unit.byValue += link.weight * link.to.bySum;
    }
  }
}

function train(net, { points, targets, orders, batch, rate }) {
  for (const order of orders) {
    order.forEach((index, k) => {
      forward(net, inputsOf(points[index]));
      backward(net, targets[index]);
      if ((k + 1) % batch && k < order.length - 1) return;
      for (let layer = 1; layer < net.length; layer++) for (const unit of net[layer]) unit.move(rate);
    });
  }
}

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const task = JSON.parse(line);
  const net = build(task.layers);
  const start = process.hrtime.bigint();
  train(net, task);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const layers = net.slice(1).map((units) => units.map((unit) => [...unit.incoming.map((link) => link.weight), unit.bias]));
  console.log(JSON.stringify({ seconds, layers }));
});
