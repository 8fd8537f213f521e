"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const form = document.getElementById("filter");
  if (!form) return;
  const words = document.getElementById("filter-text");
  const boxes = [...form.querySelectorAll("[data-filter-severity]")];
  const count = document.getElementById("shown-count");
  const nothing = document.getElementById("nothing-left");
  const files = [...document.querySelectorAll(".file")].map((element) => {
    const path = element.querySelector("summary").textContent.toLowerCase();
    const findings = [...element.querySelectorAll("li")].map((item) => ({
      element: item,
      severity: item.dataset.severity,
      text: path + "\n" + item.textContent.toLowerCase(),
    }));
    return { element, findings };
  });
  const total = files.reduce((sum, file) => sum + file.findings.length, 0);

  function apply() {
    const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.filterSeverity));
    let shown = 0;
    for (const file of files) {
      let left = 0;
      for (const finding of file.findings) {
        const matches = severities.has(finding.severity) && asked.every((word) => finding.text.includes(word));
        finding.element.hidden = !matches;
        if (matches) left += 1;
      }
      file.element.hidden = left === 0;
      shown += left;
    }
    count.textContent = shown.toLocaleString("en") + " of " + total.toLocaleString("en") + " findings";
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
