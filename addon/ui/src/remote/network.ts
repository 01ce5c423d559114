interface NetworkInformation extends EventTarget {}

/** Calls back whenever the way to the home may have changed: another network, or a page that was asleep. */
export function watchNetwork(changed: () => void): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  const connection = (navigator as { connection?: NetworkInformation }).connection;
  connection?.addEventListener("change", changed, { signal });
  window.addEventListener("online", changed, { signal });
  window.addEventListener("pageshow", changed, { signal });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && changed(), {
    signal,
  });
  return () => ending.abort();
}
