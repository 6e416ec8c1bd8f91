"use strict";
// What goes on around the queue that is open: what others decide and read, what has come in, and
// the next page before it is needed. It never moves what is being read. Goes with queue.js.

const POLL_MS = 900, DWELL_MS = 1_000, RENEW_MS = 30_000, IDLE_MS = 20 * 60_000;
const AHEAD = 10, MOST_SHOWN = 100;
let tag = "", isAsking = false, isLoading = false, dwell, mine = null, touched = Date.now();

const isHere = () => !document.hidden && Date.now() - touched < IDLE_MS;
const idOf = (card) => card.dataset.case.split(".")[0];

async function poll() {
  if (isAsking || !isHere()) return;
  isAsking = true;
  const asked = turn, shown = cards().slice(0, MOST_SHOWN).map((card) => card.dataset.case).join("-");
  const headers = { Accept: "application/json", "If-None-Match": tag };
  const answer = await fetch(`${desk().live}&shown=${shown}`, { headers, redirect: "manual", cache: "no-store" }).catch(() => null);
  if (answer?.status === 200) {
    const told = await answer.json().catch(() => null);
    // What was decided here meanwhile is known better here.
    if (told && asked === turn && !waiting) {
      tag = answer.headers.get("ETag") ?? "";
      show(told);
    }
  }
  isAsking = false;
  if (answer && !waiting) tellOut(answer.type === "opaqueredirect"); // To log in.
}

// Said before something is decided in vain, and as long as nobody has logged in again.
function tellOut(isOut) {
  if ($("#offline").hidden !== isOut) return;
  $("#offline").textContent = words.out;
  $("#offline").hidden = !isOut;
}

function show(told) {
  $("#open").textContent = told.open;
  if (told.count && $("#count")) $("#count").textContent = told.count;
  $("#new").hidden = !told.new;
  $("#new b").textContent = told.new;
  document.title = document.title.replace(/^(\(.*?\) )?/, told.new ? `(${told.new}) ` : "");
  for (const card of cards()) {
    const id = idOf(card), holder = $(".holder", card), by = told.held[id];
    if (told.gone[id]) leave(card, told.gone[id]);
    else if (told.edited.includes(Number(id))) trouble(card, words.edited);
    holder.replaceChildren();
    if (by) {
      const name = document.createElement("bdi");
      name.textContent = by;
      holder.append(name, ` ${words.reading}`);
    }
  }
}

// What somebody else has decided goes; if it is being read it stays, and says so.
function leave(card, why) {
  if (card !== current()) return card.classList.add("gone");
  if (card.classList.contains("decided")) return;
  card.classList.add("decided");
  for (const button of card.querySelectorAll("button")) button.disabled = true;
  trouble(card, why);
  say(why);
}

function trouble(card, why) {
  $(".trouble", card).textContent = why;
  $(".trouble", card).hidden = false;
}

// Others see who reads a case. The claim is let go with the next one, or lapses.
async function claim() {
  const card = current();
  if (!card || !isHere() || !document.hasFocus() || card.matches(".decided")) return;
  const pairs = [["csrf_token", token], ["case", idOf(card)], ["severe", card.dataset.severe ?? ""]];
  if (mine) pairs.push(["left", mine]);
  mine = idOf(card);
  const options = { method: "POST", body: new URLSearchParams(pairs), redirect: "manual" };
  const answer = await fetch(desk().reading, options).catch(() => null);
  const told = answer?.ok ? await answer.json().catch(() => ({})) : {};
  if (!told.nudge || !$("#nudge").hidden) return;
  $("#nudge").hidden = false;
  $("#nudge p").textContent = told.nudge;
}

async function read(address) {
  const answer = await fetch(address, { redirect: "manual" }).catch(() => null);
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

async function more() {
  const link = $("#following"), left = cards().length - cards().indexOf(current());
  if (!link || isLoading || left > AHEAD) return;
  isLoading = true;
  const page = await read(link.href);
  if (page && link.isConnected) {
    for (const card of page.querySelectorAll("#feed > article")) {
      if (document.getElementById(card.id)) continue;
      card.classList.remove("current");
      card.tabIndex = -1;
      card.setAttribute("aria-posinset", $("#feed").childElementCount + 1);
      $("#feed").append(card);
    }
    const next = $("#following", page);
    if (next) link.href = next.getAttribute("href");
    else link.remove();
  }
  isLoading = false;
}

async function reload() {
  const page = await read($("#new a").href);
  if (!page) return;
  $("#desk").replaceWith($("#desk", page));
  begin();
  focus(cards()[0]);
}

function begin() {
  tag = "";
  htmx.process($("#desk"));
  more();
}

document.addEventListener("desk:read", () => {
  clearTimeout(dwell);
  dwell = setTimeout(claim, DWELL_MS);
  more();
});
document.addEventListener("desk:reload", reload);
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-do=new]")) return;
  event.preventDefault();
  reload();
});
for (const each of ["keydown", "pointerdown"]) document.addEventListener(each, () => (touched = Date.now()));
setInterval(poll, POLL_MS);
setInterval(claim, RENEW_MS);
more();
