"use strict";
// The queue without waiting: keys, decisions shown before they are saved, undo, ticking many.
// The page's forms can do all of it without this. What is said stands in the page, at #sheet. Goes
// with keys.js.

const UNDO_MS = 10_000, MOST_UNDO = 20, PATIENCE_MS = 30_000, LOGGED_OUT_MS = 300_000, AGAIN_MS = 2_000;
const desk = () => $("#desk").dataset;
const cards = () => [...document.querySelectorAll("#feed > article:not(.gone)")];
const current = () => $("#feed > .current:not(.gone)");
const ticked = () => cards().filter((card) => $(".tick", card).checked);
const chosen = () => (ticked().length ? ticked() : [current()].filter(Boolean));
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const done = []; // What was decided here, oldest first: each can be undone.
let token = $("[name=csrf_token]")?.value;
let line = Promise.resolve(), waiting = 0, turn = 0; // Sent one after the other, in order.
let toasting, toasted = null, lastTick = null, asked = [];

function say(text) {
  $("#said").textContent = "";
  setTimeout(() => ($("#said").textContent = text), 30); // Else the same twice is not read out.
}

function focus(card, quietly) {
  const last = $("#feed > .current");
  last?.classList.remove("current");
  if (last) last.tabIndex = -1;
  if (!card) return quietly || atHeading();
  card.classList.add("current");
  card.tabIndex = 0;
  if (!quietly) card.focus({ preventScroll: true });
  if (!quietly) card.scrollIntoView({ block: "nearest" });
  document.dispatchEvent(new Event("desk:read"));
}

// Where nothing else is left to be at, that no keyboard has to begin at the page's top.
function atHeading() {
  $("#desk h1").tabIndex = -1;
  $("#desk h1").focus({ preventScroll: true });
}

function move(by) {
  const all = cards(), next = all[all.indexOf(current()) + by];
  if (next) focus(next);
  else say(words.end);
}

// Send a form until it is answered. Gives what came of it, or why nothing did. Of an act that is undone
// only what was never sent is dropped: else it may be saved, and is sent again to learn as what.
async function deliver(address, pairs, since, act = {}) {
  for (let signed = false, isOut = false; act.isSent || !act.isUndone; ) {
    const body = new URLSearchParams([["csrf_token", token], ...pairs]);
    const options = { method: "POST", body, redirect: "manual", headers: { Accept: "application/json" } };
    const wasSent = act.isSent, wasSigned = signed;
    act.isSent = true;
    const answer = await fetch(address, options).catch(() => null);
    const told = answer?.status ?? 0, isLed = answer?.type === "opaqueredirect"; // To log in.
    const came = answer?.ok && (await answer.json().catch(() => null)); // It may break off.
    if (came) return came;
    if (told > 400 && told < 500) return { why: words.unsent, ...(await answer.json().catch(() => ({}))) };
    if (isLed || told === 400) act.isSent = wasSent; // This one was not taken.
    if (told === 400 && signed) break;
    if (isLed || told === 400) {
      const state = await signAgain();
      signed = state === "signed";
      isOut = isLed || state === "out" || (isOut && !signed);
      if (signed && !wasSigned) continue;
    }
    if (Date.now() - since > (isOut ? LOGGED_OUT_MS : PATIENCE_MS)) break;
    $("#offline").textContent = fill(isOut ? words.logIn : words.offline, { n: waiting });
    $("#offline").hidden = false;
    await new Promise((go) => setTimeout(go, AGAIN_MS));
  }
  return { why: words.unsent };
}

