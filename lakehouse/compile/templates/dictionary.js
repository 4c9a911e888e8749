"use strict";
{
  const box = document.getElementById("filter");
  const found = document.getElementById("found");
  const everything = found.textContent;
  const tables = [...document.querySelectorAll("article")].map((article) => ({
    article,
    link: document.querySelector(`nav li[data-of="${article.id}"]`),
    about: article.querySelector(".about").textContent.toLowerCase(),
    rows: [...article.querySelectorAll(".columns tbody tr")].map((row) => ({ row, text: row.textContent.toLowerCase() })),
  }));

  /** Show tables whose description holds every word, and else the columns that do. */
  function filter() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const holds = (text) => words.every((word) => text.includes(word));
    let tablesCount = 0, columnsCount = 0;
    for (const { article, link, about, rows } of tables) {
      const whole = holds(about);
      const kept = rows.filter(({ text }) => whole || holds(text));
      for (const { row } of rows) row.hidden = true;
      for (const { row } of kept) row.hidden = false;
      article.hidden = link.hidden = !whole && kept.length === 0;
      tablesCount += article.hidden ? 0 : 1;
      columnsCount += kept.length;
    }
    for (const group of document.querySelectorAll("nav section")) {
      const empty = !group.querySelector("li:not([hidden])");
      group.hidden = empty;
      const head = document.getElementById(group.className);
      head.hidden = head.nextElementSibling.hidden = empty;
    }
    document.querySelector(".picture").hidden = words.length > 0;
    found.textContent = words.length ? `${tablesCount} tables, ${columnsCount} columns` : everything;
  }

  box.addEventListener("input", filter);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape" && document.activeElement === box) {
      box.value = "";
      filter();
    }
  });

  /** Light the edges of the table that the pointer or the focus is on. */
  const edges = document.querySelector(".lineage .edges");
  function light(event) {
    const name = event.target.closest("[data-table]")?.dataset.table;
    edges.classList.toggle("dimmed", Boolean(name));
    for (const path of edges.querySelectorAll("path")) {
      const { from, to } = path.dataset;
      path.classList.toggle("lit", from === name || to.split(" ").includes(name));
    }
  }
  for (const kind of ["pointerover", "focusin"]) document.querySelector(".lineage").addEventListener(kind, light);
}
