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
      const field = document.getElementById(key === "/" ? "q" : "reason") || document.getElementById("id_q");
      return field ? (field.focus(), true) : false;
    }
    return /^[a-z]$/.test(key) && press(key);
  };

  if (hint) {
    hint.hidden = false;
    say();
    toggle.addEventListener("click", () => { localStorage.setItem(STORE, on() ? "off" : "on"); say(); });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (!on() || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (act(event.key.toLowerCase())) event.preventDefault();
  });
})();
