// The learner of the explorer: equation (9) on batches of fresh points, and what it remembers of where it has been.
// v <- momentum v + rate g, theta <- clip(theta + v), g an estimate of minus the slope of the risk from the batch.
"use strict";
window.lossbookLearner = (() => {
  const { LEFT, RIGHT, SPAN } = window.lossbookModel;
  const CELLS = 4096; // of the histogram over [LEFT, RIGHT]

  // xoshiro128++: 32 bits a draw, the same stream for the same seed in every browser.
  const stream = (seed) => {
    let word = seed >>> 0;
    const fill = () => { // SplitMix32 fills the state
      word = (word + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    let a = fill(), b = fill(), c = fill(), d = fill();
    const turned = (x, by) => (x << by) | (x >>> (32 - by));
    return () => {
      const sum = (turned((a + d) | 0, 7) + a) >>> 0, shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = turned(d, 11);
      return (sum + 0.5) / 4294967296;
    };
  };

  const learner = (start, seed) => {
    const draw = stream(seed);
    const cells = new Float64Array(CELLS);
    let theta = start, speed = 0, steps = 0, count = 0, mean = 0, spread = 0;

    const forget = () => {
      cells.fill(0);
      count = mean = spread = 0;
    };

    const remember = () => {
      cells[Math.min(CELLS - 1, Math.floor(((theta - LEFT) / SPAN) * CELLS))] += 1;
      count += 1;
      const gap = theta - mean;
      mean += gap / count;
      spread += gap * (theta - mean);
    };

    // Steps until so many are done, or until the clock says stop (never, without one): the path is the same either way.
    const run = (model, wanted, stop = Infinity) => {
      const { a1, delta, wp, wm, m0, batch, momentum, rate } = model.setting;
      const { value, slope } = model.sigmoid, drop = model.loss.slope, factor = -SPAN / (batch * delta);
      for (let done = 0; done < wanted; done += 1) {
        if (done % 16 === 15 && stop < Infinity && performance.now() > stop) return done;
        let pull = 0;
        for (let i = 0; i < batch; i += 1) {
          const x = LEFT + SPAN * draw(), y = x < a1 ? 1 : -1, u = (theta - x) / delta;
          pull += (y > 0 ? wp : -wm) * drop(y * value(u), m0) * slope(u);
        }
        speed = momentum * speed + rate * factor * pull;
        theta = Math.min(RIGHT, Math.max(LEFT, theta + speed));
        steps += 1;
        remember();
      }
      return wanted;
    };

    // The place below which a share of the remembered places lies, to one cell.
    const quantile = (share) => {
      let sum = 0;
      for (let cell = 0; cell < CELLS; cell += 1) {
        sum += cells[cell];
        if (sum >= share * count) return LEFT + (SPAN * (cell + 0.5)) / CELLS;
      }
      return RIGHT;
    };

    // The density over a window, in about so many bars of whole cells: places and heights.
    const histogram = (low, high, bars) => {
      const first = Math.max(0, Math.floor(((low - LEFT) / SPAN) * CELLS));
      const last = Math.min(CELLS, Math.ceil(((high - LEFT) / SPAN) * CELLS));
      const wide = Math.max(1, Math.round((last - first) / bars)), edges = [], heights = [];
      for (let cell = first; cell < last; cell += wide) {
        const end = Math.min(cell + wide, CELLS);
        let sum = 0;
        for (let k = cell; k < end; k += 1) sum += cells[k];
        edges.push(LEFT + (SPAN * cell) / CELLS);
        heights.push(count ? (sum * CELLS) / ((end - cell) * SPAN * count) : 0);
      }
      edges.push(Math.min(RIGHT, LEFT + (SPAN * (first + wide * heights.length)) / CELLS));
      return { edges, heights };
    };

    const report = () => ({ theta, steps, count, mean, variance: count ? spread / count : 0 });
    return { run, forget, quantile, histogram, report };
  };

  return { learner, stream };
})();
