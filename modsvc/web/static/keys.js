"use strict";
// The keyboard of a page: which action a key starts. What an action does stands in `does`, which the
// page's own script fills; else it is a click on what the page has for it. #sheet lists the keys.

const $ = (selector, inside = document) => inside.querySelector(selector);
const words = $("#sheet").dataset, keys = JSON.parse(words.keys);
const does = { sheet: () => $("#sheet").showModal() };
let prefix = "";

function act(name) {
  if (does[name]) does[name]();
  else ($(`.current:not(.gone) [data-do=${name}]`) ?? $(`[data-do=${name}]:not(.gone *)`))?.click();
}

// The bar's menu, where it lies over the page; a browser that knows no popovers shows it in the bar.
const isOver = (menu) => menu && CSS.supports("selector(:popover-open)") && menu.matches(":popover-open");

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  if (/^[1-9]$/.test(event.key)) return does.digit?.(Number(event.key));
  if ($("dialog[open]") || isOver($("#menu"))) return;
  if (event.key === "Enter" && event.target.matches(".current")) return act("open");
  // A keyboard of another script has the same keys, by their places; a key of that script comes first.
  const isOther = event.key.length === 1 && event.key > "\x7f" && /^Key[A-Z]$/.test(event.code);
  const typed = isOther ? (event.shiftKey ? event.code[3] : event.code[3].toLowerCase()) : event.key;
  // The second of two keys is what they are together, before it is what it is alone.
  const both = [event.key, typed], tries = prefix ? [...both.map((each) => `${prefix} ${each}`), ...both] : both;
  const of = (pressed) => Object.keys(keys).find((each) => keys[each] === pressed);
  const name = tries.map(of).find(Boolean);
  const begins = !prefix && Object.values(keys).some((each) => each.startsWith(`${typed} `));
  prefix = begins && !name ? typed : "";
  if (!name && !prefix) return;
  event.preventDefault();
  // A key that is kept down moves, and decides nothing more.
  if (name && (!event.repeat || name === "next" || name === "previous")) act(name);
}

document.documentElement.classList.add("js");
document.addEventListener("keydown", onKey);
