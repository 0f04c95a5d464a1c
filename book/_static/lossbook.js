// What scrolls sideways can be reached and scrolled by keyboard, and only that.
(() => {
  const wide = "div.math, mjx-container, .pst-scrollable-table-container, .cell_output .output, pre";
  const mark = element => {
    const scrolls = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === "auto";
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  };
  const watcher = new ResizeObserver(changes => changes.forEach(change => mark(change.target)));
  window.addEventListener("load", () => {
    const ready = window.MathJax && MathJax.startup ? MathJax.startup.promise : Promise.resolve();
    ready.then(() => document.querySelectorAll(wide).forEach(element => watcher.observe(element)));
  });
})();
