// What scrolls sideways can be reached and scrolled by keyboard, and only that.
(() => {
  const wide = "div.math, mjx-container, .pst-scrollable-table-container, .cell_output .output, details.coq pre";
  const mark = () => document.querySelectorAll(wide).forEach(element => {
    const scrolls = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === "auto";
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  });
  window.addEventListener("load", () => {
    const ready = window.MathJax && MathJax.startup ? MathJax.startup.promise : Promise.resolve();
    ready.then(mark);
  });
  window.addEventListener("resize", mark);
  document.addEventListener("toggle", mark, true);
})();
