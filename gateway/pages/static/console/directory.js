// The municipality's directory beside the conversation: one swipe or one touch away, while the conversation goes on.
// Without this script the tab is a link to the directory's own page.
import { afterAWhile } from "../loading.js";
import { onSwipe } from "./swipe.js";

const PATIENCE_MS = 15000;
const { duty } = window;
const talk = document.getElementById("talk");
const panel = document.getElementById("directory");
const title = document.getElementById("directory-title");
const found = document.getElementById("directory-found");
const status = document.getElementById("directory-status");
const again = document.getElementById("directory-again");
const news = document.getElementById("news");
const [toTalk, toDirectory] = document.querySelectorAll(".views a");
let asked = panel.dataset.address;
let turn = 0;
let isThere = false;
let leftAt = 0;
let followed = true;

// Whatever is there stays until something newer is.
async function look(address) {
  const mine = ++turn;
  asked = address;
  again.hidden = true;
  const heard = afterAWhile(() => say(panel.dataset.loading));
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await duty.live.ask(address, { attended: true, signal, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return;
    found.replaceChildren(...page.getElementById("entries").childNodes);
    title.textContent = page.querySelector("h1").textContent; // it may be another municipality's
    isThere = true;
    say("");
  } catch {
    if (mine !== turn || duty.live.signedOut) return;
    say(panel.dataset.failed);
    again.hidden = false;
  } finally {
    heard();
  }
}

function say(words) {
  status.textContent = words;
}

function show(isOpen) {
  if (isOpen) [leftAt, followed] = [scrollY, innerHeight + scrollY > document.documentElement.scrollHeight - 160];
  const hasNews = news.textContent !== "";
  talk.hidden = isOpen;
  panel.hidden = !isOpen;
  news.textContent = "";
  for (const [tab, isShown] of [[toTalk, !isOpen], [toDirectory, isOpen]]) {
    if (isShown) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  if (isOpen) {
    scrollTo(0, 0);
    title.focus({ preventScroll: true });
    if (!isThere) look(asked);
  } else {
    scrollTo(0, hasNews || followed ? document.documentElement.scrollHeight : leftAt);
    toTalk.focus({ preventScroll: true });
  }
}

// The phone's own way back leads back, too.
function go(isOpen) {
  if (isOpen === !panel.hidden) return;
  if (isOpen) {
    history.pushState({ directory: true }, "");
    show(true);
  } else {
    history.back();
  }
}

duty.unseen = () => {
  if (!panel.hidden) news.textContent = news.dataset.words;
};
addEventListener("popstate", (event) => show(Boolean(event.state?.directory)));
toTalk.addEventListener("click", (event) => {
  event.preventDefault();
  go(false);
});
toDirectory.addEventListener("click", (event) => {
  event.preventDefault();
  go(true);
});
again.addEventListener("click", () => look(asked));
addEventListener("keydown", (event) => event.key === "Escape" && go(false));
onSwipe(document.getElementById("main"), { left: () => go(true), right: () => go(false) });
// Its search and its links within the directory stay here.
found.addEventListener("submit", (event) => {
  if (event.target.method !== "get") return;
  event.preventDefault();
  look(`/directory?${new URLSearchParams(new FormData(event.target))}`);
});
found.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="/directory?"]');
  if (!link) return;
  event.preventDefault();
  look(link.getAttribute("href"));
});
if (history.state?.directory) show(true);
