/** The service worker: registered, asked to send when the app is closed; a newer app that waits is told of. */

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

/** Asks the browser to send what is unsent even when this page is closed. What cannot, does not. */
export async function whenClosed(): Promise<void> {
  type Syncs = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };
  const registered: Syncs | undefined = await navigator.serviceWorker?.getRegistration("/gate/");
  await registered?.sync?.register("outbox").catch(() => undefined);
}

function put(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  worker.postMessage("SKIP_WAITING");
}
