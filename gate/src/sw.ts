/**
 * The service worker: the app itself, whole, so that it opens without a network. Nothing of anybody is kept here.
 *
 * A new version waits until the app says that nothing is unsent (registerType "prompt").
 */
import { createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { CacheFirst } from "workbox-strategies";
import { bring } from "./background.ts";

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: Array<{ url: string; revision: string | null }> };

precacheAndRoute(self.__WB_MANIFEST);
registerRoute(new NavigationRoute(createHandlerBoundToURL("index.html"), { allowlist: [/^\/gate\//u] }));
// the decoder is large: the app opens without it, and it is kept from its first use on (its name holds its hash)
registerRoute(({ url }) => url.pathname.endsWith(".wasm"), new CacheFirst({ cacheName: "decoder" }));
self.addEventListener("message", (event) => {
  if (event.data === "SKIP_WAITING") void self.skipWaiting();
});
// the network came back: an open app sends by itself, a closed one is sent for
self.addEventListener("sync", (event) => {
  (event as Event & { waitUntil(until: Promise<unknown>): void }).waitUntil(
    self.clients.matchAll().then((open) => (open.length > 0 ? null : bring())),
  );
});
