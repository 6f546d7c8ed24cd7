"use strict";
// Swagger UI draws the page as it goes and names little of it: headings are told their place below the title, tables of
// answers and choices their names.
const LEVELS = [[".opblock-tag", 2], ["h4", 3], ["h5", 4]];
const page = document.getElementById("swagger-ui");

function tell(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

new MutationObserver(() => {
  for (const [what, level] of LEVELS) {
    for (const heading of page.querySelectorAll(what)) tell(heading, "aria-level", String(level));
  }
  for (const table of page.querySelectorAll("table[role=region][id]")) tell(table, "aria-label", table.id);
  for (const choice of page.querySelectorAll("tr[data-param-name] select")) {
    tell(choice, "aria-label", choice.closest("tr").dataset.paramName);
  }
}).observe(page, { childList: true, subtree: true });
