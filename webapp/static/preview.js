// Shows a saved change at once: waits until what this page shows has changed, then loads it again.
(() => {
  const bar = document.querySelector("[data-preview]");
  if (!bar) return;
  const { article, token } = bar.dataset;
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  const watch = async () => {
    for (;;) {
      try {
        const query = new URLSearchParams({ article, token });
        const answer = await fetch(`/preview/wait?${query}`, { cache: "no-store" });
        if (answer.ok && (await answer.json()).token !== token) {
          location.reload(); // the browser keeps the place on the page
          return;
        }
        if (!answer.ok) await pause(1000);
      } catch {
        await pause(1000); // the preview was stopped; it may come back
      }
    }
  };
  watch();
})();
