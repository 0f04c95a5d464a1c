// The six pictures of the explorer, drawn with JSXGraph. Colours are variables of the style sheet, so that they follow
// the theme. Whoever drags a point is told the new values; nothing is computed here but places on the screen.
"use strict";
window.lossbookView = (() => {
  const INK = "var(--explorer-ink)", FAINT = "var(--explorer-faint)", BLUE = "var(--explorer-blue)";
  const ORANGE = "var(--explorer-orange)", GREEN = "var(--explorer-green)", PURPLE = "var(--explorer-purple)";
  const STILL = { fixed: true, highlight: false, tabindex: -1, transitionDuration: 0, clip: false };
  const SQUARE = { face: "[]", strokeColor: BLUE, fillColor: BLUE };
  const TOP = { face: "^", strokeColor: ORANGE, fillColor: ORANGE, size: 7 };
  const DECADES = 3; // of the phase diagram, on both sides of 1

  // The least of 1, 2 and 5 times a power of ten that cuts a range into no more pieces.
  const tickStep = (size, most) => {
    const power = 10 ** Math.floor(Math.log10(size / most));
    return [1, 2, 5, 10].map((digit) => digit * power).find((width) => size / width <= most);
  };

  // The least round numbers around a range: its ends are multiples of a step of 1, 2 or 5 times a power of ten.
  const rounded = (low, high) => {
    const size = Math.max(high - low, 1e-9 * Math.max(1, Math.abs(low), Math.abs(high)));
    const step = tickStep(size, 6);
    const margin = 0.06 * size;
    return [Math.floor((low - margin) / step) * step, Math.ceil((high + margin) / step) * step];
  };

  // The same, but a window that still fits stays, so that a picture does not jump while something is dragged.
  const steady = () => {
    let kept = [0, 0];
    return (low, high) => {
      const fits = kept[0] <= low && high <= kept[1] && high - low > 0.5 * (kept[1] - kept[0]);
      if (!fits) kept = rounded(low, high);
      return kept;
    };
  };

  const label = (value) => String(Number(value.toPrecision(4))).replace("-", "\u2212");

  // A board with a frame of its own ticks; show(x window, y window) moves it, and does nothing if nothing moves.
  const board = (element, title, draggable) => {
    const made = JXG.JSXGraph.initBoard(element, {
      boundingBox: [-1, 1, 1, -1], axis: false, grid: false, showCopyright: false, showNavigation: false,
      showInfobox: false, keepAspectRatio: false, renderer: "svg", maxFrameRate: 120, title, theme: "default",
      pan: { enabled: false }, zoom: { enabled: false }, keyboard: { enabled: false }, browserPan: true,
      registerEvents: { fullscreen: false, keyboard: false, pointer: draggable, resize: true, wheel: false },
    });
    element.setAttribute("role", "img");
    made.ticks = [];
    return made;
  };

  const curve = (made, look) => {
    const drawn = made.create("curve", [[], []], { ...STILL, strokeWidth: 2, fillColor: "none", ...look });
    let xs = [], ys = [];
    drawn.updateDataArray = () => {
      drawn.dataX = xs;
      drawn.dataY = ys;
    };
    return (newXs, newYs) => {
      [xs, ys] = [newXs, newYs];
    };
  };

  const handle = (made, look, moved) => {
    const point = made.create("point", [0, 0], {
      withLabel: false, size: 6, strokeWidth: 2, highlight: false, tabindex: -1, transitionDuration: 0,
      fixed: !moved, cssClass: moved ? "explorer-handle" : "", ...look,
    });
    const place = (x, y) => point.setPositionDirectly(JXG.COORDS_BY_USER, [x, y]);
    if (moved) {
      point.on("down", () => { made.held = true; });
      point.on("up", () => { made.held = false; moved.dropped(); });
      point.on("drag", () => moved.to(point.X(), point.Y()));
    }
    return place;
  };

  const places = (low, high, most) => {
    const step = tickStep(high - low, most), found = [];
    for (let k = Math.ceil(low / step - 1e-6); k * step <= high + 1e-6 * step; k += 1) found.push(k * step);
    return found;
  };

  // The frame: two lines, ticks with labels, and room for them. Labels are made once and reused.
  const frame = (made, words = label) => {
    const rare = { needsRegularUpdate: false, strokeColor: FAINT };
    const lines = curve(made, { ...rare, strokeWidth: 1 });
    const grid = curve(made, { ...rare, strokeWidth: 0.5, strokeOpacity: 0.5 });
    const texts = { x: [], y: [] };
    const text = (axis, k) => {
      const anchors = axis === "x" ? { anchorX: "middle", anchorY: "top" } : { anchorX: "right", anchorY: "middle" };
      texts[axis][k] = texts[axis][k] || made.create("text", [0, 0, ""], {
        ...STILL, ...rare, ...anchors, display: "internal", fontSize: 11, strokeColor: INK, visible: false,
      });
      return texts[axis][k];
    };
    const put = (axis, k, words, spot) => { // what does not change is left alone: measuring a text is slow
      const drawn = text(axis, k);
      if (drawn.words !== words) drawn.setText(words);
      drawn.words = words;
      drawn.setPositionDirectly(JXG.COORDS_BY_USER, spot);
      if (!drawn.shown) drawn.setAttribute({ visible: true });
      drawn.shown = true;
    };
    const hide = (drawn) => {
      if (drawn.shown) drawn.setAttribute({ visible: false });
      drawn.shown = false;
    };
    let shown = "";
    const small = () => made.canvasWidth < 80 || made.canvasHeight < 60;
    return (x, y) => {
      const { clientWidth, clientHeight } = small() ? made.containerObj : {};
      if (clientWidth) made.resizeContainer(clientWidth, clientHeight, true, true); // measured while it was hidden
      const wide = made.canvasWidth, tall = made.canvasHeight, key = [...x, ...y, wide, tall].join(" ");
      if (key === shown || small()) return;
      const unitX = (x[1] - x[0]) / (wide - 64), unitY = (y[1] - y[0]) / (tall - 32);
      made.setBoundingBox([x[0] - 46 * unitX, y[1] + 8 * unitY, x[1] + 18 * unitX, y[0] - 24 * unitY], false);
      shown = small() ? "" : key;
      lines([x[0], x[0], x[1]], [y[1], y[0], y[0]]);
      const xs = places(...x, Math.max(3, Math.floor(wide / 50)));
      const ys = places(...y, Math.max(2, Math.floor(tall / 34)));
      const gridX = [], gridY = [];
      xs.forEach((at) => { gridX.push(at, at, NaN); gridY.push(y[0], y[1], NaN); });
      ys.forEach((at) => { gridX.push(x[0], x[1], NaN); gridY.push(at, at, NaN); });
      grid(gridX, gridY);
      xs.forEach((at, k) => put("x", k, words(at), [at, y[0] - 5 * unitY]));
      ys.forEach((at, k) => put("y", k, words(at), [x[0] - 6 * unitX, at]));
      texts.x.slice(xs.length).forEach(hide);
      texts.y.slice(ys.length).forEach(hide);
      made.fullUpdate();
    };
  };

  // The extremes of some ordinates.
  const range = (ys) => ys.reduce(([low, high], y) => [Math.min(low, y), Math.max(high, y)], [Infinity, -Infinity]);
  const within = (x, [low, high]) => Math.min(high, Math.max(low, x));

  const scoreBoard = (element, on) => {
    const made = board(element, "Truth and score", true), show = frame(made);
    const miss = curve(made, { strokeColor: "none", strokeWidth: 0, fillColor: ORANGE, fillOpacity: 0.18 });
    const truth = curve(made, { strokeColor: INK });
    const score = curve(made, { strokeColor: BLUE, dash: 2 });
    const a1 = handle(made, { face: "o", strokeColor: INK, fillColor: INK }, { ...on, to: (x) => on.move({ a1: x }) });
    const theta = handle(made, SQUARE, { ...on, to: (x) => on.move({ theta: x }) });
    return { made, draw: (scene) => {
      const [low, high] = scene.window, at = within(scene.setting.a1, scene.window);
      const step = [[low, at, at, high], [1, 1, -1, -1]];
      show(scene.window, [-1.2, 1.2]);
      miss([...step[0], ...[...scene.xs].reverse()], [...step[1], ...[...scene.scores].reverse()]);
      truth(...step);
      score(scene.xs, scene.scores);
      a1(at, 0.6);
      theta(within(scene.setting.theta, scene.window), 0);
      made.update();
    } };
  };

  const lossBoard = (element) => {
    const made = board(element, "Loss of each input", false), show = frame(made), y = steady();
    const area = curve(made, { strokeColor: ORANGE, fillColor: ORANGE, fillOpacity: 0.25 });
    return { made, draw: (scene) => {
      const [low, high] = scene.window;
      show(scene.window, [0, y(0, range(scene.losses)[1])[1]]);
      area([low, ...scene.xs, high], [0, ...scene.losses, 0]);
      made.update();
    } };
  };

  const gainBoard = (element, on) => {
    const made = board(element, "Gain, or minus the risk", true), show = frame(made), y = steady();
    const lineAt = (look) => curve(made, { strokeWidth: 1, ...look });
    const truth = lineAt({ strokeColor: INK, dash: 1 }), heights = curve(made, { strokeColor: BLUE });
    const top = handle(made, TOP);
    const walker = handle(made, { face: "<>", strokeColor: PURPLE, fillColor: PURPLE, size: 5 });
    const theta = handle(made, SQUARE, { ...on, to: (x) => on.move({ theta: x }) });
    const walk = (scene) => walker(within(scene.learner.theta, scene.window), scene.learner.height);
    return { made, draw: (scene) => {
      const window = y(...range(scene.heights));
      show(scene.window, window);
      truth([scene.setting.a1, scene.setting.a1], window);
      heights(scene.thetas, scene.heights);
      top(within(scene.best.theta, scene.window), scene.best.height);
      theta(within(scene.setting.theta, scene.window), scene.height);
      walk(scene);
      made.update();
    }, walk: (scene) => { walk(scene); made.update(); } };
  };

  const slopeBoard = (element) => {
    const made = board(element, "Derivative of the gain", false), show = frame(made), y = steady();
    const zero = curve(made, { strokeColor: INK, strokeWidth: 1 });
    const truth = curve(made, { strokeColor: INK, strokeWidth: 1, dash: 1 });
    const slopes = curve(made, { strokeColor: GREEN });
    const top = handle(made, TOP);
    const theta = handle(made, { ...SQUARE, size: 5 });
    return { made, draw: (scene) => {
      const window = y(...range([0, ...scene.slopes]));
      show(scene.window, window);
      zero(scene.window, [0, 0]);
      truth([scene.setting.a1, scene.setting.a1], window);
      slopes(scene.thetas, scene.slopes);
      top(within(scene.best.theta, scene.window), scene.best.slope);
      theta(within(scene.setting.theta, scene.window), scene.slope);
      made.update();
    } };
  };

  const histogramBoard = (element) => {
    const made = board(element, "Where the learner has been", false), show = frame(made), high = steady();
    const bars = curve(made, { strokeColor: PURPLE, strokeWidth: 1, fillColor: PURPLE, fillOpacity: 0.25 });
    const best = curve(made, { strokeColor: ORANGE }), truth = curve(made, { strokeColor: INK, dash: 1 });
    const mean = curve(made, { strokeColor: PURPLE, dash: 2 });
    const at = (x, window, y) => (x >= window[0] && x <= window[1] ? [[x, x], y] : [[], []]);
    return { made, draw: (scene) => {
      const { edges, heights, window } = scene.histogram;
      const y = [0, high(0, Math.max(1e-3, ...heights))[1]], xs = [], ys = [];
      show(window, y);
      heights.forEach((height, k) => { xs.push(edges[k], edges[k + 1]); ys.push(height, height); });
      bars([xs[0], ...xs, xs[xs.length - 1]], [0, ...ys, 0]);
      best(...at(scene.best.theta, window, y));
      truth(...at(scene.setting.a1, window, y));
      mean(...(scene.learner.count ? at(scene.learner.mean, window, y) : [[], []]));
      made.update();
    } };
  };

  const REGIMES = { "truth optimal": GREEN, pulled: BLUE, lost: ORANGE };
  const phaseBoard = (element, on) => {
    const made = board(element, "Phase diagram", true);
    const show = frame(made, (power) => (Math.abs(power - Math.round(power)) > 1e-9 ? "" : label(10 ** power)));
    const shade = { strokeColor: "none", strokeWidth: 0, fillColor: ORANGE, fillOpacity: 0.22 };
    const regions = [0, 1].map(() => curve(made, shade));
    const borders = [0, 1].map(() => curve(made, { strokeColor: ORANGE }));
    const loose = [0, 1].map(() => curve(made, { strokeColor: FAINT, dash: 2 }));
    const drops = curve(made, { strokeColor: GREEN, strokeWidth: 2, fillColor: GREEN, fillOpacity: 0.3 });
    const points = Object.entries(REGIMES).map(([name, colour]) => [name, handle(made,
      { face: "o", strokeColor: colour, fillColor: colour, size: 7 },
      { ...on, to: (x, y) => on.move({ A: 10 ** x, B: 10 ** y }) })]);
    const ends = [-DECADES, DECADES];
    return { made, draw: (scene) => {
      const { border, equal, place, exact } = scene.phase;
      show(ends, ends);
      const closed = [[...border[0], ends[0], ends[0]], [...border[1], DECADES, border[1][0]]];
      regions.forEach((set, side) => set(...(exact ? [closed[side], closed[1 - side]] : [[], []])));
      borders.forEach((set, side) => set(...(exact ? [border[side], border[1 - side]] : [[], []])));
      loose.forEach((set, side) => set(...(exact ? [[], []] : [border[side], border[1 - side]])));
      drops(...equal);
      points.forEach(([name, put]) => put(...(name === scene.regime ? place : [99, 99])));
      made.update();
    } };
  };

  // Make all six in the elements of these names; on.move gets new values while a point is dragged, on.dropped the end.
  const create = (elements, on) => ({
    score: scoreBoard(elements.score, on),
    loss: lossBoard(elements.loss),
    gain: gainBoard(elements.gain, on),
    slope: slopeBoard(elements.slope),
    histogram: histogramBoard(elements.histogram),
    phase: phaseBoard(elements.phase, on),
  });

  return { create, DECADES };
})();
