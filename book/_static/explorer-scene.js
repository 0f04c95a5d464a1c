// From a setting to what the pictures show: the problem's numbers, and points of every curve.
"use strict";
window.lossbookScene = (() => {
  const { LEFT, RIGHT, SPAN, make, regime, bisect, inverse } = window.lossbookModel;
  const SHARES = Array.from({ length: 101 }, (_, k) => k / 100);
  const { DECADES } = window.lossbookView;

  const DRAWN = 30; // rounds of bisection for what is only drawn

  // Places in a window, dense around some centres at the scale of the sigmoid.
  const grid = ([low, high], centres, delta) => {
    const found = SHARES.map((share) => low + share * (high - low));
    for (const centre of centres)
      for (let k = -16; k <= 16; k += 1) found.push(centre + 0.12 * delta * k * (1 + 0.06 * k * k));
    return [...new Set(found.filter((x) => x >= low && x <= high))].sort((one, other) => one - other);
  };

  const viewed = (setting, best) => {
    if (setting.view === "whole") return [LEFT, RIGHT];
    const half = Math.max(4 * setting.delta, 1.6 * Math.abs(best - setting.a1), 0.01);
    return [Math.max(LEFT, setting.a1 - half), Math.min(RIGHT, setting.a1 + half)];
  };

  // The border 2 sigma(A) = sigma(A + B) for A < B, in powers of ten of the scale.
  const border = (sigma) => {
    const half = Math.log10(inverse(sigma, 0.5, 1e6)), xs = [], ys = [];
    for (const share of SHARES) {
      const power = -DECADES + share * (half + DECADES), A = 10 ** power, wanted = 2 * sigma(A);
      const gap = (logB) => sigma(A + 10 ** logB) - wanted;
      if (gap(DECADES) < 0) break;
      xs.push(power);
      ys.push(gap(-DECADES) > 0 ? -DECADES : bisect(gap, -DECADES, DECADES, DRAWN));
    }
    xs.push(xs[xs.length - 1]);
    ys.push(DECADES);
    return [xs, ys];
  };

  // Where both classes drop equally, w+ F(A) = w- F(B): a line, or a whole region where the loss has stopped falling.
  const equalDrops = (model) => {
    const { delta, wp, wm } = model.setting, drop = (power) => model.drop(10 ** power * delta);
    const under = [[], []], over = [[], []], slack = 1e-12 * drop(DECADES);
    const bends = model.loss.kinks(model.setting.m0).map((m) => inverse(model.sigmoid.value, Math.min(m, 1), 1e3));
    const powers = [...SHARES.map((share) => DECADES * (2 * share - 1)),
      ...bends.filter((u) => u > 0).flatMap((u) => [Math.log10(u) - 1e-3, Math.log10(u) + 1e-3])];
    for (const power of powers.sort((one, other) => one - other)) {
      const wanted = (wp * drop(power)) / wm;
      const first = (x) => (drop(x) < wanted - slack ? -1 : 1), last = (x) => (drop(x) <= wanted + slack ? -1 : 1);
      if (first(DECADES) < 0 || last(-DECADES) > 0) continue;
      const ends = [first(-DECADES) > 0 ? -DECADES : bisect(first, -DECADES, DECADES, DRAWN),
        last(DECADES) < 0 ? DECADES : bisect(last, -DECADES, DECADES, DRAWN)];
      [under, over].forEach((line, k) => { line[0].push(power); line[1].push(ends[k]); });
    }
    return [[...under[0], ...over[0].reverse()], [...under[1], ...over[1].reverse()]];
  };

  // Lines of the phase diagram, made once for a sigmoid, a loss and a ratio of weights.
  let lines = { key: "" };
  const linesOf = (model) => {
    const { sigmoid, loss, m0, wp, wm } = model.setting, key = [sigmoid, loss, m0, wp / wm].join(" ");
    if (lines.key !== key) lines = { key, border: border(model.sigmoid.value), equal: equalDrops(model) };
    return lines;
  };

  // All that depends on the problem, and not on the model's threshold; a window may be kept while a point is dragged.
  const problem = (setting, kept) => {
    const model = make(setting), best = model.optimum(), kind = regime(best.theta, setting.a1);
    const window = kept || viewed(setting, best.theta);
    const thetas = grid(window, [setting.a1, LEFT, RIGHT], setting.delta);
    return {
      model, window, thetas, regime: kind, best: { ...best, slope: model.heightSlope(best.theta) },
      heights: thetas.map(model.height), slopes: thetas.map(model.heightSlope),
      phase: {
        border: linesOf(model).border, equal: linesOf(model).equal,
        place: model.lengths.map((length) => Math.log10(length / setting.delta)),
        exact: model.linear && setting.wp === setting.wm && setting.sigmoid !== "softsign",
      },
    };
  };

  // What depends on the model's threshold too.
  const pointwise = (base, setting) => {
    const { theta, a1, delta } = setting, { model } = base;
    const near = 1e-9 * SPAN; // both sides of the truth, where the loss jumps
    const xs = grid(base.window, [theta, a1], delta).concat([a1 - near, a1 + near]);
    const inside = xs.filter((x) => x >= base.window[0] && x <= base.window[1]).sort((one, other) => one - other);
    return {
      xs: inside, scores: inside.map((x) => model.sigma(theta - x)),
      losses: inside.map((x) => model.pointLoss(theta, x)),
      height: model.height(theta), slope: model.heightSlope(theta),
    };
  };

  // The learner's place and histogram, in a window around what it has visited and the optimum.
  const walked = (base, setting, learner) => {
    const report = learner.report();
    const ends = report.count ? [learner.quantile(0.005), learner.quantile(0.995)] : [report.theta, report.theta];
    const all = [...ends, base.best.theta];
    if (Math.abs(setting.a1 - base.best.theta) < 4 * (ends[1] - ends[0]) + 0.2) all.push(setting.a1);
    const size = Math.max(Math.max(...all) - Math.min(...all), 0.02), unit = 2 ** Math.ceil(Math.log2(size / 4));
    const window = [Math.max(LEFT, Math.floor(Math.min(...all) / unit - 0.1) * unit),
      Math.min(RIGHT, Math.ceil(Math.max(...all) / unit + 0.1) * unit)];
    return { learner: { ...report, height: base.model.height(report.theta) },
      histogram: { ...learner.histogram(...window, 64), window } };
  };

  return { problem, pointwise, walked };
})();
