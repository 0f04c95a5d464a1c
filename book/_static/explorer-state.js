// What a reader can set in the explorer, in which bounds, and how a setting is written into an address and read again.
"use strict";
window.lossbookState = (() => {
  const formulas = window.lossbookFormulas;

  // A range on a logarithmic slider has `log`; numbers typed into an address need not lie on a slider's steps.
  const FIELDS = {
    sigmoid: { label: "Sigmoid σ", options: Object.keys(formulas.sigmoids), start: "arctan" },
    loss: { label: "Loss φ", options: Object.keys(formulas.losses), start: "linear" },
    a1: { label: "True threshold a₁", low: 0.05, high: 9.95, step: 0.01, start: 2 },
    theta: { label: "Model’s threshold θ", low: 0, high: 10, step: 0.01, start: 3 },
    delta: { label: "Scale δ", low: 0.01, high: 10, log: true, start: 1 },
    m0: { label: "Margin m₀", low: 0.02, high: 1.5, step: 0.01, start: 0.5 },
    wp: { label: "Weight w₊", low: 0.005, high: 200, log: true, start: 1 },
    wm: { label: "Weight w₋", low: 0.005, high: 200, log: true, start: 1 },
    view: { label: "Show", options: ["whole", "near"], names: ["whole interval", "near the truth"], start: "whole" },
    rate: { label: "Learning rate γ", low: 0.0001, high: 10, log: true, start: 0.05 },
    batch: { label: "Batch N", low: 1, high: 64, step: 1, start: 4, whole: true },
    momentum: { label: "Momentum m", low: 0, high: 0.99, step: 0.01, start: 0 },
    seed: { label: "Seed", low: 1, high: 100, step: 1, start: 1, whole: true },
    pace: { label: "Steps a frame", options: ["1", "10", "100", "1000"], start: "10" },
  };
  const SLIDER = 1000; // steps of a logarithmic slider

  const start = () => Object.fromEntries(Object.entries(FIELDS).map(([name, field]) => [name, field.start]));

  const wanted = (field) =>
    field.options ? `one of ${field.options.join(", ")}`
      : `a ${field.whole ? "whole " : ""}number from ${field.low} to ${field.high}`;

  // The value that a text stands for, or undefined if it is none.
  const read = (field, text) => {
    if (field.options) return field.options.includes(text) ? text : undefined;
    const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
    return value >= field.low && value <= field.high && (!field.whole || Number.isInteger(value)) ? value : undefined;
  };

  // The setting in an address: null for an ordinary anchor; with faults, it is the one that the page starts with.
  const parse = (hash) => {
    const text = hash.replace(/^#/, "");
    if (!text.includes("=")) return null;
    const state = start(), faults = [];
    for (const [name, value] of new URLSearchParams(text)) {
      const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : null;
      if (!field) faults.push(`there is no setting ${name.slice(0, 20)}`);
      else {
        const found = read(field, value);
        if (found === undefined) faults.push(`${name} must be ${wanted(field)}; got ${value.slice(0, 20) || "nothing"}`);
        else state[name] = found;
      }
    }
    return { state: faults.length ? start() : state, faults };
  };

  // The address of a setting: what differs from the start, or one value if nothing does.
  const format = (state) => {
    const parts = Object.keys(FIELDS).filter((name) => state[name] !== FIELDS[name].start);
    return "#" + (parts.length ? parts : ["sigmoid"]).map((name) => `${name}=${state[name]}`).join("&");
  };

  // A slider's position for a value, and the value for a position: three digits on logarithmic ones.
  const position = (field, value) =>
    field.log ? Math.round((SLIDER * Math.log(value / field.low)) / Math.log(field.high / field.low)) : value;
  const value = (field, place) =>
    field.log ? Number((field.low * (field.high / field.low) ** (place / SLIDER)).toPrecision(3)) : Number(place);

  // A number brought into a field's bounds and to a place that can be read.
  const tidy = (field, number) => {
    const inside = Math.min(field.high, Math.max(field.low, number));
    return field.log ? Number(inside.toPrecision(3)) : Math.round(inside * 1000) / 1000;
  };

  return { FIELDS, SLIDER, start, parse, format, position, value, tidy };
})();
