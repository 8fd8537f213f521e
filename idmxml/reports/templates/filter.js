"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const form = document.getElementById("filter");
  if (!form) return;
  const words = document.getElementById("filter-text");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const count = document.getElementById("shown-count");
  const OF_CONNECTOR = "connector:"; // with its name after it, or nothing for what is of none
  const nothing = document.getElementById("nothing-left");
  const oneWord = (text) => text.replace(/\s+/g, "_");
  // An entry is of the sort that its own mark says, or that of its group.
  const groups = [...document.querySelectorAll("details.file, details.group")].map((element) => {
    const head = element.querySelector("summary").textContent.toLowerCase();
    const entries = [...element.querySelectorAll(":scope > ol > li")].map((item) => ({
      element: item,
      sort: item.dataset.severity || element.dataset.class,
      connector: oneWord(item.querySelector(".connector")?.textContent ?? "").toLowerCase(),
      text: head + "\n" + item.textContent.toLowerCase(),
    }));
    return { element, entries };
  });
  const total = groups.reduce((sum, group) => sum + group.entries.length, 0);

  function has(entry, word) {
    return word.startsWith(OF_CONNECTOR) ? entry.connector === word.slice(OF_CONNECTOR.length) : entry.text.includes(word);
  }

  function apply() {
    const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const sorts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const group of groups) {
      let left = 0;
      for (const entry of group.entries) {
        const matches = sorts.has(entry.sort) && asked.every((word) => has(entry, word));
        entry.element.hidden = !matches;
        if (matches) left += 1;
      }
      group.element.hidden = left === 0;
      shown += left;
    }
    count.textContent = shown.toLocaleString("en") + " of " + total.toLocaleString("en") + " " + form.dataset.of;
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
      words.value = button.dataset.filter ?? OF_CONNECTOR + oneWord(button.dataset.connector);
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
