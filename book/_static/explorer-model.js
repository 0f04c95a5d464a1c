// The numbers of the explorer: one threshold on [0, 10], any of the printed sigmoids and losses. Nothing is drawn here.
// Lengths are measured in the scale delta: u = (theta - x) / delta. H(u) = phi(sigma(u)) is the loss of a point at u.
"use strict";
window.lossbookModel = (() => {
  const LEFT = 0, RIGHT = 10, SPAN = RIGHT - LEFT;
  const EQUAL = 1e-9; // of the interval or of the largest value: closer than that, two numbers count as the same

  // Gauss and Legendre's sixteen nodes on [-1, 1], by Newton's method on the Legendre polynomial.
  const RULE = (() => {
    const order = 16, rule = [];
    for (let i = 0; i < order; i += 1) {
      let x = Math.cos((Math.PI * (i + 0.75)) / (order + 0.5)), slope = 1;
      for (let round = 0; round < 100; round += 1) {
        let before = 1, value = x;
        for (let k = 2; k <= order; k += 1) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
        slope = (order * (x * value - before)) / (x * x - 1);
        const move = value / slope;
        x -= move;
        if (Math.abs(move) < 1e-16) break;
      }
      rule.push([x, 2 / ((1 - x * x) * slope * slope)]);
    }
    return rule;
  })();

  const integral = (f, low, high) => {
    const middle = (low + high) / 2, half = (high - low) / 2;
    let sum = 0;
    for (const [node, weight] of RULE) sum += weight * f(middle + half * node);
    return half * sum;
  };

  // Where a monotone f changes its sign, to the last bit or in so many rounds; f(low) and f(high) must differ in sign.
  const bisect = (f, low, high, rounds = 200) => {
    const rises = f(low) < f(high);
    for (let round = 0; round < rounds; round += 1) {
      const middle = (low + high) / 2;
      if (middle <= low || middle >= high) break;
      const value = f(middle);
      if (value === 0) return middle;
      if (value < 0 === rises) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };

  // The u at which an odd sigmoid has a value inside (-1, 1); null beyond the longest u that there is.
  const inverse = (sigma, value, longest) => {
    const size = Math.abs(value);
    if (size === 0) return 0;
    if (sigma(longest) <= size) return null;
    return Math.sign(value) * bisect((u) => sigma(u) - size, 0, longest);
  };

  // The integral of f from 0 on, for arguments up to a size: panels that grow with |u|, cut at 0 and where f bends.
  const primitive = (f, longest, cuts) => {
    const ends = [0, longest, ...cuts.map(Math.abs)];
    for (let u = 0.25; u < longest; u += 0.5 * (1 + u)) ends.push(u);
    const places = [...new Set(ends.flatMap((u) => [u, -u]).filter((u) => Math.abs(u) <= longest))];
    places.sort((one, other) => one - other);
    const sums = [0];
    for (let k = 1; k < places.length; k += 1) sums.push(sums[k - 1] + integral(f, places[k - 1], places[k]));
    const from = (u) => {
      let low = 0, high = places.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (places[middle] <= u) low = middle;
        else high = middle;
      }
      return sums[low] + integral(f, places[low], u);
    };
    const origin = from(0);
    return (u) => from(u) - origin;
  };

  // What depends on the sigmoid, the loss, the margin and the scale alone is made once for all thresholds.
  let kept = { key: "" };
  const shapes = (setting, formulas) => {
    const key = [setting.sigmoid, setting.loss, setting.m0, setting.delta].join(" ");
    if (kept.key === key && kept.formulas === formulas) return kept;
    const sigmoid = formulas.sigmoids[setting.sigmoid], loss = formulas.losses[setting.loss];
    const longest = SPAN / setting.delta;
    const composed = (u) => loss.value(sigmoid.value(u), setting.m0);
    const kinks = loss.kinks(setting.m0).filter((m) => Math.abs(m) < 1);
    const cuts = kinks.map((m) => inverse(sigmoid.value, m, longest)).filter((u) => u !== null);
    kept = { key, formulas, sigmoid, loss, composed, total: primitive(composed, longest, cuts) };
    return kept;
  };

  // Thresholds dense around both ends and the truth, where the slope may change its sign.
  const scan = (a1, delta) => {
    const places = [LEFT, RIGHT, a1];
    for (let k = 1; k < 160; k += 1) places.push(LEFT + (SPAN * k) / 160);
    for (let size = 1e-5 * delta; size < SPAN; size *= 1.12)
      for (const centre of [LEFT, a1, RIGHT]) places.push(centre - size, centre + size);
    return [...new Set(places.filter((x) => x >= LEFT && x <= RIGHT))].sort((one, other) => one - other);
  };

  // Every local maximiser of a function with this slope: where + turns to -, and an end to which it leads.
  const maximisers = (slope, places) => {
    const found = [];
    let last = null, sign = 1; // what comes before the left end counts as rising, what follows the right one as falling
    for (const place of places) {
      const value = slope(place);
      if (value === 0) continue;
      if (sign > 0 && value < 0) found.push(last === null ? place : turn(slope, last, place));
      [last, sign] = [place, Math.sign(value)];
    }
    if (last !== null && sign > 0) found.push(last === places[places.length - 1] ? last : places[places.length - 1]);
    return found;
  };

  // Where a slope turns from + to -, or the middle of the stretch on which it is 0.
  const turn = (slope, low, high) => {
    const stops = bisect((x) => (slope(x) > 0 ? -1 : 1), low, high);
    const falls = bisect((x) => (slope(x) < 0 ? 1 : -1), low, high);
    return (stops + falls) / 2;
  };

  const make = (setting, formulas = window.lossbookFormulas) => {
    const { a1, delta, wp, wm } = setting;
    const { sigmoid, loss, composed, total } = shapes(setting, formulas);
    const linear = setting.loss === "linear";
    const sigma = (u) => sigmoid.value(u / delta);
    const area = (u) => delta * sigmoid.area(u / delta);
    const at = (u) => composed(u / delta);
    const sum = (u) => delta * total(u / delta);

    const gain = (theta) =>
      wp * (area(theta - LEFT) - area(theta - a1)) - wm * (area(theta - a1) - area(RIGHT - theta));
    const gainSlope = (theta) =>
      wp * (sigma(theta - LEFT) - sigma(theta - a1)) - wm * (sigma(theta - a1) + sigma(RIGHT - theta));
    const lengths = [a1 - LEFT, RIGHT - a1];
    const risk = linear
      ? (theta) => wp * lengths[0] + wm * lengths[1] - gain(theta)
      : (theta) => wp * (sum(theta - LEFT) - sum(theta - a1)) + wm * (sum(RIGHT - theta) - sum(a1 - theta));
    const riskSlope = linear
      ? (theta) => -gainSlope(theta)
      : (theta) => wp * (at(theta - LEFT) - at(theta - a1)) + wm * (at(a1 - theta) - at(RIGHT - theta));
    const height = linear ? gain : (theta) => -risk(theta); // what is drawn: the gain, or minus the risk
    const heightSlope = linear ? gainSlope : (theta) => -riskSlope(theta);

    const optimum = () => {
      const points = maximisers(heightSlope, scan(a1, delta)).map((theta) => ({ theta, height: height(theta) }));
      const top = Math.max(...points.map((point) => point.height));
      const size = wp * lengths[0] + wm * lengths[1];
      const best = points.filter((point) => top - point.height <= EQUAL * size);
      return { theta: best[0].theta, height: best[0].height, ties: best.map((point) => point.theta), local: points };
    };

    // F(u) = H(0) - H(u), what a class loses less when its points lie u away from the threshold (theorem M).
    const drop = (u) => at(0) - at(u);
    const calibrated = () => drop(lengths[1]) / drop(lengths[0]);

    const pointLoss = (theta, x) => (x < a1 ? wp * at(theta - x) : wm * at(x - theta));

    return { setting, sigmoid, loss, linear, lengths, sigma, drop, gain, gainSlope, risk, riskSlope,
      height, heightSlope, optimum, calibrated, pointLoss };
  };

  // What has become of the truth: the optimum there, elsewhere inside, or at an end, where a class is given up.
  const regime = (theta, a1) => {
    if (Math.abs(theta - a1) <= EQUAL * SPAN) return "truth optimal";
    return theta <= LEFT || theta >= RIGHT ? "lost" : "pulled";
  };

  return { LEFT, RIGHT, SPAN, make, regime, bisect, inverse };
})();