// A session may have ended and begun anew meanwhile; if it is somebody else's, nothing is sent. Says
// "signed", or "out" where whoever this page was shown to is not logged in; else it is not known.
async function signAgain() {
  const answer = await fetch(desk().token, { redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return "out";
  const told = answer?.ok ? await answer.json().catch(() => null) : null;
  if (!told) return "";
  if (String(told.visitor) !== desk().visitor) return "out";
  token = told.token;
  return "signed";
}

function queue(job) {
  count(1);
  line = line.then(job).finally(() => count(-1));
}

function count(more) {
  turn++;
  waiting += more;
  if (!waiting) $("#offline").hidden = true;
  document.documentElement.dataset.waiting = waiting;
}

function decide(some, code) {
  if (!some.length) return;
  const all = cards(), rest = (part) => part.find((card) => !some.includes(card));
  const at = all.indexOf(some.at(-1));
  const next = rest(all.slice(at + 1)) ?? rest(all.slice(0, at).reverse());
  const form = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
  const what = code === desk().approve ? words.approved : words.rejected;
  const act = { some, what, id: null, isUndone: false };
  for (const card of some) {
    $(".tick", card).checked = false;
    card.classList.add("gone");
  }
  focus(next);
  done.push(act);
  done.splice(0, done.length - MOST_UNDO);
  offer(act);
  const pairs = [["code", code], ["form", form], ...some.map((card) => ["case", card.dataset.case])];
  const address = desk().decide, since = Date.now();
  queue(async () => {
    const told = await deliver(address, pairs, since, act);
    if (act.isUndone && !act.isSent) return;
    act.id = told.act ?? null;
    const refusal = (card) => {
      const id = card.dataset.case.split(".")[0];
      return told.why ?? told.refused[id] ?? (told.decided.includes(Number(id)) ? null : words.unsent);
    };
    act.some = some.filter((card) => !refusal(card));
    if (toasted === act) act.id === null ? hideToast() : ($("#undo span").textContent = nameOf(act));
    for (const card of some) if (refusal(card)) putBack(card, refusal(card));
    if (act.id === null && done.includes(act)) done.splice(done.indexOf(act), 1);
  });
}

function putBack(card, why) {
  card.classList.remove("gone");
  const trouble = $(".trouble", card);
  trouble.textContent = why;
  trouble.hidden = false;
  if (!current()) focus(card);
  say(words.left + why);
}

function nameOf(act) {
  const n = act.some.length;
  return n > 1 ? `${act.what}: ${fill(words.many, { n })}` : act.what;
}

function offer(act) {
  const text = nameOf(act);
  toast(text, act);
  say(keys.undo ? fill(words.undoHint, { done: text, key: keys.undo }) : text);
  showTicked();
}

// Say what was done. The button beside it undoes just that, whatever else was done since.
function toast(text, act) {
  toasted = act;
  $("#undo span").textContent = text;
  $("#undo button").hidden = !act;
  $("#undo").hidden = false;
  clearTimeout(toasting);
  toasting = setTimeout(hideToast, UNDO_MS);
  if (!act) say(text);
}

function hideToast() {
  toasted = null;
  if ($("#undo :focus")) focus(current());
  $("#undo").hidden = true;
}

function undo(act) {
  hideToast();
  if (!done.includes(act)) return;
  done.splice(done.indexOf(act), 1);
  if (act.handed) return say(words.handed);
  act.isUndone = true;
  for (const card of act.some) card.classList.remove("gone");
  focus(act.some[0]);
  say(words.undone);
  const address = desk().undo, since = Date.now();
  queue(async () => {
    if (act.id === null) return; // It was never saved.
    const told = await deliver(address, [["act", act.id]], since);
    if (told.undone) return; // By this form, whose first answer was lost, or on another page.
    const refused = act.some.filter((card) => told.why ?? told.refused[card.dataset.case.split(".")[0]]);
    for (const card of refused) card.classList.add("gone");
    if (refused.length) say(told.why ?? Object.values(told.refused)[0]);
    if (refused.includes(current() ?? refused[0])) focus(cards()[0]);
    if (!act.some[0].isConnected) document.dispatchEvent(new Event("desk:reload"));
  });
}

function ask(some) {
  if (!some.length) return;
  asked = some;
  $("#reasons").returnValue = "";
  $("#reasons").showModal();
}

function tick(card, isRange) {
  const all = cards(), from = all.indexOf(lastTick), to = all.indexOf(card);
  if (isRange && from >= 0) for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) $(".tick", each).checked = true;
  else $(".tick", card).checked = !$(".tick", card).checked;
  lastTick = card;
  showTicked(true);
}

function tickAll() {
  for (const card of cards()) $(".tick", card).checked = true;
  showTicked(true);
}

// What a key ticks has not the focus, and is not read out else.
function showTicked(aloud) {
  const n = ticked().length, text = fill(words.ticked, { n });
  if (aloud) say(text);
  if (!$(".bulk")) return;
  $(".bulk").classList.toggle("some", n > 0);
  $(".bulk [data-do=all]").hidden = false;
  $("#ticked").textContent = n ? text : "";
}

Object.assign(does, {
  next: () => move(1),
  skip: () => move(1),
  previous: () => move(-1),
  approve: () => decide(chosen(), desk().approve),
  reject: () => ask(chosen()),
  undo: () => undo(done.at(-1)),
  select: () => current() && tick(current(), false),
  range: () => current() && tick(current(), true),
  search() {
    $(".filter").open = true;
    $("#f-text").focus();
  },
  held: () => location.assign(desk().home),
  open: () => $("[data-do=open]", current())?.click(),
  digit: (n) => $("#reasons[open]") && $(`#reasons li:nth-child(${n}) button`)?.click(),
});

function onClick(event) {
  const button = event.target.closest("#feed button[data-do], #undo button, .bulk button");
  if (!button || button.form?.method === "dialog") return;
  const card = button.closest("article"), isBulk = button.value === "ticked";
  if (button.dataset.do === "undo") undo(toasted);
  else if (button.dataset.do === "all") tickAll();
  else if (button.name === "approve") decide(isBulk ? ticked() : [card], desk().approve);
  else if (button.name === "reject") ask(isBulk ? ticked() : [card]);
  else return;
  event.preventDefault();
}

document.addEventListener("click", onClick);
document.addEventListener("change", (event) => event.target.matches(".tick") && ((lastTick = event.target.closest("article")), showTicked()));
document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.("#feed > article");
  if (card && card !== current()) focus(card, true);
});
$("#reasons").addEventListener("close", () => $("#reasons").returnValue && decide(asked, $("#reasons").returnValue));
addEventListener("beforeunload", (event) => waiting && event.preventDefault());
