// Puts the chat on another site's pages:
//   <script async src="https://CHAT/widget.js" data-line="foenix" data-language="da"></script>
// data-line, data-municipality or data-postcode: whose chat; without one it asks.
// data-place: right (as it is), left, or a selector of the element that the chat stands in for good.
// The site's own button may open it: AkutlinjenChat.open(), and close().
// A site with a Content-Security-Policy names our origin under script-src and frame-src; no more is needed.
(() => {
  "use strict";
  const script =
    document.currentScript ?? [...document.scripts].find((each) => /\/widget\.js(\?|$)/.test(each.src));
  if (!script || window.AkutlinjenChat) return;
  const home = new URL(".", script.src);
  const given = script.dataset;
  const language = given.language === "en" ? "en" : "da";
  const WORDS = {
    da: { open: "Skriv med os", close: "Luk chatten. Samtalen går videre.", news: "Ny besked", chat: "Chat" },
    en: { open: "Write to us", close: "Close the chat. The talk goes on.", news: "New message", chat: "Chat" },
  };
  const words = WORDS[language];
  const PRESSES = 3;
  const WITHIN_MS = 1500;
  const WAIT_MS = 150;

  const address = new URL(home);
  for (const name of ["line", "municipality", "postcode"]) {
    if (given[name]) address.searchParams.set(name, given[name]);
  }
  address.searchParams.set("language", language);

  const STYLE = `
    :host([hidden]) { display: none !important; }
    :host { all: initial; position: fixed; z-index: 2147483000; bottom: 1rem; right: 1rem; color-scheme: light dark; }
    :host([data-at=left]) { right: auto; left: 1rem; }
    :host([data-at=inside]) { position: static; display: block; }
    [hidden] { display: none !important; }
    * { box-sizing: border-box; font: 600 1rem/1.3 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
    button { min-width: 48px; min-height: 48px; cursor: pointer; color: #fff; background: #14536b; border: 2px solid #fff; }
    .open { display: grid; place-items: center; width: 64px; height: 64px; padding: 0; border-radius: 50%; box-shadow: 0 2px 8px #0006; }
    .open svg { width: 32px; height: 32px; fill: currentColor; }
    .open[data-news]::after { content: ""; position: absolute; top: 0; right: 0; width: 18px; height: 18px; border-radius: 50%; background: #b3261e; border: 2px solid #fff; }
    :focus-visible { outline: 3px solid #0a4fd0; outline-offset: 3px; }
    .panel { position: fixed; bottom: 1rem; right: 1rem; width: min(26rem, 100vw - 2rem); height: min(44rem, 100vh - 2rem); display: flex; flex-direction: column; background: Canvas; border: 2px solid #14536b; border-radius: 12px; overflow: hidden; box-shadow: 0 4px 24px #0006; }
    :host([data-at=left]) .panel { right: auto; left: 1rem; }
    :host([data-at=inside]) .panel { position: static; width: 100%; height: 44rem; max-height: 90vh; box-shadow: none; }
    @media (max-width: 30rem), (max-height: 30rem) {
      :host(:not([data-at=inside])) .panel { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; }
    }
    iframe { flex: 1; width: 100%; min-height: 0; border: 0; }
    .bar { flex: none; display: flex; justify-content: flex-end; background: #14536b; }
    .close { border: 0; font-size: 1.5rem; }
    a { padding: 1rem; color: LinkText; }
    @media (forced-colors: active) { button, .panel { border: 2px solid ButtonText; } .open[data-news]::after { background: Highlight; } }
  `;

  const made = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  const inside = given.place && !/^(left|right)$/.test(given.place) ? document.querySelector(given.place) : null;
  const host = made("div", { "data-at": inside ? "inside" : given.place === "left" ? "left" : "right" });
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet(); // not an element: a policy without 'unsafe-inline' allows it
  style.replaceSync(STYLE);
  root.adoptedStyleSheets = [style];

  const SVG = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 32 32");
  icon.setAttribute("aria-hidden", "true");
  const bubble = document.createElementNS(SVG, "path");
  bubble.setAttribute("d", "M6 5h20a4 4 0 0 1 4 4v10a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V9a4 4 0 0 1 4-4z");
  icon.append(bubble);
  const button = made("button", { type: "button", class: "open", "aria-label": words.open, "aria-expanded": "false" }, icon);
  const closer = made("button", { type: "button", class: "close", "aria-label": words.close }, "×");
  const panel = made("div", { class: "panel", role: "region", "aria-label": words.chat, hidden: "" });
  if (!inside) panel.append(made("div", { class: "bar" }, closer));
  root.append(button, panel);
  let frame = null;
  let exit = ""; // as the chat says once it is there

  /** Nothing is asked of the chat before somebody opens it. */
  function load() {
    if (frame) return;
    frame = made("iframe", { title: words.chat, src: address.href, referrerpolicy: "no-referrer" });
    panel.append(frame);
  }

  function open() {
    load();
    panel.hidden = false;
    button.hidden = true;
    button.setAttribute("aria-expanded", "true");
    news(0);
    tell("shown");
    if (!inside) frame.focus();
  }

  /** The conversation goes on; only the window is put away. */
  function close() {
    if (inside || panel.hidden) return;
    panel.hidden = true;
    button.hidden = false;
    button.setAttribute("aria-expanded", "false");
    tell("hidden");
    button.focus();
  }

  function news(count) {
    const isNews = count > 0 && panel.hidden;
    button.toggleAttribute("data-news", isNews);
    button.setAttribute("aria-label", isNews ? `${words.open}. ${words.news}` : words.open);
  }

  const tell = (what) => exit && frame.contentWindow.postMessage({ akutlinjen: what }, home.origin);

  /** Away from here, so that going back does not lead to the chat. */
  function leave(to) {
    host.remove();
    location.replace(to);
  }

  button.addEventListener("click", open);
  closer.addEventListener("click", close);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== home.origin) return;
    const { akutlinjen: what, unread, to } = event.data ?? {};
    if (what === "news") {
      exit = to ?? exit;
      news(unread);
    } else if (what === "exit" && /^https:/.test(to)) leave(to);
    else if (what === "close") close();
  });
  // Shift three times works with the focus on the site's own page, too, while the chat is in sight.
  let presses = [];
  addEventListener(
    "keydown",
    (event) => {
      if (event.repeat) return;
      presses = event.key === "Shift" ? [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp] : [];
      if (presses.length < PRESSES || !frame || panel.hidden) return;
      // Out of sight at once; the chat says goodbye and tells us to go. Should it not, we go anyway.
      host.hidden = true;
      tell("leave");
      if (exit) setTimeout(() => leave(exit), WAIT_MS);
    },
    true,
  );
  // A site whose policy allows no frame of ours gets a link.
  document.addEventListener("securitypolicyviolation", (event) => {
    if (!frame || !/^(frame|child|default)-src/.test(event.effectiveDirective)) return;
    if (!event.blockedURI.startsWith(home.origin)) return;
    frame.replaceWith(made("a", { href: address.href, target: "_blank", rel: "noopener" }, words.open));
  });

  const put = () => {
    (inside ?? document.body).append(host);
    if (inside) open();
  };
  if (document.body) put();
  else addEventListener("DOMContentLoaded", put);
  window.AkutlinjenChat = Object.freeze({ open, close });
})();
