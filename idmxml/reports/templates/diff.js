"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const form = document.getElementById("filter");
  if (!form) return;
  const words = document.getElementById("filter-text");
  const boxes = [...form.querySelectorAll("[data-filter-class]")];
  const count = document.getElementById("shown-count");
  const nothing = document.getElementById("nothing-left");
  const groups = [...document.querySelectorAll(".group")].map((element) => {
    const head = element.querySelector("summary").textContent.toLowerCase();
    const changes = [...element.querySelectorAll("ol > li")].map((item) => ({
      element: item,
      text: head + "\n" + item.textContent.toLowerCase(),
    }));
    return { element, changes, klass: element.dataset.class };
  });
  const total = groups.reduce((sum, group) => sum + group.changes.length, 0);

  function apply() {
    const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const classes = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.filterClass));
    let shown = 0;
    for (const group of groups) {
      let left = 0;
      for (const change of group.changes) {
        const matches = classes.has(group.klass) && asked.every((word) => change.text.includes(word));
        change.element.hidden = !matches;
        if (matches) left += 1;
      }
      group.element.hidden = left === 0;
      shown += left;
    }
    count.textContent = shown.toLocaleString("en") + " of " + total.toLocaleString("en") + " changes";
    nothing.hidden = shown > 0;
  }

  function showAll() {
    words.value = "";
    for (const box of boxes) box.checked = true;
    apply();
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll("button.only")) {
    button.addEventListener("click", () => {
      showAll();
      words.value = button.dataset.filter;
      apply();
      words.focus();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && document.activeElement !== words) {
      event.preventDefault();
      words.focus();
      words.select();
    } else if (event.key === "Escape") {
      showAll();
    }
  });
})();
