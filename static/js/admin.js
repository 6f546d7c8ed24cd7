"use strict";
// Django's forms of rows as they should be read aloud: an empty head of a column is no head, and where the heading of the
// single inner form is hidden, the headings inside it follow the one above.
document.addEventListener("DOMContentLoaded", () => {
  for (const head of document.querySelectorAll("thead th")) {
    if (!head.textContent.trim() && !head.children.length) head.setAttribute("role", "cell");
  }
  for (const form of document.querySelectorAll(".inline-related")) {
    const own = form.querySelector(":scope > h3");
    if (own && own.checkVisibility()) continue;
    for (const heading of form.querySelectorAll("h4")) heading.setAttribute("aria-level", "3");
  }
});
