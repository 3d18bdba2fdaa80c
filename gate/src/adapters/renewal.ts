/** Registers the service worker, and tells when a newer app waits to be used. */

/** `waits` is told how the newer app is put to use. It is asked for every hour, and at every start. */
export async function watchForNewer(waits: (use: () => void) => void): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registered = await navigator.serviceWorker.register("/gate/sw.js", { scope: "/gate/" });
  const tell = () => {
    const worker = registered.waiting;
    if (worker && navigator.serviceWorker.controller) waits(() => put(worker));
  };
  registered.addEventListener("updatefound", () => registered.installing?.addEventListener("statechange", tell));
  tell();
  setInterval(() => void registered.update().catch(() => undefined), 3_600_000);
}

function put(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  worker.postMessage("SKIP_WAITING");
}
