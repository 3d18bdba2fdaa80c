/** Starts the app on this phone. */
// biome-ignore-start assist/source/organizeImports: what is kept is opened first, while the rest is still read
import { openStore } from "./storage/store.ts";
import { createApp as createPage } from "vue";
import App from "./App.vue";
import { clock } from "./adapters/clock.ts";
import { createApp } from "./app.ts";
import "./ui/look.css";
// biome-ignore-end assist/source/organizeImports: as above

const later = () => import("./later.ts");

/** One page at a time has the outbox: another waits until this one is closed. */
function alone(): Promise<void> {
  if (!navigator.locks) return Promise.resolve();
  const forever = new Promise(() => undefined);
  return new Promise((have) => {
    void navigator.locks.request("kakou-gate", () => {
      have();
      return forever;
    });
  });
}

async function start(): Promise<void> {
  await alone();
  const app = createApp({ clock, later, store: await openStore(), origin: location.origin });
  await app.start();
  // the phone's own camera opened the code of an enrolment: the token stands in no history and no log
  if (location.hash && app.state.device === null) void app.enrol(location.href);
  if (location.hash) history.replaceState(null, "", location.pathname);
  setInterval(app.tick, 1_000);
  addEventListener("online", app.tryNow);
  document.addEventListener("visibilitychange", () => {
    const isHidden = document.visibilityState === "hidden";
    void app.hidden(isHidden);
    if (isHidden && app.unsent.value.many > 0) void app.rest.value?.whenClosed();
  });
  createPage(App, { app }).mount("#app");
  performance.mark("ready");
  app.stands();
  void navigator.storage?.persist?.();
  if (import.meta.env.PROD) void app.joined.then((one) => one.watchForNewer(app.newer));
}

start().catch(() => {
  document.documentElement.dataset.fault = ""; // index.html says what
});
