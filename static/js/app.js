// Every action works as a plain link or form; scripts only make it faster.
"use strict";
(() => {
  const STORE = "goldenrod-single-keys"; // WCAG 2.1.4: single-letter keys can be switched off
  const on = () => localStorage.getItem(STORE) !== "off";
  const hint = document.querySelector("[data-keys]");
  const toggle = document.querySelector("[data-keys-toggle]");
  const say = () => { toggle.textContent = `Single keys: ${on() ? "on" : "off"}`; };

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const move = (by) => {
    const all = rows();
    const at = all.indexOf(document.activeElement);
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) next.focus();
  };
  const press = (key) => {
    const control = document.querySelector(`[data-key="${key}"]`);
    if (!control) return false;
    const needed = control.dataset.needs && document.getElementById(control.dataset.needs);
    if (needed && !needed.value.trim()) needed.focus();
    else control.click();
    return true;
  };
  const act = (key) => {
    if (key === "j" || key === "k") return rows().length > 0 && (move(key === "j" ? 1 : -1), true);
    if (key === "/" || key === "r") {
      const field = key === "/" ? ["q", "id_q", "find"].map((id) => document.getElementById(id)).find(Boolean) : document.getElementById("reason");
      return field ? (field.focus(), true) : false;
    }
    if (key === "w" && document.activeElement.matches("[data-explain]")) return document.activeElement.click(), true;
    return /^[a-z[\]]$/.test(key) && press(key);
  };

  // On a narrow screen the navigation scrolls: where one is should be in sight.
  const here = document.querySelector(".bar nav a[aria-current]");
  const bar = here && here.closest("nav");
  if (bar && bar.scrollWidth > bar.clientWidth) bar.scrollLeft = here.offsetLeft - bar.offsetLeft;

  if (hint) {
    hint.hidden = false;
    say();
    toggle.addEventListener("click", () => { localStorage.setItem(STORE, on() ? "off" : "on"); say(); });
  }
  // A part that keeps itself up to date does so only while somebody can see it, and wants it to.
  const polled = document.querySelector("[data-poll]");
  const pause = document.querySelector("[data-poll-toggle]");
  if (polled && pause) {
    let paused = false;
    pause.hidden = false;
    pause.addEventListener("click", () => { paused = !paused; pause.textContent = paused ? "Go on with updates" : "Pause updates"; });
    document.addEventListener("htmx:beforeRequest", (event) => {
      if (event.target === polled && (paused || document.hidden)) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => { if (!document.hidden && !paused) htmx.trigger(polled, "refresh"); });
  }
  // What changed on the page is told to who cannot see it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const told = document.querySelector("#why h3, [data-say]");
    const live = document.getElementById("live");
    if (told && live && event.target !== polled) live.textContent = told.textContent;
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (!on() || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (act(event.key.toLowerCase())) event.preventDefault();
  });
})();
