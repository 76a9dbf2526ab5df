// Remembers in this browser, for a day, what was searched for and read, so that a message to support can say so.
// Nothing leaves the browser unless a message is sent, and its form shows what goes with it.
"use strict";

(() => {
  const TRAIL = "contact-trail";
  const KEPT = 8;
  const DAY = 24 * 3600 * 1000;

  function trail() {
    try {
      const found = JSON.parse(localStorage.getItem(TRAIL) || "[]");
      return found.filter((one) => Date.now() - one.at < DAY && typeof one.text === "string");
    } catch {
      return [];
    }
  }

  function remember(kind, text, id) {
    const others = trail().filter((one) => one.kind !== kind || one.id !== id);
    try {
      localStorage.setItem(TRAIL, JSON.stringify([...others, { kind, text, id, at: Date.now() }].slice(-2 * KEPT)));
    } catch {
      // Private windows and full disks remember nothing.
    }
  }

  const [, place, ...rest] = decodeURI(location.pathname).split("/");
  const query = new URLSearchParams(location.search).get("q")?.trim().slice(0, 200);
  const heading = document.querySelector("main h1")?.textContent.trim() ?? "";
  if (place === "search" && query) remember("search", query, query);
  if (place === "articles" && rest.length === 3 && heading) remember("read", heading, rest.join("/"));
  if (place === "community" && rest.length === 1 && heading) remember("read", heading, `community/${rest[0]}`);

  window.contactTrail = {
    of: (kind) => trail().filter((one) => one.kind === kind).slice(-KEPT),
    forget: () => localStorage.removeItem(TRAIL),
  };
})();
