// Everything on a page works without this file; it makes pages live, ages honest and the keyboard quicker.
import htmx from "htmx.org";
import { keepAges } from "./ages";
import { keepWatch, sayByItself } from "./idle";
import { loadIslands } from "./islands";
import { goLive } from "./live";
import { keepPicks, showPicks } from "./picks";
import { remask } from "./remask";
import { closeMenus } from "./switcher";
import { tickAgain, tickTogether } from "./ticks";

function focusSummary(root: ParentNode): void {
  root.querySelector<HTMLElement>("[data-error-summary]")?.focus();
}

function start(): void {
  htmx.onLoad((element) => {
    const root = element instanceof HTMLElement ? element : document.body;
    loadIslands(root);
    focusSummary(root);
    remask(root);
    showPicks(root);
    tickAgain(root);
    keepAges();
  });
  document.body.dataset.skew = String(Number(document.body.dataset.now) - Date.now());
  closeMenus();
  tickTogether();
  keepAges();
  keepPicks();
  setInterval(keepAges, 15_000);
  goLive();
  keepWatch();
  document.body.addEventListener("htmx:configRequest", sayByItself);
}

document.addEventListener("keydown", (event) => {
  // "/" goes to the search box, unless something is being typed
  const inField = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || inField || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector<HTMLElement>("[data-search]");
  if (search) {
    event.preventDefault();
    search.focus();
  }
});

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
