"use strict";
// A case by keyboard. Its forms do all of it without this; goes with keys.js.

Object.assign(does, {
  // Who has not claimed it yet does that first.
  approve: () => ($("[data-do=approve]") ?? $("[data-do=claim]"))?.click(),
  reject() {
    const first = $("form[data-do=reject] [type=radio]");
    if (first) first.focus();
    else $("[data-do=claim]")?.click();
  },
  digit(n) {
    const form = $("form[data-do=reject]:focus-within"), choice = form?.querySelectorAll("[type=radio]")[n - 1];
    if (!choice) return;
    choice.checked = true;
    form.requestSubmit();
  },
  escalate() {
    const note = $("#to-leads");
    if (!note) return;
    note.closest("details").open = true;
    note.focus();
  },
  context: () => $(".side").focus(),
});
