"use strict";
// Beside a comment of the queue: what stands around it, what is masked in it, and handing it on.
// Goes with queue.js and queue-live.js.

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
  toast(name === "pass" ? words.passed : words.escalated, false);
  queue(async () => {
    const told = await deliver(button.formAction, [], since);
    if (told.why) putBack(card, told.why);
  });
}

does.blur = () => {
  const card = current();
  if (!card || !$(".mask", card)) return say(words.bare);
  if (!$(".mask .word", card)) return say(words.openFirst);
  say(card.classList.toggle("unmasked") ? words.shown : words.masked);
};

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("#feed .beside") && event.target.open) around(event.target);
}, true);
document.addEventListener("click", (event) => {
  const button = event.target.closest("#feed button[formaction]");
  if (!button) return;
  event.preventDefault();
  handOn(button.closest("article"), button);
});
