"use strict";
// Beside a comment of the queue: what stands around it, what is masked in it, and handing it on.
// Goes with queue.js and queue-live.js, as does what another page of it needs, swapped in.

async function around(details) {
  const place = $(".here", details), from = place.dataset.from;
  if (!from) return;
  delete place.dataset.from;
  const page = await read(from), found = page && $(".around", page);
  if (found) place.replaceChildren(...found.childNodes);
  else place.dataset.from = from; // The link to the case is still there.
}

function handOn(card, button) {
  const name = button.dataset.do, all = cards(), at = all.indexOf(card), since = Date.now();
  card.classList.add("gone");
  focus(all[at + 1] ?? all[at - 1]);
  done.push({ some: [card], handed: true });
  toast(name === "pass" ? words.passed : words.escalated, null);
  queue(async () => {
    const told = await deliver(button.formAction, [], since);
    if (told.why) putBack(card, told.why);
  });
}

does.blur = () => {
  const card = current();
  if (!card || !$(".mask", card)) return say(words.bare);
  const box = $("[data-do=blur]", card);
  if (!box) return say(words.openFirst);
  box.click();
  say(box.checked ? words.shown : words.masked);
};

document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.("#feed .beside")) return;
  if (target.open) around(target);
  // A key opens it from the comment, where nothing else would be read out.
  if (document.activeElement === target.closest("article")) say(target.open ? words.contextOpen : words.contextShut);
}, true);
document.addEventListener("click", (event) => {
  const button = event.target.closest("#feed button[formaction]");
  if (!button) return;
  event.preventDefault();
  handOn(button.closest("article"), button);
});

// One at a time, a finger that draws the comment forwards approves it, and back rejects it. It is
// an extra: the buttons do the same.
const DRAWN_PX = 96, ASIDE_PX = 12, EDGE_PX = 24;
let drawn = null;

function forwards(event) {
  const by = event.clientX - drawn.x;
  return document.documentElement.dir === "rtl" ? -by : by;
}

function letGo() {
  drawn?.card.style.removeProperty("translate");
  drawn = null;
}

document.addEventListener("pointerdown", (event) => {
  letGo();
  const isTouch = event.pointerType === "touch" && event.isPrimary;
  // What begins at the screen's edge is the browser's.
  const isInside = event.clientX > EDGE_PX && event.clientX < innerWidth - EDGE_PX;
  const card = isTouch && isInside && event.target.closest("#feed.as-one > .current:not(.decided)");
  if (card) drawn = { card, x: event.clientX, y: event.clientY };
});
document.addEventListener("pointermove", (event) => {
  if (!drawn || !event.isPrimary) return;
  const across = Math.abs(event.clientX - drawn.x), along = Math.abs(event.clientY - drawn.y);
  if (along > across && along > ASIDE_PX) letGo();
  else if (across > ASIDE_PX) drawn.card.style.translate = `${event.clientX - drawn.x}px`;
});
document.addEventListener("pointerup", (event) => {
  if (!drawn || !event.isPrimary) return;
  const by = forwards(event), { card } = drawn;
  letGo();
  if (by > DRAWN_PX) decide([card], desk().approve);
  else if (by < -DRAWN_PX) ask([card]);
});
document.addEventListener("pointercancel", letGo);

// Another page of the queue is in this one's place.
document.addEventListener("htmx:after:swap", () => {
  tag = "";
  // htmx gives a card the class that came with it, though it was decided since.
  for (const act of done) if (!act.isUndone) for (const card of act.some) card.classList.add("gone");
  const at = document.activeElement.closest("#feed > article");
  if (at) focus(at, true);
  else more();
  if (document.activeElement === document.body) atHeading(); // What was pressed is gone.
});
