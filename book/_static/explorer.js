// The page of the explorer: controls, numbers, address and the clock of the learner. Without this script, or without
// the library that draws, a still picture stays in its place.
"use strict";
(() => {
  const home = document.getElementById("lossbook-explorer");
  if (!home || !window.JXG) return;
  const { FIELDS, SLIDER, start, parse, format, position, value, tidy } = window.lossbookState;
  const { problem, pointwise, walked } = window.lossbookScene;
  const { learner: newLearner } = window.lossbookLearner;
  const PATIENCE = 6; // milliseconds of a frame for the learner's steps
  const QUIET = 700; // milliseconds without a change before it is spoken and written into the address
  const LEARNING = ["rate", "batch", "momentum", "seed", "pace"];
  const SHOWN = {
    thetaStar: "Optimum θ*", bias: "Bias θ* − a₁", regime: "The truth is", rho: "Calibrated ρ*",
    gain: "Gain G(θ)", gainSlope: "G′(θ)", risk: "Risk L(θ)", riskSlope: "L′(θ)",
    A: "A/δ", B: "B/δ", learnerTheta: "Learner at", learnerSteps: "Steps taken",
    learnerMean: "Its mean", learnerDeviation: "Its deviation",
  };
  const PICTURES = {
    score: ["Truth and score", "truth y (line), score g (dashed), the gap shaded. Drag ● and ■."],
    gain: ["Gain", "optimum ▲, learner ◆, a₁ (dotted). Drag ■."],
    loss: ["Loss of each input", "with its weight; the area is the risk L(θ)."],
    slope: ["Derivative of the gain", "0 at an optimum ▲ inside; ■ at θ."],
    histogram: ["Where the learner has been", "density and mean (dashed) against the optimum (line) and a₁ (dotted)."],
    phase: ["Phase diagram", "A/δ to the right, B/δ upwards. Drag ●."],
  };

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, text] of Object.entries(attributes)) element.setAttribute(name, text);
    element.append(...children);
    return element;
  };
  const digits = (number) => (Number.isInteger(number) ? String(number) : String(Number(number.toPrecision(8))))
    .replace("-", "\u2212");

  let state = start(), base, view, learner, running = false, visible = true, odd = false, speaking = 0, asked = 0;
  let scene = {};
  const stale = { problem: true, theta: true, learner: true, words: true };
  const inputs = {}, outputs = {}, elements = {}, numbersShown = {}, titles = {}, captions = {};

  // One labelled control of a field.
  const control = (name) => {
    const field = FIELDS[name], id = `explorer-${name}`, label = make("label", { for: id }, field.label);
    if (field.options) {
      const names = field.names || field.options.map((option) => option.replace("_", " "));
      const choices = field.options.map((option, k) => make("option", { value: option }, names[k]));
      inputs[name] = make("select", { id }, ...choices);
      inputs[name].addEventListener("change", () => change({ [name]: inputs[name].value }));
      return make("div", { class: "explorer-control" }, label, inputs[name]);
    }
    const [min, max, step] = field.log ? [0, SLIDER, 5] : [field.low, field.high, field.step];
    inputs[name] = make("input", { id, type: "range", min, max, step });
    outputs[name] = make("output", { for: id });
    inputs[name].addEventListener("input", () => change({ [name]: value(field, inputs[name].value) }));
    return make("div", { class: "explorer-control" }, label, inputs[name], outputs[name]);
  };

  const button = (text, act) => {
    const element = make("button", { type: "button" }, text);
    element.addEventListener("click", act);
    return element;
  };

  const group = (title, names, buttons) =>
    make("fieldset", {}, make("legend", {}, title), make("div", { class: "explorer-controls" }, ...names.map(control)),
      make("div", { class: "explorer-buttons" }, ...buttons));

  const notice = make("p", { class: "explorer-notice", role: "alert", hidden: "" });
  const status = make("p", { class: "explorer-status", role: "status" });
  const pause = button("Run", () => run(!running));

  const pictures = (...names) => make("div", { class: "explorer-pictures" }, ...names.map((name) => {
    const [title, text] = PICTURES[name];
    elements[name] = make("div", { class: `explorer-board explorer-board-${name}`, id: `explorer-board-${name}` });
    captions[name] = make("span", {}, text);
    titles[name] = make("b", {}, `${title}:`);
    return make("figure", {}, make("figcaption", {}, titles[name], " ", captions[name]), elements[name]);
  }));

  const list = (...names) => make("dl", { class: "explorer-numbers" }, ...names.map((name) => {
    numbersShown[name] = make("dd", { "data-number": name });
    return make("div", {}, make("dt", {}, SHOWN[name]), numbersShown[name]);
  }));

  const build = () => {
    const weigh = (ratio) => () => change({ wp: Math.min(FIELDS.wp.high, Math.max(FIELDS.wp.low, ratio())), wm: 1 });
    const names = Object.keys(SHOWN), learnt = names.filter((name) => name.startsWith("learner"));
    const model = group("Model", Object.keys(FIELDS).filter((name) => !LEARNING.includes(name)), [
      button("Equal weights", weigh(() => 1)),
      button("Inverse frequencies", weigh(() => base.model.lengths[1] / base.model.lengths[0])),
      button("Calibrated weights", weigh(() => base.model.calibrated())),
      button("θ to the optimum", () => change({ theta: base.best.theta })),
      button("θ to the truth", () => change({ theta: state.a1 })),
      button("Start again", () => change(start())),
    ]);
    const learning = group("Learner", LEARNING, [
      pause, button("Step", () => { run(false); advance(1); }),
      button("Restart at θ", restart), button("Forget the past", () => { learner.forget(); mark("learner"); }),
    ]);
    const known = names.filter((name) => !learnt.includes(name));
    home.prepend(make("form", { class: "explorer-app" }, notice, model, list(...known), status,
      pictures("score", "gain", "loss", "slope"), learning, list(...learnt), pictures("histogram", "phase")));
    home.querySelector(".explorer-still")?.setAttribute("hidden", "");
    view = window.lossbookView.create(elements, { move: dragged, dropped: () => mark("problem") });
  };

  const mark = (...names) => {
    for (const name of names) stale[name] = true;
    if (!asked) asked = requestAnimationFrame(frame);
  };

  // Take new values; what they make stale is drawn in the next frame.
  const change = (values) => {
    const names = Object.keys(values).filter((name) => state[name] !== values[name]);
    state = { ...state, ...values };
    notice.hidden = true;
    if (names.includes("seed")) restart();
    if (names.some((name) => name !== "theta" && !LEARNING.includes(name))) mark("problem");
    if (names.some((name) => ["rate", "batch", "momentum"].includes(name))) learner.forget();
    mark("theta");
    if (names.some((name) => ["sigmoid", "loss", "wp", "wm"].includes(name))) mark("words");
    showControls();
    clearTimeout(speaking);
    speaking = setTimeout(settle, QUIET);
  };

  const dragged = (values) => {
    if ("A" in values) {
      const length = values.A + values.B;
      values = { a1: (10 * values.A) / length, delta: 10 / length };
    }
    change(Object.fromEntries(Object.entries(values).map(([name, number]) => [name, tidy(FIELDS[name], number)])));
  };

  const showControls = () => {
    for (const [name, input] of Object.entries(inputs)) {
      const field = FIELDS[name], text = field.options ? state[name] : digits(state[name]);
      input.value = field.options ? state[name] : position(field, state[name]);
      if (outputs[name]) outputs[name].value = text;
      if (field.log) input.setAttribute("aria-valuetext", text);
    }
    inputs.m0.disabled = !window.lossbookFormulas.losses[state.loss].movable;
  };

  const numbers = () => {
    const { model, best } = base, { theta } = state, report = learner.report();
    return {
      thetaStar: best.theta, bias: best.theta - state.a1, ties: best.ties, regime: base.regime, rho: model.calibrated(),
      heightStar: best.height, gain: model.gain(theta), gainSlope: model.gainSlope(theta), risk: model.risk(theta),
      riskSlope: model.riskSlope(theta), riskStar: model.risk(best.theta),
      A: model.lengths[0] / state.delta, B: model.lengths[1] / state.delta,
      learnerTheta: report.theta, learnerSteps: report.steps, learnerMean: report.mean,
      learnerDeviation: Math.sqrt(report.variance),
    };
  };

  const showNumbers = (all) => {
    const found = numbers();
    for (const [name, element] of Object.entries(numbersShown)) {
      if (!all && !name.startsWith("learner")) continue;
      const number = found[name];
      const learnt = name.startsWith("learner") && name !== "learnerSteps";
      element.textContent = typeof number === "string" ? number : digits(learnt ? Number(number.toPrecision(5)) : number);
      element.dataset.value = String(number);
    }
    if (found.ties.length > 1) numbersShown.thetaStar.textContent = `tied: ${found.ties.map(digits).join(", ")}`;
  };

  const showWords = () => {
    const { exact } = base.phase, convex = base.model.loss.convex;
    captions.phase.textContent = PICTURES.phase[1] + (exact
      ? " Shaded: the rare class is lost (T3, exact here)."
      : " The dashed border is that of the linear loss with equal weights" +
        (state.sigmoid === "softsign" ? ", beside which softsign may keep two maxima." : "; it need not hold here.")) +
      (convex === "proved" ? " Green: the truth is optimal." :
        ` Green: the truth is critical; this loss is not ${convex === "refuted" ? "" : "proved "}convex.`);
    const height = base.model.linear ? "gain" : "minus the risk";
    titles.gain.textContent = `${height[0].toUpperCase()}${height.slice(1)}:`;
    titles.slope.textContent = `Derivative of ${base.model.linear ? "the " : ""}${height}:`;
    const { A, B, thetaStar, risk, riskSlope, learnerMean } = numbers();
    const said = {
      score: `Truth changes at ${digits(state.a1)}, the score at ${digits(state.theta)}.`,
      loss: `The area is the risk, ${digits(risk)}.`,
      gain: `Largest at ${digits(thetaStar)}.`,
      slope: `At θ it is ${digits(-riskSlope)}.`,
      histogram: `The learner’s mean is ${digits(learnerMean)}.`,
      phase: `At A/δ ${digits(A)} and B/δ ${digits(B)} the truth is ${base.regime}.`,
    };
    for (const [name, text] of Object.entries(said)) elements[name].setAttribute("aria-label", text);
  };

  const settle = () => {
    if (stale.problem || stale.theta) { // the frame that is due comes first
      speaking = setTimeout(settle, 50);
      return;
    }
    const tied = base.best.ties.length > 1 ? "Several thresholds are equally good. " : "";
    const { theta } = base.best;
    status.textContent = `${tied}Optimum ${digits(theta)}, bias ${digits(theta - state.a1)}: ${base.regime}.`;
    showWords();
    try {
      history.replaceState(null, "", format(state));
    } catch { /* an embedded page may not; the setting is then not in the address */ }
  };

  const advance = (wanted) => {
    learner.run({ ...base.model, setting: state }, wanted, performance.now() + PATIENCE);
    mark("learner");
  };

  const restart = () => {
    learner = newLearner(state.theta, state.seed);
    mark("learner");
  };

  const run = (wanted) => {
    running = wanted;
    pause.textContent = running ? "Pause" : "Run";
    mark("learner");
  };

  const frame = () => {
    asked = 0;
    const held = Object.values(view).some((one) => one.made.held);
    if (stale.problem) {
      const kept = base && held && state.view === "near" ? base.window : null;
      base = problem(state, kept);
      if (learner.report().count) learner.forget();
    }
    if (running && visible) advance(Number(state.pace));
    const all = stale.problem || stale.theta;
    if (all) scene = { ...scene, ...base, ...pointwise(base, state), setting: state };
    if (all || stale.learner) scene = { ...scene, ...walked(base, state, learner) };
    if (all) for (const name of ["score", "loss", "gain", "slope"]) view[name].draw(scene);
    else if (stale.learner) view.gain.walk(scene);
    if (stale.problem) view.phase.draw(scene);
    odd = !odd;
    if (stale.problem || (stale.learner && (odd || !running))) view.histogram.draw(scene);
    showNumbers(all);
    if (stale.words) showWords();
    stale.words = stale.problem = stale.theta = stale.learner = false;
    if (running && visible) mark("learner");
  };

  const arrive = () => {
    const found = parse(location.hash);
    if (!found) return;
    change(found.state);
    if (found.faults.length) {
      const faults = found.faults.join("; ");
      notice.textContent = `The address is not one of this page: ${faults}. You see the setting to start with.`;
      notice.hidden = false;
    }
  };

  const link = (anchor) => {
    anchor.href = `#${anchor.dataset.explorerState}`;
    anchor.addEventListener("click", (event) => {
      event.preventDefault();
      change({ ...start(), ...parse(anchor.hash).state });
      home.scrollIntoView({ block: "start" });
    });
  };

  learner = newLearner(state.theta, state.seed);
  build();
  change(state);
  arrive();
  frame();
  window.addEventListener("hashchange", arrive);
  window.addEventListener("resize", () => mark("problem"));
  document.querySelectorAll("a[data-explorer-state]").forEach(link);
  new IntersectionObserver(([entry]) => {
    visible = entry.isIntersecting;
    mark("learner");
  }).observe(home);
  run(!window.matchMedia("(prefers-reduced-motion: reduce)").matches);
  window.lossbookExplorer = { state: () => ({ ...state }), numbers, set: change, frame, running: () => running };
})();
